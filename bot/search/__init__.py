"""The story index: one file, one front end, from a question to an honest answer."""
