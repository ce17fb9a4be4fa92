// How a prediction changes with one column, all others as they are: a curve over what lies on a
// line, and a row for each level of what does not.

const HEIGHT = 240;
const BELOW = 30;
const LEFT = 64;
const ROW = 24;

/** Return the drawing for the points of a column; each has a cell, a prediction and its interval. */
function whatIfChart(column, points, given, unit) {
  const answered = points.filter((point) => point.prediction !== null);
  if (answered.length === 0)
    return element("p", {}, "None of the values that were tried has a prediction.");
  const drawOne = isOnLine(column) ? drawCurve : drawLevels;
  const words = whatIfWords(column, answered, unit);
  const draw = (width) => drawOne({ column, points: answered, given, words, width });
  return drawAtWidth(element("div", { class: "chart" }), draw);
}

function whatIfWords(column, points, unit) {
  const byPrediction = [...points].sort((one, other) => one.prediction - other.prediction);
  const said = (point) => `${withUnit(point.prediction, unit)} at ${cellText(point.cell)}`;
  return `The prediction over ${shownName(column.name)}: lowest ${said(byPrediction[0])}, highest ${said(byPrediction.at(-1))}.`;
}

/** Return the smallest and the largest number that a drawing must have room for. */
function endsOf(points) {
  const numbers = points.flatMap(({ prediction, lower, upper }) => [prediction, lower, upper]);
  const known = numbers.filter((number) => number !== null && number !== undefined);
  return [Math.min(...known), Math.max(...known)];
}

function drawCurve({ column, points, given, words, width }) {
  const places = points.map((point) => placeOf(column, point.cell));
  const x = linear(Math.min(...places), Math.max(...places), LEFT, width - 16);
  const [low, high] = endsOf(points);
  const room = (high - low) * 0.06 || 1;
  const y = linear(low - room, high + room, HEIGHT - BELOW, 8);
  const at = (number) => (point, index) =>
    `${x(places[index])},${y(point[number] ?? point.prediction)}`;
  const band = [...points.map(at("upper")), ...points.map(at("lower")).reverse()];
  return drawn(
    "svg",
    { role: "img", "aria-label": words, width, height: HEIGHT, viewBox: `0 0 ${width} ${HEIGHT}` },
    ...axisAtLeft(roundTicks(low - room, high + room, 5), y, width),
    ...axisBelow(ticksOf(column, places, width), x, HEIGHT - BELOW, width, (place) =>
      placeText(column, place),
    ),
    drawn("polygon", { class: "band", points: band.join(" ") }),
    drawn("polyline", { class: "curve", points: points.map(at("prediction")).join(" ") }),
    ...givenMark(points, places, placeOf(column, given), x, y),
  );
}

function axisAtLeft(ticks, y, width) {
  return ticks.flatMap((tick) => [
    drawn("line", { class: "grid", x1: LEFT, x2: width - 16, y1: y(tick), y2: y(tick) }),
    drawn("text", { x: LEFT - 8, y: y(tick) + 4, "text-anchor": "end" }, numberText(tick)),
  ]);
}

function ticksOf(column, places, width) {
  const ticks = roundTicks(Math.min(...places), Math.max(...places), Math.max(2, width / 110));
  return column.kind === "integer" ? ticks.filter(Number.isInteger) : ticks;
}

const placeText = (column, place) => (isDate(column) ? cellAt(column, place) : numberText(place));

/** Return a line and a dot where the given cell is, at the point that was tried next to it. */
function givenMark(points, places, given, x, y) {
  if (!Number.isFinite(given)) return [];
  const distances = places.map((place) => Math.abs(place - given));
  const nearest = distances.indexOf(Math.min(...distances));
  const [left, top] = [x(places[nearest]), y(points[nearest].prediction)];
  return [
    drawn("line", { class: "given", x1: left, x2: left, y1: 8, y2: HEIGHT - BELOW }),
    drawn("circle", { class: "dot", cx: left, cy: top, r: 6 }),
  ];
}

function drawLevels({ points, given, words, width }) {
  const nameWidth = Math.min(width * 0.36, 180);
  const [low, high] = endsOf(points);
  const x = linear(low, high, nameWidth + 16, width - 16);
  const height = points.length * ROW + BELOW;
  const rows = points.flatMap((point, index) =>
    levelRow(point, index * ROW + ROW / 2, x, nameWidth, point.cell === given),
  );
  const ticks = roundTicks(low, high, Math.max(2, (width - nameWidth) / 110));
  return drawn(
    "svg",
    { role: "img", "aria-label": words, width, height, viewBox: `0 0 ${width} ${height}` },
    ...axisBelow(ticks, x, height - BELOW, width),
    ...rows,
  );
}

function levelRow({ cell, prediction, lower, upper }, top, x, nameWidth, isGiven) {
  const name = shortened(cellText(cell), Math.floor(nameWidth / 7.5));
  const parts = [
    drawn(
      "text",
      { x: nameWidth, y: top + 4, "text-anchor": "end", class: isGiven ? "given-name" : null },
      name,
    ),
  ];
  if (lower != null && upper != null) {
    parts.push(drawn("line", { class: "whisker", x1: x(lower), x2: x(upper), y1: top, y2: top }));
  }
  parts.push(
    drawn("circle", { class: isGiven ? "dot" : "dot-hollow", cx: x(prediction), cy: top, r: 6 }),
  );
  return parts;
}

const shortened = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

/** Return the points as a table. */
function whatIfTable(column, points, unit) {
  const hasInterval = points.some((point) => point.lower !== undefined);
  const headers = [shownName(column.name), unit ? `prediction in ${unit}` : "prediction"];
  if (hasInterval) headers.push("from", "to");
  const rows = points.map(({ cell, prediction, lower, upper }) => {
    const numbers = hasInterval ? [prediction, lower, upper] : [prediction];
    return [cellText(cell), ...numbers.map((number) => numberText(number ?? null))];
  });
  return tableOf(`The prediction over ${shownName(column.name)}`, headers, rows);
}
