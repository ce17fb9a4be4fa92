// The names of an input's columns, held against those of the model.

const entryOf = (code, message, row, column, value = null) => ({
  row,
  column,
  code,
  value: shown(value),
  message,
});

/** Compares the names of inputs with the columns of a model. */
class Names {
  constructor(columns) {
    this.columns = columns;
    this.mainNames = new Map(columns.map(({ name }) => [name, name]));
    for (const { name, aliases } of columns) {
      for (const alias of aliases) {
        if (!this.mainNames.has(alias)) this.mainNames.set(alias, name);
      }
    }
  }

  /** Return errors and warnings about the names of an input, and which columns it lacks. */
  check(names) {
    const counts = new Map();
    for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
    const given = new Map();
    for (const name of counts.keys()) {
      const main = this.mainNames.get(name);
      if (main !== undefined) given.set(main, [...(given.get(main) ?? []), name]);
    }
    const absent = new Set(this.columns.map(({ name }) => name).filter((name) => !given.has(name)));
    if (counts.size && !given.size) {
      return { errors: [this.noKnown([...counts.keys()])], warnings: [], absent };
    }
    const unused = [...counts.keys()].filter((name) => !this.mainNames.has(name));
    const errors = [
      ...this.standingTwice(counts),
      ...this.ofTwoNames(given),
      ...this.missing(absent, unused),
    ];
    return { errors, warnings: this.unused(unused, absent), absent };
  }

  standingTwice(counts) {
    const twice = [...counts].filter(([name, count]) => count > 1 && this.mainNames.has(name));
    return twice.map(([name, count]) => {
      const message = say("stands_twice", { name: short(name), count });
      return entryOf("duplicate_column", message, null, this.mainNames.get(name));
    });
  }

  ofTwoNames(given) {
    const two = [...given].filter(([, names]) => names.length > 1);
    return two.map(([main, names]) => {
      const listed = names.slice(0, RULES.named).map(short).join(" and ");
      const values = { name: short(main), count: names.length, names: listed };
      return entryOf("named_twice", say("two_names", values), null, main);
    });
  }

  missing(absent, unused) {
    const required = this.columns.filter(({ required, name }) => required && absent.has(name));
    if (!required.length) return [];
    const others = new Words(unused.slice(0, RULES.compared_names));
    return required.map(({ name, aliases }) => {
      const values = { name: short(name), hint: didYouMean(others, [name, ...aliases]) };
      return entryOf("missing_column", say("missing_column", values), null, name);
    });
  }

  unused(unused, absent) {
    const meant = [...this.mainNames].filter(([, main]) => absent.has(main)).map(([name]) => name);
    const words = new Words(meant);
    const warnings = unused.slice(0, RULES.most_unused).map((name, place) => {
      const hint = place < RULES.name_hints ? didYouMean(words, [name]) : "";
      const message = say("unused_column", { name: short(name), hint });
      return entryOf("unused_column", message, null, short(name));
    });
    const further = unused.length - RULES.most_unused;
    if (further > 0) {
      const message = say("further_unused", { count: counted(further) });
      warnings.push(entryOf("further_warnings", message, null, null, further));
    }
    return warnings;
  }

  /** Say what came in the place of the model's columns. */
  noKnown(names) {
    const words = new Words(this.mainNames.keys());
    const came = names.slice(0, RULES.named).map((name) => {
      const near = words.nearest(name);
      const hint = near.length ? say("near", { names: near.map(short).join(", ") }) : "";
      return short(name) + hint;
    });
    const known = this.columns.slice(0, RULES.named).map(({ name }) => short(name));
    const message = say("no_known_column", {
      came: cut(came, names.length),
      expected: cut(known, this.columns.length),
      remedy: this.remedy(names, came),
    });
    return entryOf("no_known_column", message, null, null);
  }

  remedy(names, came) {
    if (names.every((name) => /^\p{Nd}+$/u.test(name))) return say("give_names");
    return names.length === 1 ? say("give_inner", { name: came[0] }) : say("give_cells");
  }
}

function didYouMean(words, names) {
  const near = [...new Set(names.flatMap((name) => words.nearest(name)))].slice(0, MOST_NAMED);
  return near.length ? say("did_you_mean", { names: near.map(short).join(" or ") }) : "";
}
