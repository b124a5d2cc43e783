"""A vault: its blobs, and its manifest, one JSON line for each file with where it came from and what may be done with it.

Lines are only added; the last one for a file counts. A line that a crash tore off is passed over and counted. Getting,
checking, serving and removing files are left to the modules beside.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable
from contextlib import AbstractContextManager
from pathlib import Path

import msgspec

from freehold.errors import InputError, UsageError
from freehold.model.vault import Artifact
from freehold.system.files import write_text
from freehold.system.store import BlobStore, append_line, locked, not_written, sync

MARK = "vault.json"
MANIFEST = "manifest.jsonl"
FORMAT = 1
_OURS = frozenset({MARK, MANIFEST, "vault.lock", "blobs", "partial"})
"""What another pull may just be making in the same folder."""

_DECODER = msgspec.json.Decoder(Artifact)
_ENCODER = msgspec.json.Encoder()


class _Mark(msgspec.Struct):
    """What ``vault.json`` says: the version of the layout."""

    freehold_vault: int


class Vault:
    """A vault in ``folder``; ``blobs`` are its files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.blobs = BlobStore(folder)
        self.broken_lines = 0

    @property
    def manifest(self) -> Path:
        """Return the path of the manifest."""
        return self.folder / MANIFEST

    def entries(self) -> dict[tuple[str, str], Artifact]:
        """Return what the manifest holds, by purl and file, in order. Lines that cannot be read are counted."""
        found: dict[tuple[str, str], Artifact] = {}
        self.broken_lines = 0
        try:
            lines = self.manifest.read_bytes().split(b"\n")
        except FileNotFoundError:
            return {}
        for line in filter(None, lines):
            try:
                artifact = _DECODER.decode(line)
            except (msgspec.DecodeError, RecursionError):
                self.broken_lines += 1
                continue
            if artifact.dropped:
                found.pop(artifact.key, None)
            else:
                found[artifact.key] = artifact
        return dict(sorted(found.items()))

    def stamp(self) -> tuple[int, int]:
        """Return what changes whenever the manifest does."""
        try:
            status = self.manifest.stat()
        except OSError:
            return (0, 0)
        return status.st_mtime_ns, status.st_size

    def add(self, artifact: Artifact) -> None:
        """Write one line. Raises ``UsageError`` where the disk is full; the manifest is then as before."""
        try:
            with self.lock():
                append_line(self.manifest, _ENCODER.encode(artifact))
        except OSError as error:
            raise not_written(error, self.folder) from error

    def settle(self) -> None:
        """Have the manifest on the disk. Lines that a power cut takes back are files that the next pull fetches again."""
        if self.manifest.is_file():
            sync(self.manifest)

    def rewrite(self, entries: Iterable[Artifact]) -> None:
        """Write the manifest anew, aside and then renamed. The caller holds the lock."""
        write_text(self.manifest, "".join(_ENCODER.encode(one).decode() + "\n" for one in entries))

    def lock(self) -> AbstractContextManager[None]:
        """Return the lock of the manifest, to be used in ``with``."""
        return locked(self.folder / "vault.lock")


def in_use(vault: Vault, held: Iterable[Artifact]) -> list[Artifact]:
    """Return the files of a component that are there in full size and, where several are of use only together, all of them."""
    there = [one for one in held if vault.blobs.size(one.sha256) == one.size_bytes]
    counts = Counter(one.batch for one in there)
    return [one for one in there if counts[one.batch] >= one.parts]


def open_vault(folder: Path) -> Vault:
    """Open a vault that is there. Raises ``InputError``."""
    _check(folder)
    return Vault(folder)


def made_vault(folder: Path) -> Vault:
    """Open a vault, or make one in a folder that is absent or empty. Raises ``UsageError`` or ``InputError``."""
    if not (folder / MARK).is_file():
        try:
            folder.mkdir(parents=True, exist_ok=True)
            strange = any(path.name not in _OURS and not path.name.startswith(f".{MARK}.") for path in folder.iterdir())
            if strange and not (folder / MARK).is_file():  # another pull may have made the vault since
                raise UsageError(
                    "is a folder with other things in it", where=str(folder), remedy="name an empty folder"
                )
        except OSError as error:
            raise not_written(error, folder) from error
        write_text(folder / MARK, f'{{"freehold_vault": {FORMAT}}}\n')
    _check(folder)
    return Vault(folder)


def is_vault(folder: Path) -> bool:
    """Tell whether a folder says that it is a vault."""
    return (folder / MARK).is_file()


def _check(folder: Path) -> None:
    mark = folder / MARK
    if not mark.is_file():
        raise InputError("there is no vault", where=str(folder), remedy="freehold vault pull PATH makes one")
    try:
        found = msgspec.json.decode(mark.read_bytes(), type=_Mark)
    except (OSError, msgspec.DecodeError, RecursionError) as error:
        raise InputError("is no vault that can be read", where=str(mark)) from error
    if found.freehold_vault != FORMAT:
        reason = f"is a vault of layout {found.freehold_vault}; this version knows {FORMAT}"
        raise InputError(reason, where=os.fspath(mark), remedy="use a newer Freehold")
