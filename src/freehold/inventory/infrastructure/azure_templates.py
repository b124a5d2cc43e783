"""Bicep files and ARM templates: the Azure services behind resources, and modules from registries.

A resource tells its service by its type (``Microsoft.Storage/storageAccounts``). Bicep is searched line by line, not
evaluated. Format: https://learn.microsoft.com/azure/azure-resource-manager/bicep/file
"""

from __future__ import annotations

import re

from freehold.inventory.infrastructure.images import add_image
from freehold.inventory.infrastructure.parts import Lines
from freehold.inventory.infrastructure.terraform import add_resource
from freehold.inventory.notes import Notes
from freehold.inventory.packages import Draft
from freehold.inventory.reader import Document, Reader, Reading, text_of
from freehold.inventory.values import Table, read_json
from freehold.model.component import Role

_RESOURCE = re.compile(r"^[ \t]*resource[ \t]+\w+[ \t]+'([\w.]+/[\w./]+)@[\w.-]+'([ \t]+existing\b)?", re.MULTILINE)
_MODULE = re.compile(r"^[ \t]*module[ \t]+\w+[ \t]+'br(?:/(\w+))?:([^'\s$]+)'", re.MULTILINE)
_PUBLIC = "mcr.microsoft.com/bicep/"
_DEEPEST = 5
"""Levels of resources within resources."""
_SCHEMA = re.compile(rb"schema\.management\.azure\.com/schemas/[\w-]+/\w*[dD]eploymentTemplate\.json")


class Bicep:
    """The reader of Bicep files."""

    name = "bicep"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether the name is a Bicep file's."""
        return name.lower().endswith(".bicep")

    def read(self, document: Document) -> Reading:
        """Read the document; raises ``UnreadableError`` if it is no text."""
        text = text_of(document.data)
        lines, draft = Lines(document.path, text), Draft(document, Notes(document.path))
        for found in _RESOURCE.finditer(text):
            role = Role.BUILD if found[2] else Role.RUNTIME
            add_resource(draft, found[1], lines.origin(found.start(1)), f"resource '{found[1]}'", role)
        for found in _MODULE.finditer(text):
            origin = lines.origin(found.start(2))
            if found[1] in (None, "public"):
                add_image(draft, (_PUBLIC if found[1] else "") + found[2], origin, Role.BUILD)
            else:
                reason = f"module {found[2][:100]}: the registry {found[1]!r} is set in bicepconfig.json"
                draft.notes.add("modules of named registries", reason, origin)
        return draft.reading(self.name)


class ArmTemplate:
    """The reader of ARM templates, also as Bicep writes them."""

    name = "arm-template"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether name and beginning are a template's."""
        return name.lower().endswith(".json") and _SCHEMA.search(head) is not None

    def read(self, document: Document) -> Reading:
        """Read the document; raises ``UnreadableError`` for broken JSON."""
        notes = Notes(document.path)
        draft = Draft(document, notes)
        _resources(read_json(document, notes), draft, 0)
        return draft.reading(self.name)


def _resources(table: Table, draft: Draft, depth: int) -> None:
    """Add the services behind resources and the resources in them: a list, or by name as Bicep writes them."""
    named = table.maybe_table("resources")
    inner = [named.table(name) for name in named if named.is_table(name)] if named is not None else []
    inner += table.tables_only("resources") if table.is_list("resources") else []
    for one in inner:
        kind = one.text_or("type")
        if re.fullmatch(r"[A-Z][\w.]+/[\w./]+", kind):
            add_resource(draft, kind, one.origin("type"), f"a resource of type {kind}"[:160], Role.RUNTIME)
        if depth < _DEEPEST:
            _resources(one, draft, depth + 1)


READERS: tuple[Reader, ...] = (Bicep(), ArmTemplate())
