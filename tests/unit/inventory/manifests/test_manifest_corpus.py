"""Every manifest of the shared corpus: read, and what it asks for counted again with the standard library alone."""

from __future__ import annotations

import csv
import json
import os
import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from freehold.inventory.folder import read_paths
from freehold.inventory.manifests import READERS
from freehold.inventory.reader import Document

SHARED = Path(os.environ.get("FREEHOLD_SHARED") or Path(__file__).parents[5] / "shared" / "data")
MANIFEST = SHARED / "corpus" / "MANIFEST.csv"
ABSENT = f"no shared corpus at {SHARED / 'corpus'} (set FREEHOLD_SHARED)"
POM = "{http://maven.apache.org/POM/4.0.0}"


def rows() -> list[dict[str, str]]:
    """Return the manifests that a reader here is for; a single empty row where there is no corpus, to show the skip."""
    if not MANIFEST.exists():
        return [{}]
    with MANIFEST.open(encoding="utf-8", newline="") as stream:
        found = [row for row in csv.DictReader(stream) if row["kind"] == "manifest" and row["format"] != "go.mod"]
    return [row for row in found if Path(row["path"]).name not in {"global.json"}]


def requirement(text: str) -> str:
    return re.sub(r"[-_.]+", "-", re.match(r"[\w.-]+", text.strip())[0]).lower()  # type: ignore[index]


def npm(text: str) -> set[str]:
    top = json.loads(text)
    optional = {name for name, meta in top.get("peerDependenciesMeta", {}).items() if meta.get("optional")}
    groups = ("dependencies", "devDependencies", "optionalDependencies", "peerDependencies")
    found = {
        (name, limits)
        for group in groups
        for name, limits in top.get(group, {}).items()
        if not limits.startswith(("file:", "link:", "workspace:")) and not (group[0] == "p" and name in optional)
    }
    names = {limits[4:].rpartition("@")[0] if limits.startswith("npm:") else name for name, limits in found}
    return names | ({top["packageManager"].partition("@")[0]} if "packageManager" in top else set())


def composer(text: str) -> set[str]:
    top = json.loads(text)
    return {name for group in ("require", "require-dev") for name in top.get(group, {}) if "/" in name}


def pyproject(text: str) -> set[str]:
    top = tomllib.loads(text)
    project, poetry = top.get("project", {}), top.get("tool", {}).get("poetry", {})
    lists = [project.get("dependencies", []), top.get("build-system", {}).get("requires", [])]
    lists += project.get("optional-dependencies", {}).values()
    lists += [[one for one in group if isinstance(one, str)] for group in top.get("dependency-groups", {}).values()]
    lists.append(top.get("tool", {}).get("uv", {}).get("dev-dependencies", []))
    found = {requirement(text) for texts in lists for text in texts}
    tables = [poetry.get("dependencies", {}), poetry.get("dev-dependencies", {})]
    tables += [group.get("dependencies", {}) for group in poetry.get("group", {}).values()]
    for table in tables:
        found |= {requirement(name) for name, entry in table.items() if "path" not in entry and name != "python"}
    return found - {requirement(project.get("name") or poetry.get("name") or "x")}


def pipfile(text: str) -> set[str]:
    top = tomllib.loads(text)
    groups = ("packages", "dev-packages")
    return {requirement(name) for group in groups for name, entry in top.get(group, {}).items() if "path" not in entry}


def cargo(text: str) -> set[str]:
    top = tomllib.loads(text)
    found = set()
    for place in (top, *top.get("target", {}).values()):
        for group in ("dependencies", "build-dependencies", "dev-dependencies"):
            for name, entry in place.get(group, {}).items():
                if isinstance(entry, str) or "path" not in entry:
                    found.add(name if isinstance(entry, str) else entry.get("package", name))
    return found


def pom(text: str) -> set[str]:
    top = ElementTree.fromstring(text)
    above = top.findtext(f"{POM}parent/{POM}artifactId") or ""
    return {name.replace("${project.parent.artifactId}", above) for name in artifacts(top, in_management=False)}


def artifacts(element: ElementTree.Element, *, in_management: bool) -> Iterator[str]:
    """Yield the artifact names of dependencies, plugins, extensions, parents and imported lists."""
    for child in element:
        name = child.tag.removeprefix(POM)
        said = {one.tag.removeprefix(POM): (one.text or "").strip() for one in child}
        is_asked = name in {"dependency", "plugin", "extension", "parent"} and "artifactId" in said
        counts = said.get("scope") == "import" if in_management else said.get("scope") != "system"
        if is_asked and counts and element.tag.removeprefix(POM) not in {"configuration", "pluginManagement"}:
            yield said["artifactId"]
        if name not in {"exclusions", "configuration", "executions"}:
            yield from artifacts(
                child, in_management=in_management or name in {"dependencyManagement", "pluginManagement"}
            )


def csproj(text: str) -> set[str]:
    return set(re.findall(r"<PackageReference\s+Include=\"([^\"]+)\"", text))


def environment(text: str) -> set[str]:
    lines = re.findall(
        r"^\s*-\s+(?:[\w-]+::)?(-e \S*egg=)?([\w.-]+)(?=[=<>!~ ]|$)", text.partition("dependencies:")[2], re.M
    )
    own = {requirement(name) for _, name in lines if name != "-e"}
    own |= {requirement(name) for name in re.findall(r"#egg=([\w.-]+)", text)}
    return own


def pip_input(text: str) -> set[str]:
    lines = [line for line in text.splitlines() if re.match(r"(?!git\+)[A-Za-z0-9]", line)]
    return {requirement(line) for line in lines} | {
        requirement(one) for one in re.findall(r"^git\+\S+#egg=(\S+)", text, re.M)
    }


COUNTS: dict[str, Callable[[str], set[str]]] = {
    "package.json": npm,
    "composer.json": composer,
    "pyproject.toml": pyproject,
    "Pipfile": pipfile,
    "Cargo.toml": cargo,
    "pom.xml": pom,
    ".csproj": csproj,
    ".yml": environment,
    ".yaml": environment,
    ".in": pip_input,
}


def short(key: str) -> str:
    """Return what a purl names, as manifests write it."""
    kind, _, name = key.partition("?")[0].removeprefix("pkg:").partition("/")
    at = name.rfind("@")
    name = name[:at] if at > name.rfind("/") else name
    return name.rpartition("/")[2] if kind == "maven" else name.replace("%40", "@")


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.get("path", "absent").removeprefix("corpus/apps/"))
def test_what_is_asked_for_is_what_the_file_says(row: dict[str, str]) -> None:
    if not row:
        pytest.skip(ABSENT)
    data = (SHARED / row["path"]).read_bytes()
    name = Path(row["path"]).name
    reader = next(one for one in READERS if one.accepts(name, data[:4096]))
    reading = reader.read(Document(row["path"], data))
    count = COUNTS.get(name) or COUNTS[Path(name).suffix]
    found = {short(str(one.key)) for one in reading.components if not one.is_root}
    unnamed = {note.reason for note in reading.notes if "named by a property" in note.reason}
    expected = {one for one in count(data.decode("utf-8-sig")) if not any(f":{one} " in reason for reason in unnamed)}
    if reader.name == "conda-environment":
        found = {requirement(one) for one in found}
    assert found == expected


def apps() -> list[Path]:
    """Return the application folders of the corpus; one that does not exist, to show the skip."""
    return sorted((SHARED / "corpus" / "apps").iterdir()) if MANIFEST.exists() else [SHARED / "absent"]


@pytest.mark.parametrize("folder", apps(), ids=lambda folder: folder.name)
def test_every_application_is_read_without_a_crash_and_every_skip_has_a_reason(folder: Path) -> None:
    if not MANIFEST.exists():
        pytest.skip(ABSENT)
    inventory = read_paths([folder])
    keys = {one.key for one in inventory.components}
    assert len(keys) == len(inventory.components)
    assert {end for edge in inventory.dependencies for end in (edge.parent, edge.child)} <= keys
    assert all(skip.reason for skip in inventory.skips)
    assert all(one.origins for one in inventory.components)


def locked_versions(folder: Path) -> dict[str, Any]:
    """Return the names that each application's npm lockfiles lock, with their versions."""
    found: dict[str, set[str]] = {}
    for path in folder.rglob("package-lock.json"):
        for place, entry in json.loads(path.read_text()).get("packages", {}).items():
            if "node_modules/" in place and "version" in entry:
                found.setdefault(entry.get("name") or place.rpartition("node_modules/")[2], set()).add(entry["version"])
    return found


@pytest.mark.parametrize("folder", apps(), ids=lambda folder: folder.name)
def test_manifests_beside_lockfiles_add_no_second_component(folder: Path) -> None:
    if not MANIFEST.exists():
        pytest.skip(ABSENT)
    covered = [path for path in folder.rglob("package.json") if (path.parent / "package-lock.json").exists()]
    alone = {str(path.relative_to(folder)) for path in folder.rglob("package.json")} - {
        str(path.relative_to(folder)) for path in covered
    }
    locked = locked_versions(folder)
    for one in read_paths([folder]).components:
        is_open = one.purls and str(one.key).startswith("pkg:npm/") and not one.version
        if is_open and not any(origin.file in alone for origin in one.origins):
            assert one.name not in locked
