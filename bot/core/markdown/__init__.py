"""Words with shape: the small tree that a text of a digest is, and its words without shape."""
