"""A table and a config in, a measured and proven artifact out."""
