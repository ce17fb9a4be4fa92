// The page of a service: it asks what models there are, and for a token where one is needed.

/** Ask what there is, and show the first model; where a token is needed, ask for that. */
async function start() {
  try {
    const names = await service.modelNames();
    byId("models").replaceChildren(...names.map((name) => element("option", {}, name)));
    byId("model-choice").hidden = names.length < 2;
    byId("token-form").hidden = true;
    await choose(names[0]);
  } catch (error) {
    showProblem(error);
  }
}

function showProblem(error) {
  const needsToken = error.status === 401;
  byId("model").hidden = needsToken;
  byId("token-form").hidden = !needsToken;
  const words = wordsOf(error);
  byId("problem").textContent = needsToken ? "That is not the token of this service." : words;
  byId("problem").hidden = needsToken && service.token === "";
  if (needsToken) byId("token").focus();
}

/** Save what a link leads to. */
async function save(link) {
  const path = link.getAttribute("href");
  const [name, type] = path.endsWith(".json")
    ? [path, "application/json"]
    : [`${path}.html`, "text/html"];
  try {
    download(name, await service.text(path), type);
  } catch (error) {
    showProblem(error);
  }
}

onClick("programs", (event) => {
  if (!(event.target instanceof HTMLAnchorElement) || !service.token) return;
  event.preventDefault(); // who follows a link brings no token
  save(event.target);
});

onSubmit("token-form", () => {
  service.token = byId("token").value.trim();
  byId("token").value = "";
  start();
});

start();
