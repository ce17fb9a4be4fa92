"""Kinds of columns, a file each: how cells are judged, screened, decoded, spelled and guessed."""
