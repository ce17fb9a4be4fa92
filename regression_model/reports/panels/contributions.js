// What each feature adds to a prediction: a table that is a bar chart too, the largest first.

const MOST_BARS = 10;

/**
 * Return the bars of an explanation; the small ones are folded.
 * `record` has the cells beside the names; a score that `isTarget` is in the target's unit.
 */
function contributionBars({ contributions, effect }, { record, unit, isTarget }) {
  const size = ([, part]) => Math.abs(part);
  const sorted = Object.entries(contributions).sort((one, other) => size(other) - size(one));
  const largest = sorted.length ? size(sorted[0]) || 1 : 1;
  const rows = sorted.map(([name, part]) => {
    const text = effect ? changeText(effect[name]) : signedText(part);
    return [nameWithCell(name, record[name]), barOf(part / largest, text)];
  });
  const measure = effect ? "changes the prediction by" : additionWords(unit, isTarget);
  const title = "What moves this prediction away from the average row";
  const shown = element("div", {}, barTable(title, measure, rows.slice(0, MOST_BARS)));
  const rest = rows.slice(MOST_BARS);
  if (rest.length) {
    const words = counted(rest.length, "smaller contribution");
    shown.append(folded(words, barTable("Smaller contributions", measure, rest)));
  }
  return shown;
}

function additionWords(unit, isTarget) {
  if (!isTarget) return "adds to the score";
  return unit ? `adds, in ${unit}` : "adds";
}

function barTable(caption, measure, rows) {
  const table = tableOf(caption, ["Feature", measure], rows);
  table.className = "bars";
  return table;
}

function nameWithCell(name, cell) {
  const box = element("span", {}, shownName(name));
  if (cell !== undefined) box.append(" ", element("span", { class: "value" }, cellText(cell)));
  return box;
}

/** Return a bar of some share of the largest, and beside it what it stands for. */
function barOf(share, text) {
  const bar = element("span", { class: share < 0 ? "bar falling" : "bar rising" });
  bar.style.width = `${Math.abs(share) * 50}%`; // of a track whose middle is zero
  const track = element("span", { class: "track", "aria-hidden": "true" }, bar);
  return element("span", { class: "bar-row" }, track, element("span", { class: "bar-text" }, text));
}
