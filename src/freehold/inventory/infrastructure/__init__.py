"""Readers of infrastructure: one module a format, what they share in ``parts``, ``images``, ``fetched`` and ``variables``.

``READERS`` is ordered: the first that accepts a file reads it. Nothing is rendered, planned or run; names that only the
tool can complete are noted.
"""

from __future__ import annotations

from freehold.inventory.infrastructure.containers import READERS as CONTAINERS
from freehold.inventory.reader import Reader

READERS: tuple[Reader, ...] = (*CONTAINERS,)

__all__ = ["READERS"]
