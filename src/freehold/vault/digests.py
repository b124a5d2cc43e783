"""Hashes of files as lockfiles and registries write them: ``ALGORITHM:HEX``, and Go's ``h1:BASE64`` of a file tree.

Strong ones decide; SHA-1 and MD5 count only where nothing stronger is named. Go's hash: https://go.dev/ref/mod#go-sum-files
"""

from __future__ import annotations

import base64
import hashlib
import zipfile
from collections.abc import Iterable
from pathlib import Path

import msgspec

from freehold.system.store import CHUNK_BYTES

STRONG = ("sha256", "sha384", "sha512", "blake2b", "sha3-256", "sha3-512")
WEAK = ("sha1", "md5")
_NAMES = {"sha3-256": "sha3_256", "sha3-512": "sha3_512"}
GO_TREE = "h1"
GIT_BLOB = "git-blob"
"""The SHA-1 that git gives a file: of its length and content."""
MOST_TREE_FILES = 200_000
MOST_TREE_BYTES = 4 << 30


class Verdict(msgspec.Struct, frozen=True):
    """Whether a file has one of the hashes it should have; ``by`` is the hash that decided, ``reason`` why not."""

    matches: bool
    by: str = ""
    reason: str = ""


def digests(path: Path, algorithms: Iterable[str]) -> dict[str, str]:
    """Return the hashes of a file by algorithm, SHA-256 always among them; unknown algorithms are left out.

    Cost: one reading for all plain hashes, one more for Go's. Raises ``OSError``.
    """
    wanted = {"sha256", *algorithms}
    plain = {name: hashlib.new(_NAMES.get(name, name)) for name in wanted if name in (*STRONG, *WEAK)}
    with path.open("rb") as stream:
        while data := stream.read(CHUNK_BYTES):
            for running in plain.values():
                running.update(data)
    found = {name: running.hexdigest() for name, running in plain.items()}
    if GIT_BLOB in wanted:
        found[GIT_BLOB] = _git_blob(path)
    if GO_TREE in wanted:
        found[GO_TREE] = go_tree(path)
    return found


def compared(found: dict[str, str], named: Iterable[str]) -> Verdict:
    """Compare a file's hashes with those that are named for it, or for it and its siblings: one strong match is enough."""
    hashes = [text.partition(":")[::2] for text in named]
    strong = [(a, v) for a, v in hashes if a in (*STRONG, GO_TREE)]
    usable = strong or [(a, v) for a, v in hashes if a in (*WEAK, GIT_BLOB)]
    for algorithm, value in usable:
        own = found.get(algorithm, "")
        if own and (own == value or (algorithm != GO_TREE and own == value.lower())):
            return Verdict(True, f"{algorithm}:{value}")
    if not usable:
        return Verdict(False, reason="no hash of a known kind is named for it")
    algorithm = usable[0][0]
    return Verdict(False, reason=f"its {algorithm} is {found.get(algorithm, 'not known')[:24]}..., which is not named")


def go_tree(path: Path) -> str:
    """Return Go's ``h1`` of a module archive (the part after ``h1:``); empty where it is no readable ZIP file."""
    lines = []
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.infolist()
            if len(names) > MOST_TREE_FILES or sum(one.file_size for one in names) > MOST_TREE_BYTES:
                return ""
            for one in names:
                with archive.open(one) as stream:
                    lines.append((one.filename, hashlib.file_digest(stream, "sha256").hexdigest()))  # type: ignore[arg-type]
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError, EOFError):
        return ""
    return _h1(lines)


def _git_blob(path: Path) -> str:
    running = hashlib.sha1(f"blob {path.stat().st_size}\0".encode(), usedforsecurity=False)
    with path.open("rb") as stream:
        while data := stream.read(CHUNK_BYTES):
            running.update(data)
    return running.hexdigest()


def _h1(lines: list[tuple[str, str]]) -> str:
    summary = "".join(f"{digest}  {name}\n" for name, digest in sorted(lines))
    return base64.b64encode(hashlib.sha256(summary.encode("utf-8", "surrogateescape")).digest()).decode()


def from_sri(text: str) -> tuple[str, ...]:
    """Return ``sha512:HEX`` from a subresource-integrity string (``sha512-BASE64``); what is broken is left out."""
    found = []
    for part in text.split():
        algorithm, _, value = part.partition("-")
        try:
            found.append(f"{algorithm.lower()}:{base64.b64decode(value.partition('?')[0], validate=True).hex()}")
        except ValueError:
            continue
    return tuple(found)


def to_sri(algorithm: str, value: str) -> str:
    """Return a hash in hexadecimal as a subresource-integrity string."""
    return f"{algorithm}-{base64.b64encode(bytes.fromhex(value)).decode()}"
