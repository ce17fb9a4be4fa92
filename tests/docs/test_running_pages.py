"""What runs the pages' blocks tells what differs, and writes what is printed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from pages.comparing import compare
from pages.page import Page

pytestmark = pytest.mark.skipif(os.name == "nt", reason="there are no such terminals")

TRUE = """\
```python
x = 1 / 3
print("x is", x)
```

prints

```text
x is 0.3333333333
```

<!-- write: one.csv -->
```csv
a,b
1,2
```

- in a list:

  ```console
  $ cat one.csv
  a,b
  ...
  $ mkdir inner && cd inner
  $ cat ../one.csv | \\
      wc -l
  2
  $ cat none
  cat: none: No such file...
  $ echo $?
  1
  ```

```python
from pathlib import Path

print(Path("../one.csv").read_text())
```

<!-- file: ../one.csv -->
```csv
a,b
1,2
```

```yaml
target:
  ...
  unit: pounds
```

<!-- numbers: 10 % -->
```console
$ echo 1,050.0 ━━━━━
1,000.0 ━━━
```

<!-- not run: server, by hand -->
```console
$ exit 3
```
"""


def _page(tmp_path: Path, text: str) -> Page:
    path = tmp_path / "page.md"
    path.write_text(text, encoding="utf-8")
    (tmp_path / "folder").mkdir()
    return Page(path, tmp_path / "folder")


def test_a_page_that_shows_what_is_printed_has_no_failures(tmp_path: Path) -> None:
    page = _page(tmp_path, TRUE)
    assert page.run() == []
    assert page.not_run == ["server"]


@pytest.mark.parametrize(
    ("true", "false", "said"),
    [
        ("x is 0.3333333333", "x is 0.333333", "+x is 0.3333333333333333"),
        ("x is 0.3333333333", "y is ...", "-y is ..."),
        ("  2\n", "", "+2"),
        ("  $ echo $?\n  1\n", "", "ended with status 1, which the page would show"),
        ("  1\n  ```", "  2\n  ```", "-2\n+1"),
        ("unit: pounds", "unti: pounds", "no such setting; did you mean unit?"),
        ("numbers: 10 %", "numbers: 1 %", "+1,050.0 ━━━━━"),
        ("numbers: 10 %", "numbers: many", "write a tolerance"),
        ("file: ../one.csv", "file: two.csv", "there is no file two.csv"),
        ("1,2\n```\n\n```yaml", "1,3\n```\n\n```yaml", "-1,3\n+1,2"),
        ("server, by hand", "tired", "write one of docker"),
        ("<!-- write: one.csv -->\n", "", "a block of csv is neither run nor compared"),
    ],
)
def test_what_a_page_shows_otherwise_is_told(
    tmp_path: Path, true: str, false: str, said: str
) -> None:
    assert TRUE.count(true) == 1
    failures = "\n".join(_page(tmp_path, TRUE.replace(true, false)).run())
    assert said in failures
    assert f"{tmp_path / 'page.md'}:" in failures


@pytest.mark.parametrize(
    ("true", "false"),
    [
        ("x = 1 / 3", "x = 1 / 0"),
        ("  $ echo $?\n  1\n", ""),
        ("  1\n  ```", "  0\n  ```"),
        ("$ echo 1,050.0 ━━━━━", "$ echo 1,050.0 ━━━━━; false"),
        ("$ echo 1,050.0 ━━━━━", "$ python -c 'x' || true"),
        ("unit: pounds", "unti: pounds"),
        ("file: ../one.csv", "file: two.csv"),
    ],
)
def test_what_went_wrong_is_no_update(tmp_path: Path, true: str, false: str) -> None:
    assert TRUE.count(true) == 1
    page = _page(tmp_path, TRUE.replace(true, false))
    assert page.run()
    assert page.faults


def test_an_update_writes_what_is_printed_and_keeps_what_is_left_out(tmp_path: Path) -> None:
    false = TRUE.replace("x is 0.3333333333", "x is 0.4").replace("  2\n", "  3\n")
    page = _page(tmp_path, false)
    assert page.run()
    assert page.faults == []
    updated = TRUE.replace("0.3333333333", "0.3333333333333333")
    assert page.updated() == updated.replace("1,000.0 ━━━", "1,050.0 ━━━━━")


@pytest.mark.parametrize(
    ("shown", "printed"),
    [
        ("a\n...\nc", "a\nb\nb\nc"),
        ("...", ""),
        ("...\nc\n...", "a\nc\nc"),
        ("took ... s, 2 of ...", "took 1.5 s, 2 of 3"),
        ("1,459 rows", "1,459 rows"),
        ("-1.00000000001e-05", "-1e-05"),
        ("1,...,", "1,142559.86,"),
        ("7,142559.86000000001,", "7,142559.86,"),
        ("│ a │  10 │", "│ a │   10 │"),
        ("a  \n", "\na\n"),
    ],
)
def test_what_compares_as_the_same(shown: str, printed: str) -> None:
    assert compare(shown, printed, 1e-9).is_same


@pytest.mark.parametrize(
    ("shown", "printed"),
    [
        ("a\n...\nc", "a\nb"),
        ("...\nb", "a\nb\nc"),
        ("a", "a\nb"),
        ("", "a"),
        ("1.0.0", "1.0.1"),
        ("v1.5", "v1.6"),
        ("2024-01-01", "2024-01-02"),
        ("  a: 1", "a: 1"),
        ("took ... s", "took 1 m"),
        ("7,142559.86,", "8,142559.86,"),
        ("1,200", "1,201"),
        ("nan", "0"),
    ],
)
def test_what_compares_as_different(shown: str, printed: str) -> None:
    assert not compare(shown, printed, 1e-9).is_same


def test_an_update_exchanges_numbers_around_what_is_left_out() -> None:
    assert compare("a ... 1\n...\nb 2", "a x 3\ny\nb 4", 0).update == "a ... 3\n...\nb 4\n"
    assert compare("a ... 1\n...\nb 2", "c\nd", 0).update == "c\nd\n"
