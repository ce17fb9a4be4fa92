// A graph: protocol buffers in, nodes and constants out. What it may hold was inspected when the
// page was made, so that only what exporters write is read here.

/** A reader of one message: fields one behind the other. */
class Fields {
  constructor(bytes) {
    this.bytes = bytes;
    this.place = 0;
  }

  get isAtEnd() {
    return this.place >= this.bytes.length;
  }

  /** Return a whole number; its last bits may be too many for a double, which none needs. */
  number() {
    let value = 0;
    let factor = 1;
    for (;;) {
      const byte = this.bytes[this.place];
      this.place += 1;
      value += (byte & 127) * factor;
      if (byte < 128) return value;
      factor *= 128;
    }
  }

  /** Return the number of the next field, and its value: a number or bytes. */
  next() {
    const tag = this.number();
    if ((tag & 7) === 0) return [tag >> 3, this.number()];
    const length = this.number();
    this.place += length;
    return [tag >> 3, this.bytes.subarray(this.place - length, this.place)];
  }
}

/** Call one function for each field of a message, by the field's number. */
function eachField(bytes, actions) {
  const fields = new Fields(bytes);
  while (!fields.isAtEnd) {
    const [number, value] = fields.next();
    actions[number]?.(value);
  }
}

/** Return a graph as its nodes, in the order in which they run, and its constants by name. */
function readGraph(bytes) {
  const graph = { nodes: [], constants: new Map(), inputs: [], outputs: [] };
  const readConstant = (message) => {
    const tensor = readTensor(message);
    graph.constants.set(tensor.name, tensor);
  };
  const actions = {
    1: (message) => graph.nodes.push(readNode(message)),
    5: readConstant,
    11: (message) => graph.inputs.push(readName(message)),
    12: (message) => graph.outputs.push(readName(message)),
  };
  eachField(bytes, { 7: (message) => eachField(message, actions) });
  return graph;
}

function readName(bytes) {
  let name = "";
  eachField(bytes, { 1: (text) => (name = textOf(text)) });
  return name;
}

function readNode(bytes) {
  const node = { inputs: [], outputs: [], operator: "", attributes: {} };
  eachField(bytes, {
    1: (text) => node.inputs.push(textOf(text)),
    2: (text) => node.outputs.push(textOf(text)),
    4: (text) => (node.operator = textOf(text)),
    5: (message) => Object.assign(node.attributes, readAttribute(message)),
  });
  return node;
}

/** Return an attribute by its name: a number, a tensor or a list of numbers. */
function readAttribute(bytes) {
  const numbers = [];
  let [name, value] = ["", null];
  eachField(bytes, {
    1: (text) => (name = textOf(text)),
    3: (number) => (value = number),
    5: (message) => (value = readTensor(message)),
    8: (number) => (typeof number === "number" ? numbers.push(number) : push(numbers, number)),
  });
  return { [name]: value ?? numbers };
}

/** Add numbers that stand one behind the other. */
function push(numbers, bytes) {
  const packed = new Fields(bytes);
  while (!packed.isAtEnd) numbers.push(packed.number());
}

const DOUBLE = 11;

/** Return a tensor: its name, the lengths of its dimensions, and its numbers. */
function readTensor(bytes) {
  const tensor = { name: "", shape: [], data: [] };
  let [kind, raw] = [0, null];
  eachField(bytes, {
    1: (length) =>
      typeof length === "number" ? tensor.shape.push(length) : push(tensor.shape, length),
    2: (number) => (kind = number),
    8: (text) => (tensor.name = textOf(text)),
    9: (data) => (raw = data.slice().buffer),
  });
  if (raw === null) return tensor; // the modes of trees, of which there is one
  tensor.data =
    kind === DOUBLE ? new Float64Array(raw) : Array.from(new BigInt64Array(raw), Number);
  return tensor;
}
