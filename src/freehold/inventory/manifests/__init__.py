"""Readers of manifests: what a project asks for itself, one module a format; what they share is in ``drafting``.

A manifest beside a lockfile gives roots, roles and registries, and no component of its own (``asking``); without one its
direct dependencies are listed, with a version only where exactly one is named. No project code is ever run.
"""

from __future__ import annotations

from freehold.inventory.manifests.cargo_toml import CargoToml
from freehold.inventory.manifests.composer_json import ComposerJson
from freehold.inventory.manifests.conda_environment import CondaEnvironment, PixiToml
from freehold.inventory.manifests.gemfile import Gemfile
from freehold.inventory.manifests.gradle_build import GradleBuild, GradleProperties
from freehold.inventory.manifests.gradle_catalog import GradleCatalog
from freehold.inventory.manifests.maven import MavenPom
from freehold.inventory.manifests.nuget import NugetConfig, NugetProject, PackagesConfig
from freehold.inventory.manifests.package_json import PackageJson
from freehold.inventory.manifests.pubspec import Pubspec, VcpkgJson
from freehold.inventory.manifests.pyproject import PyProject
from freehold.inventory.manifests.python_files import Pipfile, PipInput, SetupCfg, SetupPy
from freehold.inventory.manifests.sbt import SbtBuild
from freehold.inventory.manifests.workspaces import DenoJson, PnpmWorkspace
from freehold.inventory.manifests.wrappers import BuildWrapper
from freehold.inventory.reader import Reader

READERS: tuple[Reader, ...] = (
    PackageJson(),
    PnpmWorkspace(),
    DenoJson(),
    PyProject(),
    Pipfile(),
    PipInput(),
    SetupCfg(),
    SetupPy(),
    CondaEnvironment(),
    PixiToml(),
    CargoToml(),
    MavenPom(),
    GradleCatalog(),
    GradleBuild(),
    GradleProperties(),
    SbtBuild(),
    BuildWrapper(),
    Gemfile(),
    ComposerJson(),
    NugetProject(),
    PackagesConfig(),
    NugetConfig(),
    Pubspec(),
    VcpkgJson(),
)

__all__ = ["READERS"]
