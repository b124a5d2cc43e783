"""The interface behind which every registry protocol stands: from a wanted component to addresses of files.

A protocol asks an index and says what it found; it writes nothing and believes nothing: names from an index are refused
unless they are plain, and what comes is checked in ``pulling``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol as Interface
from typing import TypeVar

import msgspec

from freehold.model.vault import Holds, Wanted
from freehold.system.web import Page, Web, WebError

MOST_FILE_BYTES = 64 << 30
Document = TypeVar("Document")
IMAGES = frozenset({"docker", "oci"})
HARMFUL = "its name or version could do harm in a path"
_PART = re.compile(r"[A-Za-z0-9_@+~%][\w.+~@%=,!-]{0,199}", re.ASCII)


class Remote(msgspec.Struct, frozen=True, kw_only=True):
    """A file that some address gives.

    ``urls`` are tried in order. One of ``hashes`` must match; ``pinned`` says that they come from the project, not from the
    index. ``entry`` is what the index says about the file and the file itself does not.
    """

    file: str
    urls: tuple[str, ...]
    hashes: tuple[str, ...] = ()
    pinned: bool = False
    holds: tuple[Holds, ...] = (Holds.ARTIFACTS,)
    limit_bytes: int = MOST_FILE_BYTES
    entry: str = ""
    headers: dict[str, str] = {}


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """A file that a protocol has made in a scratch folder (a bundle of a repository)."""

    file: str
    path: Path
    url: str
    swhids: tuple[str, ...] = ()
    pinned: bool = False
    holds: tuple[Holds, ...] = (Holds.SOURCE,)
    entry: str = ""


class Finding(msgspec.Struct, frozen=True):
    """What a protocol found: files, and reasons why others were not; ``together``: they are of use only all together."""

    remotes: tuple[Remote, ...] = ()
    made: tuple[Made, ...] = ()
    reasons: tuple[str, ...] = ()
    together: bool = False


class Sources(msgspec.Struct, frozen=True):
    """Where to ask: the addresses of registries by purl type (``npm/@scope`` for scopes), and names of wheels to leave out.

    ``wheels`` are patterns of wheel names to bring beside source archives and wheels for every platform; empty: all.
    """

    addresses: Mapping[str, tuple[str, ...]]
    wheels: tuple[str, ...] = ()
    scratch: Path = Path()

    def of(self, wanted: Wanted, kind: str) -> tuple[str, ...]:
        """Return the registries to ask, in order.

        What a file pins by hash may come from anywhere: the clients' own settings go first. What nothing pins may only
        come from the place that the file names, where it names one; so may images: a name is a registry's own.
        """
        configured = self.addresses.get(kind, ())
        named = (wanted.registry.rstrip("/"),) if wanted.registry.startswith(("http://", "https://")) else ()
        if named and (not wanted.hashes or kind in IMAGES):
            return named
        return tuple(dict.fromkeys((*configured, *named)))


class Protocol(Interface):
    """One registry protocol."""

    def find(self, wanted: Wanted, sources: Sources, web: Web) -> Finding:
        """Return the files of a component. Raises ``WebError`` where no registry answers."""
        ...


def decoded(page: Page, kind: type[Document], what: str) -> Document:
    """Return a page's JSON as a value of ``kind``. Raises ``WebError`` where it is no such thing."""
    try:
        return msgspec.json.decode(page.body, type=kind)
    except (msgspec.DecodeError, RecursionError) as error:
        raise WebError(page.url, f"is no {what}: {error}") from error


def plain_name(text: str) -> str:
    """Return a file name that an index gives if it is harmless as one, else the empty string."""
    return text if _PART.fullmatch(text) and ".." not in text else ""


def plain_path(text: str) -> str:
    """Return a relative path that an index gives if each of its parts is harmless, else the empty string."""
    parts = text.split("/")
    return text if len(parts) <= 32 and all(_dotted(part) for part in parts) else ""


def _dotted(part: str) -> bool:
    """Tell whether a part of a path is harmless; one leading dot (``.gitattributes``) is."""
    return bool(plain_name(part.removeprefix(".")))
