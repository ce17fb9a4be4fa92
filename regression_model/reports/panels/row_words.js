// What the panel of one row says: which columns come first, the prediction, warnings, faults.

const MOST_IMPORTANT = 8;
const MOST_REQUIRED = 24;
const LEVELS = [0.5, 0.8, 0.9, 0.95, 0.99];
const USUAL_LEVEL = 0.9;

/** Return the columns that are not folded: those that matter most, and those that must be given. */
function mainNames(columns) {
  const required = columns.filter((column) => column.required).map((column) => column.name);
  const main = [
    ...namesByImportance(columns).slice(0, MOST_IMPORTANT),
    ...required.slice(0, MOST_REQUIRED),
  ];
  return [...new Set(main)];
}

function mainTitle(columns) {
  const isKnown = columns.some(hasImportance);
  return isKnown ? "The columns that matter most" : "The first columns of the table";
}

/** Return the coverages that one chooses from, of those that the model can give. */
function levelOptions(highest) {
  const levels = LEVELS.filter((level) => level <= (highest ?? 0));
  const chosen = levels.findLast((level) => level <= USUAL_LEVEL);
  return levels.map((level) => {
    const properties = { value: level, selected: level === chosen };
    return element("option", properties, `${Math.round(level * 100)} %`);
  });
}

/** Return the prediction of one row from an answer, with its interval where there is one. */
const firstOf = ({ predictions, lower, upper }) => ({
  prediction: predictions[0],
  lower: lower?.[0],
  upper: upper?.[0],
});

function predictionWords({ prediction, lower, upper }, unit, level) {
  const number = element("p", { class: "prediction" }, numberText(prediction));
  if (unit) number.append(" ", element("span", { class: "unit" }, unit));
  if (lower == null || upper == null) return [number];
  const ends = `${numberText(lower)} and ${withUnit(upper, unit)}`;
  const words = `${Math.round(level * 100)} of 100 such rows lie between ${ends}.`;
  return [number, element("p", {}, words)];
}

function warningList(warnings) {
  if (!warnings?.length) return [];
  const items = warnings.map(({ message }) =>
    element("li", { class: "warning" }, sentence(message)),
  );
  return [element("h3", {}, "Worth knowing"), element("ul", {}, ...items)];
}

/** Return what is wrong: a link to each field, and what belongs to no field. */
function faultList(faulty, others) {
  const items = [
    ...faulty.map(linkToField),
    ...others.map((message) => element("li", {}, sentence(message))),
  ];
  const title = `No prediction: ${counted(items.length, "thing")} to mend.`;
  return [element("strong", {}, title), element("ul", {}, ...items)];
}

function linkToField(field) {
  const show = (event) => {
    event.preventDefault();
    field.input.focus();
  };
  const link = element("a", { href: `#${field.id}`, onclick: show }, field.error.textContent);
  return element("li", {}, link);
}
