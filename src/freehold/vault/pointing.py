"""A copy of a project whose lockfiles point at a served vault: for those that hold absolute addresses.

Addresses are changed only where the vault holds the file with the hash that stands beside them; the others are reported.
Read: uv.lock, package-lock.json and npm-shrinkwrap.json, yarn.lock, and the index options of requirements files.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import msgspec
from packageurl import PackageURL

from freehold.errors import UsageError
from freehold.model.vault import Artifact, PointReport, Rewritten
from freehold.system.files import EntryKind, RootedFolder, read_at_most
from freehold.system.store import not_written
from freehold.vault.digests import from_sri
from freehold.vault.manifest import Vault

NOT_COPIED = frozenset({".git", ".hg", ".svn", "node_modules", "__pycache__", ".venv", "venv", ".tox", "target"})
MOST_FILE_BYTES = 512 << 20
_UV_FILE = re.compile(r'\burl = "([^"]*)"(, hash = "(sha256:[0-9a-f]{64})")')
_UV_REGISTRY = re.compile(r'(\bsource = \{ registry = )"https?://[^"]*"')
_NPM = re.compile(r"(package-lock.*\.json|npm-shrinkwrap\.json)")
_YARN = re.compile(r'(\n  resolved ")([^"\n]+)("\n  integrity (\S+))')
_REQUIREMENTS = re.compile(r"(.*requirements.*|constraints.*)\.(txt|in)")
_INDEX = re.compile(r"^(\s*(?:-i|--index-url|--extra-index-url)[ =]\s*)\S+", re.MULTILINE)


class _Held:
    """The files of a vault by each of their hashes, with the address under which they are served."""

    def __init__(self, vault: Vault, url: str) -> None:
        self.url = url.rstrip("/")
        self._by_hash: dict[str, Artifact] = {}
        for one in vault.entries().values():
            if vault.blobs.size(one.sha256) == one.size_bytes:
                for name in (f"sha256:{one.sha256}", *one.hashes):
                    self._by_hash[name] = one

    def address(self, hashes: tuple[str, ...]) -> str:
        """Return where a file with one of these hashes is served; empty where none is held."""
        found = next((self._by_hash[name] for name in hashes if name in self._by_hash), None)
        if found is None:
            return ""
        purl = PackageURL.from_string(found.purl)
        if purl.type == "pypi":
            return f"{self.url}/pypi/files/{found.sha256}/{quote(found.file)}"
        name = f"{purl.namespace}/{purl.name}" if purl.namespace else purl.name
        return f"{self.url}/npm/{quote(name, safe='@/')}/-/{quote(found.file)}"


def pointed(vault: Vault, project: Path, folder: Path, url: str, *, dry_run: bool = False) -> PointReport:
    """Copy ``project`` into ``folder``, which must not be there, with its lockfiles pointing at ``url``.

    Links are not copied, nor what an install brings. Raises ``UsageError``.
    """
    if folder.exists() or folder.resolve().is_relative_to(project.resolve()):
        raise UsageError(
            "is there already, or lies in the project", where=str(folder), remedy="name a new folder outside"
        )
    held = _Held(vault, url)
    rewritten, copied = [], 0
    try:
        with RootedFolder(project) as root:
            for file in _files(root, ""):
                change = _change_for(file.rpartition("/")[2])
                copied += 1
                with root.open(file) as stream:
                    data = read_at_most(stream, MOST_FILE_BYTES)
                if data is None:
                    raise UsageError(f"is larger than {MOST_FILE_BYTES:,} bytes", where=str(project / file))
                if change is not None:
                    text, count, left = change(data.decode("utf-8", "surrogateescape"), held)
                    rewritten.append(Rewritten(file, count, left))
                    data = text.encode("utf-8", "surrogateescape")
                if not dry_run:
                    _write(folder / file, data)
    except OSError as error:
        raise not_written(error, folder) from error
    return PointReport(str(folder), tuple(sorted(rewritten)), copied, dry_run)


_Change = Callable[[str, _Held], tuple[str, int, tuple[str, ...]]]


def _change_for(name: str) -> _Change | None:
    """Return how a file of this name is changed; None where it is copied as it is."""
    if name == "uv.lock":
        return _uv
    if _NPM.fullmatch(name):
        return _npm
    if name == "yarn.lock":
        return _yarn
    return _requirements if _REQUIREMENTS.fullmatch(name) else None


def _uv(text: str, held: _Held) -> tuple[str, int, tuple[str, ...]]:
    count, left = 0, []

    def other(found: re.Match[str]) -> str:
        nonlocal count
        address = held.address((found[3],))
        if not address:
            left.append(found[1].rpartition("/")[2])
            return found[0]
        count += 1
        return f'url = "{address}"{found[2]}'

    changed = _UV_FILE.sub(other, text)
    return _UV_REGISTRY.sub(rf'\1"{held.url}/pypi/simple"', changed), count, tuple(left)


def _npm(text: str, held: _Held) -> tuple[str, int, tuple[str, ...]]:
    """Change ``resolved`` of every entry with an integrity, in the lists of versions 1 to 3."""
    try:
        lock = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return text, 0, ("the file cannot be read",)
    count, left = 0, []
    for name, entry in _npm_entries(lock):
        resolved, integrity = entry.get("resolved"), entry.get("integrity")
        if not isinstance(integrity, str) or not (resolved is None or str(resolved).startswith(("http:", "https:"))):
            continue
        address = held.address(from_sri(integrity))
        if address:
            entry["resolved"] = address
            count += 1
        else:
            left.append(name)
    return msgspec.json.format(msgspec.json.encode(lock), indent=2).decode() + "\n", count, tuple(left)


def _npm_entries(lock: object) -> Iterator[tuple[str, dict[str, object]]]:
    """Yield the entries of ``packages``, and of ``dependencies`` at every depth."""
    waiting = [lock] if isinstance(lock, dict) else []
    while waiting:
        table = waiting.pop()
        for field in ("packages", "dependencies"):
            inner = table.get(field)
            for name, entry in inner.items() if isinstance(inner, dict) else ():
                if isinstance(entry, dict):
                    yield str(name), entry
                    waiting += [entry] if field == "dependencies" else []


def _yarn(text: str, held: _Held) -> tuple[str, int, tuple[str, ...]]:
    count, left = 0, []

    def other(found: re.Match[str]) -> str:
        nonlocal count
        address = held.address(from_sri(found[4]))
        if not address:
            left.append(found[2].partition("#")[0].rpartition("/")[2])
            return found[0]
        count += 1
        return f"{found[1]}{address}{found[3]}"

    return _YARN.sub(other, text), count, tuple(left)


def _requirements(text: str, held: _Held) -> tuple[str, int, tuple[str, ...]]:
    changed, count = _INDEX.subn(rf"\g<1>{held.url}/pypi/simple/", text)
    return changed, count, ()


def _files(root: RootedFolder, folder: str) -> Iterator[str]:
    for entry in root.entries(folder):
        path = f"{folder}/{entry.name}" if folder else entry.name
        if entry.kind is EntryKind.FOLDER and entry.name not in NOT_COPIED and not entry.name.startswith(".freehold"):
            yield from _files(root, path)
        elif entry.kind is EntryKind.FILE:
            yield path


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
