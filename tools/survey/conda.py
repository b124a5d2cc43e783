"""Reading pixi's lockfiles: the licence that the recipe of each conda package states, and the Python distribution it packs.

Format: https://pixi.sh/latest/workspace/lockfile/. Only packages of conda-forge are taken; other channels pack other things
under the same names.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from packageurl import PackageURL

from freehold.catalog.purls import qualifier, type_of
from freehold.inventory.folder import read_paths
from freehold.model.component import Component
from survey.statement import Statement

CHANNEL = "conda-forge"


def conda_packages(path: Path) -> Iterator[Statement]:
    """Yield what is stated about conda packages."""
    for component, purl in _packages(path):
        yield Statement(_bare(purl), component.version, component.licences)


def packed_distributions(path: Path) -> Iterator[Statement]:
    """Yield the same about Python distributions, where a conda package packs exactly one: a recipe's word about it."""
    for component, _ in _packages(path):
        packed = [purl for purl in component.purls if type_of(purl) == "pypi"]
        if len(packed) == 1:
            yield Statement(_bare(packed[0]), component.version, component.licences)


def _packages(path: Path) -> Iterator[tuple[Component, str]]:
    """Yield the conda packages of a lockfile, each with its purl, in the order of the lockfile."""
    for component in read_paths([path]).components:
        purl = next((purl for purl in component.purls if type_of(purl) == "conda"), "")
        if purl and component.licences and qualifier(purl, "channel") == CHANNEL:
            yield component, purl


def _bare(purl: str) -> str:
    return PackageURL.from_string(purl)._replace(version=None, qualifiers={}, subpath=None).to_string()
