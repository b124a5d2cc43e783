"""Reading what Debian's copyright files state of the Go modules in its packages, a folder each.

Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/. The licences of all upstream files count.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from packageurl import PackageURL

from survey.debian import PACKAGING, licences_of
from survey.statement import FORGES, Statement


def debian_go(path: Path) -> Iterator[Statement]:
    """Yield what the copyright file of each package states, for the modules in it."""
    for copyright_file in sorted(path.glob("*/usr/share/doc/*/copyright")):
        licences = licences_of(copyright_file.read_text("utf-8", "replace"), PACKAGING)
        for module in _modules(copyright_file.parents[4]) if licences else ():
            namespace, _, name = module.rpartition("/")
            if namespace:
                yield Statement(PackageURL("golang", namespace, name).to_string(), "", licences)


def _modules(package: Path) -> list[str]:
    """Return the modules in an unpacked package: those that ``go.mod`` files name, else the folder of all its code.

    The root of a repository on a forge is one more where none of them is it in any major version, for the copyright file
    covers what was packaged of the repository.
    """
    files = sorted(package.rglob("go.mod"))
    named = [re.search(r'^module\s+"?([^\s"]+)', file.read_text("utf-8", "replace"), re.MULTILINE) for file in files]
    code = package / "usr/share/gocode/src"
    folders = {file.parent.relative_to(code).as_posix() for file in code.rglob("*.go")}
    common = os.path.commonpath(folders) if folders else ""
    modules = [found[1] for found in named if found] if files else [common] if common else []
    steps = common.split("/")
    root = "/".join(steps[:3]) if steps[0] in FORGES and len(steps) > 2 else ""
    spoken = any(re.fullmatch(re.escape(root) + r"(/v\d+)?", module) for module in modules)
    return modules if spoken or not root else [*modules, root]
