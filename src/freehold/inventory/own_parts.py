"""The parts of one project that ask for each other by name, which are the project's own code and no packages."""

from __future__ import annotations

from freehold.inventory.found import Found, manifest_of
from freehold.inventory.members import Covers
from freehold.model.component import ComponentKey


class Parts:
    """The parts of a project that ask for each other by name: Maven's modules, and the members of an npm workspace."""

    def __init__(self, covers: Covers) -> None:
        self._covers = covers
        self._roots: dict[tuple[str, str], ComponentKey | None] = {}
        for one in covers.manifests:
            manifest, scope = manifest_of(one), self._scope(one)
            if manifest.own and scope is not None:
                self._roots[scope, manifest.own] = manifest.root if one.reading.components else None
        self._keys = frozenset(key for key in self._roots.values() if key is not None)

    def has(self, found: Found, name: str) -> bool:
        """Tell whether a name is that of another part of the same project."""
        return (self._scope(found), name) in self._roots

    def keys_of(self, found: Found, name: str) -> tuple[ComponentKey, ...]:
        """Return the root of the part with a name; nothing if it lists nothing, or is the asking one itself."""
        root = self._roots.get((self._scope(found) or "", name))
        return (root,) if root is not None and root != manifest_of(found).root else ()

    def is_root(self, key: ComponentKey) -> bool:
        """Tell whether a key is that of a part."""
        return key in self._keys

    def _scope(self, found: Found) -> str | None:
        return "" if manifest_of(found).ecosystem == "maven" else self._covers.workspace_of(found)
