"""Reading what Debian's copyright files state of the Go modules in its packages, a folder each.

Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/. The licences of all upstream files in the module's
folder count.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from packageurl import PackageURL

from survey.debian import PACKAGING, licences_of
from survey.statement import FORGES, Statement

_UNUSED = re.compile(r"/(testdata|[_.][^/]*)(/|$)")
"""Folders that Go's commands pass over: modules in them are made up, or make others."""
_MODULE = r'^module\s+"?([^\s"]+)'


def debian_go(path: Path) -> Iterator[Statement]:
    """Yield what the copyright file of each package states, for the modules in it."""
    for copyright_file in sorted(path.glob("*/usr/share/doc/*/copyright")):
        text = copyright_file.read_text("utf-8", "replace")
        for module, folder in _modules(copyright_file.parents[4]):
            namespace, _, name = module.rpartition("/")
            licences = licences_of(text, PACKAGING, folder) if namespace else ()
            if licences:
                yield Statement(PackageURL("golang", namespace, name).to_string(), "", licences)


def _modules(package: Path) -> list[tuple[str, str]]:
    """Return the modules in an unpacked package, each with its folder in what was packaged.

    They are those that ``go.mod`` files name, else the folder of all its code. The root of a repository on a forge is one more
    where none of them is it in any major version, for the copyright file covers what was packaged of the repository.
    """
    files = sorted(file for file in package.rglob("go.mod") if not _UNUSED.search(file.parent.as_posix()))
    named = [(file, re.search(_MODULE, file.read_text("utf-8", "replace"), re.MULTILINE)) for file in files]
    code = package / "usr/share/gocode/src"
    found = [*code.rglob("*.go"), *(file for file in files if file.is_relative_to(code))]
    folders = {file.parent.relative_to(code).as_posix() for file in found}
    common = os.path.commonpath(folders) if folders else ""
    steps = common.split("/")
    root = "/".join(steps[:3]) if steps[0] in FORGES and len(steps) > 2 else ""
    modules = [(stated[1], _below(file.parent, code / (root or common))) for file, stated in named if stated]
    modules = modules if files else [(common, "")] if common else []
    spoken = any(re.fullmatch(re.escape(root) + r"(/v\d+)?", module) for module, _ in modules)
    return modules if spoken or not root else [*modules, (root, "")]


def _below(folder: Path, root: Path) -> str:
    """Return a folder as seen from a root; empty for the root itself and what is not below it."""
    return folder.relative_to(root).as_posix().removeprefix(".") if folder.is_relative_to(root) else ""
