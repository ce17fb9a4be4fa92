"""Pages for people, with charts, from what an artifact says of itself."""
