"""Freehold: what you would lose the day a party cuts you off, computed and proved."""

__version__ = "0.1.0"
