"""Frozen values shared by every room; no input or output, no clock, no decisions."""
