"""The interface behind which every format stands, and the text decoding they share.

A reader gets one document as bytes and gives back a ``Reading``; it opens no files and knows no other format. Finding,
limiting and joining documents is the work of ``folder``.
"""

from __future__ import annotations

import codecs
from typing import Protocol

import msgspec

from freehold.model.component import Clue, Component, ComponentKey, Dependency, Origin, Role, Skip


class Lock(msgspec.Struct, frozen=True):
    """What a lockfile is to the manifests beside and below it: the ecosystems it locks, and for which folders.

    ``own`` maps the project's own folders, relative to the file's (empty: the same), to the roots that stand for them.
    ``answers`` maps what can be asked for, as ``name@limits``, to what is locked for it, in files that say so.
    ``open_roles`` says that the file keeps no roles apart; manifests can then settle them.
    ``direct`` is what the project itself asks for, in files that say so but hold no root: it counts where no manifest says it.
    """

    ecosystems: tuple[str, ...]
    own: dict[str, ComponentKey] = {}
    open_roles: Skip | None = None
    answers: dict[str, ComponentKey] = {}
    direct: tuple[ComponentKey, ...] = ()


class Ask(msgspec.Struct, frozen=True):
    """One direct dependency that a manifest asks for: the component listed for it, in which role, within which limits.

    ``is_locked`` is false for what no lockfile of the ecosystem holds (what the build itself needs).
    """

    key: ComponentKey
    origin: Origin
    role: Role = Role.RUNTIME
    limits: str = ""
    is_locked: bool = True


class Manifest(msgspec.Struct, frozen=True):
    """What a manifest asks for, and what it gives to manifests below it.

    ``members`` are globs of the folders whose manifests share its lockfile. ``offers`` are versions by purl without one,
    for those that ask without limits; ``properties`` stand behind ``${name}`` in limits. ``own`` is the purl, without
    version, under which others of the project ask for it; ``takes_in`` are such purls whose offers hold here too.
    ``remedy`` says how what is needed in turn can be made known.
    """

    ecosystem: str
    root: ComponentKey
    asks: tuple[Ask, ...] = ()
    members: tuple[str, ...] = ()
    offers: dict[str, str] = {}
    properties: dict[str, str] = {}
    own: str = ""
    takes_in: tuple[str, ...] = ()
    remedy: str = ""


class Document(msgspec.Struct, frozen=True):
    """One file to read: its path as shown to the user (relative, ``/``), and its bytes, already unpacked."""

    path: str
    data: bytes

    @property
    def name(self) -> str:
        """Return the last part of the path."""
        return self.path.rsplit("/", 1)[-1]


class Reading(msgspec.Struct, frozen=True):
    """What one document gave. ``format`` is a name with its version (``cyclonedx-json 1.6``)."""

    format: str
    components: tuple[Component, ...] = ()
    dependencies: tuple[Dependency, ...] = ()
    notes: tuple[Skip, ...] = ()
    """Parts of the document that were left out, or read with a reservation, each with its reason."""
    clues: tuple[Clue, ...] = ()
    """Names from which the catalog may tell services."""
    lock: Lock | None = None
    manifest: Manifest | None = None


class UnreadableError(Exception):
    """A document claims a format but cannot be read as such; becomes a ``Skip``, or an error if named by the user."""

    def __init__(self, reason: str, *, line: int = 0, pointer: str = "", remedy: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line
        self.pointer = pointer
        self.remedy = remedy


class Reader(Protocol):
    """One format. ``accepts`` looks at the name and the first 4 KiB only; ``read`` does the work."""

    name: str

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether a file of this name, beginning with ``head``, claims this format."""
        ...

    def read(self, document: Document) -> Reading:
        """Read the document, or raise ``UnreadableError`` with reason and remedy."""
        ...


_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def text_of(data: bytes) -> str:
    """Return the text of a document: by its byte order mark, by the null bytes of UTF-16, else as UTF-8.

    Raises ``UnreadableError`` when the bytes are no text.
    """
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), "")
    if not encoding:
        encoding = {(0, 1): "utf-16-le", (1, 0): "utf-16-be"}.get(_zeros(data[:2]), "utf-8")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableError(f"not {encoding} text (byte {error.start})", remedy="save the file as UTF-8") from error


def _zeros(pair: bytes) -> tuple[int, int]:
    """Tell which of two bytes is non-null, as (first is null, second is null) turned into UTF-16 hints."""
    if len(pair) < 2:
        return (0, 0)
    return (int(pair[0] == 0), int(pair[1] == 0))
