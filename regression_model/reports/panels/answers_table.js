// The answers to a table: how many there are, the first ones beside their rows, all for download.

/** Return what is said of some rows, by row; what concerns all of them stands under null. */
function byRow(entries) {
  const found = new Map();
  for (const entry of entries ?? []) found.set(entry.row, [...(found.get(entry.row) ?? []), entry]);
  return found;
}

/** Return how many rows have a prediction, in words, and what is said of all rows. */
function answersSummary({ predictions, errors, warnings }) {
  const failed = predictions.filter((prediction) => prediction === null).length;
  const parts = [
    `${counted(predictions.length, "row")}: ${countText(predictions.length - failed)} predicted`,
    `${countText(failed)} not`,
  ];
  const [failures, remarks] = [byRow(errors), byRow(warnings)];
  const warned = [...remarks.keys()].filter((row) => row !== null).length;
  if (warned) parts.push(`${countText(warned)} with warnings`);
  return [
    `${parts.join(", ")}.`,
    ...(failures.get(null) ?? []).map(({ message }) => `Error: ${sentence(message)}`),
    ...(remarks.get(null) ?? []).map(({ message }) => `Warning: ${sentence(message)}`),
  ];
}

/** Return the first answers as a table, each with the row that it is the answer to. */
function answersTable(answer, { names, rows }) {
  const numbers = answer.lower ? ["prediction", "lower", "upper"] : ["prediction"];
  const ofNumbers = { prediction: answer.predictions, lower: answer.lower, upper: answer.upper };
  const [errors, warnings] = [byRow(answer.errors), byRow(answer.warnings)];
  const shown = answer.predictions.slice(0, MOST_SHOWN).map((_, row) => {
    const said = [...(errors.get(row) ?? []), ...(warnings.get(row) ?? [])];
    const cells = numbers.map((name) => numberText(ofNumbers[name][row]));
    const given = names.map((name, place) => givenCell(name, rows[row]?.[place] ?? "", said));
    return [String(row), ...cells, remarksOf(errors.get(row), warnings.get(row)), ...given];
  });
  const caption =
    shown.length < answer.predictions.length ? `The first ${shown.length} rows` : "All rows";
  return tableOf(
    `${caption}, counted from 0`,
    ["row", ...numbers, "remarks", ...names.map(shownName)],
    shown,
  );
}

function remarksOf(errors = [], warnings = []) {
  const remark =
    (kind) =>
    ({ message }) =>
      element("p", { class: kind }, element("strong", {}, `${kind}: `), message);
  return element("div", {}, ...errors.map(remark("error")), ...warnings.map(remark("warning")));
}

function givenCell(name, text, said) {
  const entry = said.find(({ column }) => column === name);
  if (entry === undefined) return text;
  return element("mark", { title: entry.message }, text === "" ? "(empty)" : text);
}

/** Return all answers as CSV, with the columns that the command `predict` writes. */
function answersCsv(answer) {
  const columns = { row: answer.predictions.map((_, row) => row), prediction: answer.predictions };
  if (answer.lower) Object.assign(columns, { lower: answer.lower, upper: answer.upper });
  const errors = byRow(answer.errors);
  const reason = (prediction, row) => {
    const own = errors.get(row) ?? (prediction === null ? errors.get(null) : undefined) ?? [];
    return noFormula(own.map(({ message }) => message).join("; "));
  };
  columns.error = answer.predictions.map(reason);
  return writeCsv(columns);
}

/** Return a text that no spreadsheet runs: messages begin with the names of columns. */
const noFormula = (text) => (/^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text);

/** Let the browser save a text as a file. */
function download(name, text, type) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  element("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60000); // by then the browser has read it
}
