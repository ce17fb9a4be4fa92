"""A table in, the YAML of a config out."""
