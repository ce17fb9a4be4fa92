"""Writing an installable project around a table."""
