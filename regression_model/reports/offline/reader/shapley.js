// What each feature adds to a score: its linear part, and its Shapley values of the trees, by
// quadrature of a polynomial that is exact (see the package's `artifact/shapley.py`).

/** Return points and weights of Gauss and Legendre for the integral from 0 to 1. */
function quadrature(count) {
  const points = [];
  for (let index = 0; index < count; index += 1) {
    let x = Math.cos((Math.PI * (index + 0.75)) / (count + 0.5));
    let slope = 1;
    for (let round = 0; round < 100; round += 1) {
      const [value, before] = legendre(count, x);
      slope = (count * (x * value - before)) / (x * x - 1);
      const step = value / slope;
      x -= step;
      if (Math.abs(step) < 1e-16) break;
    }
    points.push({ point: (x + 1) / 2, weight: 1 / ((1 - x * x) * slope * slope) });
  }
  return points;
}

/** Return the values of the Legendre polynomial of a degree, and of the one before it. */
function legendre(degree, x) {
  let [value, before] = [x, 1];
  for (let k = 2; k <= degree; k += 1) {
    [value, before] = [((2 * k - 1) * x * value - (k - 1) * before) / k, value];
  }
  return [value, before];
}

const NO_CHILD = -1;
const ASKS_NOTHING = { low: -Infinity, high: Infinity, takesMissing: true, share: 1 };

/** Return all leaves of trees: a value, and what the path to it asks of each column. */
function leavesOf(nodes) {
  const leaves = [];
  const waiting = Array.from(nodes.roots, (node) => ({ node, path: new Map() }));
  while (waiting.length) {
    const { node, path } = waiting.pop();
    if (nodes.left[node] === NO_CHILD) {
      leaves.push({ value: nodes.value[node], path });
      continue;
    }
    for (const isLeft of [true, false]) {
      const child = isLeft ? nodes.left[node] : nodes.right[node];
      const narrowed = new Map(path);
      const column = nodes.column[node];
      narrowed.set(column, narrow(path.get(column) ?? ASKS_NOTHING, nodes, node, child, isLeft));
      waiting.push({ node: child, path: narrowed });
    }
  }
  return leaves;
}

function narrow(before, nodes, node, child, isLeft) {
  const threshold = nodes.threshold[node];
  return {
    low: isLeft ? before.low : Math.max(before.low, threshold),
    high: isLeft ? Math.min(before.high, threshold) : before.high,
    takesMissing: before.takesMissing && Boolean(nodes.missing_left[node]) === isLeft,
    share: before.share * (nodes.cover[child] / nodes.cover[node]),
  };
}

const keeps = (value, { low, high, takesMissing }) =>
  Number.isNaN(value) ? takesMissing : value > low && value <= high;

/** Explains scores: `base` and the contributions of a row add up to its score. */
class Explainer {
  constructor(graphBytes, arrays) {
    this.graph = new Graph(graphBytes);
    this.arrays = arrays;
    this.features = arrays.features;
    this.leaves = leavesOf(arrays).map(({ value, path }) => ({
      value,
      columns: [...path.keys()],
      asked: [...path.values()],
    }));
    this.quadratures = new Map();
    const means = arrays.means.reduce((sum, mean) => sum + mean, 0);
    this.base =
      arrays.constant[0] + means + this.leaves.reduce((sum, leaf) => sum + meanOf(leaf), 0);
  }

  /** Return what each feature adds to the score of an encoded row. */
  contributions(x) {
    const { linear = [], tree_input: input = [] } = this.graph.run({ x });
    const { means, owners } = this.arrays;
    const total = this.features.map((_, place) =>
      place < means.length ? linear[place] - means[place] : 0,
    );
    for (const leaf of this.leaves) {
      const shares = this.leafShares(leaf, input);
      leaf.columns.forEach((column, place) => (total[owners[column]] += shares[place]));
    }
    return total;
  }

  leafShares({ value, columns, asked }, input) {
    const kept = columns.map((column, place) => Number(keeps(input[column], asked[place])));
    const shares = new Array(columns.length).fill(0);
    for (const { point, weight } of this.points(columns.length)) {
      const factors = asked.map(({ share }, place) => kept[place] * point + share * (1 - point));
      const product = factors.reduce((all, factor) => all * factor, value * weight);
      factors.forEach((factor, place) => (shares[place] += product / factor));
    }
    return shares.map((sum, place) => sum * (kept[place] - asked[place].share));
  }

  points(depth) {
    if (!this.quadratures.has(depth)) {
      this.quadratures.set(depth, quadrature(Math.floor((depth + 1) / 2)));
    }
    return this.quadratures.get(depth);
  }
}

const meanOf = ({ value, asked }) => asked.reduce((mean, { share }) => mean * share, value);
