"""Reading files: digests, configuration, library, checks."""
