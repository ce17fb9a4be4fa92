// What a column of the model's description means for a person: words, choices, values to try.

const MOST_TRIED = 41;
const DAY = 86400000;

const isNumeric = (column) => column.kind === "number" || column.kind === "integer";
const isDate = (column) => column.kind === "date";

/** Return columns by their names. */
const byName = (columns) => new Map(columns.map((column) => [column.name, column]));

const hasImportance = ({ importance }) => typeof importance === "number";

/** Return names of columns, those that matter most first; in their order, if that is not known. */
function namesByImportance(columns) {
  const weight = (column) => (hasImportance(column) ? column.importance : 0);
  const sorted = [...columns].sort((one, other) => weight(other) - weight(one));
  return sorted.map(({ name }) => name);
}

/** Return a name as it is shown; one that is nothing but blanks would be seen by nobody. */
const shownName = (name) => (name.trim() === "" ? `"${name}"` : name);

/** Return the cells that one chooses from, with their texts; null where one writes. */
function choicesOf(column) {
  const cells = column.kind === "boolean" ? [true, false] : column.levels;
  return cells.length ? cells.map((cell) => ({ cell, text: cellText(cell) })) : null;
}

/** Return what an empty field means. */
const emptyText = (column) => (column.missing_means === "none" ? "(none)" : "(not given)");

/** Return what one may want to know before one fills a field in. */
function hintOf(column) {
  const parts = [];
  if (column.kind === "integer") parts.push("whole number");
  if (column.training_range) parts.push(`trained on ${rangeText(column)}`);
  if (column.minimum != null) parts.push(`at least ${numberText(column.minimum)}`);
  if (column.maximum != null) parts.push(`at most ${numberText(column.maximum)}`);
  if (column.missing_means === "none" && isNumeric(column)) parts.push("empty means none");
  return parts.join(", ");
}

function rangeText(column) {
  const [low, high] = column.training_range.map((end) => cellText(end));
  return `${low} to ${high}`;
}

/** Return a cell as a person reads it. */
function cellText(cell) {
  if (cell === undefined || cell === null || cell === "") return "(not given)";
  if (typeof cell === "number") return numberText(cell);
  if (typeof cell === "boolean") return cell ? "yes" : "no";
  return String(cell);
}

/** Tell whether the values of a column lie on a line, so that a curve can be drawn over them. */
const isOnLine = (column) => isNumeric(column) || isDate(column);

/** Return where on its line a cell lies, NaN where it does not. */
function placeOf(column, cell) {
  if (cell === undefined || cell === null) return NaN;
  return isDate(column) ? Date.parse(withZone(cell)) : Number(cell);
}

// without a zone of its own a moment is one of Greenwich, here and in the service
const withZone = (text) => (String(text).includes("T") ? `${text}Z` : String(text));

/** Return cells to try one after the other: over what training has seen, and the one given. */
function cellsToTry(column, given) {
  const ofGiven = given === undefined ? [] : [given];
  const choices = choicesOf(column);
  if (choices !== null) {
    const cells = choices.slice(0, MOST_TRIED).map((choice) => choice.cell);
    return [...new Set([...cells, ...ofGiven])];
  }
  const ends = [...(column.training_range ?? []), ...ofGiven];
  const places = ends.map((end) => placeOf(column, end)).filter(Number.isFinite);
  if (places.length === 0) return [];
  const between = placesBetween(Math.min(...places), Math.max(...places), leastStep(column));
  return withGiven(column, between, given);
}

/** Return the cells at some places, and the one given at its own, exactly as it is. */
function withGiven(column, places, given) {
  const own = placeOf(column, given);
  const tried = places
    .filter((place) => place !== own)
    .map((place) => [place, cellAt(column, place)]);
  if (Number.isFinite(own)) tried.push([own, given]);
  return tried.sort(([one], [other]) => one - other).map(([, cell]) => cell);
}

function leastStep(column) {
  if (isDate(column)) return DAY;
  return column.kind === "integer" ? 1 : 0;
}

function placesBetween(low, high, step) {
  const places = [];
  for (let index = 0; index < MOST_TRIED; index += 1) {
    const place = low + ((high - low) * index) / (MOST_TRIED - 1);
    places.push(step ? low + Math.round((place - low) / step) * step : place);
  }
  return [...new Set(places)];
}

function cellAt(column, place) {
  if (isDate(column)) return new Date(place).toISOString().slice(0, 10);
  return Number(place.toPrecision(12)); // 0.1 + 0.2 is to be tried, and read, as 0.3
}
