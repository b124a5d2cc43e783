"""Readers of the files that a stack already has: one module a format, one interface, nothing ever executed."""
