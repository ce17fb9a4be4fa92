// A model on a page: what a person does is handed to the two panels. The page around says what
// `service` answers, and how problems are shown: `wordsOf(error)` and `showProblem(error)`.

const panels = { row: null, table: null };

/** Show a model. */
async function choose(name) {
  try {
    const model = await service.describe(name);
    if (byId("models").value !== name) return; // another one was chosen meanwhile
    panels.row?.clearAnswer();
    panels.table?.say();
    byId("problem").hidden = true;
    showModel(model);
    panels.row = new RowPanel(model, service);
    panels.table = new TablePanel(model, service);
    byId("model").hidden = false;
  } catch (error) {
    showProblem(error);
  }
}

function showModel(model) {
  const title = `Predict ${shownName(model.target)}`;
  document.title = title;
  byId("title").textContent = title;
  byId("about-model").textContent =
    `${model.name} ${model.version}, ${counted(model.columns.length, "column")}`;
  byId("facts").replaceChildren(factsList(model));
}

function factsList(model) {
  const facts = [
    ["Model", `${model.name} ${model.version}`],
    ["Target", withUnitName(model)],
  ];
  const measured = model.metrics?.cross_validated_pooled ?? {};
  for (const [name, value] of Object.entries(measured)) {
    facts.push([METRICS[name] ?? name, numberText(value)]);
  }
  if (model.metrics?.n_rows) facts.push(["Rows of training", numberText(model.metrics.n_rows)]);
  if (model.digest) facts.push(["SHA-256 of the artifact", model.digest]);
  const parts = facts.flatMap(([name, value]) => [
    element("dt", {}, name),
    element("dd", {}, value),
  ]);
  const note = "Errors are of rows that the model had not seen: those of cross-validation.";
  return element("div", {}, element("dl", {}, ...parts), element("p", { class: "hint" }, note));
}

const METRICS = {
  mae: "Mean absolute error",
  rmse: "Root mean squared error",
  rmse_log: "Root mean squared error of the logarithm",
  r2: "Share of the variance explained (R²)",
};

const withUnitName = ({ target, unit }) => (unit ? `${target}, in ${unit}` : target);

/** Do something when a form is sent, and nothing else: forms go nowhere. */
function onSubmit(id, action) {
  byId(id).addEventListener("submit", (event) => {
    event.preventDefault();
    action();
  });
}

function onClick(id, action) {
  byId(id).addEventListener("click", action);
}

byId("models").addEventListener("change", (event) => choose(event.target.value));

onSubmit("row", () => panels.row.predict());
byId("row").addEventListener("change", (event) => {
  if (event.target.id !== "finder" && panels.row.hasAnswer) panels.row.predict({ isQuiet: true });
});
byId("finder").addEventListener("input", () => panels.row.find(byId("finder").value));
byId("what-if-column").addEventListener("change", () => panels.row.whatIf.showAgain());
byId("what-if-value").addEventListener("input", () => panels.row.whatIf.mark());
onClick("what-if-use", () => panels.row.whatIf.use());
onClick("example", () => panels.row.fillIn(panels.row.model.example));
onClick("empty", () => panels.row.fillIn({}));

onSubmit("table", () => panels.table.predict(panels.row.level));
onClick("table-example", () => panels.table.putExample());
onClick("table-download", () => panels.table.download());
byId("table-text").addEventListener("input", () => panels.table.change());
byId("table-file").addEventListener("change", (event) => takeFile(event.target.files[0]));

// a file that is dropped anywhere would else be opened in the place of this page
for (const kind of ["dragenter", "dragover"]) {
  document.addEventListener(kind, (event) => {
    event.preventDefault();
    byId("drop").classList.add("dropping");
  });
}
document.addEventListener("dragleave", (event) => {
  if (event.relatedTarget === null) byId("drop").classList.remove("dropping");
});
document.addEventListener("drop", (event) => {
  event.preventDefault();
  byId("drop").classList.remove("dropping");
  takeFile(event.dataTransfer.files[0]);
});

function takeFile(file) {
  if (file && panels.table) panels.table.take(file);
}
