// What one cell of a column means: the number that it is encoded as, an error, warnings. The rules
// are written down in the package's documentation, "What a cell means".

const isMissingCell = (cell) => cell === undefined || cell === null || Number.isNaN(cell);
const isContainer = (cell) => typeof cell === "object";

const refusal = (code, sentence, values) => ({
  value: NaN,
  error: { code, message: say(sentence, values) },
  warnings: [],
});
const fine = (value, ...warnings) => ({ value, error: null, warnings });
const warning = (code, sentence, values) => ({ code, message: say(sentence, values) });

/** A column, and what its cells mean; the kinds of columns say what a known cell is. */
class Column {
  constructor(described) {
    Object.assign(this, described);
    this.shownName = short(this.name);
    this.missingTexts = new Set(this.missing_values);
    this.infinityIsMissing = this.missing_values.some(isInfinite);
    this.isNumber = false;
  }

  /** Return what a cell is encoded as, and what there is to say about it. */
  judge(cell, isFromFile) {
    const name = this.shownName;
    if (this.isMissing(cell)) {
      if (this.required) return refusal("missing_required", "missing_required", { name });
      return fine(this.missingCode);
    }
    if (isContainer(cell)) {
      return refusal("not_a_scalar", "not_a_scalar", { name, kind: kindOf(cell) });
    }
    return this.judgeKnown(cell, isFromFile);
  }

  get missingCode() {
    return this.missing_means === "none" ? 0 : NaN;
  }

  isMissing(cell) {
    if (typeof cell === "string") {
      if (this.missingTexts.has(cell) || this.missingTexts.has(strip(cell))) return true;
      if (!this.isNumber) return false;
    } else if (isMissingCell(cell)) return true;
    return this.infinityIsMissing && isInfinite(cell);
  }

  /** Return what stands behind a message about an unknown level. */
  hint() {
    return "";
  }

  outOfRange(value, show) {
    const [low, high] = this.silent_range;
    if (low <= value && value <= high) return [];
    const values = { name: this.shownName, value: show(value), low: show(low), high: show(high) };
    return [warning("out_of_training_range", "out_of_training_range", values)];
  }
}

/** A column of numbers; of an `integer`, whole ones. */
class Quantity extends Column {
  constructor(described) {
    super(described);
    this.isNumber = true;
    this.format = this.number_format ? new NumberFormat(this.number_format) : null;
  }

  judgeKnown(cell, isFromFile) {
    const isText = typeof cell === "string";
    const plainCell = isText && this.format ? this.format.plainText(cell) : cell;
    const number = asNumberCell(plainCell);
    if (number === null) return this.refuseText(cell);
    const refused = this.refuseNumber(number, isWhole(plainCell));
    if (refused !== null) return refused;
    const warnings = this.outOfRange(number, plain);
    if (isText && !isFromFile && !this.format) {
      const values = { name: this.shownName, value: quoted(cell), number: plain(number) };
      warnings.unshift(warning("text_as_number", "text_as_number", values));
    }
    return fine(number, ...warnings);
  }

  refuseText(cell) {
    const how = this.format
      ? say("like_format", { format: this.format.example })
      : say("with_point");
    const values = { name: this.shownName, value: quoted(cell), kind: kindOf(cell), how };
    return refusal("not_a_number", "not_a_number", values);
  }

  refuseNumber(number, isGivenWhole) {
    const name = this.shownName;
    const size = Math.abs(number);
    const isBeyond = size > RULES.max_whole;
    if (this.kind === "integer" && !isBeyond && !Number.isInteger(number) && size !== Infinity) {
      return refusal("not_an_integer", "not_an_integer", { name, value: plain(number) });
    }
    if (size === Infinity) return refusal("infinite", "infinite", { name });
    if (size > RULES.max_magnitude) {
      return refusal("too_large", "too_large", { name, limit: plain(RULES.max_magnitude) });
    }
    if (isBeyond && (isGivenWhole || this.kind === "integer")) {
      return refusal("too_large", "too_many_digits", { name });
    }
    return this.refuseOutside(number);
  }

  refuseOutside(number) {
    const { shownName: name, minimum, maximum } = this;
    const value = plain(number);
    if (minimum !== null && number < minimum) {
      return refusal("out_of_limits", "below_minimum", { name, value, limit: plain(minimum) });
    }
    if (maximum !== null && number > maximum) {
      return refusal("out_of_limits", "above_maximum", { name, value, limit: plain(maximum) });
    }
    return null;
  }
}

/** A column of yes and no. */
class Truth extends Column {
  judgeKnown(cell) {
    const number = asNumberCell(cell);
    if (typeof cell === "boolean" || number === 0 || number === 1) {
      return fine(Number(typeof cell === "boolean" ? cell : Math.abs(number)));
    }
    const text = typeof cell === "string" ? folded(strip(cell)) : "";
    if (RULES.true_words.includes(text)) return fine(1);
    if (RULES.false_words.includes(text)) return fine(0);
    const values = { name: this.shownName, value: quoted(cell) };
    return refusal("not_a_boolean", "not_a_boolean", values);
  }
}

/** A column of dates. */
class Moment extends Column {
  judgeKnown(cell) {
    const seconds = secondsOf(cell, this.date_order);
    if (seconds === null) return this.refuse(cell);
    return fine(seconds, ...this.outOfRange(seconds, dateText));
  }

  refuse(cell) {
    const isDeclared = this.date_order !== "ymd";
    const [order, remedy] = isAmbiguous(cell)
      ? [isDeclared ? say(`order_${this.date_order}`) : "", isDeclared ? "" : say("declare_order")]
      : ["", ""];
    const values = { name: this.shownName, value: quoted(cell), order, remedy };
    return refusal("not_a_date", "not_a_date", values);
  }
}
