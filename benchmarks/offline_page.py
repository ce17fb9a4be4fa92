"""The page that predicts by itself: its bytes, and under Node the time of opening it and of a row.

Run as ``python -m benchmarks.offline_page`` on a quiet machine that has Node. Times are CPU time of
one process.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from regression_model.artifact.format import read_artifact
from regression_model.predict import packaged_artifact
from regression_model.reports.offline.archive import page_archive
from regression_model.reports.offline.page import offline_page
from regression_model.reports.offline.scripts import reader_script

_PROGRAM = """
const fs = require("node:fs");
const milliseconds = () => process.cpuUsage().user / 1000;
const median = (times) => times.sort((one, other) => one - other)[times.length >> 1];
async function timed(count, work) {
  const times = [];
  for (let round = 0; round < count; round += 1) {
    const before = milliseconds();
    await work();
    times.push(milliseconds() - before);
  }
  return median(times);
}
async function main() {
  const bytes = new Uint8Array(fs.readFileSync(process.argv[2]));
  const before = milliseconds();
  const model = await openModel(bytes);
  if (model.fault() !== null) throw new Error(model.fault());
  console.log(`opened and proven in ${Math.round(milliseconds() - before)} ms`);
  const records = Array(1000).fill(model.description.example);
  const x = model.encoder.ofRecords(records.slice(0, 1), { addNames() {}, add() {} })[0]();
  const graph = await timed(11, () => records.forEach(() => model.graph.run({ x })));
  console.log(`graph alone: ${Math.round(graph)} us a row`);
  const whole = await timed(11, () => model.predictRecords(records, { level: 0.9 }));
  console.log(`a record with its interval: ${Math.round(whole)} us a row`);
  const few = records.slice(0, 100);
  const explained = await timed(5, () => model.predictRecords(few, { explain: true }));
  console.log(`with contributions: ${(explained / 100).toFixed(1)} ms a row`);
}
main();
"""


def main() -> None:
    node = shutil.which("node")
    if node is None:
        sys.exit("there is no Node here")
    artifact = read_artifact(packaged_artifact())
    print(f"{len(offline_page(artifact, 'regression_model').encode()):,} bytes of page")
    print(f"{len(reader_script()):,} bytes of it are the reader")
    with tempfile.TemporaryDirectory() as folder:
        script, zipped = Path(folder, "reader.js"), Path(folder, "model.zip")
        script.write_text(reader_script() + _PROGRAM, encoding="utf-8")
        zipped.write_bytes(page_archive(artifact, "regression_model"))
        sys.stdout.flush()
        subprocess.run([node, str(script), str(zipped)], check=True)


if __name__ == "__main__":
    main()
