"""What the editors have written and readers may ask of: digests, their codes, answers."""
