"""`regression_model.artifact.self_test`, by the name that generated projects have for it."""

from regression_model.artifact.self_test import TOLERANCE, SelfTest, run_self_test

__all__ = ["TOLERANCE", "SelfTest", "run_self_test"]
