"""Which entries of go.sum a build uses, where go.mod stands beside it.

Go builds with one version of a module. go.mod names it, and go.sum keeps hashes of the others that were looked at while
resolving: https://go.dev/ref/mod#minimal-version-selection and https://go.dev/ref/mod#go-sum-files
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from freehold.inventory.found import Found
from freehold.inventory.lockfiles.go import GoMod, GoSum
from freehold.inventory.reader import Reading
from freehold.model.component import Component, Origin, Skip


def without_unselected(found: Sequence[Found]) -> list[Found]:
    """Return the files without what go.sum lists in another version than the go.mod beside it. Linear in components."""
    selected = {
        one.folder: {module.name: module.version for module in one.reading.components}
        for one in found
        if one.reading.format == GoMod.name
    }
    return [
        _only(one, selected[one.folder]) if one.reading.format == GoSum.name and one.folder in selected else one
        for one in found
    ]


def _only(found: Found, selected: dict[str, str]) -> Found:
    """Return go.sum with what its go.mod does not contradict, and one note on the rest."""
    used = [module for module in found.reading.components if _is_selected(module, selected)]
    left = len(found.reading.components) - len(used)
    if not left:
        return found
    versions = f"{left} version{'s' if left > 1 else ''}"
    reason = f"left out: {versions} of modules that go.mod requires in another one (looked at while resolving)"
    notes = (*found.reading.notes, Skip(Origin(found.file), reason))
    reading: Reading = msgspec.structs.replace(found.reading, components=tuple(used), notes=notes)
    return msgspec.structs.replace(found, reading=reading)


def _is_selected(module: Component, selected: dict[str, str]) -> bool:
    return selected.get(module.name, module.version) == module.version
