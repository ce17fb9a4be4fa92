"""`regression_model.batch.table_quality`, by the name that generated projects have for it."""

from regression_model.batch.table_quality import TableQuality, judge_on_table

__all__ = ["TableQuality", "judge_on_table"]
