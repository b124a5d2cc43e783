"""Readers of lockfiles: one module a format, what they share in ``packages``, ``values`` and ``lines``.

``READERS`` is ordered: the first that accepts a file reads it. A lockfile's own claims are taken as they stand; nothing
is resolved again, and no tool of the project is run.
"""

from __future__ import annotations

from freehold.inventory.lockfiles.bun import BunLock
from freehold.inventory.lockfiles.cargo import CargoLock
from freehold.inventory.lockfiles.composer import ComposerLock
from freehold.inventory.lockfiles.conan import ConanLock
from freehold.inventory.lockfiles.conda import CondaExplicit, CondaLock
from freehold.inventory.lockfiles.deno import DenoLock
from freehold.inventory.lockfiles.flake import FlakeLock
from freehold.inventory.lockfiles.gemfile import GemfileLock
from freehold.inventory.lockfiles.go import GoMod, GoSum
from freehold.inventory.lockfiles.gradle import GradleLock
from freehold.inventory.lockfiles.helm import HelmLock
from freehold.inventory.lockfiles.julia import JuliaManifest
from freehold.inventory.lockfiles.mix import MixLock
from freehold.inventory.lockfiles.npm import NpmLock
from freehold.inventory.lockfiles.nuget import NugetLock
from freehold.inventory.lockfiles.opam import OpamLock
from freehold.inventory.lockfiles.pdm import PdmLock
from freehold.inventory.lockfiles.pipfile import PipfileLock
from freehold.inventory.lockfiles.pixi import PixiLock
from freehold.inventory.lockfiles.pnpm import PnpmLock
from freehold.inventory.lockfiles.pods import PodfileLock
from freehold.inventory.lockfiles.poetry import PoetryLock
from freehold.inventory.lockfiles.pub import PubLock
from freehold.inventory.lockfiles.pylock import PyLock
from freehold.inventory.lockfiles.refused import REFUSED
from freehold.inventory.lockfiles.renv import RenvLock
from freehold.inventory.lockfiles.requirements import Requirements
from freehold.inventory.lockfiles.swift import CarthageResolved, SwiftResolved
from freehold.inventory.lockfiles.terraform_lock import TerraformLock
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
    PnpmLock(),
    BunLock(),
    DenoLock(),
    CondaLock(),
    PixiLock(),
    TerraformLock(),
    SwiftResolved(),
    CarthageResolved(),
    PubLock(),
    MixLock(),
    PodfileLock(),
    FlakeLock(),
    HelmLock(),
    RenvLock(),
    JuliaManifest(),
    ConanLock(),
    OpamLock(),
    CondaExplicit(),
    *REFUSED,
    Requirements(),
)

__all__ = ["READERS"]
