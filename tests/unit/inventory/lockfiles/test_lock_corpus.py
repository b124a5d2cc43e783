"""Every lockfile of the shared corpus: read, and its packages counted again with the standard library alone."""

from __future__ import annotations

import csv
import json
import os
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from freehold.inventory.lockfiles import READERS
from freehold.inventory.reader import Document, Reading

SHARED = Path(os.environ.get("FREEHOLD_SHARED") or Path(__file__).parents[5] / "shared" / "data")
MANIFEST = SHARED / "corpus" / "MANIFEST.csv"
ABSENT = f"no shared corpus at {SHARED / 'corpus'} (set FREEHOLD_SHARED)"


def rows() -> list[dict[str, str]]:
    """Return the manifest's lockfiles and go.mod files; a single empty row where there is no corpus, to show the skip."""
    if not MANIFEST.exists():
        return [{}]
    with MANIFEST.open(encoding="utf-8", newline="") as stream:
        return [row for row in csv.DictReader(stream) if row["kind"] == "lockfile" or row["format"] == "go.mod"]


@cache
def reading(path: str) -> tuple[str, Reading]:
    """Read a corpus file; return its text with the reading."""
    data = (SHARED / path).read_bytes()
    folder, name = path.split("/")[-2:]
    shown = f"{folder}/{name}" if folder == "requirements" else name
    reader = next(one for one in READERS if one.accepts(shown, data[:4096]))
    return data.decode(), reader.read(Document(path, data))


def count_npm(text: str) -> int:
    lock = json.loads(text)
    if lock["lockfileVersion"] == 1:
        return len(set(tree(lock["dependencies"])))
    found = set()
    for path, entry in lock["packages"].items():
        if "node_modules/" in path and not entry.get("link"):
            source = entry["resolved"] if "git" in entry.get("resolved", "")[:4] else ""
            found.add((entry.get("name") or path.split("node_modules/")[-1], entry["version"], source))
    return len(found)


def tree(entries: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name, entry in entries.items():
        real, _, version = entry["version"].removeprefix("npm:").rpartition("@")
        yield (real, version) if entry["version"].startswith("npm:") else (name, entry["version"])
        yield from tree(entry.get("dependencies", {}))


def count_nuget(text: str) -> int:
    packages = [
        (name, entry["resolved"])
        for group in json.loads(text)["dependencies"].values()
        for name, entry in group.items()
        if entry["type"] != "Project"
    ]
    return len(set(packages))


def count_pipfile(text: str) -> int:
    lock = json.loads(text)
    entries = [(name, entry.get("version")) for group in ("default", "develop") for name, entry in lock[group].items()]
    return len(set(entries))


def count_yarn(text: str) -> int:
    if "yarn lockfile v1" in text[:200]:
        blocks = re.findall(r'^"?(@?[^@\n"]+)@(?:npm:(@?[^@\n"]+)@)?[^\n]*:\n  version "([^"]+)"', text, re.MULTILINE)
        return len({(alias or name, version) for name, alias, version in blocks})
    blocks = re.findall(r'^  version: (\S+)\n  resolution: "(@?[^@]+)@(?:npm|patch):', text, re.MULTILINE)
    return len({(name, version) for version, name in blocks})


def count_requirements(text: str) -> int:
    names = re.findall(r"^([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?\s*(?:@\s|[=<>!~;\\#]|$)", text, re.MULTILINE)
    return len({re.sub(r"[-_.]+", "-", name).lower() for name in names})


def count_lines(pattern: str) -> Callable[[str], int]:
    """Count the distinct matches of a line pattern."""
    return lambda text: len(set(re.findall(pattern, text, re.MULTILINE)))


def count_go_mod(text: str) -> int:
    bare = re.sub(r"^(replace|exclude|retract|tool|ignore) \((?:.|\n)*?^\)$", "", text, flags=re.MULTILINE)
    bare = re.sub(r"^(replace|exclude|retract) .*$", "", bare, flags=re.MULTILINE)
    local = set(re.findall(r"^\s*(?:replace )?(\S+)[^\n]*=> \.", text, re.MULTILINE))
    required = set(re.findall(r"^(?:require )?\t?([\w./~-]+\.[\w./~-]+) v\S+", bare, re.MULTILINE))
    return len(required - local)


OWN_BLOCKS = r"^name = \"([^\"]+)\"\nversion = \"([^\"]+)\"\nsource = \"[^\"]+\""
COUNTS: dict[str, Callable[[str], int]] = {
    "npm-lock": count_npm,
    "uv.lock": lambda text: (
        len(re.findall(r"^\[\[package\]\]$", text, re.MULTILINE))
        - len(re.findall(r"^source = \{ (?:virtual|editable|directory)", text, re.MULTILINE))
    ),
    "pylock": lambda text: (
        len(re.findall(r"^\[\[packages\]\]$", text, re.MULTILINE))
        - len(re.findall(r"^directory = ", text, re.MULTILINE))
    ),
    "requirements": count_requirements,
    "requirements +hashes": count_requirements,
    "Pipfile.lock spec6": count_pipfile,
    "yarn": count_yarn,
    "yarn-berry": count_yarn,
    "Cargo.lock": count_lines(OWN_BLOCKS),
    "go.mod": count_go_mod,
    "go.sum": count_lines(r"^(\S+ v\S+(?<!/go\.mod)) h1:"),
    "composer.lock api": lambda text: sum(len(json.loads(text)[group]) for group in ("packages", "packages-dev")),
    "Gemfile.lock": lambda text: (
        len(re.findall(r"^    \S+ \(", text.partition("\nPATH")[0], re.MULTILINE))
        + len(re.findall(r"^    \S+ \(", text.partition("\nPATH")[2].partition("\n\n")[2], re.MULTILINE))
    ),
    "gradle.lockfile": count_lines(r"^([^#\s=]+:[^=]+)=."),
    "nuget lock": count_nuget,
    "conda explicit": count_lines(r"^(https?://[^#\n]+)"),
    "conda-lock": lambda text: len(
        set(re.findall(r"^  url: (\S+/(?:[^/\s]+\.(?:conda|tar\.bz2)))$", text, re.MULTILINE))
        | set(re.findall(r"^- name: (\S+)\n  version: (\S+)\n  manager: pip$", text, re.MULTILINE))
    ),
    "nix flake.lock": lambda text: len(json.loads(text)["nodes"]) - 1,
}


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.get("path", "absent").removeprefix("corpus/apps/"))
def test_packages_are_as_many_as_the_file_lists(row: dict[str, str]) -> None:
    if not row:
        pytest.skip(ABSENT)
    text, found = reading(row["path"])
    assert sum(not component.is_root for component in found.components) == COUNTS[row["format"]](text)


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.get("path", "absent").removeprefix("corpus/apps/"))
def test_keys_are_unique_and_edges_end_at_components(row: dict[str, str]) -> None:
    if not row:
        pytest.skip(ABSENT)
    _, found = reading(row["path"])
    keys = [component.key for component in found.components]
    assert len(keys) == len(set(keys))
    ends = {end for edge in found.dependencies for end in (edge.parent, edge.child)}
    assert ends <= set(keys)


def test_every_npm_entry_without_address_leaves_the_registry_open() -> None:
    if not MANIFEST.exists():
        pytest.skip(ABSENT)
    for row in rows():
        if row["format"] == "npm-lock" and row["version"] == "3":
            text, found = reading(row["path"])
            named = {path for path, entry in json.loads(text)["packages"].items() if entry.get("resolved")}
            for component in found.components:
                if component.purls and not component.registry:
                    paths = {origin.pointer[10:].replace("~1", "/") for origin in component.origins}
                    assert not paths & named
