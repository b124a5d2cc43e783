"""What holds of every CycloneDX report: valid by the official schema, closed references, and the same when read back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from freehold.inventory.folder import read_paths
from freehold.model.component import Inventory
from freehold.reports.cyclonedx import STAND_IN, Stamp

jsonschema_rs = pytest.importorskip("jsonschema_rs")
pytest.importorskip("cyclonedx", reason="cyclonedx-python-lib brings the official schemas")

STAMP = Stamp("1.2.3", datetime(2026, 11, 20, tzinfo=UTC), "shop")


@cache
def schema(name: str) -> Any:
    """Return an official schema."""
    return json.loads(files("cyclonedx.schema._res").joinpath(f"{name}.SNAPSHOT.schema.json").read_text("utf-8"))


@cache
def validator() -> Any:
    """Return the validator of CycloneDX 1.6, formats of addresses and times included."""
    registry = jsonschema_rs.Registry(
        [(f"http://cyclonedx.org/schema/{name}.SNAPSHOT.schema.json", schema(name)) for name in ("spdx", "jsf-0.82")],
        draft=jsonschema_rs.Draft7,
    )
    return jsonschema_rs.Draft7Validator(schema("bom-1.6"), registry=registry, validate_formats=True)


def faults(report: bytes) -> list[str]:
    """Return what the schema says against a report, and references that are used twice or lead nowhere."""
    document = json.loads(report)
    found = [f"{list(error.instance_path)}: {error.message[:300]}" for error in validator().iter_errors(document)]
    refs = [part["bom-ref"] for part in parts(document)]
    found += (
        [f"{ref} names two parts" for ref in set(refs) if refs.count(ref) > 1] if len(refs) != len(set(refs)) else []
    )
    edges = document["dependencies"]
    used = {item["ref"] for item in edges} | {ref for item in edges for ref in item.get("dependsOn", ())}
    found += [f"{ref} is in no part" for ref in used - set(refs)]
    found += [f"{ref} has no dependencies element" for ref in set(refs) - {item["ref"] for item in edges}]
    return found + (["an element twice"] if len(edges) != len({item["ref"] for item in edges}) else [])


def parts(document: Any) -> Iterator[Any]:
    """Yield the root, and every component and service, nested ones too."""
    waiting = [document["metadata"]["component"], *document["components"], *document.get("services", ())]
    while waiting:
        part = waiting.pop()
        yield part
        waiting += part.get("components", [])


def read_back(written: bytes, folder: Path) -> tuple[set[str], set[tuple[str, str]]]:
    """Read a report with our own reader; keys of parts without a purl are turned back into their bom-ref."""
    file = folder / "out.cdx.json"
    file.write_bytes(written)
    again = read_paths([file])
    document = json.loads(written)

    def meant(key: str) -> str:
        if not key.startswith(f"{file.name}#"):
            return key
        at = document
        for step in key.partition("#")[2].split("/")[1:]:
            at = at[int(step)] if isinstance(at, list) else at[step]
        return str(at["bom-ref"])

    keys = {meant(found.key) for found in again.components}
    return keys, {(meant(edge.parent), meant(edge.child)) for edge in again.dependencies}


def expected(inventory: Inventory) -> tuple[set[str], set[tuple[str, str]]]:
    """Return the keys and edges of an inventory, with the stand-in where there is not just one root."""
    keys: set[str] = {found.key for found in inventory.components}
    edges: set[tuple[str, str]] = {(edge.parent, edge.child) for edge in inventory.dependencies}
    roots = [found.key for found in inventory.components if found.is_root]
    if len(roots) != 1:
        return keys | {STAND_IN}, edges | {(STAND_IN, root) for root in roots}
    return keys, edges
