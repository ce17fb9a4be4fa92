"""The artifact: what its file looks like and may hold, and what answers from it."""
