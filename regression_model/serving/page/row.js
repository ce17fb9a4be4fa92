// One row: the form, its answer, and what another value of a column would change.

const MOST_IMPORTANT = 8;
const LEVELS = [0.5, 0.8, 0.9, 0.95, 0.99];
const USUAL_LEVEL = 0.9;

/** The form of one row and the panel beside it, for one model. */
class RowPanel {
  constructor(model, service) {
    this.model = model;
    this.service = service;
    this.asked = 0;
    this.hasAnswer = false;
    this.form = new Form(model.columns, mostImportant(model));
    this.showFields();
    this.fillLevels();
    this.fillWhatIfColumns();
    this.clearAnswer();
  }

  showFields() {
    const { main, others } = this.form;
    byId("main-fields").replaceChildren(...main.map((field) => field.box));
    byId("other-fields").replaceChildren(...others.map((field) => field.box));
    byId("others").hidden = others.length === 0;
    byId("others").open = false;
    byId("others-summary").textContent = counted(others.length, "further column");
    byId("order-note").textContent = orderNote(this.model);
    byId("finder").value = "";
    byId("found").textContent = "";
  }

  fillLevels() {
    const levels = LEVELS.filter((level) => level <= (this.model.highest_interval ?? 0));
    const options = levels.map((level) =>
      element(
        "option",
        { value: level, selected: level === USUAL_LEVEL },
        `${Math.round(level * 100)} of 100 rows`,
      ),
    );
    byId("level").replaceChildren(...options);
    byId("level-field").hidden = levels.length === 0;
  }

  fillWhatIfColumns() {
    const names = this.model.order;
    const options = names.map((name) => element("option", { value: name }, shownName(name)));
    byId("what-if-column").replaceChildren(...options);
  }

  get level() {
    return byId("level").value ? Number(byId("level").value) : null;
  }

  clearAnswer() {
    this.hasAnswer = false;
    for (const id of ["said", "interval", "warnings", "contributions", "curve"])
      byId(id).replaceChildren();
    byId("what-if").hidden = true;
    byId("no-answer").hidden = false;
    this.showFaults([], {});
  }

  /** Fill in a record; an answer to an empty one is not asked for. */
  fillIn(record) {
    this.asked += 1;
    this.form.record = record;
    this.clearAnswer();
    if (Object.keys(record).length) this.predict();
  }

  /** Show only those of the folded fields whose name holds a text. */
  find(text) {
    byId("found").textContent = `${counted(this.form.find(text), "column")} found`;
  }

  /** Ask for the prediction of what is filled in, and show it. */
  async predict({ isQuiet = false } = {}) {
    const asked = (this.asked += 1);
    const { record } = this.form;
    try {
      const options = { level: this.level, explain: this.model.explanations };
      const answer = await this.service.predict(this.model.name, [record], options);
      if (asked === this.asked) this.show(answer, record, { isQuiet }); // else a later one is due
    } catch (error) {
      if (asked === this.asked) this.showProblem(error, { isQuiet });
    }
  }

  show(answer, record, { isQuiet }) {
    if (answer.errors) {
      this.showFaults(answer.errors, { isQuiet });
      return;
    }
    this.hasAnswer = true;
    this.showFaults([], {});
    const { unit } = this.model;
    const one = {
      prediction: answer.predictions[0],
      lower: answer.lower?.[0],
      upper: answer.upper?.[0],
    };
    byId("no-answer").hidden = true;
    byId("answer").classList.remove("stale");
    byId("said").replaceChildren(...predictionWords(one, unit, this.level));
    byId("interval").replaceChildren(...(one.lower == null ? [] : [intervalChart(one, unit)]));
    byId("warnings").replaceChildren(...warningList(answer.warnings));
    const explanation = answer.explanations?.[0];
    byId("contributions").replaceChildren(
      ...(explanation
        ? [
            contributionBars(explanation, {
              record,
              unit,
              isTarget: this.model.transform === "none",
            }),
          ]
        : []),
    );
    this.showWhatIf(record);
  }

  /** Ask for predictions over values of the chosen column, in one request, and draw them. */
  async showWhatIf(record = this.form.record) {
    const { column } = this.form.fields.get(byId("what-if-column").value);
    const given = record[column.name];
    const cells = cellsToTry(column, given);
    byId("what-if").hidden = false;
    const asked = this.asked;
    const { unit, name } = this.model;
    const records = cells.map((cell) => ({ ...record, [column.name]: cell }));
    const answer = await this.service.predict(name, records, { level: this.level });
    if (asked !== this.asked || byId("what-if-column").value !== column.name) return;
    const points = cells.map((cell, row) => ({
      cell,
      prediction: answer.predictions[row],
      lower: answer.lower?.[row],
      upper: answer.upper?.[row],
    }));
    byId("curve").replaceChildren(
      whatIfChart(column, points, given, unit),
      folded("The numbers of this chart", whatIfTable(column, points, unit)),
    );
  }

  /** Show errors beside their fields and in a summary, which takes focus unless it came unasked. */
  showFaults(errors, { isQuiet = true }) {
    const others = this.form.showErrors(errors);
    const faulty = [...this.form.fields.values()].filter((field) => !field.error.hidden);
    if (faulty.some((field) => this.form.others.includes(field))) byId("others").open = true;
    const items = [
      ...faulty.map(linkToField),
      ...others.map((message) => element("li", {}, message)),
    ];
    const title = element(
      "strong",
      {},
      `No prediction: ${counted(items.length, "thing")} to mend.`,
    );
    byId("faults").replaceChildren(...(items.length ? [title, element("ul", {}, ...items)] : []));
    byId("faults").hidden = items.length === 0;
    if (items.length && this.hasAnswer) byId("answer").classList.add("stale");
    if (items.length && !isQuiet) byId("faults").focus();
  }

  showProblem(error, { isQuiet }) {
    byId("faults").replaceChildren(element("strong", {}, sentence(error.message)));
    byId("faults").hidden = false;
    if (!isQuiet) byId("faults").focus();
  }
}

/** Return the names of the columns that are not folded: the first ones, and those that must be given. */
function mostImportant({ order, columns }) {
  const required = columns.filter((column) => column.required).map((column) => column.name);
  return [
    ...new Set([...order.slice(0, MOST_IMPORTANT), ...required.slice(0, 3 * MOST_IMPORTANT)]),
  ];
}

const ORDER_NOTES = {
  training: "The first columns are those whose shuffling made the model worst at training.",
  spread: "The first columns are those that move the predictions of example rows most.",
  schema: "The first columns of the table: which of them matter most is not known.",
};

const orderNote = (model) => ORDER_NOTES[model.order_from] ?? ORDER_NOTES.schema;

function predictionWords({ prediction, lower, upper }, unit, level) {
  const number = element("p", { class: "prediction" }, numberText(prediction));
  if (unit) number.append(" ", element("span", { class: "unit" }, unit));
  if (lower == null || upper == null) return [number];
  const many = `${Math.round(level * 100)} of 100`;
  const words = `${many} such rows lie between ${numberText(lower)} and ${withUnit(upper, unit)}.`;
  return [number, element("p", {}, words)];
}

function warningList(warnings) {
  if (!warnings?.length) return [];
  const items = warnings.map(({ message }) =>
    element("li", { class: "warning" }, sentence(message)),
  );
  return [element("h3", {}, "Worth knowing"), element("ul", {}, ...items)];
}

function linkToField(field) {
  const show = (event) => {
    event.preventDefault();
    field.input.focus();
  };
  const link = element("a", { href: `#${field.id}`, onclick: show }, field.error.textContent);
  return element("li", {}, link);
}

/** Return a message as a sentence: with a full stop. */
const sentence = (message) => (/[.!?]$/.test(message) ? message : `${message}.`);
