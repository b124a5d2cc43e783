"""Whole applications, end to end: the locked packages are those of all their lockfiles, read again by other means."""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from freehold.inventory.folder import read_paths
from freehold.model.component import Inventory

SHARED = Path(os.environ.get("FREEHOLD_SHARED") or Path(__file__).parents[4] / "shared" / "data")
APPS = SHARED / "corpus" / "apps"
ABSENT = f"no shared corpus at {SHARED / 'corpus'} (set FREEHOLD_SHARED)"
Package = tuple[str, str, str]


def npm(text: str) -> Iterator[Package]:
    document = json.loads(text)
    if "packages" not in document:
        yield from npm_tree(document.get("dependencies", {}))
    for place, entry in document.get("packages", {}).items():
        if "node_modules/" in place and not entry.get("link"):
            yield "npm", entry.get("name") or place.rpartition("node_modules/")[2], entry["version"]


def npm_tree(entries: dict[str, Any]) -> Iterator[Package]:
    for name, entry in entries.items():
        alias = re.fullmatch(r"npm:(.+)@([^@]+)", entry["version"])
        yield ("npm", alias[1], alias[2]) if alias else ("npm", name, entry["version"])
        yield from npm_tree(entry.get("dependencies", {}))


def cargo(text: str) -> Iterator[Package]:
    return (("cargo", one["name"], one["version"]) for one in tomllib.loads(text)["package"] if "source" in one)


def python(text: str) -> Iterator[Package]:
    for one in tomllib.loads(text)["package"]:
        if not {"virtual", "editable", "directory"} & set(one.get("source", {})):
            yield "pypi", re.sub(r"[-_.]+", "-", one["name"]).lower(), one["version"]


def pipenv(text: str) -> Iterator[Package]:
    document = json.loads(text)
    for group in ("default", "develop"):
        for name, entry in document[group].items():
            yield "pypi", re.sub(r"[-_.]+", "-", name).lower(), entry.get("version", "").removeprefix("==")


def composer(text: str) -> Iterator[Package]:
    document = json.loads(text)
    for one in (*document["packages"], *document["packages-dev"]):
        yield "composer", one["name"].lower(), one["version"]


LOCKS: dict[str, Callable[[str], Iterator[Package]]] = {
    "package-lock.json": npm,
    "npm-shrinkwrap.json": npm,
    "Cargo.lock": cargo,
    "uv.lock": python,
    "poetry.lock": python,
    "Pipfile.lock": pipenv,
    "composer.lock": composer,
}


def listed(folder: Path) -> tuple[set[Package], set[str]]:
    """Return what all lockfiles of an application list, and the names of these files; purls have npm names in lower case."""
    packages: set[Package] = set()
    files: set[str] = set()
    for path in folder.rglob("*"):
        if path.name in LOCKS and path.is_file():
            locked = LOCKS[path.name](path.read_text("utf-8-sig"))
            packages |= {(kind, name.lower(), version) for kind, name, version in locked}
            files.add(path.relative_to(folder).as_posix())
    return packages, files


def found(inventory: Inventory, files: set[str]) -> set[Package]:
    """Return the packages that stand in one of these files, by what their purl says."""
    packages: set[Package] = set()
    for one in inventory.components:
        if one.purls and any(origin.file in files for origin in one.origins):
            kind, _, rest = one.key.partition("?")[0].removeprefix("pkg:").partition("/")
            name, _, version = rest.rpartition("@") if one.version else (rest, "", "")
            packages.add((kind, unquote(name), unquote(version)))
    return packages


def counted() -> list[str]:
    """Return the applications that have a lockfile of a kind that is counted here."""
    apps = sorted(APPS.iterdir()) if APPS.is_dir() else []
    return [app.name for app in apps if any(path.name in LOCKS for path in app.rglob("*"))]


@pytest.mark.parametrize("app", counted() or ["absent"])
def test_an_application_holds_what_its_lockfiles_list_and_nothing_else_of_theirs(app: str) -> None:
    if not APPS.is_dir():
        pytest.skip(ABSENT)
    expected, files = listed(APPS / app)
    inventory = read_paths([APPS / app])
    assert inventory.components
    assert found(inventory, files) == expected
