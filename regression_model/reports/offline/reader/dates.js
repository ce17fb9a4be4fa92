// Dates: from a text to seconds since 1970, and back.

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const MONTH_NAME = `(?<name>${MONTHS.join("|")})(?:uary|ruary|ch|il|e|y|ust|t|tember|ober|ember)?\\.?`;
const ORDINAL = "(?:st|nd|rd|th)?";
const DAYS = [
  "(?<y>\\d{4})[-/.](?<m>\\d{1,2})(?:[-/.](?<d>\\d{1,2}))?",
  "(?<y>\\d{4})(?<m>\\d{2})(?<d>\\d{2})(?:\\.0+)?",
  "(?<a>\\d{1,2})[-/.](?<b>\\d{1,2})[-/.](?<y>\\d{4}|\\d{2})",
  `(?:(?<d>\\d{1,2})${ORDINAL}\\.?[- ])?${MONTH_NAME}[-, ][ \\t\\n\\r\\f\\v]?(?<y>\\d{4}|\\d{2})`,
  "(?<m>\\d{1,2})[-/](?<y>\\d{4})",
  `${MONTH_NAME} (?<d>\\d{1,2})${ORDINAL},? (?<y>\\d{4})`,
];
const TIME =
  "(?:(?:T|,? +)(?<H>\\d{1,2})(?::|(?<=T\\d\\d))(?<M>\\d{2})" +
  "(?:(?::|(?<=T\\d{4}))(?<S>\\d{2})(?<f>\\.\\d{1,9})?)?" +
  " ?(?<half>[ap]m)? ?(?<zone>Z|UTC|GMT|[+-]\\d{2}(?::?\\d{2})?)?)?";
const FORMS = DAYS.map((days) => new RegExp(`^${days}${TIME}$`, "i"));
const OF_THREE_NUMBERS = FORMS[2];
const WEEKDAY = /^(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?[.,]? +/iu;

/** Return the seconds from 1970-01-01 to the date that a cell holds, null if it holds none. */
function secondsOf(cell, order) {
  if (typeof cell === "number") {
    const isDate = Number.isInteger(cell) && cell >= 10101 && cell <= 99991231;
    return isDate ? secondsOf(String(cell).padStart(8, "0"), order) : null;
  }
  if (typeof cell !== "string") return null;
  const text = strip(cell).replace(WEEKDAY, "");
  for (const form of FORMS) {
    const found = form.exec(text);
    if (found) return secondsOfPieces(found.groups, order);
  }
  return null;
}

/** Return the seconds of a date by its year `y`, hour `H` and so on, null if there is no such. */
function secondsOfPieces(pieces, order) {
  let { m: month = 1, d: day = 1 } = pieces;
  if (pieces.a !== undefined) {
    if (order === "ymd") return null;
    [day, month] = order === "dmy" ? [pieces.a, pieces.b] : [pieces.b, pieces.a];
  }
  if (pieces.name) month = MONTHS.indexOf(pieces.name.toLowerCase()) + 1;
  const days = daysUntil(yearOf(pieces.y), Number(month), Number(day));
  const hour = hourOf(Number(pieces.H ?? 0), pieces.half);
  const [minute, second] = [Number(pieces.M ?? 0), Number(pieces.S ?? 0)];
  if (days === null || hour === null || minute > 59 || second > 59) return null;
  const microseconds = Number((pieces.f ?? ".").slice(1, 7).padEnd(6, "0"));
  const offset = offsetOf(pieces.zone);
  const whole = days * 86400 + hour * 3600 + minute * 60 + second - offset;
  const seconds = exactSeconds(whole, microseconds);
  return seconds < RULES.first_seconds || seconds > RULES.last_seconds ? null : seconds;
}

/** Return the nearest double to whole seconds and some microseconds. */
function exactSeconds(whole, microseconds) {
  const together = whole * 1e6 + microseconds;
  if (Number.isSafeInteger(together)) return together / 1e6;
  const exact = BigInt(whole) * 1000000n + BigInt(microseconds);
  const sign = exact < 0n ? -1n : 1n;
  const [left, right] = [(exact * sign) / 1000000n, (exact * sign) % 1000000n];
  return Number(`${sign < 0n ? "-" : ""}${left}.${String(right).padStart(6, "0")}`);
}

function yearOf(digits) {
  const year = Number(digits);
  if (digits.length > 2) return year;
  return year + (year >= 69 ? 1900 : 2000);
}

/** Return the days from 1970-01-01 to a day of the Gregorian calendar, null if there is none. */
function daysUntil(year, month, day) {
  const moment = new Date(0);
  moment.setUTCFullYear(year, month - 1, day);
  const isDay = moment.getUTCMonth() === month - 1 && moment.getUTCDate() === day;
  return year >= 1 && isDay ? moment.getTime() / 86400000 : null;
}

/** Return an hour of the day; 12 am is midnight. Null if there is no such hour. */
function hourOf(hour, half) {
  if (!half) return hour <= 23 ? hour : null;
  if (hour < 1 || hour > 12) return null;
  return (hour % 12) + (half.toLowerCase() === "pm" ? 12 : 0);
}

/** Return by how many seconds a zone such as +02:00 is ahead of UTC. */
function offsetOf(zone) {
  if (zone === undefined || !"+-".includes(zone[0])) return 0;
  const digits = zone.slice(1).replace(":", "");
  const ahead = Number(digits.slice(0, 2)) * 3600 + Number(digits.slice(2) || 0) * 60;
  return zone[0] === "-" ? -ahead : ahead;
}

/** Return a date as text, with its time unless that is midnight. */
function dateText(seconds) {
  const known = Math.min(seconds, RULES.last_seconds - 1);
  let whole = Math.floor(known);
  let microseconds = roundHalfEven((known - whole) * 1e6);
  if (microseconds === 1e6) [whole, microseconds] = [whole + 1, 0];
  const [day, time] = new Date(whole * 1000).toISOString().replace(".000Z", "").split("T");
  if (microseconds) return `${day}T${time}.${String(microseconds).padStart(6, "0")}`;
  return time === "00:00:00" ? day : `${day}T${time}`;
}

function roundHalfEven(number) {
  const rounded = Math.round(number);
  return Math.abs(number % 1) === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

/** Tell whether a text is three numbers, of which the order is to be declared. */
const isAmbiguous = (cell) => typeof cell === "string" && OF_THREE_NUMBERS.test(strip(cell));
