"""Whether a model keeps what training promised, told from truths that come late."""
