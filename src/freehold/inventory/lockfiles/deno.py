"""deno.lock, versions 2 to 5: packages of JSR and npm with hashes and needs, and modules loaded from an address.

Format: https://docs.deno.com/runtime/fundamentals/modules/#integrity-checking-and-lock-files. Modules from one package
of a module host (``https://host/std@1.0.0/...``) are one component; its hashes are those of the modules.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from freehold.inventory.addresses import base_of, clean_url
from freehold.inventory.lockfiles.lines import object_lines
from freehold.inventory.notes import Notes
from freehold.inventory.packages import Draft, npm_purl, own_project, package, purl_of, sri_hashes
from freehold.inventory.reader import Document, Lock, Reading, UnreadableError
from freehold.inventory.values import Table, read_json
from freehold.model.component import Component, ComponentKey, Origin, Reference, Role

_MODULE = re.compile(r"^(https?://[^/]+(?:/[^/@]+)*?/((?:@[\w.-]+/)?[\w.-]+)@v?([^/]+))")


class DenoLock:
    """The reader of deno.lock."""

    name = "deno-lock"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether the name is Deno's."""
        return name.lower() == "deno.lock"

    def read(self, document: Document) -> Reading:
        """Read the document; raises ``UnreadableError`` if it is broken or of a version that is not known."""
        notes = Notes(document.path)
        lock = read_json(document, notes)
        version = lock.text("version")
        if version not in {"2", "3", "4", "5"}:
            raise UnreadableError(
                f"deno.lock version {version[:20]!r} is not supported", remedy="write it with Deno 1.30 or later"
            )
        draft = Draft(document, notes)
        own = _Packages(lock, draft, object_lines(document.data)).fill()
        return draft.reading(f"{self.name} {version}", settle=True, lock=Lock(("deno", "npm"), own))


class _Packages:
    """The sections of one lockfile; until version 3 they stand in ``packages``, in version 2 only those of npm."""

    def __init__(self, lock: Table, draft: Draft, lines: dict[str, int]) -> None:
        inner = lock.table("packages") if lock.is_table("packages") else lock
        npm = inner.table("npm")
        self._lock = lock
        self._lines = lines
        self._npm = npm.table("packages") if npm.is_table("packages") else npm
        self._jsr = inner.table("jsr")
        self._draft = draft
        self._specifiers = dict(inner.table("specifiers").inner_texts())
        self._specifiers |= {f"npm:{key}": value for key, value in npm.table("specifiers").inner_texts()}
        self._by_name: dict[str, list[str]] = {}
        for kind, table in (("npm", self._npm), ("jsr", self._jsr)):
            for key in table:
                self._by_name.setdefault(f"{kind}:{_split(key)[0]}", []).append(f"{kind}:{key}")

    def fill(self) -> dict[str, ComponentKey]:
        """Add packages, modules and needs; return the roots by folder."""
        for key, entry in self._npm.inner_tables():
            self._draft.add(f"npm:{key}", self._npm_package(key, entry))
        for key, entry in self._jsr.inner_tables():
            self._draft.add(f"jsr:{key}", self._jsr_package(key, entry))
        for key, entry in self._npm.inner_tables():
            for need in _npm_needs(entry):
                self._need(f"npm:{key}", f"npm:{need}")
        for key, entry in self._jsr.inner_tables():
            for need in entry.texts("dependencies") if entry.is_list("dependencies") else ():
                self._need(f"jsr:{key}", need)
        own = self._add_roots()
        self._add_modules()
        return own

    def _npm_package(self, key: str, entry: Table) -> Component:
        """Return one package of npm; the key holds the peers that it is linked with after the version."""
        name, version = _split(key)
        url = clean_url(entry.text("tarball"))
        return package(
            npm_purl(name, version),
            name,
            version,
            self._origin(key, entry),
            hashes=sri_hashes(entry.text("integrity")),
            registry=base_of(url),
            references=(Reference("distribution", url),) if url else (),
        )

    def _jsr_package(self, key: str, entry: Table) -> Component:
        name, version = _split(key)
        scope, _, rest = name.rpartition("/")
        digest = entry.text("integrity")
        hashes = (f"sha256:{digest.lower()}",) if re.fullmatch(r"[0-9a-fA-F]{64}", digest) else ()
        return package(
            purl_of("jsr", rest, version, namespace=scope), name, version, self._origin(key, entry), hashes=hashes
        )

    def _origin(self, key: str, entry: Table) -> Origin:
        return Origin(self._draft.path, self._lines.get(key, 0), entry.pointer)

    def _need(self, parent: str, written: str, role: Role = Role.RUNTIME) -> bool:
        """Add a need by whatever it is written as: a package, a specifier, or a name of which one version is locked."""
        for key in self._meant(written):
            if key in self._draft:
                self._draft.need(parent, key, role)
                return True
        return False

    def _meant(self, written: str) -> Iterator[str]:
        kind, _, rest = written.partition(":")
        yield written
        resolved = self._specifiers.get(written, "")
        if resolved:
            name, _ = _split(rest)
            yield resolved if resolved.startswith(("npm:", "jsr:")) else f"{kind}:{name}@{resolved}"
            yield f"{kind}:{resolved}"
        yield from self._by_name.get(written, ())

    def _add_roots(self) -> dict[str, ComponentKey]:
        """Add the workspace and its members; without them, whatever was asked for hangs on the file's own root."""
        space = self._lock.table("workspace")
        members = dict(space.table("members").inner_tables()) if "members" in space else {}
        own: dict[str, ComponentKey] = {}
        for path, member in {"": space, **members}.items():
            root = own_project(path, "", Origin(self._draft.path, 0, member.pointer or "/workspace"))
            self._draft.add(f"root {path}", root)
            own[path.removeprefix("./")] = root.key
            asked = [*_texts(member), *_texts(member.table("packageJson") if "packageJson" in member else member)]
            for written in asked or (self._specifiers if not path and not space else ()):
                self._need(f"root {path}", written)
        return own

    def _add_modules(self) -> None:
        """Add what is loaded from an address, package by package; modules of no package, host by host."""
        groups: dict[str, list[tuple[str, str]]] = {}
        remote = self._lock.table("remote")
        for address, digest in remote.inner_texts():
            url = clean_url(address)
            found = _MODULE.match(url)
            if url:
                groups.setdefault(found[1] if found else base_of(url), []).append((url, digest))
        for base, modules in groups.items():
            found = _MODULE.match(base)
            name, version = (found[2], found[3]) if found else (base.partition("://")[2], "")
            component = package(
                purl_of("generic", name.rpartition("/")[2], version, download_url=base),
                name,
                version,
                remote.origin(),
                hashes=tuple(f"sha256:{digest}" for _, digest in modules if re.fullmatch(r"[0-9a-f]{64}", digest)),
                registry=base_of(base),
                references=(Reference("distribution", base),),
            )
            self._draft.add(base, component)
            self._draft.need("root ", base)


def _npm_needs(entry: Table) -> Iterator[str]:
    """Yield what a package of npm needs: a list of keys, or (until version 3) a table of name and key."""
    for field in ("dependencies", "optionalDependencies"):
        if entry.is_table(field):
            yield from (value for _, value in entry.table(field).inner_texts())
        elif entry.is_list(field):
            yield from entry.texts(field)


def _texts(table: Table) -> list[str]:
    return table.texts("dependencies") if table.is_list("dependencies") else []


def _split(key: str) -> tuple[str, str]:
    """Split ``@scope/name@1.0.0_peer@2.0.0`` into name and version."""
    name, _, version = key[1:].partition("@")
    return key[:1] + name, version.partition("_")[0]
