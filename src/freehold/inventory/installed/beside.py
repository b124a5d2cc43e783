"""``node_modules`` inside a project: used where nothing else lists the packages, left out where a lockfile does.

``walking`` never enters such a folder. A lockfile of npm, yarn, pnpm or bun that was read, beside it or in a folder above,
lists the same packages; without one the folder itself is the only record, and answers what the ``package.json`` beside it
asks for as a lockfile would.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from freehold.inventory.installed.node import read_node
from freehold.inventory.installed.trees import TreeView
from freehold.inventory.projects import Found
from freehold.inventory.reader import Lock
from freehold.inventory.walking import is_for_development
from freehold.model.component import Skip

_LOCKS: Final = frozenset(
    {"package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "bun.lockb"}
)
WHY: Final = "no lockfile lists what is installed here: the packages in this folder were read instead"


def read_unlisted_modules(
    view: TreeView, modules: Iterable[str], read: Sequence[Found]
) -> tuple[list[Found], list[Skip]]:
    """Return what lies in the ``node_modules`` folders that no lockfile stands for, and a note for each."""
    locked = {one.folder for one in read if one.file.rpartition("/")[2].lower() in _LOCKS}
    found: list[Found] = []
    notes: list[Skip] = []
    for path in modules:
        folder = path.rpartition("/")[0]
        shown = "" if view.shown(folder) == "." else view.shown(folder)
        if any(above in locked for above in _above(shown)):
            continue
        reading, _ = read_node(view, path)
        if reading.components:
            roots = [one.key for one in reading.components if one.is_root]
            lock = Lock(("npm",), own={"": roots[0]} if roots else {})
            reading = msgspec.structs.replace(reading, lock=lock)
            found.append(Found(view.shown(path), reading, is_for_development(path), project=shown))
            notes.append(Skip(view.origin(path), WHY))
    return found, notes


def _above(folder: str) -> Iterable[str]:
    """Yield a folder and each one above it, the top last."""
    while folder:
        yield folder
        folder = folder.rpartition("/")[0]
    yield ""
