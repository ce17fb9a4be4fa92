"""The sentences about cells, names and rows: one place for all readers, in whatever language.

Names in braces are replaced by what they stand for, which is shortened and quoted before.
"""

from __future__ import annotations

SENTENCES = {
    # cells of any kind
    "missing_required": "{name} is required; give it a value",
    "not_a_scalar": "{name} holds a {kind}; give one value per cell",
    "out_of_training_range": (
        "{name} is {value}, outside the training range {low} to {high}; "
        "the prediction is an extrapolation"
    ),
    # numbers
    "not_a_number": (
        "{name} is {value} ({kind}), which is not a number; write {how}, or leave it empty if it "
        "is not known"
    ),
    "with_point": "digits with a decimal point",
    "like_format": "it like {format}",
    "not_an_integer": "{name} is {value}, which is not a whole number",
    "infinite": "{name} is infinite; leave it empty if it is not known",
    "too_large": "{name} is larger than {limit}; check its unit",
    "too_many_digits": (
        "{name} is a whole number beyond 2^53, more digits than a number keeps; declare it as a "
        "category if it is an identifier, else write it as 1.2e18"
    ),
    "below_minimum": "{name} is {value}; the least that is allowed is {limit}",
    "above_maximum": "{name} is {value}; the most that is allowed is {limit}",
    "text_as_number": "{name} is the text {value}, read as the number {number}",
    # levels
    "unknown_level": "{name} is {level}, which is not one of its levels",
    "unseen_level": "{name} is {level}, a level not seen in training",
    "nearest_known": "; the nearest known: {names}",
    # yes and no
    "not_a_boolean": "{name} is {value}, neither true nor false; write true or false",
    # dates
    "not_a_date": (
        "{name} is {value}, which is not a date{order}; write it as 2024-03-01 or "
        "2024-03-01T14:30{remedy}"
    ),
    "order_dmy": " in the order day, month, year",
    "order_mdy": " in the order month, day, year",
    "declare_order": ", or set date_order: dmy or mdy in the config",
    # names of columns
    "two_names": "{name} has {count} names here, {names}; leave one of them",
    "stands_twice": "{name} stands {count} times in the input; leave one column of that name",
    "twice_in_record": "{name} stands twice in the record, with other blanks; leave one",
    "missing_column": "{name} is required and missing from the input{hint}",
    "unused_column": "the model does not use {name}{hint}",
    "further_unused": "{count} further columns that the model does not use",
    "did_you_mean": "; did you mean {names}?",
    "near": " (near: {names})",
    "no_known_column": (
        "no column of the input is one of the model's: it has {came}; expected {expected}; {remedy}"
    ),
    "give_names": "give the columns their names in the place of their numbers",
    "give_inner": "if a record stands under {name}, give what stands there alone",
    "give_cells": "give each cell under its column's name",
    # rows
    "not_a_record": "row {row} is a {kind}; give a dict of column to value",
    "wrong_cell_count": "the row has {count} cells, the header {width}",
    "not_finite": "the model's answer is not a finite number; check for extreme values",
    "further_errors": "{count} further errors in this row",
    "further_warnings": "{count} further warnings {code} of {name}",
}


def say(sentence: str, **values: object) -> str:
    """Return a sentence with its values.

    Parameters
    ----------
    sentence : str
        One of `SENTENCES`.
    **values
        What stands in the place of its names.

    Returns
    -------
    str

    Examples
    --------
    >>> say("unseen_level", name="zone", level="'X'")
    "zone is 'X', a level not seen in training"
    """
    return SENTENCES[sentence].format(**values)
