// Texts and numbers as messages show them: short, plain, and as the package's Python writes them.

const isBlank = new Set(RULES.blanks);

/** Return a text without blanks, and characters that have no width, at its ends. */
function strip(text) {
  let [start, end] = [0, text.length];
  while (start < end && isBlank.has(text[start])) start += 1;
  while (end > start && isBlank.has(text[end - 1])) end -= 1;
  return text.slice(start, end);
}

/** Return the first characters of a text, of which some take two places. */
function firstOf(text, count) {
  return text.length <= count ? text : [...text.slice(0, 2 * count)].slice(0, count).join("");
}

/** Return a text whole, or its beginning. */
function short(text) {
  const { shown_characters: most } = RULES;
  const isLong = text.length > most && [...text.slice(0, 2 * most + 2)].length > most;
  return isLong ? `${firstOf(text, most - 1)}…` : text;
}

/** Return a sentence, in which names in braces are replaced by what they stand for. */
const say = (sentence, values = {}) =>
  RULES.sentences[sentence].replace(/\{(\w+)\}/g, (_, name) => values[name]);

const counted = (count) => String(count).replace(/\B(?=(\d{3})+$)/g, ",");

/** Return a text in small letters such that texts are alike whichever way they are capitalised. */
function folded(text) {
  const fold = (letter) => (letter === "ı" ? letter : letter.toUpperCase().toLowerCase());
  return [...text].map((letter) => fold(letter).replaceAll("ς", "σ")).join("");
}

/** Return a number with 15 digits at most, without zeros behind them: 8450, 0.1, 1e+20. */
function plain(number) {
  if (number === 0) return "0";
  if (!Number.isFinite(number)) return number > 0 ? "inf" : number < 0 ? "-inf" : "nan";
  const [digits, exponent] = roundedToEven(number, 15).toLowerCase().split("e");
  return written(digits.replace(/\.?0+$/, ""), Number(exponent), 15);
}

/** Return so many digits of a number in scientific notation; what lies in the middle gets even. */
function roundedToEven(number, digits) {
  const rounded = number.toExponential(digits - 1);
  const [exact] = number.toExponential(60).split("e");
  const rest = exact.replace("-", "").slice(digits + 1);
  const isMiddle = /^50*$/.test(rest);
  const isOdd = Number(exact.replace("-", "")[digits]) % 2 === 1;
  if (!isMiddle || isOdd) return rounded;
  const [, exponent] = number.toExponential(60).split("e");
  return `${exact.slice(0, exact.length - rest.length)}e${exponent}`;
}

/** Return digits such as -1.25 times ten to some exponent, as Python writes them. */
function written(digits, exponent, limit) {
  const sign = digits.startsWith("-") ? "-" : "";
  const all = digits.replace("-", "").replace(".", "");
  if (exponent < -4 || exponent >= limit) {
    const mantissa = all.length > 1 ? `${all[0]}.${all.slice(1)}` : all;
    const size = String(Math.abs(exponent)).padStart(2, "0");
    return `${sign}${mantissa}e${exponent < 0 ? "-" : "+"}${size}`;
  }
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${all}`;
  const whole = all.slice(0, exponent + 1).padEnd(exponent + 1, "0");
  const decimals = all.slice(exponent + 1);
  return decimals ? `${sign}${whole}.${decimals}` : sign + whole;
}

/** Return a number with as few digits as give it back, whole ones without decimals. */
function fewestDigits(number) {
  if (Number.isNaN(number)) return "nan";
  if (!Number.isFinite(number)) return number > 0 ? "inf" : "-inf";
  if (Number.isInteger(number)) return String(BigInt(number));
  const [digits, exponent] = number.toExponential().split("e");
  return written(digits, Number(exponent), 16);
}

const ESCAPES = { "\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\" };
const UNSEEN = /^[\p{C}\p{Zl}\p{Zp}\p{Zs}]$/u;

/** Return a text in quotes, in which what cannot be seen is spelled out. */
function inQuotes(text) {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  return quote + [...text].map((letter) => escaped(letter, quote)).join("") + quote;
}

function escaped(letter, quote) {
  if (letter === quote) return `\\${letter}`;
  if (Object.hasOwn(ESCAPES, letter)) return ESCAPES[letter];
  if (letter === " " || !UNSEEN.test(letter)) return letter;
  const point = letter.codePointAt(0);
  const hex = (width) => point.toString(16).padStart(width, "0");
  if (point < 0x100) return `\\x${hex(2)}`;
  return point < 0x10000 ? `\\u${hex(4)}` : `\\U${hex(8)}`;
}

/** Return a cell as an entry of errors or warnings shows it. */
function shown(cell) {
  if (cell === undefined || cell === null || Number.isNaN(cell)) return null;
  if (typeof cell === "string") return short(cell);
  if (typeof cell === "boolean") return cell;
  if (typeof cell === "object") return short(outlined(cell, SHOWN_DEPTH));
  if (!Number.isFinite(cell)) return plain(cell);
  return isDigitsAlone(cell) && Math.abs(cell) >= 2 ** 64 ? sizeOf(cell) : cell;
}

/** Return how large a whole number is of which nobody wants to read the digits. */
const sizeOf = (number) => `an integer of ${BigInt(Math.abs(number)).toString(2).length} bits`;

const SHOWN_DEPTH = 3;
const SHOWN_ITEMS = 6;

/** Return what a list or a record begins with. */
function outlined(cell, depth) {
  if (typeof cell !== "object") return quoted(cell);
  if (cell === null) return "None";
  const isList = Array.isArray(cell);
  const items = isList ? cell : Object.entries(cell);
  const inner = items
    .slice(0, depth ? SHOWN_ITEMS : 0)
    .map((item) =>
      isList ? outlined(item, depth - 1) : `${inQuotes(item[0])}: ${outlined(item[1], depth - 1)}`,
    );
  const all = cut(inner, items.length);
  return isList ? `[${all}]` : `{${all}}`;
}

/** Return a list in words, with a mark where it goes on. */
const cut = (names, count) => [...names, ...(count > names.length ? ["…"] : [])].join(", ");

/** Return a cell as a message quotes it. */
function quoted(cell) {
  if (typeof cell === "string") return inQuotes(short(cell));
  if (typeof cell === "boolean") return nameOfTruth(cell);
  if (!isDigitsAlone(cell)) return plain(cell);
  return Math.abs(cell) >= 2 ** 64 ? inQuotes(sizeOf(cell)) : String(BigInt(cell));
}

const nameOfTruth = (truth) => (truth ? "True" : "False");

/** Tell whether a number is written as digits alone, without a point or an exponent. */
const isDigitsAlone = (number) => Number.isInteger(number) && Math.abs(number) < 1e21;

/** Return what a cell is, by one word. */
function kindOf(cell) {
  if (typeof cell === "string") return "text";
  return typeof cell === "boolean" ? "bool" : Array.isArray(cell) ? "list" : "dict";
}
