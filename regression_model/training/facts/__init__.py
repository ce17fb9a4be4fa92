"""What a run keeps for model cards and drift: aggregates of folds, errors and columns, no row."""
