// The operators of graphs, for one row: each takes tensors and returns tensors. A tensor has a
// shape, of which the first length is 1, the row, and its numbers; a condition is 0 or 1.

const tensorOf = (data, shape) => ({ data, shape });

/** Return a table of one row. */
const rowOf = (data) => tensorOf(data, [1, data.length]);

/** Return an operator that makes a number of a number. */
const ofOne = (compute) => (_, given) => [
  tensorOf(Float64Array.from(given.data, compute), given.shape),
];

/** Return an operator that makes a number of two; the shorter side is repeated. */
const ofTwo = (compute) => (_, one, other) => {
  if (one.data.length === other.data.length && one.shape.length >= other.shape.length) {
    return [
      tensorOf(
        one.data.map((value, place) => compute(value, other.data[place])),
        one.shape,
      ),
    ];
  }
  const shape = broadcast(one.shape, other.shape);
  const [left, right] = [stretched(one, shape), stretched(other, shape)];
  return [
    tensorOf(
      left.map((value, place) => compute(value, right[place])),
      shape,
    ),
  ];
};

/** Return the shape that two tensors have together: each length is that which is not 1. */
function broadcast(one, other) {
  const rank = Math.max(one.length, other.length);
  const padded = (shape) => [...Array(rank - shape.length).fill(1), ...shape];
  const [left, right] = [padded(one), padded(other)];
  return left.map((length, axis) => (length === 1 ? right[axis] : length));
}

/** Return the numbers of a tensor, repeated until they fill a shape. */
function stretched({ data, shape }, wanted) {
  const size = wanted.reduce((product, length) => product * length, 1);
  if (data.length === size) return Float64Array.from(data);
  if (data.length === 1) return new Float64Array(size).fill(data[0]);
  const out = new Float64Array(size);
  const lengths = [...Array(wanted.length - shape.length).fill(1), ...shape];
  for (let place = 0; place < size; place += 1) {
    let [rest, from, stride] = [place, 0, 1];
    for (let axis = wanted.length - 1; axis >= 0; axis -= 1) {
      const at = rest % wanted[axis];
      rest = (rest - at) / wanted[axis];
      if (lengths[axis] > 1) from += at * stride;
      stride *= lengths[axis];
    }
    out[place] = data[from];
  }
  return out;
}

/** Tell whether a power is 1 for the engine where JavaScript has none: 1 to what is missing. */
const isAlwaysOne = (base, exponent) =>
  base === 1 || (base === -1 && Math.abs(exponent) === Infinity);

const TO_FLOAT = 1;
const TO_INTEGER = 7;

function cast({ to }, given) {
  if (to === TO_FLOAT) return ofOne(Math.fround)(null, given);
  return to === TO_INTEGER ? ofOne(Math.trunc)(null, given) : [given];
}

const clip = (_, given, low, high) => {
  const [from, to] = [low.data[0], high.data[0]];
  return ofOne((value) => (value < from ? from : value > to ? to : value))(null, given);
};

function where(_, condition, one, other) {
  const shape = broadcast(broadcast(condition.shape, one.shape), other.shape);
  const [are, ones, others] = [condition, one, other].map((each) => stretched(each, shape));
  return [
    tensorOf(
      are.map((is, place) => (is ? ones[place] : others[place])),
      shape,
    ),
  ];
}

function concat(_, ...tables) {
  const out = new Float64Array(tables.reduce((width, { data }) => width + data.length, 0));
  let start = 0;
  for (const { data } of tables) {
    out.set(data, start);
    start += data.length;
  }
  return [rowOf(out)];
}

function split(_, table, widths) {
  let start = 0;
  return widths.data.map((width) => {
    start += width;
    return rowOf(table.data.slice(start - width, start));
  });
}

const slice = (_, table, start, stop) => [rowOf(table.data.slice(start.data[0], stop.data[0]))];

/** Take columns of a table, or look up rows of a constant. */
function gather({ axis }, from, places) {
  if (axis === 1) return [rowOf(Float64Array.from(places.data, (place) => from.data[place]))];
  const width = from.shape.length === 1 ? 1 : from.shape[1];
  const out = new Float64Array(places.data.length * width);
  places.data.forEach((place, index) => {
    // a place below zero counts from the end, as the engine has it
    const start = (place < 0 ? place + from.shape[0] : place) * width;
    for (let column = 0; column < width; column += 1) {
      out[index * width + column] = from.data[start + column];
    }
  });
  return [tensorOf(out, [...places.shape, ...from.shape.slice(1)])];
}

function product(_, table, matrix, added = null) {
  const width = matrix.shape[1];
  const out = added === null ? new Float64Array(width) : stretched(added, [1, width]);
  for (let row = 0; row < table.data.length; row += 1) {
    const value = table.data[row];
    for (let column = 0; column < width; column += 1) {
      out[column] += value * matrix.data[row * width + column];
    }
  }
  return [rowOf(out)];
}

/** Add up the leaves that a row comes to, one of each tree. */
function trees(attributes, table) {
  const splits = attributes.nodes_splits.data;
  const weights = attributes.leaf_weights.data;
  const { nodes_featureids: columns, nodes_missing_value_tracks_true: missingIsTrue } = attributes;
  const { nodes_truenodeids: ifTrue, nodes_trueleafs: endsIfTrue } = attributes;
  const { nodes_falsenodeids: ifFalse, nodes_falseleafs: endsIfFalse } = attributes;
  let sum = 0;
  for (const root of attributes.tree_roots) {
    let [node, isLeaf] = [root, 0];
    while (!isLeaf) {
      const value = table.data[columns[node]];
      const goes = value <= splits[node] || (Number.isNaN(value) && missingIsTrue[node] === 1);
      isLeaf = goes ? endsIfTrue[node] : endsIfFalse[node];
      node = goes ? ifTrue[node] : ifFalse[node];
    }
    sum += weights[node];
  }
  return [rowOf(Float64Array.of(sum))];
}

const OPERATORS = {
  Add: ofTwo((one, other) => one + other),
  Cast: cast,
  Clip: clip,
  Concat: concat,
  Div: ofTwo((one, other) => one / other),
  Equal: ofTwo((one, other) => Number(one === other)),
  Exp: ofOne(Math.exp),
  Floor: ofOne(Math.floor),
  Gather: gather,
  Gemm: product,
  Greater: ofTwo((one, other) => Number(one > other)),
  Identity: (_, given) => [given],
  IsNaN: ofOne((value) => Number(Number.isNaN(value))),
  Less: ofTwo((one, other) => Number(one < other)),
  Log: ofOne(Math.log),
  MatMul: product,
  Max: ofTwo(Math.max),
  Min: ofTwo(Math.min),
  Mul: ofTwo((one, other) => one * other),
  Neg: ofOne((value) => -value),
  Pow: ofTwo((base, exponent) => (isAlwaysOne(base, exponent) ? 1 : base ** exponent)),
  Reshape: (_, given) => [rowOf(given.data)],
  Sign: ofOne(Math.sign),
  Sin: ofOne(Math.sin),
  Slice: slice,
  Split: split,
  Sub: ofTwo((one, other) => one - other),
  TreeEnsemble: trees,
  Where: where,
};

/** A graph that is ready to run. */
class Graph {
  constructor(bytes) {
    Object.assign(this, readGraph(bytes));
    const unknown = this.nodes.find(({ operator }) => !Object.hasOwn(OPERATORS, operator));
    if (unknown) throw new Error(`This page has no operator ${unknown.operator}.`);
  }

  /** Return the outputs of one row by name, of its inputs by name: lists of numbers. */
  run(given) {
    const known = new Map(this.constants);
    for (const [name, data] of Object.entries(given)) known.set(name, rowOf(data));
    for (const { operator, attributes, inputs, outputs } of this.nodes) {
      const tensors = inputs.map((name) => known.get(name));
      const made = OPERATORS[operator](attributes, ...tensors);
      outputs.forEach((name, place) => known.set(name, made[place]));
    }
    return Object.fromEntries(this.outputs.map((name) => [name, known.get(name).data]));
  }
}
