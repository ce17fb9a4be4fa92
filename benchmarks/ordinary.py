"""How many ordinary tables fall short on their way from CSV to answers, and where.

Run ``python -m benchmarks.ordinary --tables 500`` from the repository's root.
"""

from __future__ import annotations

import argparse
import collections
import sys
import tempfile
import time
from pathlib import Path

from tests.ordinary_tables import fall_short


def main() -> int:
    options = _parse()
    found: dict[int, str] = {}
    started = time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(options.first, options.first + options.tables):
            said = fall_short(
                seed, Path(folder), small=not options.as_proposed, most_rows=options.most_rows
            )
            if said:
                found[seed] = said
                print(said, flush=True)
    steps = collections.Counter(said.split("), ")[-1].split(":")[0] for said in found.values())
    print(f"{options.tables} tables, {len(found)} fell short {dict(steps) or ''}".rstrip())
    print(f"{(time.process_time() - started) / options.tables:.2f} CPU seconds a table")
    return 1 if found else 0


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ordinary", description=__doc__)
    parser.add_argument("--tables", type=int, default=100, help="how many")
    parser.add_argument("--first", type=int, default=0, help="the first one's seed")
    parser.add_argument("--most-rows", type=int, default=2000, help="rows of the largest")
    parser.add_argument(
        "--as-proposed", action="store_true", help="with what init proposes, and not small trees"
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
