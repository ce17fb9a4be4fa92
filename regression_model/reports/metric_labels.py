"""Labels of metrics in Prometheus's text format."""

from __future__ import annotations


def labels_of(**values: object) -> str:
    r"""Return labels as they stand behind a name, nothing where there are none.

    Texts are whole: two that were shortened to the same would be one series told twice, and whoever
    collects refuses all of it.

    Examples
    --------
    >>> print("sales" + labels_of(shop="a", said='"yes"') + " 3")
    sales{shop="a",said="\"yes\""} 3
    """
    texts = [f'{name}="{_escaped(str(value))}"' for name, value in values.items()]
    return "{" + ",".join(texts) + "}" if texts else ""


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
