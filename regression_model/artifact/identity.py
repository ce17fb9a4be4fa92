"""Which model it is: what is remembered of one is never held against another."""

from __future__ import annotations

import json
from hashlib import blake2b
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from regression_model.artifact.model import Model


def digest_of(model: Model) -> str:
    """Return a digest of all that an artifact says of itself, also of its graphs."""
    told = json.dumps(model.facts, sort_keys=True).encode()
    return blake2b(told, digest_size=16).hexdigest()
