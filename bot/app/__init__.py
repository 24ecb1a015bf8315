"""The composition root: where the parts of a running bot meet, and what tells whether it is well."""
