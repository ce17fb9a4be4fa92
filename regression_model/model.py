"""`regression_model.artifact.model`, by the name that pickles of loaded models have for it.

Those of version 0.4.0 and before call ``regression_model.model._from_bytes``.
"""

from regression_model.artifact.model import Model, _from_bytes

__all__ = ["Model", "_from_bytes"]
