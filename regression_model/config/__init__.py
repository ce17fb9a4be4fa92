"""The one file that a user edits, read and checked."""
