"""A reader of artifacts in plain JavaScript: a zip in, answers out."""
