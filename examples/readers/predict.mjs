// An artifact's model in ONNX Runtime for Node: its conformance vectors are answered and compared.
//
//     npm install --ignore-scripts onnxruntime-node
//     unzip -d model regression_model_output_v0.7.0.zip
//     node predict.mjs model
//
// The encoder is left to you: `cells` below are encoded already, each a number or null for a missing
// one. docs/reference/encoder.md says how a cell becomes one, and the vectors prove that yours does.

import { readFileSync } from "node:fs";
import { InferenceSession, Tensor } from "onnxruntime-node";

const folder = process.argv[2];
const read = (name) => JSON.parse(readFileSync(`${folder}/${name}`, "utf8"));
const { columns, intervals } = read("model.json");
const { level, vectors } = read("conformance.json");

// one thread, so that one row gives the same bits as the same row among others
const options = { intraOpNumThreads: 1 };
const model = await InferenceSession.create(`${folder}/model.onnx`, options);
const widths = await InferenceSession.create(`${folder}/intervals.onnx`, options);

const table = (numbers, width) =>
  new Tensor("float64", Float64Array.from(numbers), [numbers.length / width, width]);

/** Return score, prediction and the ends of the interval of one encoded row. */
async function predict(cells) {
  const x = table(
    cells.map((cell) => cell ?? NaN),
    columns.length,
  );
  const { score, prediction } = await model.run({ x });
  const { lower, upper } = await widths.run({ x, score, offsets: table(offsets(level), 2) });
  const [number] = prediction.data;
  return {
    score: score.data[0],
    prediction: number,
    // a mean may lie outside of an interval that is around the median
    lower: Math.min(lower.data[0], number),
    upper: Math.max(upper.data[0], number),
  };
}

/** Return how many difficulties below and above the score an interval ends. */
function offsets(wanted) {
  const rank = ((intervals.n_residuals + 1) * (1 - wanted)) / 2 + 1e-9;
  const place = intervals.ranks.findLastIndex((kept) => kept <= rank);
  return [Math.min(intervals.lower[place], 0), Math.max(intervals.upper[place], 0)];
}

const answered = vectors.filter(({ prediction }) => prediction !== undefined);
let [farthest, numbers] = [0, 0];
for (const vector of answered) {
  for (const [name, number] of Object.entries(await predict(vector.cells))) {
    if (vector[name] === undefined) continue;
    farthest = Math.max(farthest, Math.abs(number - vector[name]) / Math.max(1, Math.abs(number)));
    numbers += 1;
  }
}
console.log(
  `${answered.length} rows, ${numbers} numbers, farthest apart ${farthest.toExponential(1)}`,
);
process.exitCode = farthest <= 1e-9 ? 0 : 1;
