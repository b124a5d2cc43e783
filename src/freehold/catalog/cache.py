"""Compiled indexes on disk, one file per content, in the user's cache folder.

The key is made of paths, sizes and modification times, so a change anywhere gives another file. Files are written aside
and renamed: two processes may write at once. A cache that cannot be read or written costs time, nothing else.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path

KEPT = 8
"""Files kept in the cache; the oldest go."""


def cache_folder(env: Mapping[str, str]) -> Path | None:
    """Return the folder for compiled indexes (XDG base directories), or None where the user has no home."""
    if env.get("XDG_CACHE_HOME", "").startswith("/"):
        return Path(env["XDG_CACHE_HOME"]) / "freehold"
    return Path(env["HOME"]) / ".cache" / "freehold" if env.get("HOME") else None


def key_of_folders(folders: Iterable[Path], *, salt: str = "") -> str:
    """Return a key for the present files right inside these folders, by path, size and modification time.

    One system call a file: 2,400 files take about 10 ms. Folders that do not exist count as empty.
    """
    import hashlib  # here, because a packaged catalog needs no cache and start-up counts

    digest = hashlib.sha256(salt.encode())
    for folder in folders:
        with suppress(FileNotFoundError, NotADirectoryError), os.scandir(folder) as entries:
            status = {
                entry.path: entry.stat() for entry in entries if entry.name.endswith((".toml", ".csv", ".py", ".index"))
            }
            for path in sorted(status):
                digest.update(f"{path}\0{status[path].st_size}\0{status[path].st_mtime_ns}\n".encode())
    return digest.hexdigest()[:32]


def cached(folder: Path | None, key: str, make: Callable[[], bytes], complete: Callable[[bytes], bool]) -> bytes:
    """Return the cached bytes of ``key``, or make and keep them. ``complete`` tells whether cached bytes are usable."""
    path = folder / f"catalog-{key}.index" if folder else None
    if path is not None:
        with suppress(OSError):
            data = path.read_bytes()
            if complete(data):
                return data
    data = make()
    if path is not None:
        _keep(path, data)
    return data


def _keep(path: Path, data: bytes) -> None:
    """Write aside and rename, then drop the oldest files; failing is no error."""
    import tempfile

    with suppress(OSError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, aside = tempfile.mkstemp(dir=path.parent, prefix=".catalog-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            Path(aside).replace(path)
        except OSError:
            Path(aside).unlink(missing_ok=True)
            raise
        files = sorted(path.parent.glob("catalog-*.index"), key=lambda file: file.stat().st_mtime_ns)
        for old in files[:-KEPT]:
            old.unlink(missing_ok=True)
