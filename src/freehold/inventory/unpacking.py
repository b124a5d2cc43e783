"""Single compressed files: gzip, xz and bzip2 unpacked under a bound; zstd and archives refused with a reason."""

from __future__ import annotations

import bz2
import lzma
import re
import zlib
from typing import Final

import msgspec

from freehold.inventory.reader import UnreadableError

HEAD_BYTES: Final = 4096
PACKED_HEAD_BYTES: Final = 1 << 20
"""How much of a compressed file is looked at: a bzip2 block is up to 900 kB."""
XZ_MEMORY_BYTES: Final = 1 << 28

_SUFFIX = re.compile(r"\.(gz|xz|zst|bz2)$", re.IGNORECASE)
_MAGIC = {
    b"\x1f\x8b": "gzip",
    b"\xfd7zXZ\x00": "xz",
    b"BZh": "bzip2",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"PK\x03\x04": "zip",
    b"PK\x05\x06": "zip",
}
_Stream = lzma.LZMADecompressor | bz2.BZ2Decompressor


class Look(msgspec.Struct, frozen=True):
    """A first look at a file: its name without compression suffix, its first bytes unpacked, its compression."""

    name: str
    head: bytes
    packing: str

    @property
    def is_archive(self) -> bool:
        """Tell whether the file holds other files."""
        return self.packing in {"zip", "tar"} or self.head[257:262] == b"ustar"


def packing_of(start: bytes) -> str:
    """Return the compression or archive format that the first bytes name; empty for a plain file."""
    return next((name for magic, name in _MAGIC.items() if start.startswith(magic)), "")


def look_at(name: str, start: bytes) -> Look:
    """Return what the first bytes of a file say; broken or unknown compression gives an empty head."""
    packing = packing_of(start)
    if not packing:
        return Look(name, start[:HEAD_BYTES], "tar" if start[257:262] == b"ustar" else "")
    plain = _SUFFIX.sub("", name)
    if packing in {"zip", "zstd"}:
        return Look(plain, b"", packing)
    try:
        head, _ = _step(packing, start, HEAD_BYTES)
    except (zlib.error, lzma.LZMAError, OSError, EOFError):
        head = b""
    return Look(plain, head, packing)


def unpacked(data: bytes, limit_bytes: int) -> bytes:
    """Return the data unpacked, plain data as it is; several streams in a row are one file.

    Raises ``UnreadableError`` for broken or truncated data, for more than ``limit_bytes``, and for what is not read.
    """
    packing = packing_of(data)
    if not packing:
        return data
    if packing == "zstd":
        raise UnreadableError("zstd compression is not read", remedy="unpack it first: zstd -d FILE")
    if packing == "zip":
        raise UnreadableError("archives are not looked into", remedy="unpack it into a folder and give the folder")
    parts: list[bytes] = []
    left = limit_bytes
    while data:
        try:
            part, rest = _step(packing, data, left + 1)
        except (zlib.error, lzma.LZMAError, OSError, EOFError) as error:
            raise UnreadableError(f"broken {packing} data: {error}", remedy="get the file again") from error
        left -= len(part)
        if left < 0:
            raise UnreadableError(f"unpacks to more than {limit_bytes:,} bytes", remedy="check where it comes from")
        if rest is None:
            raise UnreadableError(f"truncated {packing} data", remedy="get the file again")
        parts.append(part)
        data = rest.lstrip(b"\0")
    return b"".join(parts)


def _step(packing: str, data: bytes, limit_bytes: int) -> tuple[bytes, bytes | None]:
    """Unpack one stream; return what came out and what follows it, None if the stream did not end."""
    if packing == "gzip":
        gzip = zlib.decompressobj(wbits=31)
        part = gzip.decompress(data, limit_bytes)
        return part, gzip.unused_data if gzip.eof else None
    stream: _Stream = lzma.LZMADecompressor(memlimit=XZ_MEMORY_BYTES) if packing == "xz" else bz2.BZ2Decompressor()
    part = stream.decompress(data, limit_bytes)
    return part, stream.unused_data if stream.eof else None
