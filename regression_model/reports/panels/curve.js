// How a prediction changes with one column, all others as they are: a curve over what lies on a
// line, and a row for each level of what does not.

const HEIGHT = 240;
const BELOW = 30;
const LEFT = 64;
const ROW = 24;

/**
 * Return the drawing for the points of a column; each has a cell, a prediction and its interval.
 * `marked` is the place of the point that is pointed at.
 */
function whatIfChart(column, points, marked, unit) {
  const drawOne = isOnLine(column) ? drawCurve : drawLevels;
  const words = whatIfWords(column, points, unit);
  return drawnAtWidth((width) => drawOne({ column, points, marked, words, width }));
}

function whatIfWords(column, points, unit) {
  const byPrediction = [...points].sort((one, other) => one.prediction - other.prediction);
  const said = (point) => `${withUnit(point.prediction, unit)} at ${cellText(point.cell)}`;
  const [lowest, highest] = [byPrediction[0], byPrediction.at(-1)].map(said);
  return `The prediction over ${shownName(column.name)}: lowest ${lowest}, highest ${highest}.`;
}

/** Return the smallest and the largest number that a drawing must have room for. */
function endsOf(points) {
  const numbers = points.flatMap(({ prediction, lower, upper }) => [prediction, lower, upper]);
  const known = numbers.filter((number) => number !== null && number !== undefined);
  return [Math.min(...known), Math.max(...known)];
}

function drawCurve({ column, points, marked, words, width }) {
  const places = points.map((point) => placeOf(column, point.cell));
  const x = linear(Math.min(...places), Math.max(...places), LEFT, width - 16);
  const [low, high] = endsOf(points);
  const room = (high - low) * 0.06 || 1;
  const y = linear(low - room, high + room, HEIGHT - BELOW, 8);
  const placeText = (place) => (isDate(column) ? cellAt(column, place) : numberText(place));
  const at = (number) => (point, index) =>
    `${x(places[index])},${y(point[number] ?? point.prediction)}`;
  const band = [...points.map(at("upper")), ...points.map(at("lower")).reverse()];
  return drawn(
    "svg",
    { role: "img", "aria-label": words, width, height: HEIGHT, viewBox: `0 0 ${width} ${HEIGHT}` },
    ...axisAtLeft(roundTicks(low - room, high + room, 5), y, width),
    ...axisBelow(ticksOf(column, places, width), x, HEIGHT - BELOW, width, placeText),
    drawn("polygon", { class: "band", points: band.join(" ") }),
    drawn("polyline", { class: "curve", points: points.map(at("prediction")).join(" ") }),
    ...markAt(x(places[marked]), y(points[marked].prediction)),
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

function markAt(left, top) {
  return [
    drawn("line", { class: "given", x1: left, x2: left, y1: 8, y2: HEIGHT - BELOW }),
    drawn("circle", { class: "dot", cx: left, cy: top, r: 6 }),
  ];
}

function drawLevels({ points, marked, words, width }) {
  const nameWidth = Math.min(width * 0.36, 180);
  const [low, high] = endsOf(points);
  const x = linear(low, high, nameWidth + 16, width - 16);
  const height = points.length * ROW + BELOW;
  const rows = points.flatMap((point, index) =>
    levelRow(point, index * ROW + ROW / 2, x, nameWidth, index === marked),
  );
  const ticks = roundTicks(low, high, Math.max(2, (width - nameWidth) / 110));
  return drawn(
    "svg",
    { role: "img", "aria-label": words, width, height, viewBox: `0 0 ${width} ${height}` },
    ...axisBelow(ticks, x, height - BELOW, width),
    ...rows,
  );
}

function levelRow({ cell, prediction, lower, upper }, top, x, nameWidth, isMarked) {
  const name = shortened(cellText(cell), Math.floor(nameWidth / 7.5));
  const parts = [
    drawn(
      "text",
      { x: nameWidth, y: top + 4, "text-anchor": "end", class: isMarked ? "marked-name" : null },
      name,
    ),
  ];
  if (lower != null && upper != null) {
    parts.push(drawn("line", { class: "whisker", x1: x(lower), x2: x(upper), y1: top, y2: top }));
  }
  parts.push(
    drawn("circle", { class: isMarked ? "dot" : "dot-hollow", cx: x(prediction), cy: top, r: 6 }),
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
