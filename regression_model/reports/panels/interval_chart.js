// A prediction with its interval, drawn on a line of its own.

const LINE = 34; // pixels from the top
const MARGIN = 12;

/** Return the drawing of an interval with the prediction in it. */
function intervalChart({ prediction, lower, upper }, unit) {
  const ends = `from ${withUnit(lower, unit)} to ${withUnit(upper, unit)}`;
  const words = `The interval ${ends}, with the prediction ${withUnit(prediction, unit)} in it.`;
  return drawnAtWidth((width) => {
    const [left, right] = [Math.min(lower, prediction), Math.max(upper, prediction)];
    const room = (right - left) * 0.2 || Math.abs(prediction) * 0.1 || 1;
    const [low, high] = [left - room, right + room];
    const x = linear(low, high, MARGIN, width - MARGIN);
    return drawn(
      "svg",
      { role: "img", "aria-label": words, width, height: 72, viewBox: `0 0 ${width} 72` },
      ...axisBelow(roundTicks(low, high, Math.max(2, width / 130)), x, LINE + 14, width),
      drawn("line", { class: "axis", x1: MARGIN, x2: width - MARGIN, y1: LINE, y2: LINE }),
      drawn("rect", {
        class: "band-strong",
        x: x(lower),
        width: x(upper) - x(lower),
        y: LINE - 9,
        height: 18,
        rx: 9,
      }),
      drawn("circle", { class: "dot", cx: x(prediction), cy: LINE, r: 8 }),
    );
  });
}

/** Return ticks with their numbers; a number that would not fit is left out. */
function axisBelow(ticks, x, top, width, text = numberText) {
  const parts = [];
  for (const tick of ticks) {
    const middle = x(tick);
    const half = text(tick).length * 3.6;
    parts.push(drawn("line", { class: "tick", x1: middle, x2: middle, y1: top, y2: top + 5 }));
    if (middle - half < 0 || middle + half > width) continue;
    parts.push(drawn("text", { x: middle, y: top + 20, "text-anchor": "middle" }, text(tick)));
  }
  return parts;
}
