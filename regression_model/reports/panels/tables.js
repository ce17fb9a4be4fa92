// Tables as text: what kind a text is of, its first rows, and the answers as CSV.

const MOST_SHOWN = 50;

/** Return the media type of a table, by its first character. */
function mediaTypeOf(text) {
  const first = text.trimStart()[0];
  if (first === "[") return "application/json";
  return first === "{" ? "application/x-ndjson" : "text/csv";
}

/** Return names and cells of the first rows of a table, only to be shown beside the answers. */
function firstRows(text) {
  const type = mediaTypeOf(text);
  if (type === "text/csv") return rowsOfCsv(text);
  try {
    return rowsOfRecords(type === "application/json" ? JSON.parse(text) : recordsOfLines(text));
  } catch {
    return { names: [], rows: [] }; // the service says what is wrong with it
  }
}

function recordsOfLines(text) {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return lines.slice(0, MOST_SHOWN).map((line) => JSON.parse(line));
}

function rowsOfRecords(records) {
  const shown = records.slice(0, MOST_SHOWN);
  const names = [...new Set(shown.flatMap((record) => Object.keys(record)))];
  const cellOf = (record, name) => (Object.hasOwn(record, name) ? cellText(record[name]) : "");
  return { names, rows: shown.map((record) => names.map((name) => cellOf(record, name))) };
}

function rowsOfCsv(text) {
  const plain = text.replace(/^\uFEFF/, "");
  const [names = [], ...rows] = readCsv(plain, delimiterOf(plain), MOST_SHOWN + 1);
  return { names, rows };
}

/** Return which of the usual delimiters the first line has most of. */
function delimiterOf(text) {
  const header = text.slice(0, text.search(/[\r\n]|$/));
  const count = (delimiter) => header.split(delimiter).length;
  return [",", ";", "\t", "|"].reduce((best, other) => (count(other) > count(best) ? other : best));
}

/** Return the first rows of CSV; quoted cells may hold delimiters, quotes and ends of lines. */
function readCsv(text, delimiter, most) {
  const rows = [];
  let row = [];
  let cell = "";
  let isQuoted = false;
  const endCell = () => {
    row.push(cell);
    cell = "";
  };
  const endRow = () => {
    endCell();
    if (row.length > 1 || row[0] !== "") rows.push(row); // a blank line is no row
    row = [];
  };
  for (let index = 0; index < text.length && rows.length < most; index += 1) {
    const letter = text[index];
    if (letter === '"' && isQuoted && text[index + 1] === '"') {
      cell += letter;
      index += 1;
    } else if (letter === '"' && (isQuoted || cell === "")) isQuoted = !isQuoted;
    else if (isQuoted) cell += letter;
    else if (letter === delimiter) endCell();
    else if (letter === "\n") endRow();
    else if (letter !== "\r") cell += letter;
  }
  if (rows.length < most) endRow();
  return rows;
}

/** Return columns of equal length as CSV, under their names. */
function writeCsv(columns) {
  const names = Object.keys(columns);
  const lines = [names.map(csvCell).join(",")];
  const count = columns[names[0]].length;
  for (let row = 0; row < count; row += 1) {
    lines.push(names.map((name) => csvCell(columns[name][row])).join(","));
  }
  return `${lines.join("\r\n")}\r\n`;
}

function csvCell(cell) {
  if (cell === null || cell === undefined) return "";
  const text = String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Return a record as CSV with a header. */
const recordCsv = (record) =>
  writeCsv(Object.fromEntries(Object.entries(record).map(([name, cell]) => [name, [cell]])));
