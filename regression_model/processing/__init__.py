"""Cells and tables in, one encoded matrix out, with every error and warning on the way."""
