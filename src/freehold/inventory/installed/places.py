"""Where in a tree things are installed: one walk over its folders, links not followed; and what makes a tree installed.

The rule (``docs/decisions``): a given path is read as an installed tree when it is a root filesystem (a package database
of Debian, Alpine or RPM, or a release file under ``etc``), a Python or conda environment (``pyvenv.cfg``, ``conda-meta``, or
distributions directly in it), or a ``node_modules`` folder itself. Any other folder is a project, in which ``walking``'s
rule holds.
"""

from __future__ import annotations

import re
from typing import Final

import msgspec

from freehold.inventory.installed.alpine import DATABASES as ALPINE
from freehold.inventory.installed.debian import holds_debian
from freehold.inventory.installed.distribution import RELEASE_FILES
from freehold.inventory.installed.node import MODULES
from freehold.inventory.installed.python import holds_distributions
from freehold.inventory.installed.rpm import DATABASES as RPM
from freehold.inventory.installed.trees import TreeView
from freehold.system.files import EntryKind

_NOT_ENTERED: Final = frozenset({"proc", "sys", "dev"})
"""Folders at the top of a root filesystem that the kernel fills."""
_NEVER_ENTERED: Final = frozenset({".git", "__pycache__", ".hg", ".svn"})
_JARS: Final = (".jar", ".war", ".ear")
_SUFFIX: Final = re.compile(r"\.[A-Za-z]\w*$")
_NO_PROGRAMS: Final = ("usr/share/", "usr/include/", "var/lib/", "var/cache/", "etc/", "boot/")
_CONDA: Final = "conda-meta"
_PYTHON_FOLDERS: Final = frozenset({"site-packages", "dist-packages"})


class Places(msgspec.Struct):
    """The folders of a tree in which something is installed, Java archives, and what may be programs, each in order."""

    python: list[str] = []
    node: list[str] = []
    conda: list[str] = []
    archives: list[str] = []
    programs: list[str] = []


def is_installed(view: TreeView, name: str) -> bool:
    """Tell whether a folder of this name is an installed tree by the rule."""
    return name in {MODULES, *_PYTHON_FOLDERS} or is_root_filesystem(view) or is_environment(view)


def is_root_filesystem(view: TreeView) -> bool:
    """Tell whether a tree is the root of an operating system."""
    has_release = any(view.is_file(path) for path in RELEASE_FILES)
    return has_release or holds_debian(view) or any(view.is_file(path) for path in (*ALPINE, *RPM))


def is_environment(view: TreeView) -> bool:
    """Tell whether a tree is a Python or conda environment, or the folder that distributions are installed in."""
    names = [entry.name for entry in view.entries()]
    return "pyvenv.cfg" in names or _CONDA in names or holds_distributions(names)


def find_places(view: TreeView, name: str) -> Places:
    """Return the places of a tree whose top folder is called ``name``; a limit on names reached is a counted skip."""
    found = Places()
    if name == MODULES:
        found.node.append("")
        return found
    count = 0
    waiting = [""]
    while waiting:
        folder = waiting.pop()
        entries = view.entries(folder)
        count += len(entries)
        if count > view.limits.names:
            view.skip(folder, f"more than {view.limits.names:,} names: the rest of the tree was not looked at")
            break
        if (
            holds_distributions([entry.name for entry in entries])
            or (folder or name).rpartition("/")[2] in _PYTHON_FOLDERS
        ):
            found.python.append(folder)
        inner: list[str] = []
        for entry in entries:
            path = f"{folder}/{entry.name}" if folder else entry.name
            if entry.kind is EntryKind.FILE:
                if entry.name.endswith(_JARS):
                    found.archives.append(path)
                elif not _SUFFIX.search(entry.name) and not path.startswith(_NO_PROGRAMS):
                    found.programs.append(path)
            elif entry.kind is EntryKind.FOLDER and _sort_out(view, found, folder, path):
                inner.append(path)
        waiting += reversed(inner)
    return found


def _sort_out(view: TreeView, found: Places, folder: str, path: str) -> bool:
    """Keep a folder in which something is installed; tell whether it is entered."""
    name = path.rpartition("/")[2]
    if name == MODULES:
        found.node.append(path)
        return False
    if name == _CONDA:
        found.conda.append(folder)
        return False
    if path.count("/") >= view.limits.levels:
        view.skip(path, f"more than {view.limits.levels} levels of folders")
        return False
    return name not in _NEVER_ENTERED and not (folder == "" and name in _NOT_ENTERED)
