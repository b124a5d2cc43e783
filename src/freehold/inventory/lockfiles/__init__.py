"""Readers of lockfiles: one module a format, what they share in ``packages``, ``values`` and ``lines``.

``READERS`` is ordered: the first that accepts a file reads it. A lockfile's own claims are taken as they stand; nothing
is resolved again, and no tool of the project is run.
"""

from __future__ import annotations

from freehold.inventory.lockfiles.npm import NpmLock
from freehold.inventory.lockfiles.poetry import PoetryLock
from freehold.inventory.lockfiles.requirements import Requirements
from freehold.inventory.lockfiles.uv import UvLock
from freehold.inventory.reader import Reader

READERS: tuple[Reader, ...] = (NpmLock(), UvLock(), PoetryLock(), Requirements())

__all__ = ["READERS"]
