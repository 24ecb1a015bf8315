"""The rules: what a digest is, when it is due, what to do next. No I/O, no clock, no logging."""
