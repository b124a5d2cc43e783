"""conan.lock (C and C++), versions 0.4 and 0.5: references with revision, by role. It holds no edges from version 0.5 on.

Format: https://docs.conan.io/2/tutorial/versioning/lockfiles.html. A reference is ``name/version@user/channel#revision``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from freehold.inventory.notes import Notes
from freehold.inventory.packages import Draft, own_project, package, purl_of
from freehold.inventory.reader import Document, Reading, UnreadableError
from freehold.inventory.values import Table, read_json
from freehold.model.component import Origin, Role

_REFERENCE = re.compile(r"^([\w+.-]+)/([^@#%\s]+)(?:@([^#%\s]*))?(?:#(\w+))?")
_ROLES = {"requires": Role.RUNTIME, "build_requires": Role.BUILD, "python_requires": Role.BUILD}


class ConanLock:
    """The reader of conan.lock."""

    name = "conan-lock"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether the name is Conan's."""
        return name.lower() == "conan.lock"

    def read(self, document: Document) -> Reading:
        """Read the document; raises ``UnreadableError`` if it is broken or of a version that is not known."""
        notes = Notes(document.path)
        lock = read_json(document, notes)
        version = lock.text("version")
        if version not in {"0.4", "0.5"}:
            raise UnreadableError(f"conan.lock version {version[:20]!r} is not supported")
        draft = Draft(document, notes)
        if lock.is_table("graph_lock"):
            _read_graph(lock.table("graph_lock").table("nodes"), draft)
        for field, role in _ROLES.items():
            for index, text in enumerate(lock.texts(field)):
                _add(draft, text, text, Origin(document.path, 0, f"/{field}/{index}"), role)
        return draft.reading(f"{self.name} {version}")


def _read_graph(nodes: Table, draft: Draft) -> None:
    """Read the graph of version 0.4; the node without a version is the project."""
    for number, node in nodes.inner_tables():
        _add(draft, number, node.text("ref"), Origin(draft.path, 0, node.pointer), Role.RUNTIME)
    for number, node in nodes.inner_tables():
        for field, role in _ROLES.items():
            for need in _numbers(node, field):
                draft.need(number, need, role)


def _numbers(node: Table, field: str) -> Iterator[str]:
    yield from node.texts(field) if node.is_list(field) else ()


def _add(draft: Draft, place: str, reference: str, origin: Origin, role: Role) -> None:
    """Add one reference; what is none is the project's own code, or noted."""
    found = _REFERENCE.match(reference)
    if found is None:
        if not reference or reference.partition("/")[0] == reference:
            draft.add(place, own_project(reference, "", origin))
        else:
            draft.notes.add("references that cannot be read", f"no Conan reference: {reference[:80]!r}", origin)
        return
    name, version, owner, revision = found.groups()
    user, _, channel = (owner or "").partition("/")
    purl = purl_of("conan", name, version, namespace=user.strip("_"), channel=channel.strip("_"), rrev=revision or "")
    draft.add(place, package(purl, name, version, origin, role=role))
