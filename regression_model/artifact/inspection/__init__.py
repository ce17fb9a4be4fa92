"""A look into a graph before an engine is built from it: what is not known to be right is refused.

``protobuf`` reads the bytes, ``messages`` says which fields a model may have, ``operators`` which
operators there are and what they make of their inputs, ``trees`` what an ensemble of trees must
keep to; ``graphs`` puts them together.
"""
