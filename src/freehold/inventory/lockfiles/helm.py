"""Chart.lock and the older requirements.lock (Helm): charts that a chart is put together from, with their repositories.

Format: https://helm.sh/docs/helm/helm_dependency_build/. The digest in it is of the list, not of a chart.
"""

from __future__ import annotations

import re

from freehold.inventory.addresses import base_of, clean_url
from freehold.inventory.notes import Notes
from freehold.inventory.packages import Draft, package, purl_of
from freehold.inventory.reader import Document, Reading, UnreadableError
from freehold.inventory.sbom.claims import head_text
from freehold.inventory.yaml_values import read_yaml

_DEPENDENCIES = re.compile(r"^dependencies:", re.MULTILINE)


class HelmLock:
    """The reader of Chart.lock."""

    name = "helm-lock"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether the name is Helm's; ``requirements.lock`` only if it lists dependencies, as YAML."""
        plain = name.lower().rpartition("/")[2]
        return plain == "chart.lock" or (plain == "requirements.lock" and bool(_DEPENDENCIES.search(head_text(head))))

    def read(self, document: Document) -> Reading:
        """Read the document; raises ``UnreadableError`` if it is broken or lists no dependencies."""
        notes = Notes(document.path)
        lock = read_yaml(document, notes)
        if "dependencies" not in lock:
            raise UnreadableError("no Chart.lock: its dependencies are missing")
        draft = Draft(document, notes)
        for entry in lock.tables("dependencies"):
            name, version, where = entry.text("name"), entry.text("version"), entry.text("repository")
            if where.startswith("file:") or not where:
                notes.add("local charts", f"chart {name[:80]!r} lies in a folder: your own code", entry.origin())
                continue
            address = clean_url(where)
            if not address:
                reason = f"chart {name[:80]!r} comes from {where[:80]!r}, a name that only the machine knows"
                notes.add("repositories without an address", reason, entry.origin())
            component = package(
                purl_of("helm", name, version, repository_url=address),
                name,
                version,
                entry.origin(),
                registry=address if not address.startswith("oci:") else base_of(address),
            )
            draft.add(entry.pointer, component)
        return draft.reading(self.name)
