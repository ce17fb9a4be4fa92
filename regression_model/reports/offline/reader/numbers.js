// What is a number, and what number it is.

const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;
const INFINITE = /^[+-]?[iıİ]nf([iıİ]n[iıİ]ty)?$/i; // letters that Python takes for an i too
const DIGITS = /^[+-]*\d+$/;
const PADDED = /^[+-]*0\d/;

/** Return a cell as a number, past all limits if it overflows; null if it is none. */
function asNumberCell(cell) {
  if (typeof cell === "number") return cell;
  if (typeof cell !== "string") return null;
  const text = strip(cell);
  if (INFINITE.test(text)) return Infinity;
  if (!NUMBER.test(text)) return null;
  const number = Number(text);
  return Number.isFinite(number) ? number : 2 * RULES.max_magnitude;
}

const isInfinite = (cell) => Math.abs(asNumberCell(cell)) === Infinity;

/** Tell whether a text is a number that does not begin with a needless zero. */
const isNumberWithoutPadding = (text) => NUMBER.test(text) && !PADDED.test(text);

/** Tell whether a number is given to its last digit. */
const isWhole = (cell) =>
  typeof cell === "string" ? DIGITS.test(strip(cell)) : isDigitsAlone(cell);

const BLANK = "[ \u00a0\u2009\u202f]";
const GROUPS = { " ": BLANK, "'": "['\u2019]", ".": "\\.", ",": "," };
const GROUPED_POINTS = /^[+-]?\d{1,3}(\.\d{3})+$/;
const WITH_POINT = /^[+-]?\d+\.\d+([eE][+-]?\d+)?$/;

const literal = (text) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");

/** Numbers in other dress, `$52,000` or `1.234,5 €`: what they are with a decimal point alone. */
class NumberFormat {
  constructor({ group, mark, prefix, suffix, accounting, example }) {
    this.example = example;
    this.hasOtherPoint = mark === "," && group === "";
    const before = prefix ? `(?:${literal(prefix)}${BLANK}*)?` : "";
    const behind = suffix ? `(?:${BLANK}*${literal(suffix)})?` : "";
    const groups = group ? `[1-9]\\d{0,2}(?:${GROUPS[group]}\\d{3})+(?!\\d)|` : "";
    const point = literal(mark);
    const sign = (name) => `(?<${name}>[+\u2212-]?)${BLANK}*`;
    const whole = `(?<whole>${groups}\\d+|(?=${point}\\d))`;
    const decimals = `(?:${point}(?<decimals>\\d*))?(?<exponent>[eE][+-]?\\d+)?`;
    const number = `${sign("sign")}${before}${sign("inner")}${whole}${decimals}${behind}`;
    this.pattern = new RegExp(`^${number}$`);
    this.inBrackets = accounting ? new RegExp(`^\\(${number}\\)$`) : null;
  }

  /** Return the text of a number with a point alone, null if it is none. */
  plainText(given) {
    const text = strip(given);
    const isShort = text.length <= RULES.longest_number;
    const bracketed = isShort && this.inBrackets?.exec(text);
    const found = bracketed || (isShort ? this.pattern.exec(text) : null);
    if (!found || (found.groups.sign && found.groups.inner)) return this.withPoint(text);
    const { sign, inner, whole, decimals, exponent } = found.groups;
    const minus = bracketed || "-\u2212".includes(sign || inner || "+") ? "-" : "";
    return minus + whole.replace(/\D/g, "") + (decimals ? `.${decimals}` : "") + (exponent ?? "");
  }

  /** Return a number with a point where it cannot be meant as one between groups. */
  withPoint(text) {
    if (!this.hasOtherPoint || GROUPED_POINTS.test(text)) return null;
    return WITH_POINT.test(text) ? text : null;
  }
}
