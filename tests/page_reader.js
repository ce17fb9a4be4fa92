// Answers lines of JSON, each a list of records with options, by the reader and the zip given.

const fs = require("node:fs");
const [script, zip] = process.argv.slice(2);
const { openModel } = new Function(`${fs.readFileSync(script, "utf8")}; return { openModel };`)();

async function main() {
  const model = await openModel(new Uint8Array(fs.readFileSync(zip)));
  console.log(JSON.stringify(model.fault()));
  for (const line of fs.readFileSync(0, "utf8").split("\n")) {
    if (line === "") continue;
    const { records, options } = JSON.parse(line);
    console.log(JSON.stringify(model.predictRecords(records, options)));
  }
}

main();
