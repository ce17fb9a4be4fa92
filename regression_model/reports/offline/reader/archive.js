// The artifact: one zip of a few members, unpacked by the browser's own inflate.

const DIRECTORY_END = 22;

/** Return the members of a zip by name, unpacked; what is where its directory says. */
async function readZip(bytes) {
  const view = viewOf(bytes);
  const end = bytes.length - DIRECTORY_END;
  const members = new Map();
  let place = view.getUint32(end + 16, true);
  for (let left = view.getUint16(end + 10, true); left > 0; left -= 1) {
    const lengths = [28, 30, 32].map((offset) => view.getUint16(place + offset, true));
    const name = textOf(bytes.subarray(place + 46, place + 46 + lengths[0]));
    members.set(name, await readMember(bytes, view, place));
    place += 46 + lengths[0] + lengths[1] + lengths[2];
  }
  return members;
}

/** Return the bytes of a member, of which the directory tells at some place. */
function readMember(bytes, view, place) {
  const [method, size] = [view.getUint16(place + 10, true), view.getUint32(place + 20, true)];
  const header = view.getUint32(place + 42, true);
  const [name, extra] = [26, 28].map((offset) => view.getUint16(header + offset, true));
  const start = header + 30 + name + extra;
  const packed = bytes.subarray(start, start + size);
  return method === 0 ? packed : inflate(packed);
}

const viewOf = (bytes) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

const textOf = (bytes) => new TextDecoder().decode(bytes);

async function inflate(packed) {
  const unpacked = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(unpacked).arrayBuffer());
}

/** Return bytes that stand in a page as base64. */
function bytesOf(base64) {
  const letters = atob(base64);
  const bytes = new Uint8Array(letters.length);
  for (let place = 0; place < letters.length; place += 1) bytes[place] = letters.charCodeAt(place);
  return bytes;
}

/** Return the arrays of an `.npz` member by name: lists of numbers, truths or texts. */
async function readArrays(bytes) {
  const arrays = {};
  for (const [name, member] of await readZip(bytes)) {
    arrays[name.replace(/\.npy$/, "")] = readArray(member);
  }
  return arrays;
}

function readArray(bytes) {
  const start = 10 + viewOf(bytes).getUint16(8, true);
  const [, letter, width] = /'descr': '[<|]([bifU])(\d+)'/.exec(textOf(bytes.subarray(10, start)));
  const copy = bytes.slice(start).buffer; // which begins at a multiple of eight, as arrays must
  if (letter === "f") return new Float64Array(copy);
  if (letter === "i") return new Int32Array(copy);
  if (letter === "b") return new Uint8Array(copy);
  return textsOf(new Uint32Array(copy), Number(width));
}

/** Return texts of equal width, whose ends are filled up with zeros. */
function textsOf(points, width) {
  const texts = [];
  for (let start = 0; start < points.length; start += width) {
    const letters = [...points.subarray(start, start + width)].filter((point) => point !== 0);
    texts.push(String.fromCodePoint(...letters));
  }
  return texts;
}
