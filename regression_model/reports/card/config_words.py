"""What an artifact's config says, as far as it says it as this version would.

Of that section a reader of artifacts checks no more than it needs: the rest is whatever a training
run, or somebody else, has written there.
"""

from __future__ import annotations

from typing import Any, TypeVar

T = TypeVar("T")


def setting(facts: dict[str, Any], kind: type[T], *names: str) -> T | None:
    """Return a setting, if there is one of this kind.

    Parameters
    ----------
    facts : dict
        What ``model.json`` says.
    kind : type
        What JSON makes of such a setting.
    names : str
        Of the sections around it and of the setting.

    Examples
    --------
    >>> facts = {"config": {"evaluation": {"hold_out": 0.1}, "derived": "odd"}}
    >>> setting(facts, float, "evaluation", "hold_out"), setting(facts, dict, "derived")
    (0.1, None)
    """
    held: Any = facts.get("config")
    for name in names:
        held = held.get(name) if isinstance(held, dict) else None
    return held if isinstance(held, kind) else None


def named_columns(facts: dict[str, Any], name: str) -> list[str] | None:
    """Return the columns that a setting lists."""
    listed = setting(facts, list, name)
    return None if listed is None else [each for each in listed if isinstance(each, str)]
