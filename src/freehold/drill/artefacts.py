"""What the command made: files named by globs, or those that are new or changed below the project, with their hashes."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from freehold.model.evidence import Artefact

MOST_ARTEFACTS = 200
MOST_FILES = 200_000
_NOT_BUILT = frozenset({".git", ".hg", "node_modules", ".venv", "venv", "__pycache__", ".tox", ".gradle", ".cache"})

Snapshot = dict[str, tuple[int, int]]
"""Files below a folder with their size and time of last change."""


def snapshot(folder: Path) -> Snapshot:
    """Return the regular files below a folder, without installed dependencies and version control; links are not followed."""
    found: Snapshot = {}
    for path in _walk(folder):
        status = path.lstat()
        if stat.S_ISREG(status.st_mode):
            found[path.relative_to(folder).as_posix()] = (status.st_size, status.st_mtime_ns)
        if len(found) >= MOST_FILES:
            break
    return found


def built(folder: Path, before: Snapshot, globs: Sequence[str]) -> tuple[tuple[Artefact, ...], str]:
    """Return what was made, and a remark where some of it is left out.

    With ``globs`` (relative to the folder) all files that match; without, files that are new or changed since ``before``.
    """
    if globs:
        names = {path.relative_to(folder).as_posix() for glob in globs for path in folder.glob(glob)}
    else:
        names = {name for name, state in snapshot(folder).items() if before.get(name) != state}
    chosen = [name for name in sorted(names) if _is_plain(folder / name)]
    remark = (
        f"{len(chosen)} files were made; the first {MOST_ARTEFACTS} are listed" if len(chosen) > MOST_ARTEFACTS else ""
    )
    return tuple(_hashed(folder, name) for name in chosen[:MOST_ARTEFACTS]), remark


def _walk(folder: Path) -> Iterator[Path]:
    for base, folders, files in os.walk(folder):
        if "pyvenv.cfg" in files:
            folders[:] = []
            continue
        folders[:] = sorted(name for name in folders if name not in _NOT_BUILT)
        yield from (Path(base, name) for name in sorted(files))


def _is_plain(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()


def _hashed(folder: Path, name: str) -> Artefact:
    with (folder / name).open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return Artefact(name, digest, (folder / name).stat().st_size)
