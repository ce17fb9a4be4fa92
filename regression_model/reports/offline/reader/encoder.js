// Records and tables in, encoded rows and what there is to say about them out.

const KINDS = {
  number: Quantity,
  integer: Quantity,
  ordered: Levels,
  category: Levels,
  boolean: Truth,
  date: Moment,
};

const columnOf = (described) =>
  new KINDS[described.kind]({
    ...described,
    missing_values: [
      ...(described.missing_values ?? RULES.missing_texts),
      ...(described.kind === "date" ? RULES.missing_dates : []),
    ],
  });

/** Encodes input for the columns of one model. */
class Encoder {
  constructor(described) {
    this.described = described;
    this.columns = described.map(columnOf);
    this.names = new Names(this.columns);
  }

  /** Return an encoder of a file whose numbers have decimal commas, where a column says nothing. */
  withDecimalCommas() {
    const isPlain = ({ kind, number_format: format }) =>
      (kind === "number" || kind === "integer") && !format;
    const number_format = RULES.decimal_comma;
    return new Encoder(
      this.described.map((column) => (isPlain(column) ? { ...column, number_format } : column)),
    );
  }

  /** Return rows of records one by one, each as a function that encodes it. */
  ofRecords(records, report, isFromFile = false) {
    const clean = records.map((record, row) => this.cleanRecord(record, row, report));
    const names = [...new Set(clean.flatMap((record) => [...(record?.keys() ?? [])]))];
    const absent = records.length ? this.checkNames(names, report) : new Set();
    return clean.map((record, row) => () => {
      const cellOf = ({ name }) => record?.get(name);
      return record === null ? null : this.encode(cellOf, absent, row, report, isFromFile);
    });
  }

  /** Return rows of a table of texts, each as a function that encodes it. */
  ofTable(header, rows, report) {
    const names = header.map(strip);
    const absent = this.checkNames(
      names.filter((name) => name !== ""),
      report,
    );
    const main = names.map((name) => this.names.mainNames.get(name) ?? name);
    const places = new Map(main.map((name, place) => [name, place]));
    return rows.map((cells, row) => () => {
      if (cells.length !== header.length) {
        const message = say("wrong_cell_count", { count: cells.length, width: header.length });
        report.refuse(row, null, { code: "wrong_cell_count", message }, cells.length);
        return null;
      }
      return this.encode(({ name }) => cells[places.get(name)], absent, row, report, true);
    });
  }

  checkNames(names, report) {
    const check = this.names.check(names);
    report.addNames(check);
    return check.absent;
  }

  encode(cellOf, absent, row, report, isFromFile) {
    const x = new Float64Array(this.columns.length);
    this.columns.forEach((column, place) => {
      if (absent.has(column.name)) {
        x[place] = column.missingCode;
        return;
      }
      const cell = cellOf(column);
      const verdict = column.judge(cell, isFromFile);
      x[place] = verdict.value;
      report.add(row, column, cell, verdict);
    });
    return x;
  }

  /** Return a record's cells by the columns' own names, null if it is no record at all. */
  cleanRecord(record, row, report) {
    if (typeof record !== "object" || record === null || Array.isArray(record)) {
      const message = say("not_a_record", { row, kind: kindOfRecord(record) });
      report.refuse(row, null, { code: "not_a_record", message }, record);
      return null;
    }
    const keys = Object.keys(record);
    const names = keys.map(strip);
    this.refuseTwice(names, row, report);
    const cells = new Map(keys.map((key, place) => [names[place], record[key]]));
    return this.underMainNames(cells, row, report);
  }

  refuseTwice(names, row, report) {
    const twice = names.filter((name, place) => name !== "" && names.indexOf(name) < place);
    for (const name of [...new Set(twice)].sort(byCodePoint)) {
      const main = this.names.mainNames.get(name);
      if (main === undefined) continue;
      const message = say("twice_in_record", { name: short(name) });
      report.refuse(row, main, { code: "duplicate_column", message });
    }
  }

  /** Put columns' own names in the place of their aliases; two names for one column are refused. */
  underMainNames(cells, row, report) {
    const given = new Map();
    const renamed = new Map();
    for (const [name, cell] of cells) {
      const main = this.names.mainNames.get(name) ?? name;
      given.set(main, [...(given.get(main) ?? []), name]);
      renamed.set(main, cell);
    }
    for (const [main, names] of given) {
      if (names.length < 2) continue;
      const listed = names.slice(0, RULES.named).map(short).join(" and ");
      const values = { name: short(main), count: names.length, names: listed };
      report.refuse(row, main, { code: "named_twice", message: say("two_names", values) });
    }
    return renamed;
  }
}

function kindOfRecord(record) {
  if (record === null || record === undefined) return "NoneType";
  if (typeof record === "number") return isDigitsAlone(record) ? "int" : "float";
  return typeof record === "string" ? "str" : kindOf(record);
}
