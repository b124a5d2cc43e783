"""Whether an archive serves a Debian package: listed in a suite, there in the pool, and the bytes that its hash says.

https://wiki.debian.org/DebianRepository/Format. The suite follows from the purl's ``distro``.
"""

from __future__ import annotations

import lzma
import threading
import zlib
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import quote, urljoin

from packageurl import PackageURL

from freehold.drill.mirror_reading import LARGEST_INDEX_BYTES, NotServedError, Wanted, digest_of, read

_SUITES = {
    "debian-11": "bullseye",
    "debian-12": "bookworm",
    "debian-13": "trixie",
    "ubuntu-20.04": "focal",
    "ubuntu-22.04": "jammy",
    "ubuntu-24.04": "noble",
}
_SECTIONS = ("main", "contrib", "non-free", "non-free-firmware", "universe", "restricted", "multiverse")
_ONE_AT_A_TIME = threading.Lock()


def debian_package(url: str, wanted: Wanted) -> str:
    """Return in words what was served. Raises ``NotServedError`` where it is not listed, not there, or other bytes."""
    options = PackageURL.from_string(wanted.purl).qualifiers
    stated = options if isinstance(options, dict) else {}
    distro = stated.get("distro", "")
    suite = _SUITES.get(distro, distro.rpartition("-")[2])
    if not suite or suite[0].isdigit():
        raise NotServedError("the package's purl names no suite that is known (distro=)")
    name = wanted.name.rpartition("/")[2]
    for listed in _lists(f"{url.rstrip('/')}/", suite, stated.get("arch", "amd64").replace("all", "amd64")):
        found = listed.get((name, wanted.version))
        if found is None:
            continue
        file, digest = found
        hashes = tuple(one for one in wanted.hashes if one.startswith(("sha256:", "sha512:"))) or (f"sha256:{digest}",)
        if digest_of(urljoin(f"{url.rstrip('/')}/", quote(file)), hashes) not in hashes:
            raise NotServedError("other bytes than the list or the project names")
        return (
            "same bytes" if wanted.hashes else "the bytes that the archive's own list names; the project names no hash"
        )
    raise NotServedError(f"no list of {suite} names this version")


def _lists(base: str, suite: str, arch: str) -> Iterator[dict[tuple[str, str], tuple[str, str]]]:
    """Yield the lists of a suite, its updates and its security fixes that the archive serves."""
    for one in (suite, f"{suite}-updates", f"{suite}-security"):
        for section in _SECTIONS:
            with _ONE_AT_A_TIME:
                listed = _list(f"{base}dists/{one}/{section}/binary-{arch}/Packages")
            yield listed


@lru_cache(maxsize=64)
def _list(address: str) -> dict[tuple[str, str], tuple[str, str]]:
    """Return file and SHA-256 of every package of a list by name and version; empty where it is not served."""
    for ending in (".xz", ".gz", ""):
        try:
            return dict(_stanzas(_plain(read(address + ending, "*/*"), ending)))
        except NotServedError:
            continue
    return {}


def _plain(data: bytes, ending: str) -> str:
    try:
        if ending == ".xz":
            data = lzma.LZMADecompressor().decompress(data, LARGEST_INDEX_BYTES * 4)
        elif ending == ".gz":
            data = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(data, LARGEST_INDEX_BYTES * 4)
    except (lzma.LZMAError, zlib.error, EOFError) as error:
        raise NotServedError("the list is damaged") from error
    return data.decode("utf-8", "replace")


def _stanzas(text: str) -> Iterator[tuple[tuple[str, str], tuple[str, str]]]:
    for stanza in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in stanza.splitlines() if ": " in line and not line.startswith(" "))
        if {"Package", "Version", "Filename", "SHA256"} <= fields.keys():
            yield (fields["Package"], fields["Version"]), (fields["Filename"], fields["SHA256"])
