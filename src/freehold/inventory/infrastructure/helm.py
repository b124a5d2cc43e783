"""Helm: what a chart depends on (``Chart.yaml``, ``requirements.yaml``) and the images that its default values name.

Templates are read by ``templates``. Values follow conventions, no schema: a table with ``repository`` and ``tag``, or a key
``image`` with a whole name. Format: https://helm.sh/docs/topics/charts/
"""

from __future__ import annotations

import re

import msgspec

from freehold.inventory.infrastructure.images import add_image, read_image
from freehold.inventory.infrastructure.kubernetes import add_chart
from freehold.inventory.infrastructure.templates import is_template
from freehold.inventory.notes import Notes
from freehold.inventory.packages import Draft, own_project
from freehold.inventory.reader import Document, Reading, UnreadableError
from freehold.inventory.values import Table
from freehold.inventory.yaml_values import read_yaml, read_yaml_documents
from freehold.model.component import Dependency, Origin

_CHARTS = re.compile(r"chart\.ya?ml|requirements\.ya?ml", re.IGNORECASE)
_VALUES = re.compile(r"(?:.*[-._])?values(?:[-._][\w.-]+)?\.ya?ml", re.IGNORECASE)
_IMAGE_KEY = re.compile(r"image$", re.IGNORECASE)
_NAMES = ("repository", "name")


class Chart:
    """The reader of what a chart depends on."""

    name = "helm-chart"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether name and beginning are a chart's, and not Ansible's file of the same name."""
        plain = name.rpartition("/")[2]
        return bool(_CHARTS.fullmatch(plain)) and (
            plain.lower().startswith("chart") or re.search(rb"^dependencies\s*:", head, re.MULTILINE) is not None
        )

    def read(self, document: Document) -> Reading:
        """Read the document; raises ``UnreadableError`` for broken YAML."""
        notes = Notes(document.path)
        root = read_yaml(document, notes)
        draft = Draft(document, notes)
        own = None
        if root.text_or("name"):
            own = own_project(root.text("name"), root.text("version"), Origin(document.path, 0))
            draft.add("", own)
        for one in root.tables_only("dependencies") if root.is_list("dependencies") else ():
            repository = one.text_or("repository")
            add_chart(draft, one.text_or("name") if repository else "", one.text("version"), repository, one.origin())
        reading = draft.reading(self.name)
        if own is None:
            return reading
        needs = tuple(Dependency(own.key, one.key) for one in reading.components if not one.is_root)
        return msgspec.structs.replace(reading, dependencies=needs)


class ChartValues:
    """The reader of a chart's values."""

    name = "helm-values"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether the name is that of a file of values."""
        return bool(_VALUES.fullmatch(name))

    def read(self, document: Document) -> Reading:
        """Read the document; raises ``UnreadableError`` for broken YAML and for templates."""
        if is_template(document.data):
            raise UnreadableError("a template of values is not read", remedy="give the file that is made from it")
        notes = Notes(document.path)
        draft = Draft(document, notes)
        for root in read_yaml_documents(document, notes):
            shared = root.maybe_table("global")
            _values(root, "", shared.text_or("imageRegistry") if shared is not None else "", draft)
        return draft.reading(self.name)


def _values(table: Table, name: str, registry: str, draft: Draft) -> None:
    """Add the images of a table of values and of those in it."""
    repository = next((text for key in _NAMES if (text := table.text_or(key))), "")
    if repository and ("tag" in table or "digest" in table or _IMAGE_KEY.search(name)) and "://" not in repository:
        _image(table, repository, registry, draft)
    for key in table:
        if table.is_table(key):
            _values(table.table(key), key, registry, draft)
        elif table.is_list(key):
            for inner in table.tables_only(key):
                _values(inner, "", registry, draft)
        elif _IMAGE_KEY.search(key) and (text := table.text_or(key)) and _is_name(text):
            add_image(draft, text, table.origin(key))


def _image(table: Table, repository: str, registry: str, draft: Draft) -> None:
    """Add an image that is written in parts."""
    host = table.text_or("registry") or registry
    tag, digest = table.text("tag"), table.text("digest")
    text = f"{host}/{repository}" if host else repository
    if tag:
        text += tag if tag.startswith("@") else f":{tag}"
    origin = table.origin("repository") if "repository" in table else table.origin()
    if not tag and not digest and ":" not in repository.rpartition("/")[2]:
        reason = f"image {text[:100]} has no tag here: the chart's own version decides"
        draft.notes.add("images without a tag", reason, origin)
    add_image(draft, text + (f"@{digest}" if digest and "@" not in text else ""), origin)


def _is_name(text: str) -> bool:
    """Tell whether a text is an image's name and no plain word."""
    return ("/" in text or ":" in text) and read_image(text) is not None


READERS = (Chart(), ChartValues())
