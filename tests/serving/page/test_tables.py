"""A whole table in a real browser: pasted, chosen or dropped, and its answers handed over."""

from __future__ import annotations

import csv
import json
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from odd_model import IMAGE, SCRIPT

import regression_model
from regression_model import make_prediction

if TYPE_CHECKING:
    from trying_page import TriedPage

TEST_CSV = Path(regression_model.__file__).parent / "datasets" / "test.csv"
CELLS = """[...document.querySelectorAll('#table-rows tbody tr')].map(
    (row) => [...row.cells].map((cell) => cell.textContent))"""


def first_records(count: int) -> list[dict[str, str]]:
    with TEST_CSV.open(encoding="utf-8", newline="") as file:
        return list(islice(csv.DictReader(file), count))


def as_csv(records: list[dict[str, str]], delimiter: str = ",") -> str:
    def quoted(cell: str) -> str:
        return '"' + cell.replace('"', '""') + '"'

    rows = [list(records[0]), *(list(record.values()) for record in records)]
    return "".join(delimiter.join(map(quoted, row)) + "\n" for row in rows)


def downloaded(page: TriedPage) -> list[dict[str, str]]:
    path = page.saved_by("#table-download")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    path.unlink()
    return rows


def test_rows_are_answered_one_by_one_and_handed_over_whole(page: TriedPage) -> None:
    records = first_records(60)
    records[2]["LotArea"] = 'a "lot",\nor two'
    page.send_table(as_csv(records))
    assert page.text("#table-said").startswith("60 rows: 59 predicted, 1 not.")
    shown = page.run(CELLS)
    assert len(shown) == 50
    assert shown[2][:4] == ["2", "none", "none", "none"]
    assert page.text("#table-rows mark") == records[2]["LotArea"]
    result = make_prediction(input_data=records, interval=0.9)
    (error,) = result["errors"] or []
    assert error["message"] in shown[2][4]
    for row, answer in enumerate(downloaded(page)):
        assert answer["row"] == str(row)
        for name, numbers in {"prediction": result["predictions"], **_ends(result)}.items():
            assert (float(answer[name]) if answer[name] else None) == numbers[row]
        assert answer["error"] == (error["message"] if row == 2 else "")


def _ends(result: Any) -> dict[str, list[float | None]]:
    return {"lower": result["lower"], "upper": result["upper"]}


@pytest.mark.parametrize("kind", ["lines", "array", "semicolons"])
def test_other_forms_of_a_table_give_the_same_answers(page: TriedPage, kind: str) -> None:
    records = first_records(3)
    text = {
        "lines": "\n".join(map(json.dumps, records)),
        "array": json.dumps(records),
        "semicolons": as_csv(records, ";"),
    }[kind]
    page.send_table(text)
    assert page.text("#table-said").startswith("3 rows: 3 predicted, 0 not")
    shown = page.run(CELLS)
    predictions = make_prediction(input_data=records)["predictions"]
    assert [row[1] for row in shown] == [f"{prediction:,.0f}" for prediction in predictions]
    place = 5 + list(records[0]).index("Neighborhood")
    assert [row[place] for row in shown] == [record["Neighborhood"] for record in records]


def test_cells_of_a_table_are_text_and_no_markup(odd_page: TriedPage) -> None:
    rows = [
        {IMAGE: SCRIPT, SCRIPT: IMAGE, "rooms": "1", "__proto__": IMAGE},
        {IMAGE: "12", SCRIPT: SCRIPT, "rooms": "2", "__proto__": "1"},
    ]
    odd_page.send_table(as_csv(rows))
    assert odd_page.text("#table-said").startswith("2 rows: 1 predicted, 1 not")
    assert odd_page.run(CELLS)[1][-4:] == list(rows[1].values())
    assert odd_page.run("document.querySelectorAll('img, iframe, main script, b, i').length") == 0
    assert odd_page.browser.complaints() == []


def test_a_spreadsheet_runs_nothing_that_is_handed_over(odd_page: TriedPage) -> None:
    odd_page.send_table(as_csv([{"rooms": "1", "=2+3": "many"}]))
    (answer,) = downloaded(odd_page)
    assert answer["error"].startswith("'=2+3 is 'many'")


def test_an_example_shows_what_a_table_looks_like(odd_page: TriedPage) -> None:
    odd_page.click("#table-example")
    odd_page.click("#table .primary")
    odd_page.wait_for("!$('#table-answers').hidden")
    assert odd_page.text("#table-said") == "1 row: 1 predicted, 0 not."


def test_a_file_is_sent_as_it_is(page: TriedPage) -> None:
    node = page.browser.send("DOM.getDocument")["root"]["nodeId"]
    found = page.browser.send("DOM.querySelector", nodeId=node, selector="#table-file")
    page.browser.send("DOM.setFileInputFiles", files=[str(TEST_CSV)], nodeId=found["nodeId"])
    page.wait_for("$('#table-said').textContent.startsWith('test.csv is there')")
    page.click("#table .primary")
    page.wait_for("!$('#table-answers').hidden")
    assert page.text("#table-said").startswith("1,459 rows: 1,459 predicted, 0 not")
    assert len(downloaded(page)) == 1459


def test_a_file_may_be_dropped_anywhere(page: TriedPage) -> None:
    drop = """((dataTransfer) => {
        dataTransfer.items.add(new File([a[0]], "rows.jsonl"));
        const options = { dataTransfer, bubbles: true, cancelable: true };
        document.body.dispatchEvent(new DragEvent("drop", options));
    })(new DataTransfer())"""
    page.run(drop, json.dumps({"GrLivArea": 1500}))
    page.wait_for("$('#table-said').textContent.startsWith('rows.jsonl is there')")
    page.click("#table .primary")
    page.wait_for("!$('#table-answers').hidden")
    assert page.text("#table-said").startswith("1 row: 1 predicted, 0 not")


@pytest.mark.parametrize(
    ("text", "words"),
    [("", "There are no rows yet"), ("[1, 2", "The body is no JSON"), ('{"a": 1}\n' * 2, None)],
    ids=["empty", "broken", "foreign"],
)
def test_what_is_no_table_is_said(page: TriedPage, text: str, words: str | None) -> None:
    page.send_table(text)
    if words is None:
        assert "2 rows" in page.text("#table-said")
    else:
        assert words in page.text("#table-problem")
        assert page.run("document.activeElement.id") == "table-problem"
