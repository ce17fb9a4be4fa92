"""The card of a model: what it is, how good, how sure, and what is not known of it."""
