"""Bytes read forward, in memory bounds: a file, a part of one, or what a compressed stream unpacks to.

Nothing is unpacked to disk. A stream that unpacks to more than the limits allow, or to far more than it is made of, is
refused. zstd is read where Python brings it (3.14, or the ``backports.zstd`` package).
"""

from __future__ import annotations

import bz2
import contextlib
import importlib
import lzma
import zlib
from types import ModuleType
from typing import Any, BinaryIO, Final, Protocol

import msgspec

from freehold.inventory.reader import UnreadableError
from freehold.inventory.unpacking import XZ_MEMORY_BYTES, packing_of

CHUNK_BYTES: Final = 1 << 18
ZSTD_REMEDY: Final = "use Python 3.14, or install backports.zstd, or copy the image with gzip layers"


class StreamLimits(msgspec.Struct, frozen=True):
    """What is too much: bytes that one stream unpacks to, and, above a first part, unpacked bytes for each packed one."""

    unpacked_bytes: int = 32 << 30
    ratio: int = 200
    ratio_from_bytes: int = 256 << 20


class ByteSource(Protocol):
    """Bytes read forward."""

    def read(self, size: int) -> bytes:
        """Return the next bytes: fewer than ``size`` only at the end."""
        ...

    def skip(self, size: int) -> None:
        """Pass over bytes; beyond the end there is nothing more to read."""
        ...


class ZstdAbsentError(UnreadableError):
    """A zstd stream where no decompressor for it is installed."""


class Plain:
    """A file as it is; passing over bytes costs nothing. ``size`` bytes from where it stands, or all."""

    def __init__(self, stream: BinaryIO, size: int | None = None) -> None:
        self._stream = stream
        self._left = size

    def read(self, size: int) -> bytes:
        """Return the next bytes."""
        wanted = size if self._left is None else min(size, self._left)
        data = self._stream.read(wanted)
        self._left = None if self._left is None else self._left - len(data)
        return data

    def skip(self, size: int) -> None:
        """Pass over bytes by seeking."""
        step = size if self._left is None else min(size, self._left)
        self._left = None if self._left is None else self._left - step
        try:
            self._stream.seek(step, 1)
        except (OSError, OverflowError) as error:
            raise UnreadableError("a size that no file can have", remedy="get the archive again") from error


class Part:
    """The next ``size`` bytes of another source."""

    def __init__(self, source: ByteSource, size: int) -> None:
        self._source = source
        self._left = size

    def read(self, size: int) -> bytes:
        """Return the next bytes."""
        data = self._source.read(min(size, self._left))
        self._left -= len(data)
        return data

    def skip(self, size: int) -> None:
        """Pass over bytes."""
        step = min(size, self._left)
        self._left -= step
        self._source.skip(step)


class Unpacked:
    """What the compressed streams in a source, one after another, unpack to."""

    def __init__(self, source: ByteSource, packing: str, start: bytes, limits: StreamLimits) -> None:
        self._source = source
        self._packing = packing
        self._limits = limits
        self._packed = start
        self._packed_bytes = len(start)
        self._unpacked_bytes = 0
        self._engine = _engine(packing)
        self._ready = b""
        self._at = 0
        self._is_done = False

    def read(self, size: int) -> bytes:
        """Return the next bytes. Raises ``UnreadableError`` for broken or truncated data and for too much of it."""
        parts: list[bytes] = []
        while size > 0 and self._more():
            part = self._ready[self._at : self._at + size]
            self._at += len(part)
            size -= len(part)
            parts.append(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def skip(self, size: int) -> None:
        """Pass over bytes, unpacking them."""
        while size > 0 and self._more():
            step = min(size, len(self._ready) - self._at)
            self._at += step
            size -= step

    def _more(self) -> bool:
        """Make sure that there are bytes ready; tell if there are."""
        while self._at >= len(self._ready) and not self._is_done:
            self._ready, self._at = self._step(), 0
            self._unpacked_bytes += len(self._ready)
            self._check()
        return self._at < len(self._ready)

    def _step(self) -> bytes:
        """Unpack one piece."""
        if self._engine.eof:
            self._packed = (self._engine.unused_data or self._fetched()).lstrip(b"\0")
            if not self._packed:
                self._is_done = True
                return b""
            if packing_of(self._packed) != self._packing:
                raise UnreadableError(f"data follows the {self._packing} stream", remedy="get the archive again")
            self._engine = _engine(self._packing)
        elif not self._packed and _wants_input(self._engine):
            self._packed = self._fetched()
            if not self._packed:
                raise UnreadableError(f"truncated {self._packing} data", remedy="get the archive again")
        try:
            piece: bytes = self._engine.decompress(self._packed, CHUNK_BYTES)
        except (MemoryError, zlib.error, lzma.LZMAError, OSError, EOFError, ValueError, _zstd_error()) as error:
            raise UnreadableError(f"broken {self._packing} data", remedy="get the archive again") from error
        self._packed = getattr(self._engine, "unconsumed_tail", b"")
        return piece

    def _fetched(self) -> bytes:
        data = self._source.read(CHUNK_BYTES)
        self._packed_bytes += len(data)
        return data

    def _check(self) -> None:
        limits = self._limits
        if self._unpacked_bytes > limits.unpacked_bytes:
            raise UnreadableError(f"unpacks to more than {limits.unpacked_bytes:,} bytes", remedy="check its origin")
        if self._unpacked_bytes > max(limits.ratio_from_bytes, limits.ratio * self._packed_bytes):
            raise UnreadableError(
                f"unpacks to more than {limits.ratio} times its size: it may be a zip bomb", remedy="check its origin"
            )


def opened(stream: ByteSource, limits: StreamLimits) -> ByteSource:
    """Return the bytes of a source unpacked, by what its first bytes say; plain ones as they are."""
    start = stream.read(6)
    packing = packing_of(start)
    if packing in {"gzip", "xz", "bzip2", "zstd"}:
        return Unpacked(stream, packing, start, limits)
    return _Restarted(start, stream)


class _Restarted:
    """A source whose first bytes were looked at already."""

    def __init__(self, start: bytes, rest: ByteSource) -> None:
        self._start = start
        self._rest = rest

    def read(self, size: int) -> bytes:
        head, self._start = self._start[:size], self._start[size:]
        return head + self._rest.read(size - len(head)) if len(head) < size else head

    def skip(self, size: int) -> None:
        step = min(size, len(self._start))
        self._start = self._start[step:]
        if size > step:
            self._rest.skip(size - step)


def _engine(packing: str) -> Any:
    """Return a decompressor."""
    match packing:
        case "gzip":
            return zlib.decompressobj(wbits=31)
        case "xz":
            return lzma.LZMADecompressor(memlimit=XZ_MEMORY_BYTES)
        case "bzip2":
            return bz2.BZ2Decompressor()
    module = _zstd()
    if module is None:
        raise ZstdAbsentError("zstd compression is not read by this Python", remedy=ZSTD_REMEDY)
    return module.ZstdDecompressor()


def _zstd() -> ModuleType | None:
    """Return the module that unpacks zstd, if there is one."""
    for name in ("compression.zstd", "backports.zstd"):
        with contextlib.suppress(ImportError):
            return importlib.import_module(name)
    return None


def _zstd_error() -> type[Exception]:
    module = _zstd()
    return EOFError if module is None else module.ZstdError


def _wants_input(engine: Any) -> bool:
    """Tell whether a decompressor has used up what it was given; zlib's says so by an empty rest."""
    return bool(getattr(engine, "needs_input", True))
