// The page of one model: it is opened, proves itself, and is shown.

async function start() {
  try {
    const name = await service.open();
    byId("models").replaceChildren(element("option", {}, name));
    await choose(name);
    byId("proven").textContent =
      `${counted(service.model.conformance.vectors.length, "record")} with known answers ` +
      "were answered alike in this browser when the page was opened.";
  } catch (error) {
    showProblem(error);
  }
}

start();
