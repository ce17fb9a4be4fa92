// The form: a field for each column of the schema, what was put in, and what is wrong with it.

const MOST_OPTIONS = 40; // of more levels one looks for one by typing
const MOST_SUGGESTED = 1000;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** A field: its column, its elements, and how its cell is read and set. */
class Field {
  constructor(column, place) {
    this.column = column;
    this.id = `field-${place}`; // a column's name may be any text, an id may not
    this.choices = choicesOf(column);
    this.input = this.makeInput();
    this.error = element("p", { class: "error", id: `${this.id}-error`, hidden: true });
    const parts = [this.makeLabel(), this.input, this.makeHint(), this.error];
    this.box = element("div", { class: "field" }, ...parts);
    if (this.suggestions) this.box.append(this.suggestions);
  }

  makeInput() {
    const properties = {
      id: this.id,
      autocomplete: "off",
      "aria-describedby": `${this.id}-hint ${this.id}-error`,
    };
    if (this.column.required) properties["aria-required"] = "true";
    if (this.choices === null) return element("input", { ...properties, ...typeOf(this.column) });
    if (this.choices.length <= MOST_OPTIONS) return this.makeSelect(properties);
    const suggested = this.choices.slice(0, MOST_SUGGESTED);
    const options = suggested.map(({ text }) => element("option", { value: text }));
    this.suggestions = element("datalist", { id: `${this.id}-levels` }, ...options);
    return element("input", { ...properties, type: "text", list: this.suggestions.id });
  }

  makeSelect(properties) {
    const options = this.choices.map(({ text }, place) =>
      element("option", { value: place }, text),
    );
    const empty = element("option", { value: "" }, emptyText(this.column));
    return element("select", properties, empty, ...options);
  }

  makeLabel() {
    const label = element("label", { for: this.id }, shownName(this.column.name));
    if (this.column.required) label.append(" ", element("span", { class: "required" }, "required"));
    return label;
  }

  makeHint() {
    const hint = hintOf(this.column);
    return element("p", { class: "hint", id: `${this.id}-hint`, hidden: hint === "" }, hint);
  }

  /** The cell that is given; undefined where there is none. */
  get cell() {
    const text = this.input.value;
    if (text.trim() === "") return undefined;
    if (this.input.tagName === "SELECT") return this.choices[Number(text)].cell;
    if (isNumeric(this.column) && NUMBER.test(text.trim())) return Number(text);
    return text; // also what is no number: the service says what is wrong with it
  }

  set cell(cell) {
    if (cell === undefined || cell === null) this.input.value = "";
    else if (this.input.tagName === "SELECT") this.input.value = this.placeOfChoice(cell);
    else this.input.value = isDate(this.column) ? dateFor(this.input, String(cell)) : String(cell);
  }

  placeOfChoice(cell) {
    const isIt = (choice) => choice.cell === cell || Number(choice.cell) === cell; // 1 for true
    const place = this.choices.findIndex(isIt);
    return place < 0 ? "" : String(place);
  }

  /** Say beside the field what is wrong; an empty text takes it away. */
  showError(message) {
    this.error.textContent = message;
    this.error.hidden = message === "";
    if (message) this.input.setAttribute("aria-invalid", "true");
    else this.input.removeAttribute("aria-invalid");
  }
}

function typeOf(column) {
  if (isDate(column))
    return hasTime(column) ? { type: "datetime-local", step: "1" } : { type: "date" };
  const isAnything = { type: "text", spellcheck: "false", autocapitalize: "off" };
  return isNumeric(column) ? { ...isAnything, inputmode: "decimal" } : isAnything;
}

const hasTime = (column) =>
  Boolean(column.training_range?.some((end) => String(end).includes("T")));

function dateFor(input, text) {
  if (input.type === "date") return text.slice(0, 10);
  return text.includes("T") ? text : `${text}T00:00`;
}

/** All fields: the most important ones in one box, the others folded in another. */
class Form {
  constructor(columns, names) {
    this.fields = new Map(columns.map((column, place) => [column.name, new Field(column, place)]));
    this.main = names.map((name) => this.fields.get(name));
    this.others = [...this.fields.values()].filter((field) => !names.includes(field.column.name));
  }

  /** The record of all cells that are given. */
  get record() {
    const record = Object.create(null); // a column may be called __proto__
    for (const [name, field] of this.fields) {
      const cell = field.cell;
      if (cell !== undefined) record[name] = cell;
    }
    return record;
  }

  set record(record) {
    for (const [name, field] of this.fields)
      field.cell = Object.hasOwn(record, name) ? record[name] : undefined;
  }

  /** Show errors beside their fields; return those that belong to no field. */
  showErrors(errors) {
    const messages = new Map();
    const others = [];
    for (const { column, message } of errors) {
      if (this.fields.has(column)) messages.set(column, [...(messages.get(column) ?? []), message]);
      else others.push(message);
    }
    for (const [name, field] of this.fields) field.showError((messages.get(name) ?? []).join("; "));
    return others;
  }

  /** The fields beside which something is wrong. */
  get faulty() {
    return [...this.fields.values()].filter((field) => !field.error.hidden);
  }

  /** Show only those of the folded fields whose column's name holds a text. */
  find(text) {
    const wanted = text.trim().toLowerCase();
    for (const field of this.others) {
      field.box.hidden = !field.column.name.toLowerCase().includes(wanted);
    }
    return this.others.filter((field) => !field.box.hidden).length;
  }
}
