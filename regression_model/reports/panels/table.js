// A whole table: pasted, dropped or chosen, its answers shown and handed over.

const MOST_PUT_IN = 200000; // characters; what a longer file holds is not put into the text
const PREVIEW = 500000;

/** The form of a table and the answers below it, for one model. */
class TablePanel {
  constructor(model, service) {
    this.model = model;
    this.service = service;
    this.file = null;
    this.asked = 0;
    this.say();
  }

  /** Take a file: it is sent as it is, unless its text is changed here. */
  async take(file) {
    this.file = file;
    byId("table-text").value = file.size <= MOST_PUT_IN ? await file.text() : "";
    this.say(`${file.name} is there, ${counted(file.size, "byte")}. Press Predict the table.`);
  }

  /** Note that the text was changed by hand, so that it is what counts. */
  change() {
    this.file = null;
  }

  putExample() {
    this.file = null;
    byId("table-text").value = recordCsv(this.model.example);
    this.say("One row is there, with the names of the columns above it.");
  }

  /** Ask for the answers to all rows, and show them. */
  async predict(level) {
    const body = this.file ?? byId("table-text").value;
    const head = this.file ? await this.file.slice(0, PREVIEW).text() : body;
    if (head.trim() === "") {
      this.complain("There are no rows yet. Paste some, or choose a file.");
      return;
    }
    this.say("Predicting …");
    const { asked } = this;
    try {
      const options = { level, type: mediaTypeOf(head) };
      const answer = await this.service.predict(this.model.name, body, options);
      if (asked === this.asked) this.show(answer, firstRows(head)); // else it comes too late
    } catch (error) {
      if (asked === this.asked) this.complain(wordsOf(error));
    }
  }

  show(answer, rows) {
    this.say(...answersSummary(answer));
    this.answer = answer;
    byId("table-rows").replaceChildren(answersTable(answer, rows));
    byId("table-answers").hidden = false;
  }

  download() {
    const name = `${this.model.name}_predictions.csv`;
    download(name, answersCsv(this.answer), "text/csv;charset=utf-8");
  }

  /** Say how it stands, and take away what was there before. */
  say(...sentences) {
    this.asked += 1;
    this.answer = null;
    byId("table-answers").hidden = true;
    byId("table-problem").hidden = true;
    byId("table-said").replaceChildren(...sentences.map((words) => element("p", {}, words)));
  }

  complain(words) {
    this.say();
    byId("table-problem").textContent = words;
    byId("table-problem").hidden = false;
    byId("table-problem").focus();
  }
}
