// A model that is ready to answer: what an artifact's members say, and its graphs.

const LARGEST_EXPONENT = 700;
const ROUNDING = 1e-9;
const NEAR = 1e-9;

/** A model; `predict` answers as the package's `make_prediction` does. */
class Reader {
  constructor(members, arrays) {
    const facts = JSON.parse(textOf(members.get("page.json")));
    this.description = facts.description;
    this.version = facts.description.version;
    this.intervals = facts.intervals;
    this.encoder = new Encoder(facts.columns);
    const conformance = members.get("conformance.json");
    this.conformance = JSON.parse(textOf(conformance));
    const graphOf = (name) => (members.has(name) ? new Graph(members.get(name)) : null);
    this.graph = graphOf("model.onnx");
    this.ends = graphOf("intervals.onnx");
    this.explainer = arrays ? new Explainer(members.get("explain.onnx"), arrays) : null;
  }

  /** Answer records. */
  predictRecords(records, { level = null, explain = false, isFromFile = false } = {}) {
    const report = new Report();
    const rows = this.encoder.ofRecords(records, report, isFromFile);
    const answers = rows.map((encode) => this.answer(encode(), level, explain));
    return this.result(answers, report, level, explain);
  }

  /** Answer a table of texts; `pause` is awaited now and then, so that a page stays awake. */
  async predictTable({ header, rows, hasDecimalCommas }, { level = null, pause }) {
    const report = new Report();
    const encoder = hasDecimalCommas ? this.encoder.withDecimalCommas() : this.encoder;
    const answers = [];
    for (const encode of encoder.ofTable(header, rows, report)) {
      answers.push(this.answer(encode(), level, false));
      await pause?.(answers.length);
    }
    return this.result(answers, report, level, false);
  }

  /** Return all numbers about an encoded row. */
  answer(x, level, explain) {
    if (x === null) return null;
    const { score, prediction } = this.graph.run({ x });
    const answer = { x, score: score[0], prediction: prediction[0] };
    if (level !== null) {
      const offsets = this.offsets(level);
      const { lower, upper } = this.ends.run({ x, score, offsets });
      // a mean may lie outside of an interval that is around the median
      answer.lower = Math.min(lower[0], answer.prediction);
      answer.upper = Math.max(upper[0], answer.prediction);
    }
    if (explain) answer.contributions = this.explainer.contributions(x);
    return answer;
  }

  /** Return how many difficulties below and above the score an interval ends. */
  offsets(level) {
    const { n_residuals: count, ranks, lower, upper } = this.intervals;
    const rank = ((count + 1) * (1 - level)) / 2 + ROUNDING;
    const place = ranks.findLastIndex((kept) => kept <= rank);
    if (place < 0) throw new Error("There are too few residuals for this interval.");
    return Float64Array.of(Math.min(lower[place], 0), Math.max(upper[place], 0));
  }

  result(answers, report, level, explain) {
    answers.forEach((answer, row) => {
      if (report.allFailed || report.failed.has(row) || Number.isFinite(answer?.prediction)) return;
      report.refuse(row, null, { code: "not_finite_prediction", message: say("not_finite") });
    });
    const isAnswered = (row) => !report.allFailed && !report.failed.has(row);
    const listed = (name) =>
      answers.map((answer, row) =>
        isAnswered(row) && Number.isFinite(answer[name]) ? answer[name] : null,
      );
    const result = {
      predictions: listed("prediction"),
      version: this.version,
      errors: report.sortedErrors(),
      warnings: report.sortedWarnings(),
    };
    if (level !== null) Object.assign(result, { lower: listed("lower"), upper: listed("upper") });
    if (explain) {
      result.explanations = answers.map((answer, row) =>
        isAnswered(row) ? this.explanation(answer) : null,
      );
    }
    return result;
  }

  explanation({ score, contributions }) {
    if (![score, ...contributions].every(Number.isFinite)) return null;
    const named = contributions.map((part, place) => [this.explainer.features[place], part]);
    const explanation = {
      base: this.explainer.base,
      score,
      contributions: Object.fromEntries(named),
    };
    if (this.description.transform === "log") {
      const factors = named.map(([name, part]) => [
        name,
        Math.exp(Math.min(part, LARGEST_EXPONENT)),
      ]);
      explanation.effect = Object.fromEntries(factors);
    }
    return explanation;
  }

  /** Answer the conformance vectors; return in what the first differs that is wrong, or null. */
  fault() {
    const { level, vectors } = this.conformance;
    const sizes = largest(vectors);
    for (const [place, vector] of vectors.entries()) {
      const what = this.faultOf(vector, level ?? null, sizes);
      if (what) return `record ${place} of its conformance vectors: ${what}`;
    }
    return null;
  }

  faultOf(vector, level, sizes) {
    const report = new Report();
    const isFromFile = vector.from === "file";
    const [encode] = this.encoder.ofRecords([vector.record], report, isFromFile);
    const answer = this.answer(encode(), level, false);
    const { predictions, errors, warnings } = this.result([answer], report, level, false);
    if (!sameCodes(errors, vector.errors) || !sameCodes(warnings, vector.warnings)) return "codes";
    if (vector.prediction === undefined) return predictions[0] === null ? null : "prediction";
    const isSame = (cell, place) => Object.is(cell ?? NaN, answer.x[place] + 0);
    if (!vector.cells.every(isSame)) return "cells";
    return NUMBERS.find(
      (name) =>
        vector[name] !== undefined &&
        !(Math.abs(vector[name] - answer[name]) <= NEAR * sizes[name]),
    );
  }
}

const NUMBERS = ["score", "prediction", "lower", "upper"];

/** Return the largest size of each number, by which differences are judged. */
function largest(vectors) {
  const sizes = NUMBERS.map((name) => {
    const known = vectors.map((vector) => Math.abs(vector[name] ?? 0));
    return [name, Math.max(Number.MIN_VALUE, ...known)];
  });
  return Object.fromEntries(sizes);
}

function sameCodes(entries, expected) {
  const found = (entries ?? []).map(({ column, code }) => [column, code]);
  return JSON.stringify(found) === JSON.stringify(expected);
}

/** Return the reader of a model whose members are in a zip, as bytes. */
async function openModel(bytes) {
  const members = await readZip(bytes);
  const arrays = members.has("explain.npz") ? await readArrays(members.get("explain.npz")) : null;
  return new Reader(members, arrays);
}
