"""Print the lower end of every range in requirements/ as a pip constraint."""

import re
from pathlib import Path

REQUIREMENTS = Path(__file__).parent.parent / "requirements"

for path in sorted(REQUIREMENTS.glob("*requirements.txt")):
    for line in path.read_text(encoding="utf-8").splitlines():
        if match := re.match(r"([A-Za-z0-9_.-]+)(?:\[[a-z,]+\])?>=([0-9.]+)", line):
            print(f"{match[1]}=={match[2]}")
