"""Steps between the encoded table and the estimators, scikit-learn compatible."""
