"""Readers of lockfiles: one module a format, what they share in ``packages``, ``values`` and ``lines``.

``READERS`` is ordered: the first that accepts a file reads it. A lockfile's own claims are taken as they stand; nothing
is resolved again, and no tool of the project is run.
"""

from __future__ import annotations

from freehold.inventory.lockfiles.cargo import CargoLock
from freehold.inventory.lockfiles.composer import ComposerLock
from freehold.inventory.lockfiles.gemfile import GemfileLock
from freehold.inventory.lockfiles.go import GoMod, GoSum
from freehold.inventory.lockfiles.gradle import GradleLock
from freehold.inventory.lockfiles.npm import NpmLock
from freehold.inventory.lockfiles.nuget import NugetLock
from freehold.inventory.lockfiles.pdm import PdmLock
from freehold.inventory.lockfiles.pipfile import PipfileLock
from freehold.inventory.lockfiles.poetry import PoetryLock
from freehold.inventory.lockfiles.pylock import PyLock
from freehold.inventory.lockfiles.refused import REFUSED
from freehold.inventory.lockfiles.requirements import Requirements
from freehold.inventory.lockfiles.uv import UvLock
from freehold.inventory.lockfiles.yarn import YarnLock
from freehold.inventory.reader import Reader

READERS: tuple[Reader, ...] = (
    NpmLock(),
    UvLock(),
    PoetryLock(),
    PipfileLock(),
    PdmLock(),
    PyLock(),
    YarnLock(),
    CargoLock(),
    GoMod(),
    GoSum(),
    ComposerLock(),
    GemfileLock(),
    GradleLock(),
    NugetLock(),
    *REFUSED,
    Requirements(),
)

__all__ = ["READERS"]
