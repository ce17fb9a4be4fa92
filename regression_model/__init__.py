"""Regression models as packages: a table and one YAML file in, one data-only artifact out.

Public names are resolved on first use, so that importing the package costs next to nothing.
"""

import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from regression_model.predict import PredictionResult, load_model, make_prediction

    __version__: str

__all__ = ["PredictionResult", "__version__", "load_model", "make_prediction"]

logging.getLogger(__name__).addHandler(logging.NullHandler())


def __getattr__(name: str) -> object:
    """Resolve a public name when it is first asked for (PEP 562)."""
    if name == "__version__":
        from regression_model._version import package_version

        value: object = package_version()
    elif name in __all__:
        from regression_model import predict

        value = getattr(predict, name)
    else:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
