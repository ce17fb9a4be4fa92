// Numbers, counts and messages as people read them, and round numbers for the axes of charts.

const GROUPED = new Intl.NumberFormat("en", { maximumSignificantDigits: 6 });
const YEAR_LIKE = new Intl.NumberFormat("en", { maximumSignificantDigits: 6, useGrouping: false });
const LEAST_GROUPED = 10000;
const LEAST_TIMES = 10;
const MOST_TICKS = 50;

/** Return a number with at most six digits that count: 1234567.8 as 1,234,570, and 1999 as 1999. */
function numberText(number) {
  if (number === null) return "none";
  const size = Math.abs(number);
  if (size !== 0 && (size < 1e-4 || size >= 1e12)) return number.toExponential(4);
  return (size < LEAST_GROUPED ? YEAR_LIKE : GROUPED).format(number);
}

/** Return a number with its unit. */
const withUnit = (number, unit) => (unit ? `${numberText(number)} ${unit}` : numberText(number));

/** Return a factor as the change that it makes: 1.082 as +8.2 %, and 12 as ×12. */
function changeText(factor) {
  if (factor >= LEAST_TIMES) return `×${numberText(Number(factor.toPrecision(3)))}`;
  const percent = (factor - 1) * 100;
  const digits = Math.abs(percent) < 10 ? 1 : 0;
  return `${signOf(percent)}${Math.abs(percent).toFixed(digits)} %`;
}

/** Return a number with its sign, a minus as wide as a plus, and four digits that count. */
const signedText = (number) =>
  `${signOf(number)}${numberText(Number(Math.abs(number).toPrecision(4)))}`;

const signOf = (number) => (number < 0 ? "−" : "+");

const COUNTS = new Intl.NumberFormat("en");

const countText = (count) => COUNTS.format(count);

/** Return a count with its noun: 1 row, 2 rows. */
const counted = (count, noun) => `${countText(count)} ${noun}${count === 1 ? "" : "s"}`;

/** Return round numbers between two ends, about as many as asked for. */
function roundTicks(low, high, about) {
  const rough = (high - low) / about;
  if (!(rough > 0) || !Number.isFinite(rough)) return [low];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough);
  const first = Math.ceil(low / step);
  const count = Math.min(Math.floor(high / step) - first + 1, MOST_TICKS);
  return Array.from({ length: count }, (_, index) => (first + index) * step);
}

/** Return a function from numbers between two ends to positions between two others. */
function linear(low, high, from, to) {
  const span = high - low || 1;
  return (number) => from + ((number - low) / span) * (to - from);
}

/** Return a message as a sentence: with a full stop. */
const sentence = (message) => (/[.!?]$/.test(message) ? message : `${message}.`);
