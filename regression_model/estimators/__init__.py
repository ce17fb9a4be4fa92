"""What a model is the average of: a file for each estimator."""
