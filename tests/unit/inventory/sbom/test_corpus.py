"""Every SBOM of the shared corpus: read or refused with a reason, and counted again with the standard library alone."""

from __future__ import annotations

import csv
import json
import lzma
import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import pytest
from packageurl import PackageURL
from sbom_cases import reader_for

from freehold.inventory.reader import Document, Reading, UnreadableError, text_of
from freehold.model.component import IDENTITY

SHARED = Path(os.environ.get("FREEHOLD_SHARED") or Path(__file__).parents[5] / "shared" / "data")
CORPUS = SHARED / "corpus"
MANIFEST = CORPUS / "MANIFEST.csv"
ABSENT = f"no shared corpus at {CORPUS} (set FREEHOLD_SHARED)"
UNREAD_FORMATS = {"spdx-rdf": 7, "spdx-yaml": 3}
BROKEN = {
    "container_image__build__mandrel-for-jdk-21-rhel8-container-23.1-16_amd64.cdx.json": "trailing comma",
    "tagvalue__expected_results__expected_tag_value.spdx": "'spdxVersion' is not supported",
}
"""Files that are no valid document, with a part of the reason they are refused for."""

LISTED_ELSEWHERE = {"resources__1.7__valid-formulation-1.7.xml": 1, "unit__cyclonedx__valid-bom-1.1.xml": 1}
"""Component elements that the manifest counts although they are part of a build recipe or an ancestor."""

Json = dict[str, object]


def _rows() -> list[dict[str, str]]:
    """Return the manifest's rows about SBOMs; a single empty one where there is no corpus, so that the skip shows."""
    if not MANIFEST.exists():
        return [{"path": "", "format": "", "components": ""}]
    with MANIFEST.open(newline="", encoding="utf-8") as stream:
        return [row for row in csv.DictReader(stream) if row["kind"] == "sbom"]


def _each(*formats: str) -> pytest.MarkDecorator:
    """Run a test for each SBOM of the formats, or of all if none is named; once, to be skipped, without a corpus."""
    rows = [row for row in ROWS if not formats or row["format"] in formats] or ROWS
    return pytest.mark.parametrize("row", rows, ids=[row["path"].rsplit("/", 1)[-1][:60] for row in rows])


ROWS = _rows()


def _bytes(row: dict[str, str]) -> bytes:
    """Return a corpus file's bytes, unpacked."""
    if not MANIFEST.exists():
        pytest.skip(ABSENT)
    data = (SHARED / row["path"]).read_bytes()
    return lzma.decompress(data) if row["path"].endswith(".xz") else data


@cache
def _read(path: str) -> Reading | UnreadableError:
    """Return the reading or the refusal of a corpus file."""
    data = _bytes({"path": path})
    reader = reader_for(path.rsplit("/", 1)[-1], data)
    assert reader is not None, "a file that claims a format is accepted by a reader"
    try:
        return reader.read(Document(path, data))
    except UnreadableError as error:
        return error


def _reading(row: dict[str, str]) -> Reading:
    """Return the reading of a corpus file; refusals are another test's matter."""
    _bytes(row)
    found = _read(row["path"])
    if isinstance(found, UnreadableError):
        pytest.skip(f"refused: {found.reason}")
    return found


@_each()
def test_each_is_read_or_refused_for_a_known_reason(row: dict[str, str]) -> None:
    _bytes(row)
    found, name = _read(row["path"]), row["path"].rsplit("/", 1)[-1]
    if isinstance(found, UnreadableError):
        assert found.remedy
        assert row["format"] in UNREAD_FORMATS or BROKEN[name] in found.reason
    else:
        assert row["format"] not in UNREAD_FORMATS
        assert name not in BROKEN
        assert bool(found.components) or any("lists no components" in note.reason for note in found.notes)


def test_only_the_known_formats_are_refused() -> None:
    if not MANIFEST.exists():
        pytest.skip(ABSENT)
    refused = [row for row in ROWS if isinstance(_read(row["path"]), UnreadableError)]
    assert len(refused) == sum(UNREAD_FORMATS.values()) + len(BROKEN)


@_each()
def test_no_listed_entry_is_lost(row: dict[str, str]) -> None:
    """Entries counted by plain traversal = origins of components + file entries that a note counts."""
    reading = _reading(row)
    kept = sum(len(component.origins) for component in reading.components if component.key != f"{row['path']}#")
    notes = [re.match(r"(\d+) file entries with neither", note.reason) for note in reading.notes]
    left_out = sum(int(found[1]) for found in notes if found)
    listed = _listed(row)
    assert kept + left_out == listed
    assert listed + LISTED_ELSEWHERE.get(row["path"].rsplit("/", 1)[-1], 0) >= int(row["components"])


@_each("cyclonedx-json", "spdx-json", "spdx-json+xz")
def test_no_written_purl_is_lost_or_doubled(row: dict[str, str]) -> None:
    reading, document = _reading(row), _json(row)
    written = {_canonical(purl) for purl in _purls(document)} - {""}
    kept = {purl for component in reading.components for purl in component.purls}
    assert written <= kept
    listed = [component for component in reading.components if component.purls]
    assert len({component.purls[0] for component in listed}) == len(listed)
    identities = [component.purls[0] for component in listed if not component.states(IDENTITY)]
    if row["format"] == "cyclonedx-json":
        versionless = [purl for purl in written if "@" not in purl.partition("?")[0]]
        assert versionless or len(identities) <= len(written)


@_each("cyclonedx-json")
def test_every_stated_dependency_between_listed_entries_is_an_edge(row: dict[str, str]) -> None:
    reading, document = _reading(row), _json(row)
    keys = {origin.pointer: component.key for component in reading.components for origin in component.origins}
    refs: dict[str, str] = {}
    for pointer, part in _parts(document):
        refs.setdefault(str(part.get("bom-ref")), pointer)
    edges = {(edge.parent, edge.child) for edge in reading.dependencies}
    for item in _list(document.get("dependencies")):
        for child in item.get("dependsOn") or []:  # type: ignore[attr-defined]
            ends = [keys.get(refs.get(str(ref), "none")) for ref in (item.get("ref"), child)]
            assert None in ends or ends[0] == ends[1] or tuple(ends) in edges


@_each()
def test_every_component_hangs_on_a_root_and_containment_ends(row: dict[str, str]) -> None:
    reading = _reading(row)
    children: dict[str, list[str]] = {}
    for edge in reading.dependencies:
        children.setdefault(edge.parent, []).append(edge.child)
    waiting: list[str] = [component.key for component in reading.components if component.is_root]
    reached = set(waiting)
    while waiting:
        new = [child for child in children.get(waiting.pop(), []) if child not in reached]
        reached.update(new)
        waiting.extend(new)
    assert reached == {component.key for component in reading.components}
    containers = {component.key: component.contained_in for component in reading.components}
    for step in containers.values():
        steps = 0
        while step is not None:
            steps, step = steps + 1, containers[step]
            assert steps <= len(containers)


def _json(row: dict[str, str]) -> Json:
    """Return a JSON document."""
    value = json.loads(text_of(_bytes(row)))
    assert isinstance(value, dict)
    return value


def _list(value: object) -> list[Json]:
    """Return the objects in what should be a list."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _parts(document: Json) -> Iterator[tuple[str, Json]]:
    """Yield components and services of a CycloneDX document with their pointers."""
    metadata = document.get("metadata")
    root = metadata.get("component") if isinstance(metadata, dict) else None
    if isinstance(root, dict):
        yield "/metadata/component", root
        yield from _inside("/metadata/component", root)
    yield from _inside("", document)


def _inside(place: str, part: Json) -> Iterator[tuple[str, Json]]:
    """Yield what is nested in a part."""
    for name in ("components", "services"):
        for index, inner in enumerate(_list(part.get(name))):
            yield f"{place}/{name}/{index}", inner
            yield from _inside(f"{place}/{name}/{index}", inner)


def _purls(document: Json) -> Iterator[str]:
    """Yield every purl written as an identity."""
    for _, part in _parts(document):
        yield str(part.get("purl") or "")
    for package in _list(document.get("packages")):
        for reference in _list(package.get("externalRefs")):
            if str(reference.get("referenceType")).endswith("purl"):
                yield str(reference.get("referenceLocator"))


def _canonical(purl: str) -> str:
    """Return a purl in canonical form, empty if it is none."""
    try:
        return PackageURL.from_string(purl.strip()).to_string()
    except ValueError:
        return ""


def _listed(row: dict[str, str]) -> int:
    """Count the entries a document lists, without the product's code."""
    match row["format"]:
        case "cyclonedx-json":
            return sum(1 for _ in _parts(_json(row)))
        case "cyclonedx-xml":
            return _listed_xml(ElementTree.fromstring(_bytes(row)))
        case "spdx-tv":
            return len(re.findall(r"^PackageName:", text_of(_bytes(row)), re.MULTILINE))
        case "spdx-json3":
            return sum("Package" in str(item.get("type")) for item in _list(_json(row)["@graph"]))
        case _:
            return len(_list(_json(row)["packages"]))


def _listed_xml(element: ElementTree.Element) -> int:
    """Count components and services within an element, tools left aside."""
    count = 0
    for child in element:
        name = child.tag.rsplit("}", 1)[-1]
        if name in ("components", "services", "metadata", "component", "service"):
            count += (name in ("component", "service")) + _listed_xml(child)
    return count
