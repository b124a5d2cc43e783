"""One tar file for the other side of an air gap: written from a vault, and taken into one after every check.

The tar holds ``vault.json``, ``manifest.jsonl`` and ``blobs/SHA256``, nothing else. On the way in, a member of any other name
or kind is refused, and so is a blob whose content is not its name.
"""

from __future__ import annotations

import hashlib
import io
import re
import tarfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

import msgspec
from packageurl import PackageURL

from freehold.errors import InputError
from freehold.model.vault import Artifact, CarryReport, Outcome, Pulled
from freehold.system.files import written_aside
from freehold.system.store import CHUNK_BYTES, SHA256, Partial, not_written
from freehold.vault.digests import digests
from freehold.vault.manifest import FORMAT, MANIFEST, MARK, Vault
from freehold.vault.protocol import plain_path

MOST_MANIFEST_BYTES = 512 << 20
_BLOB = re.compile(r"blobs/([0-9a-f]{64})")
Hearing = Callable[[str], None]


def exported(
    vault: Vault, file: Path, *, to_others: bool = False, dry_run: bool = False, on_file: Hearing = lambda file: None
) -> CarryReport:
    """Write a vault into one tar file, whole or not at all. With ``to_others`` only what the terms let you pass on.

    Damaged files are left out and reported. Raises ``UsageError``.
    """
    going, left_out = [], []
    for one in vault.entries().values():
        reason = _stays(vault, one, to_others=to_others)
        if reason:
            left_out.append(Pulled(one.purl, one.file, Outcome.REFUSED, reason, one.size_bytes))
        else:
            going.append(one)
    sizes = {one.sha256: one.size_bytes for one in going}
    if not dry_run:
        with written_aside(file) as stream, tarfile.open(fileobj=stream, mode="w|", format=tarfile.PAX_FORMAT) as tar:
            _write(tar, MARK, f'{{"freehold_vault": {FORMAT}}}\n'.encode())
            _write(tar, MANIFEST, b"".join(msgspec.json.encode(one) + b"\n" for one in going))
            for sha256, size in sorted(sizes.items()):
                on_file(sha256)
                with vault.blobs.open(sha256) as blob:
                    tar.addfile(_member(f"blobs/{sha256}", size), blob)
    return CarryReport(str(vault.folder), str(file), len(going), sum(sizes.values()), tuple(sorted(left_out)), dry_run)


def imported(vault: Vault, file: Path, *, dry_run: bool = False, on_file: Hearing = lambda file: None) -> CarryReport:
    """Take what a tar file holds into a vault; what is refused is reported, everything else is kept.

    Raises ``InputError`` for a file that is no such tar, ``UsageError`` where the vault cannot be written to.
    """
    taking = _Import(vault, file, dry_run=dry_run, on_file=on_file)
    try:
        with tarfile.open(file, "r|") as tar:
            taking.read(tar)
    except (tarfile.TarError, EOFError, zlib.error, ValueError) as error:
        raise InputError(f"is no tar file of a vault: {error}", where=str(file)) from error
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}", where=str(file)) from error
    return taking.report()


class _Import:
    """One tar file on its way into a vault."""

    def __init__(self, vault: Vault, file: Path, *, dry_run: bool, on_file: Hearing) -> None:
        self._vault = vault
        self._file = file
        self._dry_run = dry_run
        self._on_file = on_file
        self._listed: dict[str, list[Artifact]] = {}
        self._own = vault.entries()
        self._came: set[str] = set()
        self._left_out: list[Pulled] = []
        self._sizes: dict[str, int] = {}
        self._files = 0

    def read(self, tar: tarfile.TarFile) -> None:
        """Take every member in turn."""
        members = iter(tar)
        for name in (MARK, MANIFEST):
            member = next(members, None)
            if member is None or member.name != name or not member.isreg() or member.size > MOST_MANIFEST_BYTES:
                raise InputError(f"is no tar file of a vault: {name} is missing", where=str(self._file))
            data = _content(tar, member)
            if name == MANIFEST:
                self._list(data)
            elif data.strip() != f'{{"freehold_vault": {FORMAT}}}'.encode():
                raise InputError("is of another layout", where=str(self._file), remedy="use the Freehold that wrote it")
        for member in members:
            self._member(tar, member)
        for sha256, waiting in self._listed.items():
            if sha256 not in self._came:
                self._leave(waiting, "its content is not in the tar file")

    def report(self) -> CarryReport:
        """Return what came in and what did not."""
        left_out = tuple(sorted(self._left_out))
        size = sum(self._sizes.values())
        return CarryReport(str(self._vault.folder), str(self._file), self._files, size, left_out, self._dry_run)

    def _list(self, data: bytes) -> None:
        """Read the manifest; entries that could do harm, or that we hold otherwise, are left out."""
        for number, line in enumerate(filter(None, data.split(b"\n")), 1):
            try:
                one = msgspec.json.decode(line, type=Artifact)
            except (msgspec.DecodeError, RecursionError):
                self._left_out.append(Pulled(f"line {number}", "", Outcome.REFUSED, "the line cannot be read"))
                continue
            own = self._own.get(one.key)
            reason = _unfit(one)
            if not reason and own is not None and own.sha256 != one.sha256:
                reason = "another file is held under this name"
            if reason:
                self._leave([one], reason)
            else:
                self._listed.setdefault(one.sha256, []).append(one)

    def _member(self, tar: tarfile.TarFile, member: tarfile.TarInfo) -> None:
        found = _BLOB.fullmatch(member.name)
        if found is None or not member.isreg():
            kind = "a link" if member.issym() or member.islnk() else "no blob"
            self._left_out.append(Pulled("", member.name[:200], Outcome.REFUSED, f"the member is {kind}"))
            return
        waiting = self._listed.get(found[1], [])
        if not waiting or found[1] in self._came:
            self._left_out.append(Pulled("", member.name, Outcome.REFUSED, "the manifest lists no such file"))
            return
        self._came.add(found[1])
        self._on_file(waiting[0].file)
        reason = self._blob(tar, member, found[1], waiting[0].size_bytes)
        if reason:
            self._leave(waiting, reason)
            return
        self._sizes[found[1]] = member.size
        for one in waiting:
            self._files += 1
            if not self._dry_run and one.key not in self._own:
                self._vault.add(one)

    def _blob(self, tar: tarfile.TarFile, member: tarfile.TarInfo, sha256: str, size: int) -> str:
        """Take one blob in, and return why not (empty: it is in)."""
        if member.size != size:
            return f"it has {member.size:,} bytes, not {size:,}"
        if self._dry_run:
            return "" if _hash_of(_pieces(tar, member)) == sha256 else "its content is not what its name says"
        try:
            with self._vault.blobs.partial(f"import {sha256}") as partial:
                partial.empty()
                for data in _pieces(tar, member):
                    partial.append(data)
                return self._keep(partial, sha256)
        except OSError as error:
            raise not_written(error, self._vault.folder) from error

    def _keep(self, partial: Partial, sha256: str) -> str:
        if digests(partial.path, ())["sha256"] != sha256:
            partial.drop()
            return "its content is not what its name says"
        self._vault.blobs.keep(partial, sha256)
        return ""

    def _leave(self, waiting: list[Artifact], reason: str) -> None:
        self._left_out += [Pulled(one.purl, one.file, Outcome.REFUSED, reason, one.size_bytes) for one in waiting]


def _stays(vault: Vault, one: Artifact, *, to_others: bool) -> str:
    """Return why a file does not go into the tar (empty: it goes)."""
    if to_others and one.pass_on.answer != "yes":
        return f"passing it on: {one.pass_on.answer}, {one.pass_on.reason}"
    return "" if vault.blobs.is_sound(one.sha256) else "the copy is missing or damaged"


def _unfit(one: Artifact) -> str:
    """Return why an entry from elsewhere is refused (empty: it is not)."""
    try:
        PackageURL.from_string(one.purl)
    except ValueError:
        return "it has no valid purl"
    if not plain_path(one.file):
        return "its file name could do harm"
    return "" if SHA256.fullmatch(one.sha256) and one.size_bytes >= 0 and not one.dropped else "its entry is broken"


def _member(name: str, size: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size = size
    member.mode = 0o444
    return member


def _write(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    tar.addfile(_member(name, len(data)), io.BytesIO(data))


def _content(tar: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    return b"".join(_pieces(tar, member))


def _pieces(tar: tarfile.TarFile, member: tarfile.TarInfo) -> Iterator[bytes]:
    stream: IO[bytes] | None = tar.extractfile(member)
    while stream is not None and (data := stream.read(CHUNK_BYTES)):
        yield data


def _hash_of(pieces: Iterator[bytes]) -> str:
    running = hashlib.sha256()
    for data in pieces:
        running.update(data)
    return running.hexdigest()
