"""What lockfile readers share: purls of packages, licence fields, hashes, and the draft that becomes a reading.

A draft takes components under the file's own names for them (a path, a name with version) and the needs between these
names; ``reading`` joins repeated components, resolves the names and settles roles.
"""

from __future__ import annotations

import base64
import binascii
import re
from urllib.parse import unquote

import msgspec
from packageurl import PackageURL

from freehold.inventory.joining import NEED_ORDER, join_components, join_dependencies
from freehold.inventory.notes import Notes
from freehold.inventory.reader import Document, Lock, Reading
from freehold.inventory.sbom.licences import expression_licence, plain_licence
from freehold.model.component import (
    Component,
    ComponentKey,
    ComponentKind,
    Dependency,
    Licence,
    LicenceForm,
    Origin,
    Role,
)

_PEP_503 = re.compile(r"[-_.]+")
_PROSE_LICENCE = re.compile(r"SEE LICEN[SC]E|UNLICEN[SC]ED|^UNKNOWN$", re.IGNORECASE)
_PLAIN_KINDS = frozenset({"npm", "pypi", "maven", "cargo", "nuget", "gem", "hex"})
_PLAIN_PARTS = re.compile(r"(?:(?:%40)?[a-z0-9][a-z0-9.-]*)? [a-z0-9][a-z0-9.-]* [A-Za-z0-9.-]*")
"""Parts that stand in a purl as they are: most of them, and building them by the library is a quarter of a reader's time."""
_FORGE = re.compile(r"^\w+://(github|gitlab|bitbucket)\.(?:com|org)/([^/]+)/([^/]+)$")
_HEX = re.compile(r"[0-9a-fA-F]{32,128}")


class Draft:
    """Everything one lockfile lists."""

    def __init__(self, document: Document, notes: Notes) -> None:
        self.path = document.path
        self.notes = notes
        self._components: list[Component] = []
        self._keys: dict[str, ComponentKey] = {}
        self._needs: list[tuple[str, str, Role]] = []

    def add(self, name: str, component: Component) -> None:
        """Add a component under the file's own name for it."""
        self._components.append(component)
        self._keys[name] = component.key

    def need(self, parent: str, child: str, role: Role = Role.RUNTIME) -> None:
        """Say that the component named ``parent`` needs the one named ``child``; unknown names are left out."""
        self._needs.append((parent, child, role))

    def name_again(self, name: str, known: str) -> None:
        """Let a further name stand for what was added under ``known``."""
        self._keys[name] = self._keys[known]

    def key_of(self, name: str) -> ComponentKey | None:
        """Return the key of what was added under a name."""
        return self._keys.get(name)

    def __contains__(self, name: str) -> bool:
        return name in self._keys

    def reading(self, format_name: str, *, settle: bool = False, lock: Lock | None = None) -> Reading:
        """Return the reading; with ``settle`` roles follow from the needs of the roots, for formats that state none."""
        joined = join_components(self._components)
        edges = join_dependencies(
            Dependency(self._keys[parent], self._keys[child], role)
            for parent, child, role in self._needs
            if parent in self._keys and child in self._keys
        )
        dependencies = tuple(Dependency(parent, child, role) for (parent, child), role in edges.items())
        components = tuple(joined.values())
        if settle:
            components = settled_roles(components, dependencies)
        return Reading(format_name, components, dependencies, self.notes.listed(), lock=lock)


def settled_roles(components: tuple[Component, ...], edges: tuple[Dependency, ...]) -> tuple[Component, ...]:
    """Give each component the strongest role in which a root comes to need it; unreached ones keep theirs.

    A path is as strong as its weakest step. One breadth-first pass a role, strongest first: linear.
    """
    children: dict[ComponentKey, list[Dependency]] = {}
    for edge in edges:
        children.setdefault(edge.parent, []).append(edge)
    found: dict[ComponentKey, Role] = {}
    front = {Role.RUNTIME: [component.key for component in components if component.is_root]}
    for role in NEED_ORDER:
        open_keys = front.get(role, [])
        while open_keys:
            key = open_keys.pop()
            if key in found:
                continue
            found[key] = role
            for edge in children.get(key, ()):
                weakest = max(role, edge.role, key=NEED_ORDER.index)
                (open_keys if weakest is role else front.setdefault(weakest, [])).append(edge.child)
    return tuple(
        msgspec.structs.replace(one, role=found[one.key]) if one.key in found and not one.is_root else one
        for one in components
    )


def purl_of(kind: str, name: str, version: str = "", *, namespace: str = "", **qualifiers: str) -> str:
    """Return the canonical purl; empty if the parts do not make one."""
    if kind in _PLAIN_KINDS and not any(qualifiers.values()):
        space = namespace.replace("@", "%40", 1) if kind == "npm" and namespace.startswith("@") else namespace
        if _PLAIN_PARTS.fullmatch(f"{space} {name} {version}"):
            return f"pkg:{kind}/{space}{'/' if space else ''}{name}{'@' if version else ''}{version}"
    try:
        given = {key: value for key, value in qualifiers.items() if value}
        return PackageURL(kind, namespace or None, name, version or None, qualifiers=given).to_string()
    except (TypeError, ValueError):
        return ""


def without_version(key: str) -> str:
    """Return a purl without version and qualifiers."""
    plain = key.partition("?")[0]
    at = plain.rfind("@")
    return plain[:at] if at > plain.rfind("/") else plain


def version_in(key: str) -> str:
    """Return the version that a purl states; empty if it states none."""
    return unquote(key.partition("?")[0].removeprefix(without_version(key)).removeprefix("@"))


def with_version(key: str, version: str) -> str:
    """Return a purl with a version, its qualifiers kept; the key itself if no purl can be made."""
    try:
        parts = PackageURL.from_string(key)
        return parts._replace(version=version).to_string()
    except (TypeError, ValueError):
        return key


def npm_purl(name: str, version: str, vcs_url: str = "") -> str:
    """Return the purl of an npm package, scope as namespace."""
    scope, _, rest = name.rpartition("/")
    return purl_of("npm", rest, version, namespace=scope, vcs_url=vcs_url)


def pypi_name(name: str) -> str:
    """Return the normalised name of a Python project (PEP 503), which is what indexes and locks compare."""
    return _PEP_503.sub("-", name).lower()


def pypi_purl(name: str, version: str, **qualifiers: str) -> str:
    """Return the purl of a Python project."""
    return purl_of("pypi", pypi_name(name), version, **qualifiers)


def package(purl: str, name: str, version: str, origin: Origin, *, fallback: str = "", **fields: object) -> Component:
    """Return a library under its purl, or under file and pointer if it has none."""
    key = ComponentKey(purl or f"{origin.file}#{origin.pointer or fallback or name}")
    made = Component(key=key, name=name, version=version, kind=ComponentKind.LIBRARY, origins=(origin,))
    return msgspec.structs.replace(made, purls=(purl,) if purl else (), **fields)


def used_host(host: str, role: Role) -> ComponentKey:
    """Return the key of a service known by its host: the same in every file, apart for what builds and what runs."""
    name = host.lower()
    return ComponentKey(f"host:{name}" if role is Role.BUILD else f"host:{name}#used")


def git_purl(address: str, name: str = "", version: str = "") -> str:
    """Return the purl of what lies in a repository (``git+https://host/owner/name@commit``): by forge, else generic."""
    plain, _, commit = address.removeprefix("git+").partition("@")
    found = _FORGE.match(plain.removesuffix(".git"))
    if found:
        return purl_of(found[1], found[3], version or commit, namespace=found[2])
    return purl_of("generic", name or plain.rpartition("/")[2], version, vcs_url=address)


def own_project(name: str, version: str, origin: Origin) -> Component:
    """Return a component for the project's own code: no purl, since its name on a registry may be someone else's."""
    key = ComponentKey(f"{origin.file}#{origin.pointer}")
    kind = ComponentKind.APPLICATION
    return Component(key=key, name=name or origin.file, version=version, kind=kind, origins=(origin,), is_root=True)


def licences_of(text: str) -> tuple[Licence, ...]:
    """Return a package's licence field: an identifier or expression, or a name if it is prose."""
    if _PROSE_LICENCE.search(text):
        return plain_licence(LicenceForm.NAME, text)
    return expression_licence(text)


def sri_hashes(text: str) -> tuple[str, ...]:
    """Return ``sha512:HEX`` from subresource-integrity strings (``sha512-BASE64 sha1-BASE64``); broken ones go."""
    found: list[str] = []
    for part in text.split():
        algorithm, _, digest = part.partition("-")
        try:
            raw = base64.b64decode(digest.partition("?")[0], validate=True)
        except (binascii.Error, ValueError):
            continue
        if raw:
            found.append(f"{algorithm.lower()}:{raw.hex()}")
    return tuple(found)


def named_hash(text: str) -> tuple[str, ...]:
    """Return a hash written ``sha256:HEX`` or ``sha256=HEX`` in one spelling; nothing for anything else."""
    algorithm, mark, digest = text.strip().replace("=", ":", 1).partition(":")
    return (f"{algorithm.lower()}:{digest.lower()}",) if mark and _HEX.fullmatch(digest) else ()
