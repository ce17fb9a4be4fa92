// What the page asks the service for. The token, where one is needed, is kept in memory alone.

class ServiceError extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
  }
}

/** Return what a person is told of an error; one that the service has not made is ours. */
function wordsOf(error) {
  if (!(error instanceof ServiceError)) throw error;
  const words = sentence(error.message);
  return words[0].toUpperCase() + words.slice(1);
}

const service = {
  token: "",

  /** Return the names of the models that there are. */
  async modelNames() {
    const { models } = await this.ask("models");
    return models.map(({ name }) => name);
  },

  /** Return what a model says of itself. */
  describe(name) {
    return this.ask(`models/${encodeURIComponent(name)}`);
  },

  /** Return the answers to records, or to a table as text of some kind. */
  predict(name, body, { level = null, explain = false, type = "application/json" }) {
    const options = new URLSearchParams();
    if (level !== null) options.set("interval", level);
    if (explain) options.set("explain", "true");
    const isTable = typeof body === "string" || body instanceof Blob;
    // what somebody tries in the form is no row of which drift is to be told
    if (!isTable) options.set("drift", "false");
    const path = `models/${encodeURIComponent(name)}/predict?${options}`;
    const text = isTable ? body : JSON.stringify(body);
    return this.ask(path, { method: "POST", body: text, headers: { "Content-Type": type } });
  },

  /** Return what stands at a path, as text. */
  async text(path) {
    const response = await this.fetched(path, { Accept: "*/*" });
    if (response.ok) return response.text();
    throw new ServiceError(`The service answered with status ${response.status}.`, response.status);
  },

  async ask(path, { headers = {}, ...options } = {}) {
    const response = await this.fetched(path, { Accept: "application/json", ...headers }, options);
    const answer = await response.json().catch(() => null);
    if (response.ok && answer !== null) return answer;
    const said =
      answer?.detail ?? answer?.title ?? `The service answered with status ${response.status}.`;
    throw new ServiceError(said, response.status);
  },

  fetched(path, headers, options = {}) {
    if (this.token) headers.Authorization = `Bearer ${this.token}`;
    return fetch(path, { ...options, headers, cache: "no-store" }).catch(() => {
      throw new ServiceError("The service does not answer. Is it running?", 0);
    });
  },
};
