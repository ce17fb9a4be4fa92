"""A table and a config in, a measured and proven artifact out; `run` is the whole of it."""

from regression_model.exceptions import MissingExtraError

# Whichever module of this room is imported first, a library that is missing is told by name.
try:
    import joblib  # noqa: F401
    import onnx  # noqa: F401
    import pandas as pd  # noqa: F401
    import sklearn  # noqa: F401
except ModuleNotFoundError as problem:
    message = (
        f"training needs {problem.name}, which is not installed; "
        'install the extra with: pip install "evergreen-regression[train]"'
    )
    raise MissingExtraError(message) from problem
