"""Tables in, encoded matrices out: the schema, its checks and the transformers."""
