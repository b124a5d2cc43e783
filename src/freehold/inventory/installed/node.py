"""``node_modules``: the ``package.json`` of every installed package, nested and scoped ones, and pnpm's store.

Edges follow node's resolution: the nearest ``node_modules`` on the way up from where a package really lies
(https://nodejs.org/api/modules.html#loading-from-node_modules-folders). A link is followed inside the tree only. What a
package's own archive holds (``bundleDependencies``) is contained in it. What npm wrote about where it got a package
(``.package-lock.json``) is added; no script of a package is run.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from freehold.inventory.installed.node_package import Manifest, read_manifest
from freehold.inventory.installed.readings import joined_reading
from freehold.inventory.installed.trees import TreeView
from freehold.inventory.lockfiles.npm import NpmLock
from freehold.inventory.notes import Notes
from freehold.inventory.reader import Document, Reading, UnreadableError
from freehold.model.component import Component, ComponentKey, Dependency
from freehold.system.files import EntryKind

FORMAT: Final = "node-modules"
MODULES: Final = "node_modules"
_HIDDEN_LOCK: Final = ".package-lock.json"


def read_node(view: TreeView, folder: str) -> tuple[Reading, dict[str, ComponentKey]]:
    """Return what is installed in a ``node_modules`` folder, and each manifest's path with its component.

    The project whose ``package.json`` lies beside the folder, if there is one, is the root.
    """
    tree = _Installed(view, folder)
    components = tree.components()
    dependencies = list(tree.edges())
    own = tree.own_project()
    if own is not None:
        components.append(own.component)
        dependencies += tree.edges_of(own, own.folder)
    reading = joined_reading(FORMAT, components, dependencies, tree.notes)
    return reading, {f"{path}/package.json": key for path, key in tree.keys().items()}


class _Installed:
    """The packages of one ``node_modules`` folder, by the folder that each really lies in."""

    def __init__(self, view: TreeView, folder: str) -> None:
        self._view = view
        self._folder = folder
        self.notes = Notes(view.shown(folder))
        self._found: dict[str, Manifest] = {}
        for path in _package_folders(view, folder):
            if len(self._found) >= view.limits.packages:
                view.skip(folder, f"more than {view.limits.packages:,} packages: the rest was not read")
                break
            manifest = read_manifest(view, path, self.notes)
            if manifest is not None:
                self._found[path] = manifest

    def keys(self) -> dict[str, ComponentKey]:
        """Return the component of each package folder."""
        return {path: manifest.component.key for path, manifest in self._found.items()}

    def components(self) -> list[Component]:
        """Return the packages, with what npm's hidden lockfile says about the same folder."""
        recorded = self._recorded()
        return [self._component(path, recorded.get(path)) for path in self._found]

    def edges(self) -> Iterator[Dependency]:
        """Yield the edges between installed packages."""
        for path, manifest in self._found.items():
            yield from self.edges_of(manifest, path)

    def edges_of(self, manifest: Manifest, path: str) -> Iterator[Dependency]:
        """Yield the edges of one package: what it needs and node would find from its folder."""
        for need in manifest.needs:
            found = self._resolve(path, need.name)
            if found is not None:
                yield Dependency(manifest.component.key, self._found[found].component.key, need.role)
            elif need.is_required:
                origin = manifest.component.origins[0]
                self.notes.add("needs that are not installed", f"{need.name[:100]!r} is needed, not installed", origin)

    def own_project(self) -> Manifest | None:
        """Return the package that the folder was installed for: the ``package.json`` beside it."""
        beside = self._folder.rpartition("/")[0]
        if self._folder.rpartition("/")[2] != MODULES:
            return None
        return read_manifest(self._view, beside, self.notes, is_own=True)

    def _resolve(self, path: str, name: str) -> str | None:
        """Return the package folder that node would load ``name`` from, starting in the folder ``path``."""
        at = path
        while True:
            if at.rpartition("/")[2] != MODULES:
                candidate = f"{at}/{MODULES}/{name}" if at else f"{MODULES}/{name}"
                found = candidate if candidate in self._found else self._view.followed(candidate)
                if found in self._found:
                    return found
            if not at:
                break
            at = at.rpartition("/")[0]
        here = f"{self._folder}/{name}" if self._folder else name
        return here if here in self._found else None

    def _component(self, path: str, recorded: Component | None) -> Component:
        component = self._found[path].component
        holder = self._bundler(path)
        if recorded is not None:
            component = msgspec.structs.replace(
                component,
                hashes=recorded.hashes,
                registry=recorded.registry,
                role=recorded.role,
                licences=component.licences or recorded.licences,
                contained_in=recorded.contained_in,
                origins=(*component.origins, *recorded.origins),
            )
        return component if holder is None else msgspec.structs.replace(component, contained_in=holder)

    def _bundler(self, path: str) -> ComponentKey | None:
        """Return the package whose archive holds this one: the outermost above it that says it bundles it."""
        held: ComponentKey | None = None
        at, name = path, ""
        while f"/{MODULES}/" in at:
            at, _, name = at.rpartition(f"/{MODULES}/")
            holder = self._found.get(at)
            if holder is None:
                break
            if holder.bundles_all or name in holder.bundled:
                held = holder.component.key
        return held

    def _recorded(self) -> dict[str, Component]:
        """Return what the hidden lockfile records, by package folder."""
        path = f"{self._folder}/{_HIDDEN_LOCK}" if self._folder else _HIDDEN_LOCK
        document = self._view.document(path)
        if document is None:
            return {}
        try:
            reading = NpmLock().read(Document(document.path, document.data))
        except UnreadableError as error:
            self._view.skip(path, error.reason, error.remedy)
            return {}
        beside = self._folder.rpartition("/")[0]
        found = {}
        for component in reading.components:
            for origin in component.origins:
                place = origin.pointer.removeprefix("/packages/").replace("~1", "/").replace("~0", "~")
                real = f"{beside}/{place}" if beside else place
                if self._folder.rpartition("/")[2] != MODULES:
                    real = real.removeprefix(f"{MODULES}/")
                found[real] = msgspec.structs.replace(component, origins=(origin,))
        return found


def _package_folders(view: TreeView, modules: str) -> Iterator[str]:
    """Yield every folder in which a package lies, outer before inner, pnpm's store included; links are left out."""
    waiting = [modules]
    while waiting:
        folder = waiting.pop()
        for entry in view.entries(folder):
            path = f"{folder}/{entry.name}" if folder else entry.name
            if entry.kind is not EntryKind.FOLDER or path.count("/") > view.limits.levels:
                continue
            if entry.name == ".pnpm":
                waiting += [f"{path}/{name}/{MODULES}" for name in view.folders(path)]
            elif entry.name.startswith("@"):
                for name in view.folders(path):
                    yield f"{path}/{name}"
                    waiting.append(f"{path}/{name}/{MODULES}")
            elif not entry.name.startswith("."):
                yield path
                waiting.append(f"{path}/{MODULES}")
