"""What is wrong with the rows of a file, put together by column and code."""

from pathlib import Path

from regression_model.artifact.model import Model
from regression_model.batch.checking import validate_file


def test_findings_are_grouped_errors_first_the_commonest_before_others(
    small_model: Model, tmp_path: Path
) -> None:
    path = tmp_path / "houses.csv"
    lines = ["GrLivArea,OverallQual,KitchenQual", "1710,7,XX", "ten,7,TA", "ten", "big,7,TA"]
    path.write_text("\n".join(lines), encoding="utf-8")
    findings = validate_file(small_model, path)
    told = [(g.severity, g.column, g.code, g.n_rows, g.first) for g in findings.groups()]
    assert told[:2] == [
        ("error", "GrLivArea", "not_a_number", 2, "1"),
        ("error", None, "wrong_cell_count", 1, "2"),
    ]
    assert ("warning", "KitchenQual", "unseen_level", 1, "0") in told[2:]
    assert findings.groups()[0].message == findings.errors[0]["message"]
    assert findings.to_dict()["n_failed"] == 3
