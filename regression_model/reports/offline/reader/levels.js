// Columns of levels: a cell means one by its text, by its number, or as true or false.

const MOST_LEVELS_NAMED = 5;

/** A column of levels, each encoded as its position. */
class Levels extends Column {
  constructor(described) {
    super(described);
    const known = this.levels.map((level, place) => [level, place]);
    this.positions = new Map(known.filter(([level]) => level !== null));
    this.byNumber = this.positionsByNumber();
    this.byTruth = new Map([false, true].map((truth) => [truth, this.positionOfTruth(truth)]));
  }

  judgeKnown(cell) {
    const position = this.find(cell);
    if (position !== undefined) return fine(position);
    const values = { name: this.shownName, level: inQuotes(short(levelText(cell))) };
    if (this.closed) return refusal("unknown_level", "unknown_level", values);
    return fine(-1, warning("unseen_level", "unseen_level", values));
  }

  /** Return the position of the level that a cell means, undefined if there is none. */
  find(cell) {
    if (typeof cell === "boolean") return this.byTruth.get(cell);
    if (this.positions.has(cell)) return this.positions.get(cell);
    const text = levelText(cell);
    if (this.positions.has(text)) return this.positions.get(text);
    if (typeof cell === "string" && !isNumberWithoutPadding(strip(cell))) return undefined;
    return this.byNumber.get(asNumberCell(cell));
  }

  /** Positions of levels that are numbers; of several spellings of one the plain one is meant. */
  positionsByNumber() {
    const spellings = new Map();
    for (const level of this.positions.keys()) {
      if (!NUMBER.test(level)) continue;
      const number = Number(level);
      spellings.set(number, [...(spellings.get(number) ?? []), level]);
    }
    const positions = new Map();
    for (const [number, levels] of spellings) {
      const meant = levels.length === 1 ? levels[0] : plain(number);
      if (levels.includes(meant)) positions.set(number, this.positions.get(meant));
    }
    return positions;
  }

  positionOfTruth(truth) {
    const wanted = String(truth);
    for (const [level, position] of this.positions) {
      if (folded(level) === wanted) return position;
    }
    return this.byNumber.get(Number(truth));
  }

  hint(cell) {
    this.words ??= new Words(this.positions.keys());
    const near = this.words.nearest(levelText(cell));
    const named = near.length ? near : [...this.positions.keys()].slice(0, MOST_LEVELS_NAMED);
    return named.length ? say("nearest_known", { names: named.map(short).join(", ") }) : "";
  }
}

/** Return the text that names a level: 60 for 60, 60.0 and "60.0", but 007 for "007". */
function levelText(cell) {
  if (typeof cell === "boolean") return nameOfTruth(cell);
  if (typeof cell === "number") return fewestDigits(cell);
  const text = strip(cell);
  return DIGITS.test(text) || !isNumberWithoutPadding(text) ? text : fewestDigits(Number(text));
}
