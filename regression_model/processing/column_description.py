"""What is known of one input column: what a config declares of it and what training learns.

It only holds; what a cell of such a column means is said by the column's kind.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from regression_model.processing.blanks import BLANKS
from regression_model.processing.number_formats import parse_format

if TYPE_CHECKING:
    from regression_model.processing.dates import DateOrder

MissingMeans = Literal["unknown", "none"]

MISSING_TEXTS = (
    "", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN",
    "<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null",
)  # fmt: skip
"""How tables usually spell a missing value: the texts that ``pandas.read_csv`` reads as NaN."""

MAX_ALIASES = 20
"""How many other names a column may have: a record is looked into for each of them."""
MAX_ALIAS_CHARACTERS = 1_000


@dataclass(frozen=True)
class ColumnDescription:
    """What is known of one input column.

    Parameters
    ----------
    name : str
        The column's name, any text.
    kind : str
        What its cells are: the name of one of `processing.kinds.registry.KINDS`.
    missing_values : tuple of str
        Texts that stand for a missing value; ``inf`` also for any infinity that is no text.
    missing_means : {"unknown", "none"}
        ``none``: the thing is not there, which is the first level, or zero for a number.
    required : bool
        Whether a missing value is an error.
    minimum, maximum : float or None
        Declared limits; a number outside is an error.
    levels : tuple of (str or None)
        Levels by position; None is "has none".
    closed : bool
        Whether a level that is not listed is an error instead of a warning.
    training_range : (float, float) or None
        Smallest and largest number seen in training; outside is a warning.
    missing_share : float
        Share of missing cells in training, 0 to 1.
    date_order : {"ymd", "dmy", "mdy"}
        How texts such as 03/04/2024 are read.
    number_format : str or None
        A number as texts write it (see `number_formats`), where otherwise than with a point alone.
    aliases : tuple of str
        Other names under which callers send it, without blanks around them.
    """

    name: str
    kind: str
    missing_values: tuple[str, ...] = MISSING_TEXTS
    missing_means: MissingMeans = "unknown"
    required: bool = False
    minimum: float | None = None
    maximum: float | None = None
    levels: tuple[str | None, ...] = ()
    closed: bool = False
    training_range: tuple[float, float] | None = None
    missing_share: float = 0.0
    date_order: DateOrder = "ymd"
    number_format: str | None = None
    aliases: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.number_format is not None:
            parse_format(self.number_format)

    def plain_text(self, text: str) -> str | None:
        """Return the text of a number as it is with a decimal point alone, None if it is none."""
        if self.number_format is None:
            return text.strip(BLANKS)
        return parse_format(self.number_format).plain_text(text)
