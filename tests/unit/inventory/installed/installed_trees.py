"""What the tests of installed trees share: writing a tree, reading it whole, and looking at one component."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from freehold.inventory.folder import read_paths
from freehold.model.component import Component, Inventory

RELEASE = (
    'PRETTY_NAME="Example 12"\nNAME="Debian GNU/Linux"\nID=debian\nVERSION_ID="12"\nHOME_URL="https://os.example/"\n'
)


def grow(root: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files under a folder, the folders between them too."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return root


def read(root: Path, files: Mapping[str, str | bytes] | None = None) -> Inventory:
    """Write files and read the folder."""
    return read_paths([grow(root, files or {})])


def only(inventory: Inventory, name: str) -> Component:
    """Return the one component with a name."""
    (found,) = [one for one in inventory.components if one.name == name]
    return found


def needs(inventory: Inventory) -> set[tuple[str, str]]:
    """Return the edges by name, those of roots left out."""
    names = {one.key: one.name for one in inventory.components if not one.is_root}
    return {
        (names[edge.parent], names[edge.child])
        for edge in inventory.dependencies
        if edge.parent in names and edge.child in names
    }


def remarks(inventory: Inventory) -> str:
    """Return the reasons of all notes and skips."""
    return "\n".join(f"{one.where}: {one.reason}" for one in (*inventory.notes, *inventory.skips))
