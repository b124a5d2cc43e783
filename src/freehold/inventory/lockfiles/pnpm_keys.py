"""What the keys of a pnpm lockfile mean, version by version.

5: ``/name/1.0.0_peers``; 6 and 7: ``/name@1.0.0(peer@2.0.0)``; 9: ``name@1.0.0(peer@2.0.0)``. A host before the first
slash names another registry, or a forge; an address after the name, a source of its own.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

import msgspec

_VERSION = re.compile(r"^v?\d+\.\d+\.\d+")
_SPLIT_5 = re.compile(r"^((?:@[^/]+/)?[^/]+)/([^/]+)$")
_SPLIT_6 = re.compile(r"^((?:@[^/]+/)?[^/@]+)@(.+)$")


class Identity(msgspec.Struct, frozen=True):
    """Name and version of a package; ``host`` of a registry that its key names, or the ``address`` it comes from."""

    name: str
    version: str
    host: str = ""
    address: str = ""
    is_runtime: bool = False


def identity_of(key: str, major: int, name: str = "", version: str = "") -> Identity:
    """Return what a key names; ``name`` and ``version`` are what the entry itself states, which goes first."""
    bare = key.partition("(")[0]
    if major >= 9:
        found = _SPLIT_6.match(bare)
        own, rest = (found[1], found[2]) if found else (bare, "")
        if rest.startswith("runtime:"):
            return Identity(own, rest[8:], is_runtime=True)
        is_version = bool(_VERSION.match(rest))
        return Identity(name or own, version or (rest if is_version else ""), address="" if is_version else rest)
    host, _, path = bare.partition("/")
    found = (_SPLIT_5 if major < 6 else _SPLIT_6).match(path)
    if host and not ("." in host or ":" in host):
        host, found = "", None
    number = (found[2].partition("_")[0] if major < 6 else found[2]) if found else ""
    if found and _VERSION.match(number):
        return Identity(name or found[1], version or number, host=host)
    return Identity(name or path.rpartition("/")[2] or bare, version, address=_address(bare))


def paths_of(folder: str, name: str, written: str, major: int) -> Iterator[str]:
    """Yield the keys that a need can mean, likeliest first; links lead to the importer of a folder."""
    if written.startswith("link:"):
        yield f"importer {posixpath.normpath(posixpath.join(folder or '.', written[5:]))}"
    elif major >= 9:
        yield f"{name}@{written}"
        yield written
    else:
        yield f"/{name}/{written}" if major < 6 else f"/{name}@{written}"
        yield written


def _address(bare: str) -> str:
    """Return a key without registry name as an address: ``github.com/owner/name/commit``, ``file:path``."""
    forge = re.match(r"^((?:github|gitlab|bitbucket)\.(?:com|org)/[^/]+/[^/]+)/([0-9a-f]+)", bare)
    if forge:
        return f"git+https://{forge[1]}.git#{forge[2]}"
    host = re.match(r"^@?([\w-]+\.[\w.-]+)/", bare)
    return f"https://{bare.removeprefix('@')}" if host else bare
