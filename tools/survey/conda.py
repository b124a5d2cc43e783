"""Reading pixi's lockfiles: the licence that the recipe of each conda package states, and the Python distribution it packs.

Format: https://pixi.sh/latest/workspace/lockfile/. Only packages of conda-forge are taken; other channels pack other things
under the same names.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from packageurl import PackageURL

from freehold.catalog.purls import key_of, qualifier, type_of
from freehold.inventory.folder import read_paths
from freehold.model.component import Component
from freehold.model.package_row import PackageRow
from survey.statement import Statement
from survey.tables import FAMILIES, parts_of

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


def packs(path: Path) -> dict[str, str]:
    """Return which Python distribution each conda package of a lockfile packs, by their names in tables."""
    found: dict[str, str] = {}
    for component, purl in _packages(path):
        packed = [key_of(other).rpartition("/")[2] for other in component.purls if type_of(other) == "pypi"]
        if len(packed) == 1:
            found[key_of(purl).rpartition("/")[2]] = packed[0]
    return found


def without_contradictions(
    conda: Sequence[PackageRow], python: Sequence[PackageRow], packed: dict[str, str]
) -> list[PackageRow]:
    """Leave out conda packages whose recipe and packed distribution have no licence in common: recipes grow old."""
    stated: dict[str, list[str]] = {}
    for row in python:
        if row.licence:
            stated.setdefault(row.name, []).append(row.licence)
    own = {
        row.name for row in conda for other in stated.get(packed.get(row.name, ""), ()) if _share(row.licence, other)
    }
    return [row for row in conda if row.name in own or packed.get(row.name, "") not in stated]


def _share(one: str, other: str) -> bool:
    """Tell whether two expressions have a licence in common, or one a family and the other one of its variants."""
    first, second = _terms(one), _terms(other)
    return bool(first & second) or any(
        family in mine and any(terms.startswith(beginning) for terms in others)
        for family, beginning in FAMILIES.items()
        for mine, others in ((first, second), (second, first))
    )


def _terms(licence: str) -> set[str]:
    return {name.strip("() ") for part in licence.split(" OR ") for name in parts_of(part)}


def _packages(path: Path) -> Iterator[tuple[Component, str]]:
    """Yield the conda packages of a lockfile, each with its purl, in the order of the lockfile."""
    for component in read_paths([path]).components:
        purl = next((purl for purl in component.purls if type_of(purl) == "conda"), "")
        if purl and component.licences and qualifier(purl, "channel") == CHANNEL:
            yield component, purl


def _bare(purl: str) -> str:
    return PackageURL.from_string(purl)._replace(version=None, qualifiers={}, subpath=None).to_string()
