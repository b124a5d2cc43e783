"""bun.lock (Bun 1.2 and later, lockfile versions 0 and 1): packages with hashes, workspaces and edges.

Format: JSON with trailing commas; https://bun.sh/docs/pm/lockfile. A package's key is its place in the tree, as in
``node_modules``; its entry is a list whose first item names it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from freehold.inventory.lockfiles.npm_sources import Source, source_of
from freehold.inventory.notes import Notes
from freehold.inventory.packages import Draft, npm_purl, own_project, package, sri_hashes
from freehold.inventory.reader import Document, Lock, Reading, UnreadableError, text_of
from freehold.inventory.values import Table, read_json
from freehold.model.component import Component, ComponentKey, Origin, Reference, Role

_TEXT = r'("(?:[^"\\]|\\.)*+"?)'
_COMMENTS = re.compile(_TEXT + r"|//[^\n]*|/\*(?:[^*]|\*(?!/))*+(?:\*/)?", re.DOTALL)
_COMMAS = re.compile(_TEXT + r"|,(?=\s*[}\]])", re.DOTALL)
"""What is never closed runs to the end of the text, so that each is passed over once."""
_KEY_LINE = re.compile(r'^\s*"((?:[^"\\]|\\.)+)": \[')
_STEP = re.compile(r"(?:@[^/]+/)?[^/]+")
_NEEDS = (
    ("dependencies", Role.RUNTIME),
    ("optionalDependencies", Role.RUNTIME),
    ("peerDependencies", Role.RUNTIME),
    ("devDependencies", Role.DEVELOPMENT),
)


class BunLock:
    """The reader of bun.lock."""

    name = "bun-lock"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether the name is Bun's."""
        return name.lower() == "bun.lock"

    def read(self, document: Document) -> Reading:
        """Read the document; raises ``UnreadableError`` if it is broken or of a version that is not known."""
        notes = Notes(document.path)
        text = text_of(document.data)
        plain = strip_json_extras(text)
        lock = read_json(Document(document.path, plain.encode("utf-8", "surrogatepass")), notes)
        version = lock.text("lockfileVersion")
        if version not in {"0", "1"}:
            raise UnreadableError(
                f"bun.lock version {version[:20]!r} is not supported", remedy="write it with Bun 1.2 or 1.3"
            )
        draft = Draft(document, notes)
        own = _Packages(lock, draft, _key_lines(text)).fill()
        return draft.reading(f"{self.name} {version}", settle=True, lock=Lock(("npm",), own))


class _Entry(msgspec.Struct, frozen=True):
    """One package: what its list says. ``info`` is the table in it, ``texts`` the texts in order."""

    key: str
    texts: list[str]
    info: Table


class _Packages:
    """The ``workspaces`` and ``packages`` of one lockfile."""

    def __init__(self, lock: Table, draft: Draft, lines: dict[str, int]) -> None:
        self._lock = lock
        self._draft = draft
        self._lines = lines
        packages = lock.table("packages")
        self._entries = {key: _entry(packages, key) for key in packages if packages.is_list(key)}
        self._folders = {
            name: path for path, space in lock.table("workspaces").inner_tables() if (name := space.text("name"))
        }

    def fill(self) -> dict[str, ComponentKey]:
        """Add workspaces, packages and needs; return the roots by folder."""
        own: dict[str, ComponentKey] = {}
        spaces = dict(self._lock.table("workspaces").inner_tables())
        for path, space in spaces.items():
            origin = Origin(self._draft.path, self._lines.get(f"workspace {path}", 0), space.pointer)
            root = own_project(space.text("name") or path, space.text("version"), origin)
            self._draft.add(f"workspace {path}", root)
            own[path] = root.key
        for entry in self._entries.values():
            folder = _workspace_of(entry)
            if folder is None:
                self._draft.add(entry.key, self._component(entry))
            elif f"workspace {folder}" in self._draft:
                self._draft.name_again(entry.key, f"workspace {folder}")
        for path, space in spaces.items():
            self._add_needs(f"workspace {path}", space.text("name") if path else "", space)
        for entry in self._entries.values():
            if _workspace_of(entry) is None:
                self._add_needs(entry.key, entry.key, entry.info)
        for name in self._lock.table("patchedDependencies"):
            reason = f"{name[:100]} is patched on installing: what runs is not what the registry serves"
            self._draft.notes.add("patched packages", reason)
        return own

    def _component(self, entry: _Entry) -> Component:
        """Return one package; what lies in a folder of the project is its own code."""
        origin = Origin(self._draft.path, self._lines.get(entry.key, 0))
        name, target = _split(entry.texts[0] if entry.texts else entry.key)
        is_registry = bool(re.match(r"^v?\d", target))
        second = entry.texts[1] if len(entry.texts) > 1 else ""
        source = _registry(name, second) if is_registry else source_of(name, target)
        version = target if is_registry else ""
        if source.is_local and not source.place.endswith((".tgz", ".tar.gz")):
            return own_project(name, version, Origin(origin.file, origin.line, f"/packages/{entry.key}"))
        purl = "" if source.is_local else npm_purl(name, version, source.vcs_url)
        holder = entry.key.removesuffix(name).rstrip("/")
        return package(
            purl,
            name,
            version,
            origin,
            fallback=f"/packages/{entry.key}",
            hashes=sri_hashes(entry.texts[-1]) if len(entry.texts) > 1 else (),
            registry=source.registry,
            references=(Reference(source.kind, source.place),) if source.place else (),
            contained_in=self._draft.key_of(holder) if entry.info.flag("bundled") and holder else None,
        )

    def _add_needs(self, parent: str, place: str, holder: Table) -> None:
        """Add the needs of a package or workspace at a place of the tree; optional ones only where they are locked."""
        optional = set(holder.texts("optionalPeers")) if "optionalPeers" in holder else set()
        for field, role in _NEEDS:
            for name in holder.table(field) if field in holder else ():
                found = next((key for key in _places(place, name) if key in self._draft), None)
                if found is None and name in self._folders:
                    found = f"workspace {self._folders[name]}"
                if found is not None:
                    self._draft.need(parent, found, role)
                elif field == "dependencies" and name not in optional:
                    reason = f"{name[:100]!r} is needed but not listed"
                    self._draft.notes.add("needs without an entry", reason)


def strip_json_extras(text: str) -> str:
    """Return JSON without the comments and trailing commas that some tools write; lines stay where they are."""
    bare = _COMMENTS.sub(lambda found: found[1] or "\n" * found[0].count("\n"), text)
    return _COMMAS.sub(lambda found: found[1] or "", bare)


def _entry(packages: Table, key: str) -> _Entry:
    info = next(iter(packages.tables_only(key)), Table({}, "", "", Notes("")))
    return _Entry(key, packages.texts_only(key), info)


def _workspace_of(entry: _Entry) -> str | None:
    """Return the workspace folder that an entry stands for; None if it is a package."""
    _, target = _split(entry.texts[0] if entry.texts else "")
    if target.startswith("workspace:"):
        return target[10:]
    return "" if target.startswith("root:") else None


def _registry(name: str, address: str) -> Source:
    """Return the registry that an entry names; empty for the client's own."""
    if not address:
        return Source()
    return source_of(name, address if "/-/" in address else f"{address.rstrip('/')}/{name}/-/x")


def _places(place: str, name: str) -> Iterator[str]:
    """Yield the keys under which a need can be found: nearest first, as node resolves it."""
    steps = _STEP.findall(place)
    for count in range(len(steps), 0, -1):
        yield "/".join([*steps[:count], name])
    yield name


def _key_lines(text: str) -> dict[str, int]:
    lines = enumerate(text.splitlines(), 1)
    return {found[1]: number for number, line in lines if (found := _KEY_LINE.match(line))}


def _split(descriptor: str) -> tuple[str, str]:
    at = descriptor.find("@", 1)
    return (descriptor, "") if at < 0 else (descriptor[:at], descriptor[at + 1 :])
