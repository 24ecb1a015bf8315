"""Carries out what the rules of delivery decide: posts, looks, tells, and takes editors' orders."""
