"""What an npm archive says about itself: its ``package.json``, read within limits."""

from __future__ import annotations

import tarfile
import zlib
from pathlib import Path
from typing import Any

import msgspec

MOST_MANIFEST_BYTES = 8 << 20
MOST_MEMBERS = 200_000
MOST_UNPACKED_BYTES = 1 << 30


def package_document(path: Path) -> dict[str, Any]:
    """Return the ``package.json`` at the top of an archive; empty where there is none that can be read."""
    try:
        with tarfile.open(path, "r|gz") as archive:
            for number, member in enumerate(archive):
                if number > MOST_MEMBERS or member.offset_data + member.size > MOST_UNPACKED_BYTES:
                    return {}
                parts = member.name.removeprefix("./").split("/")
                if len(parts) == 2 and parts[1] == "package.json" and member.isfile():
                    return _decoded(archive, member)
    except (tarfile.TarError, OSError, EOFError, zlib.error, ValueError):
        return {}
    return {}


def _decoded(archive: tarfile.TarFile, member: tarfile.TarInfo) -> dict[str, Any]:
    stream = archive.extractfile(member)
    if stream is None or member.size > MOST_MANIFEST_BYTES:
        return {}
    try:
        found = msgspec.json.decode(stream.read(MOST_MANIFEST_BYTES).removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
