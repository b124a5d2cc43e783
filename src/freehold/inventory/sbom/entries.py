"""What a document lists before it is joined: entries, the links between them, and a draft that holds both.

Each format fills a ``Draft``; ``assembly`` turns it into a ``Reading``. Nothing here knows a format.
"""

from __future__ import annotations

import msgspec

from freehold.inventory.notes import Notes
from freehold.model.component import ComponentKind, Licence, Named, Origin, Reference, Role


class Entry(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One listed thing. ``ref`` is the document's own name for it (bom-ref, SPDXID), ``place`` its RFC 6901 pointer,
    XML path or line, unique within the file; ``container`` the position of the entry it is nested in, -1 for none.
    ``role`` is None where the document says nothing.
    """

    ref: str
    place: str
    origin: Origin
    name: str = ""
    version: str = ""
    kind: ComponentKind = ComponentKind.UNKNOWN
    purls: tuple[str, ...] = ()
    licences: tuple[Licence, ...] = ()
    supplier: str = ""
    hashes: tuple[str, ...] = ()
    registry: str = ""
    hosts: tuple[str, ...] = ()
    references: tuple[Reference, ...] = ()
    role: Role | None = None
    container: int = -1
    is_root: bool = False
    statements: tuple[Named, ...] = ()


class Link(msgspec.Struct, frozen=True, gc=False):
    """``parent`` needs ``child`` (both refs). ``role`` None: the child's own. ``contains``: the
    document says that its bytes include it, not that it needs it.
    """

    parent: str
    child: str
    role: Role | None = None
    contains: bool = False


class Draft(msgspec.Struct):
    """Everything one document lists. ``omitted`` holds the refs of file entries that are counted, not kept."""

    format: str
    path: str
    notes: Notes
    entries: list[Entry] = msgspec.field(default_factory=list)
    links: list[Link] = msgspec.field(default_factory=list)
    omitted: set[str] = msgspec.field(default_factory=set)
