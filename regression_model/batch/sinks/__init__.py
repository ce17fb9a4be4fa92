"""Kinds of files that answers are written to, a file each: told by the file's name."""
