// What a service would answer, computed here by the model that is in the page.

const MOST_BYTES = 50e6;
const AWAKE = 50; // milliseconds between two looks at what a person does
const SEPARATOR_LINE = /^"?sep=([^"\r\n])"?[ \t]*\r?\n/i;
const DECIMAL_COMMA = /(^|[;\n\r"]) *[+-]?\d+,\d+ *([;\r\n"]|$)/;

class PageError extends Error {}

/** Return what a person is told of an error; one that the page has not made is its own fault. */
function wordsOf(error) {
  if (!(error instanceof PageError)) throw error;
  return sentence(error.message);
}

function showProblem(error) {
  byId("problem").textContent = wordsOf(error);
  byId("problem").hidden = false;
}

const service = {
  model: null,

  /** Open the model; one that answers its own records in another way is not used. */
  async open() {
    if (typeof DecompressionStream === "undefined") {
      throw new PageError("This browser is too old for this page: it cannot unpack the model");
    }
    const model = await openModel(bytesOf(byId("artifact").textContent));
    const fault = model.fault();
    if (fault !== null) {
      throw new PageError(
        `This page does not predict: in this browser its model gives other answers than where it ` +
          `was made, in ${fault}`,
      );
    }
    this.model = model;
    return model.description.name;
  },

  async describe() {
    return this.model.description;
  },

  async predict(_name, body, { level = null, explain = false, type = "application/json" }) {
    if (Array.isArray(body)) return this.model.predictRecords(body, { level, explain });
    const text = await textOfTable(body);
    if (type !== "text/csv") return this.model.predictRecords(recordsOf(text, type), { level });
    return this.model.predictTable(tableOfText(text), { level, pause: pauseNowAndThen() });
  },
};

/** Return the text of a table, as UTF-8 or else as Windows writes it. */
async function textOfTable(body) {
  if ((body.size ?? body.length) > MOST_BYTES) {
    throw new PageError("This page reads tables of 50 MB at most; the command predict reads any");
  }
  if (typeof body === "string") return body;
  const bytes = await body.arrayBuffer();
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

function recordsOf(text, type) {
  try {
    if (type === "application/json") return JSON.parse(text);
    const lines = text.split("\n").filter((line) => line.trim() !== "");
    return lines.map((line) => JSON.parse(line));
  } catch (problem) {
    throw new PageError(`These are no records in JSON: ${problem.message}`);
  }
}

/** Return the header and the rows of a CSV text, and whether its numbers have decimal commas. */
function tableOfText(text) {
  const plainText = text.replace(/^\uFEFF/, "");
  const named = SEPARATOR_LINE.exec(plainText);
  const lines = named ? plainText.slice(named[0].length) : plainText;
  const separator = named ? named[1] : delimiterOf(lines);
  const [header, ...rows] = readCsv(lines, separator, Infinity);
  const names = header.map((name) => name.trim()).filter((name) => name !== "");
  const twice = names.find((name, place) => names.indexOf(name) < place);
  if (twice !== undefined) {
    throw new PageError(`The first line names ${twice} twice; leave one column of that name`);
  }
  return { header, rows, hasDecimalCommas: separator === ";" && DECIMAL_COMMA.test(lines) };
}

/** Return a function that gives way to a person from time to time. */
function pauseNowAndThen() {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < AWAKE) return;
    await new Promise((goOn) => setTimeout(goOn));
    last = performance.now();
  };
}
