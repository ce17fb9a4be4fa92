// What was found in an input: entries, as callers get them, and no more than are read.

/** Errors and warnings so far, and the rows that get no prediction. */
class Report {
  constructor() {
    this.errors = [];
    this.warnings = [];
    this.failed = new Set();
    this.allFailed = false;
    this.errorsOfRow = new Map();
    this.countOfWarnings = new Map();
    this.hints = new Map();
    this.further = new Map(); // errors of a row that are not listed
  }

  /** Add what there is to say about names. */
  addNames({ errors, warnings }) {
    this.errors.push(...errors);
    this.warnings.push(...warnings);
    this.allFailed ||= errors.length > 0;
  }

  /** Add an error of one row; of many in one row, or in all, they are only counted. */
  refuse(row, column, { code, message }, value = null) {
    this.failed.add(row);
    const count = (this.errorsOfRow.get(row) ?? 0) + 1;
    this.errorsOfRow.set(row, count);
    const most = this.errors.length < RULES.most_errors ? RULES.row_errors : 1;
    if (count <= most) this.errors.push(entryOf(code, message, row, column, value));
    else this.further.set(row, (this.further.get(row) ?? 0) + 1);
  }

  /** Add what a verdict says about a cell. */
  add(row, column, cell, { error, warnings }) {
    if (error) this.refuse(row, column.name, this.withHint(column, cell, error), cell);
    for (const each of warnings) {
      const key = JSON.stringify([column.name, each.code]);
      const count = (this.countOfWarnings.get(key) ?? 0) + 1;
      this.countOfWarnings.set(key, count);
      if (count > RULES.code_warnings) continue;
      const { code, message } = this.withHint(column, cell, each);
      this.warnings.push(entryOf(code, message, row, column.name, cell));
    }
  }

  /** Say which levels are like an unknown one: once for each, and not for all. */
  withHint(column, cell, { code, message }) {
    if (code !== "unknown_level" && code !== "unseen_level") return { code, message };
    const key = JSON.stringify([column.name, levelText(cell)]);
    if (!this.hints.has(key) && this.hints.size < RULES.most_hints) {
      this.hints.set(key, column.hint(cell));
    }
    return { code, message: message + (this.hints.get(key) ?? "") };
  }

  /** Errors of the whole input, then by row; null if there are none. */
  sortedErrors() {
    const entries = [...this.errors];
    for (const [row, count] of this.further) {
      const message = say("further_errors", { count: counted(count) });
      entries.push(entryOf("further_errors", message, row, null, count));
    }
    const rowOrFirst = ({ row }) => row ?? -1;
    entries.sort((one, other) => rowOrFirst(one) - rowOrFirst(other));
    return entries.length ? entries : null;
  }

  /** Warnings of the whole input, how many are not listed, then those of rows. */
  sortedWarnings() {
    const further = [...this.countOfWarnings].filter(([, count]) => count > RULES.code_warnings);
    const entries = further.map(([key, count]) => {
      const [column, code] = JSON.parse(key);
      const rest = count - RULES.code_warnings;
      const message = say("further_warnings", { count: counted(rest), code, name: short(column) });
      return entryOf("further_warnings", message, null, column, rest);
    });
    const ofAll = this.warnings.filter(({ row }) => row === null);
    const ofRows = this.warnings.filter(({ row }) => row !== null);
    const all = [...ofAll, ...entries, ...ofRows];
    return all.length ? all : null;
  }
}
