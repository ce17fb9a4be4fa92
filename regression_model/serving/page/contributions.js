// What each feature adds to a prediction: a table that is a bar chart too, the largest first.

const MOST_BARS = 10;

/** Return the bars of an explanation; the small ones are folded. */
function contributionBars({ contributions, effect }, { record, unit, isTarget }) {
  const sorted = Object.entries(contributions).sort(
    ([, one], [, other]) => Math.abs(other) - Math.abs(one),
  );
  const largest = Math.abs(sorted[0]?.[1] ?? 0) || 1;
  const change = (name, part) => (effect ? changeText(effect[name]) : signedText(part));
  const rows = sorted.map(([name, part]) => ({
    name,
    cell: record[name],
    part,
    share: part / largest,
    text: change(name, part),
  }));
  const measure = effect
    ? "changes the prediction by"
    : isTarget && unit
      ? `adds, in ${unit}`
      : "adds to the score";
  const shown = element(
    "div",
    {},
    barTable(
      "What moves this prediction away from the average row",
      measure,
      rows.slice(0, MOST_BARS),
    ),
  );
  if (rows.length > MOST_BARS) {
    const rest = rows.slice(MOST_BARS);
    shown.append(
      folded(
        `${counted(rest.length, "smaller contribution")}`,
        barTable("Smaller contributions", measure, rest),
      ),
    );
  }
  return shown;
}

function barTable(caption, measure, rows) {
  const table = tableOf(
    caption,
    ["Feature", measure],
    rows.map((row) => [featureName(row), barOf(row)]),
  );
  table.className = "bars";
  return table;
}

function featureName({ name, cell }) {
  const box = element("span", {}, shownName(name));
  if (cell !== undefined) box.append(" ", element("span", { class: "value" }, cellText(cell)));
  return box;
}

function barOf({ part, share, text }) {
  const bar = element("span", { class: part < 0 ? "bar falling" : "bar rising" });
  bar.style.width = `${Math.abs(share) * 50}%`;
  return element(
    "span",
    { class: "bar-row" },
    element("span", { class: "track", "aria-hidden": "true" }, bar),
    element("span", { class: "bar-text" }, text),
  );
}
