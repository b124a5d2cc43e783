"""environment.yml (conda) and pixi.toml: what an environment asks for, its channels, and Python packages within it.

Formats: https://docs.conda.io/projects/conda/en/latest/user-guide/tasks/manage-environments.html and
https://pixi.sh/latest/reference/pixi_manifest/. ``numpy=1.19`` allows every 1.19; only ``==`` or a build pins.
"""

from __future__ import annotations

import re

from freehold.inventory.addresses import clean_url
from freehold.inventory.lockfiles.requirement_lines import Option, Wanted, limits_of, read_line, wanted
from freehold.inventory.manifests.drafting import ManifestDraft, Places
from freehold.inventory.manifests.poetry_table import add_table
from freehold.inventory.manifests.python_asks import PythonAsks
from freehold.inventory.notes import Notes
from freehold.inventory.packages import package, purl_of
from freehold.inventory.reader import Document, Reading, UnreadableError
from freehold.inventory.sbom.claims import head_text
from freehold.inventory.values import Table, read_toml
from freehold.inventory.yaml_values import read_yaml
from freehold.model.component import Component, Origin, Role

_NAME = re.compile(r"^(?:[\w.-]*environment[\w.-]*|conda[\w.-]*|env)\.ya?ml$")
_CLAIM = re.compile(r"^dependencies:", re.MULTILINE)
_SPEC = re.compile(r"^(?:(?P<channel>[\w./:-]+)::)?(?P<name>[A-Za-z0-9_][\w.-]*)\s*(?P<limits>.*)$")
_EXACT = re.compile(r"^(?:==\s*(\d[\w.!+]*)|=\s*(\d[\w.!+]*)\s*=\s*\w+|(\d[\w.!+]*)\s+\w+)$")


class CondaEnvironment:
    """The reader of conda environment files."""

    name = "conda-environment"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether the name is usual for one and the head lists dependencies at its top."""
        return bool(_NAME.match(name.lower())) and bool(_CLAIM.search(head_text(head)))

    def read(self, document: Document) -> Reading:
        """Read the document; raises ``UnreadableError`` if it is broken or lists no dependencies."""
        notes = Notes(document.path)
        top = read_yaml(document, notes)
        if not top.is_list("dependencies"):
            raise UnreadableError("no conda environment: its dependencies are missing")
        draft = ManifestDraft(document, notes, "conda", top.text("name"))
        asks = PythonAsks(draft, Places(document))
        channels = top.texts("channels")
        origins = [top.item_origin("dependencies", index) for index in range(top.length("dependencies"))]
        inner = {table.pointer: table for table in top.tables_only("dependencies")}
        texts = iter(top.texts_only("dependencies"))
        for index, origin in enumerate(origins):
            table = inner.get(f"/dependencies/{index}")
            if table is not None:
                _add_python(table, asks, notes)
            elif text := next(texts, ""):
                add_spec(draft, text, channels, origin)
        return draft.reading(self.name)


class PixiToml:
    """The reader of pixi.toml."""

    name = "pixi-manifest"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether the name is pixi's."""
        return name.lower() == "pixi.toml"

    def read(self, document: Document) -> Reading:
        """Read the document; raises ``UnreadableError`` if it is broken."""
        notes = Notes(document.path)
        top = read_toml(document, notes)
        project = top.table("workspace" if "workspace" in top else "project")
        draft = ManifestDraft(document, notes, "conda", project.text("name"))
        places = Places(document)
        asks = PythonAsks(draft, places)
        channels = project.texts_only("channels")
        _add_feature(top, Role.RUNTIME, asks, channels)
        for _, feature in top.table("feature").inner_tables():
            _add_feature(feature, Role.DEVELOPMENT, asks, channels)
        return draft.reading(self.name)


def add_spec(draft: ManifestDraft, text: str, channels: list[str], origin: Origin, role: Role = Role.RUNTIME) -> None:
    """Add one package as conda writes it: ``channel::name=1.2=build``."""
    found = _SPEC.match(text.partition("#")[0].partition("[")[0].strip())
    if found is None:
        draft.notes.add("dependencies that cannot be read", f"no conda package: {text[:80]!r}", origin)
        return
    draft.ask(
        _component(found["name"], found["limits"].strip(), found["channel"] or "", channels, origin, role),
        role,
        found["limits"].strip(),
    )


def _component(name: str, limits: str, channel: str, channels: list[str], origin: Origin, role: Role) -> Component:
    """Return one package; a channel that is an address is its registry."""
    exact = _EXACT.match(limits)
    version = next((one for one in exact.groups() if one), "") if exact else ""
    named = [channel] if channel else channels
    addresses = [clean_url(one) for one in named if "://" in one]
    single = [one for one in named if one != "nodefaults"]
    short = single[0].rstrip("/").rpartition("/")[2] if len(single) == 1 else ""
    return package(
        purl_of("conda", name, version, channel=short),
        name,
        version,
        origin,
        registry=addresses[0] if addresses and addresses[0] == clean_url(named[0]) else "",
        role=role,
    )


def _add_python(table: Table, asks: PythonAsks, notes: Notes) -> None:
    """Add what is left to pip: requirement lines, options for an index included."""
    for index, text in enumerate(table.texts("pip") if "pip" in table else ()):
        origin = table.item_origin("pip", index)
        item = read_line(text)
        if isinstance(item, Option):
            if item.name == "--editable":
                item = wanted(item.value) or Wanted("", "", item.value, ())
            else:
                notes.add("options for pip", f"option {text[:80]!r} holds for the packages of pip here", origin)
                continue
        if item is None or not item.name:
            continue
        asks.add_wanted(item, limits_of(text), Role.RUNTIME, origin)


def _add_feature(table: Table, role: Role, asks: PythonAsks, channels: list[str]) -> None:
    """Add the packages of one feature, those for single platforms included."""
    for place in (table, *(one for _, one in table.table("target").inner_tables())):
        for group, own in (
            ("dependencies", role),
            ("host-dependencies", Role.BUILD),
            ("build-dependencies", Role.BUILD),
        ):
            packages = place.table(group)
            for name in packages:
                entry = packages.table(name) if packages.is_table(name) else None
                if entry is not None and "path" in entry:
                    continue
                limits = entry.text("version") if entry is not None else packages.text(name)
                channel = entry.text("channel") if entry is not None else ""
                origin = asks.places.of(name, [group])
                limits = "" if limits == "*" else limits
                asks.draft.ask(_component(name, limits, channel, channels, origin, own), own, limits)
        add_table(place.table("pypi-dependencies"), asks, role, ["pypi-dependencies]"])
