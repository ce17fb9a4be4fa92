// What another value of one column would change, all others as they are in the form.

/** The chart below an answer; `useCell` puts a value that was tried into the form. */
class WhatIfPanel {
  constructor(model, service, columns, useCell) {
    this.model = model;
    this.service = service;
    this.columns = columns;
    this.useCell = useCell;
    this.asked = 0;
    const names = namesByImportance(model.columns);
    const options = names.map((name) => element("option", { value: name }, shownName(name)));
    byId("what-if-column").replaceChildren(...options);
    this.clear();
  }

  get column() {
    return this.columns.get(byId("what-if-column").value);
  }

  clear() {
    this.asked += 1; // an answer that is due comes too late
    byId("what-if").hidden = true;
  }

  /** Ask for predictions over values of the column, in one request, and show them. */
  async show(record, level) {
    this.asked += 1;
    this.latest = { record, level };
    const [{ asked, column }, given] = [this, record[this.column.name]];
    const cells = cellsToTry(column, given);
    if (cells.length === 0) {
      this.showWords("Of this column no values are known that could be tried.");
      return;
    }
    const records = cells.map((cell) => ({ ...record, [column.name]: cell }));
    try {
      const answer = await this.service.predict(this.model.name, records, { level });
      if (asked === this.asked) this.showPoints(column, pointsOf(cells, answer), given);
    } catch (error) {
      if (asked === this.asked) this.showWords(wordsOf(error));
    }
  }

  /** Show the same record over the column that is chosen now. */
  showAgain() {
    this.show(this.latest.record, this.latest.level);
  }

  showPoints(column, points, given) {
    if (points.length === 0) {
      this.showWords("None of the values that were tried has a prediction.");
      return;
    }
    this.points = inReadingOrder(column, points);
    const place = this.points.findIndex((point) => point.cell === given);
    const slider = byId("what-if-value");
    slider.max = this.points.length - 1;
    slider.value = place < 0 ? Math.floor(this.points.length / 2) : place;
    const table = whatIfTable(column, this.points, this.model.unit);
    byId("what-if-numbers").replaceChildren(folded("The numbers of this chart", table));
    byId("what-if-reader").hidden = false;
    byId("what-if").hidden = false;
    this.mark();
  }

  showWords(words) {
    byId("what-if-curve").replaceChildren(element("p", {}, words));
    byId("what-if-numbers").replaceChildren();
    byId("what-if-reader").hidden = true;
    byId("what-if").hidden = false;
  }

  /** Draw the point that the slider stands on, and say it. */
  mark() {
    const slider = byId("what-if-value");
    const marked = Number(slider.value);
    const words = pointWords(this.points[marked], this.model.unit);
    slider.setAttribute("aria-valuetext", words);
    byId("what-if-said").textContent = words;
    const chart = whatIfChart(this.column, this.points, marked, this.model.unit);
    byId("what-if-curve").replaceChildren(chart);
  }

  use() {
    const { cell } = this.points[Number(byId("what-if-value").value)];
    this.useCell(this.column.name, cell);
  }
}

function pointsOf(cells, { predictions, lower, upper }) {
  const points = cells.map((cell, row) => ({
    cell,
    prediction: predictions[row],
    lower: lower?.[row],
    upper: upper?.[row],
  }));
  return points.filter(({ prediction }) => prediction !== null);
}

/** Return points as they are read: levels without an order by their predictions. */
function inReadingOrder(column, points) {
  if (column.kind !== "category") return points;
  return [...points].sort((one, other) => other.prediction - one.prediction);
}

function pointWords({ cell, prediction, lower, upper }, unit) {
  const words = `${cellText(cell)}: ${withUnit(prediction, unit)}`;
  if (lower == null || upper == null) return words;
  return `${words}, from ${numberText(lower)} to ${numberText(upper)}`;
}
