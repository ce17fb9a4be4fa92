"""Rows that a service answers, counted by the profiles of their models, in all of its workers."""
