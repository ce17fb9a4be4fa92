"""Drift: rows of today beside those of training, by the profile that the artifact keeps."""
