"""Conda environments: ``conda-meta/*.json``, one file a package, with channel, licence, needs and checksums.

Format: https://docs.conda.io/projects/conda/en/stable/dev-guide/api/conda/core/prefix_data (the records conda writes).
"""

from __future__ import annotations

from typing import Final

from freehold.inventory.addresses import clean_url
from freehold.inventory.installed.links import reference
from freehold.inventory.installed.readings import joined_reading
from freehold.inventory.installed.terms import stated_licence
from freehold.inventory.installed.trees import TreeView
from freehold.inventory.notes import Notes
from freehold.inventory.packages import named_hash, package, purl_of
from freehold.inventory.reader import Reading, UnreadableError
from freehold.inventory.values import Table, read_json
from freehold.model.component import Component, ComponentKey, Dependency

FORMAT: Final = "conda-environment"
FOLDER: Final = "conda-meta"


def read_conda(view: TreeView, prefix: str) -> tuple[Reading, dict[str, ComponentKey]]:
    """Return the packages of an environment, and each Python metadata file that one of them installed with its package."""
    folder = f"{prefix}/{FOLDER}" if prefix else FOLDER
    notes = Notes(view.shown(folder))
    components: list[Component] = []
    needs: list[tuple[ComponentKey, str]] = []
    by_name: dict[str, ComponentKey] = {}
    owners: dict[str, ComponentKey] = {}
    names = [entry.name for entry in view.entries(folder) if entry.name.endswith(".json")]
    for name in names[: view.limits.packages]:
        record = _record(view, f"{folder}/{name}", notes)
        if record is None:
            continue
        component = _component(view, f"{folder}/{name}", record)
        components.append(component)
        by_name[record.text("name")] = component.key
        needs += [(component.key, text.split()[0]) for text in record.texts_only("depends") if text.strip()]
        for file in record.texts_only("files"):
            if file.endswith(("/METADATA", "/PKG-INFO", "/package.json", ".jar", ".egg-info")):
                owners[f"{prefix}/{file}" if prefix else file] = component.key
    edges = (Dependency(parent, by_name[name]) for parent, name in needs if name in by_name)
    return joined_reading(FORMAT, components, edges, notes), owners


def _record(view: TreeView, path: str, notes: Notes) -> Table | None:
    document = view.document(path)
    if document is None:
        return None
    try:
        record = read_json(document, notes)
    except UnreadableError as error:
        view.skip(path, error.reason, error.remedy)
        return None
    if not record.text("name"):
        notes.add("records without a name", "no package can be made of it", view.origin(path))
        return None
    return record


def _component(view: TreeView, path: str, record: Table) -> Component:
    name, version = record.text("name"), record.text("version")
    channel = clean_url(record.text("channel")) or record.text("channel")
    purl = purl_of(
        "conda",
        name,
        version,
        build=record.text("build") or record.text("build_string"),
        channel=channel.rstrip("/").removesuffix(f"/{record.text('subdir')}").rpartition("/")[2],
        subdir=record.text("subdir"),
    )
    hashes = [f"{kind}:{record.text(kind)}" for kind in ("sha256", "md5") if kind in record]
    url = clean_url(record.text("url"))
    return package(
        purl,
        name,
        version,
        view.origin(path, 0, "/name"),
        licences=stated_licence(record.text("license")),
        hashes=tuple(one for text in hashes for one in named_hash(text)),
        registry=_registry(url, record.text("subdir")) or clean_url(channel),
        references=reference("distribution", url),
    )


def _registry(url: str, subdir: str) -> str:
    """Return the channel's address: what stands before the platform in the package's own."""
    return url.rpartition(f"/{subdir}/")[0] if subdir else ""
