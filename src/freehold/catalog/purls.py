"""Purls and image names as match keys: without version and qualifiers, in one spelling; and tables of prefixes.

Keys are for recognising, not for identity: they are lower case throughout, and Python names follow PEP 503. Parsing
and canonical purls belong to ``packageurl``.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping
from functools import lru_cache
from typing import Generic, TypeVar
from urllib.parse import quote, unquote

from freehold.model.component import SOURCE_PACKAGE, Component

V = TypeVar("V")

_EXTRAS = re.compile(r"(?:\[|%5b).*$")
"""What some SBOMs write behind a Python name (``twisted[tls]``): it is asked for, not part of the name."""
_DISTRIBUTED = frozenset({"apk", "deb", "rpm"})
"""purl types whose packages are built of source packages with names of their own."""
_PEP_503 = re.compile(r"[-_.]+")
PYTHON = "pkg:pypi/"
MAVEN = "pkg:maven/"
HUB = "docker.io"
"""The registry that clients mean when an image names none."""
_HUB_NAMES = frozenset({HUB, "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com"})


@lru_cache(maxsize=65_536)
def key_of(purl: str) -> str:
    """Return the match key of a purl, pattern or prefix: ``pkg:npm/%40angular/core@1?x=y`` -> ``pkg:npm/%40angular/core``."""
    key = purl.partition("?")[0].partition("#")[0]
    at = key.rfind("@")
    if at > key.rfind("/"):
        key = key[:at]
    key = key.replace("/@", "/%40").lower()
    if key.startswith(PYTHON):
        key = PYTHON + _PEP_503.sub("-", _EXTRAS.sub("", key[len(PYTHON) :]))
    return key


def type_of(purl: str) -> str:
    """Return the type of a purl (``npm``)."""
    return purl.partition(":")[2].lstrip("/").partition("/")[0].lower()


def namespace_of(purl: str) -> str:
    """Return the namespace of a purl in its match key's spelling, or the empty string."""
    parts = key_of(purl).split("/")
    return "/".join(parts[1:-1])


def in_its_channel(purl: str) -> str:
    """Return a conda purl with the channel that it names as its namespace: that is who packed it; others as they are."""
    channel = qualifier(purl, "channel").rstrip("/").rpartition("/")[2].lower() if type_of(purl) == "conda" else ""
    return f"pkg:conda/{channel}/{key_of(purl).rpartition('/')[2]}" if channel else purl


def version_scheme(kind: str) -> str:
    """Return the VERS scheme by which versions of a purl type are ordered; conda has none and orders much as PEP 440 does."""
    return {"conda": "pypi"}.get(kind, kind)


class PrefixTable(Generic[V]):
    """Finds the longest prefix of a key in O(log n), whatever the lengths.

    Every string sorted between a prefix and a key that begins with it begins with it too; so the longest prefix is the
    greatest entry not above the key, or one of that entry's own prefixes.
    """

    def __init__(self, table: Mapping[str, V]) -> None:
        self._values = table
        self._sorted = sorted(table)
        self._parents = _parents(self._sorted)

    def longest(self, key: str) -> tuple[str, V] | None:
        """Return the longest entry that ``key`` begins with, and its value."""
        at = bisect_right(self._sorted, key) - 1
        while at >= 0:
            prefix = self._sorted[at]
            if key.startswith(prefix):
                return prefix, self._values[prefix]
            at = self._parents[at]
        return None


def _parents(ordered: list[str]) -> list[int]:
    """Return for each entry the index of its longest proper prefix among the entries, or -1."""
    parents: list[int] = []
    open_entries: list[int] = []
    for index, entry in enumerate(ordered):
        while open_entries and not entry.startswith(ordered[open_entries[-1]]):
            open_entries.pop()
        parents.append(open_entries[-1] if open_entries else -1)
        open_entries.append(index)
    return parents


def image_key(image: str) -> str:
    """Return the match key of a container image: full name without tag and digest (``docker.io/library/redis``)."""
    bare = image.partition("@")[0].casefold().removeprefix("docker://").rstrip("/") + (
        "/" if image.endswith("/") else ""
    )
    if bare.rfind(":") > bare.rfind("/"):
        bare = bare[: bare.rfind(":")]
    first, slash, rest = bare.partition("/")
    if not slash or not ("." in first or ":" in first or first == "localhost"):
        first, rest = HUB, bare
    if first in _HUB_NAMES:
        first, rest = HUB, rest if "/" in rest else f"library/{rest}"
    return f"{first}/{rest}"


def image_pattern_key(pattern: str) -> str:
    """Return the match key of a pattern for images: with the word of the tag, where it names one."""
    name, colon, word = pattern.casefold().rpartition(":")
    return f"{image_key(name)}:{word}" if word and colon and "/" not in word else image_key(pattern)


def image_of_purl(purl: str) -> str:
    """Return the image key of a ``docker`` or ``oci`` purl; empty for others, and where the registry is not named."""
    kind = type_of(purl)
    if kind not in ("docker", "oci"):
        return ""
    path = "/".join(key_of(purl).split("/")[1:])
    registry = qualifier(purl, "repository_url").partition("://")[2] or qualifier(purl, "repository_url")
    if kind == "docker":
        return image_key(f"{registry.rstrip('/') or HUB}/{path}")
    if not registry:
        return ""
    name = path.rpartition("/")[2]
    return image_key(registry if registry.rstrip("/").rpartition("/")[2].casefold() == name else f"{registry}/{name}")


def source_packages(component: Component) -> tuple[str, ...]:
    """Return the source packages that a distribution's package is built of, as its file or the qualifier ``upstream`` says.

    The qualifier holds ``NAME``, ``NAME@VERSION``, or for RPM the file ``NAME-VERSION-RELEASE.src.rpm``.
    """
    if not component.purls or type_of(component.purls[0]) not in _DISTRIBUTED:
        return ()
    stated = [name.lower() for name in component.states(SOURCE_PACKAGE)]
    for purl in component.purls:
        name = qualifier(purl, "upstream").partition("@")[0].lower()
        stated.append(name.rsplit("-", 2)[0] if name.endswith(".src.rpm") else name)
    return tuple(dict.fromkeys(quote(name, safe="") for name in stated if name))


def qualifier(purl: str, name: str) -> str:
    """Return a qualifier of a purl, percent-decoded, or the empty string."""
    for pair in purl.partition("?")[2].partition("#")[0].split("&"):
        key, _, value = pair.partition("=")
        if key.casefold() == name:
            return unquote(value)
    return ""
