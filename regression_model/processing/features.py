"""The transformers, by the place where users of such packages look for them."""

from regression_model.transformers.base import FrameTransformer
from regression_model.transformers.date_parts import DateParts
from regression_model.transformers.derived import DerivedFeatures, TemporalVariableTransformer
from regression_model.transformers.encoder import Encoder
from regression_model.transformers.levels import LevelCounter, Mapper, RareLevelGrouper
from regression_model.transformers.numbers import (
    HingeAppender,
    MedianImputer,
    QuantileClipper,
    SkewedLogTransformer,
)

__all__ = [
    "DateParts",
    "DerivedFeatures",
    "Encoder",
    "FrameTransformer",
    "HingeAppender",
    "LevelCounter",
    "Mapper",
    "MedianImputer",
    "QuantileClipper",
    "RareLevelGrouper",
    "SkewedLogTransformer",
    "TemporalVariableTransformer",
]
