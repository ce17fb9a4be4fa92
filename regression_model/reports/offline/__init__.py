"""A page that opens from a disk and predicts: a reader in JavaScript, and a model."""
