"""Formats of files that hold a whole table, a file each: told by the file's name, and read."""
