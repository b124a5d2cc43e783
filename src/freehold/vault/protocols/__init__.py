"""The registry protocols, one module each, by the type of a purl."""

from __future__ import annotations

from freehold.vault.protocol import Protocol
from freehold.vault.protocols.npm import Npm
from freehold.vault.protocols.pypi import PyPI

PROTOCOLS: dict[str, Protocol] = {"pypi": PyPI(), "npm": Npm()}
"""By purl type."""
