"""Bytes out of bytes: gzip and xz with a bound on what comes out, so that a bomb is an error and not an outage."""

from __future__ import annotations

import lzma
import zlib
from typing import Final

from freehold.errors import InputError

LIMIT_BYTES: Final = 1 << 29
"""Ten times the largest package list of Debian."""
XZ_MEMORY_BYTES: Final = 1 << 28

_OTHERS: Final = {
    b"\x04\x22\x4d\x18": ("lz4", "lz4 -dc"),
    b"\x28\xb5\x2f\xfd": ("zstd", "zstd -dc"),
    b"BZh": ("bzip2", "bzip2 -dc"),
}


def decompressed(data: bytes, *, where: str = "", limit_bytes: int = LIMIT_BYTES) -> bytes:
    """Return ``data`` unpacked if it is gzip or xz, else as it is.

    Raises ``InputError`` for broken or truncated archives, for more than ``limit_bytes``, and for other compressions.
    """
    for magic, (name, command) in _OTHERS.items():
        if data.startswith(magic):
            raise InputError(f"{name} is not read", where=where, remedy=f"unpack it first: {command} FILE > Packages")
    if data.startswith(b"\x1f\x8b"):
        return _unpacked(data, "gzip", where, limit_bytes)
    if data.startswith(b"\xfd7zXZ\x00"):
        return _unpacked(data, "xz", where, limit_bytes)
    if len(data) > limit_bytes:
        raise _too_large(where, limit_bytes)
    return data


def _unpacked(data: bytes, name: str, where: str, limit_bytes: int) -> bytes:
    """Unpack stream after stream; both formats allow several in a row."""
    parts: list[bytes] = []
    left = limit_bytes
    while data:
        archive = zlib.decompressobj(wbits=31) if name == "gzip" else lzma.LZMADecompressor(memlimit=XZ_MEMORY_BYTES)
        try:
            part = archive.decompress(data, left + 1)
        except (zlib.error, lzma.LZMAError, EOFError) as error:
            raise InputError(f"broken {name} data: {error}", where=where, remedy="download the file again") from error
        left -= len(part)
        if left < 0:
            raise _too_large(where, limit_bytes)
        if not archive.eof:
            raise InputError(f"truncated {name} data", where=where, remedy="download the file again")
        parts.append(part)
        data = archive.unused_data.lstrip(b"\0")
    return b"".join(parts)


def _too_large(where: str, limit_bytes: int) -> InputError:
    return InputError(
        f"unpacks to more than {limit_bytes:,} bytes",
        where=where,
        remedy="check where the file comes from; a package list is far smaller",
    )
