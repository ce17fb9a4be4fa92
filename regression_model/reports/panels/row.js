// One row: the form, its answer, and what another value of a column would change.

/** The form of one row and the panel beside it, for one model. */
class RowPanel {
  constructor(model, service) {
    this.model = model;
    this.service = service;
    this.asked = 0;
    this.hasAnswer = false;
    this.form = new Form(model.columns, mainNames(model.columns));
    this.showFields();
    const levels = levelOptions(model.highest_interval);
    byId("level").replaceChildren(...levels);
    byId("level-field").hidden = levels.length === 0;
    const useCell = (name, cell) => this.put(name, cell);
    this.whatIf = new WhatIfPanel(model, service, byName(model.columns), useCell);
    this.clearAnswer();
  }

  showFields() {
    const { main, others } = this.form;
    byId("main-fields").replaceChildren(...main.map((field) => field.box));
    byId("other-fields").replaceChildren(...others.map((field) => field.box));
    byId("others").hidden = others.length === 0;
    byId("others").open = false;
    byId("others-summary").textContent = counted(others.length, "further column");
    byId("main-title").textContent = mainTitle(this.model.columns);
    byId("finder").value = "";
    byId("found").textContent = "";
  }

  get level() {
    return byId("level").value ? Number(byId("level").value) : null;
  }

  clearAnswer() {
    this.asked += 1; // an answer that is due comes too late
    this.hasAnswer = false;
    for (const id of ["said", "interval", "warnings", "contributions"]) byId(id).replaceChildren();
    this.whatIf.clear();
    byId("no-answer").hidden = false;
    byId("replaced").hidden = true;
    this.showFaults([], { isQuiet: true });
  }

  /** Fill in a record; an answer to an empty one is not asked for. */
  fillIn(record) {
    this.form.record = record;
    this.clearAnswer();
    if (Object.keys(record).length) this.predict();
  }

  /** Put one cell into its field, and ask again. */
  put(name, cell) {
    this.form.fields.get(name).cell = cell;
    this.predict({ isQuiet: true });
  }

  /** Show only those of the folded fields whose name holds a text. */
  find(text) {
    byId("found").textContent = `${counted(this.form.find(text), "column")} found`;
  }

  /** Ask for the prediction of what is filled in, and show it. */
  async predict({ isQuiet = false } = {}) {
    const asked = (this.asked += 1);
    const { record } = this.form;
    try {
      const options = { level: this.level, explain: this.model.explanations };
      const answer = await this.service.predict(this.model.name, [record], options);
      if (asked === this.asked) this.show(answer, record, { isQuiet }); // else a later one is due
    } catch (error) {
      if (asked === this.asked) this.showProblem(error, { isQuiet });
    }
  }

  show(answer, record, { isQuiet }) {
    this.showFaults(answer.errors ?? [], { isQuiet });
    if (answer.errors) return;
    this.hasAnswer = true;
    const { unit, transform } = this.model;
    const one = firstOf(answer);
    byId("no-answer").hidden = true;
    byId("replaced").hidden = answer.version === this.model.version;
    byId("said").replaceChildren(...predictionWords(one, unit, this.level));
    byId("interval").replaceChildren(...(one.lower == null ? [] : [intervalChart(one, unit)]));
    byId("warnings").replaceChildren(...warningList(answer.warnings));
    const explanation = answer.explanations?.[0];
    const facts = { record, unit, isTarget: transform === "none" };
    const bars = explanation ? [contributionBars(explanation, facts)] : [];
    byId("contributions").replaceChildren(...bars);
    this.whatIf.show(record, this.level);
    if (!isQuiet) byId("answer").scrollIntoView({ block: "nearest" });
  }

  /** Show errors beside their fields and in a summary, which takes focus unless it came unasked. */
  showFaults(errors, { isQuiet }) {
    const others = this.form.showErrors(errors);
    const faulty = this.form.faulty;
    if (faulty.some((field) => this.form.others.includes(field))) byId("others").open = true;
    byId("faults").hidden = errors.length === 0;
    byId("outdated").hidden = errors.length === 0 || !this.hasAnswer;
    byId("faults").replaceChildren(...(errors.length ? faultList(faulty, others) : []));
    if (errors.length && !isQuiet) byId("faults").focus();
  }

  showProblem(error, { isQuiet }) {
    byId("faults").replaceChildren(element("strong", {}, wordsOf(error)));
    byId("faults").hidden = false;
    if (!isQuiet) byId("faults").focus();
  }
}
