"""Reading what Debian's copyright files state of the Go modules in its packages, a folder each.

Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/. The licences of the upstream files in the module's
folder count that a program is built of. The version is that of the Debian package, for the module at the root of what was
packaged; modules below it have versions of their own, which the package does not tell.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from packageurl import PackageURL

from survey.debian import licences_of, source_of
from survey.statement import FORGES, Statement

_UNUSED = re.compile(r"/(testdata|[_.][^/]*)(/|$)")
"""Folders that Go's commands pass over: modules in them are made up, or make others."""
_NOT_BUILT = re.compile(
    r"debian/.*|(.*/)?(m4|build-aux|autoconf|aclocal|tests?|testsuite|testdata|test-fixtures|fixtures|examples?|docs?|scripts"
    r"|LICENSES|[_.][^/]*)/.*"
    r"|(.*/)?([^/]*_test\.go|[^/]*\.(adoc|license|m4|md|sh|ya?ml)|gradlew(\.bat)?|LICEN[CS]E[^/]*)"
)
"""Files that no program is built of which imports the module: fixtures, examples, texts, and Go's tests."""
_MODULE = r'^module\s+"?([^\s"]+)'
_RELEASE = re.compile(r"(\d+\.\d+\.\d+)([+~]?(ds|dfsg)[.\d]*)?")
"""A version of upstream as Debian writes it, with its marks of files left out."""
_STEPS = 3
"""The most steps of a module's path that begins with no forge and is yet not likely to lie in the repository of another."""
_COMMIT = re.compile(r"[\d.]+[~+]git\d{8}\.[\w.+~]+")
"""A commit that upstream gave no version: Debian's name of it is kept, for Go's holds the hour and more of the hash."""


def debian_go(path: Path) -> Iterator[Statement]:
    """Yield what the copyright file of each package states, for the modules in it."""
    for copyright_file in sorted(path.glob("*/usr/share/doc/*/copyright")):
        text = copyright_file.read_text("utf-8", "replace")
        _, packaged = source_of(copyright_file.parent)
        found = _modules(copyright_file.parents[4])
        single = sum(whole for _, _, whole in found) == 1
        for module, folder, whole in found:
            namespace, _, name = module.rpartition("/")
            licences = licences_of(text, _NOT_BUILT, folder) if namespace else ()
            version = version_of(module, packaged) if whole and single else ""
            if licences:
                purl = PackageURL("golang", namespace, name).to_string()
                commit = version if _COMMIT.fullmatch(version) else ""
                yield Statement(purl, "" if commit else version, licences, commit=commit)


def version_of(module: str, packaged: str) -> str:
    """Return the version of a module that a version of a Debian package stands for; empty where it is not surely told.

    See https://go.dev/ref/mod#major-version-suffixes: from 2 on, the path names it. A commit keeps Debian's name.
    """
    upstream = packaged.partition(":")[2] or packaged
    upstream = upstream.rpartition("-")[0] or upstream
    if _COMMIT.fullmatch(upstream):
        return upstream
    release = _RELEASE.fullmatch(upstream)
    if release is None:
        return ""
    major = release[1].partition(".")[0]
    if suffix := re.search(r"(?:/v|^gopkg\.in/.+\.v)(\d+)$", module):
        return f"v{release[1]}" if suffix[1] == major else ""
    return f"v{release[1]}" if major in ("0", "1") else ""


def _modules(package: Path) -> list[tuple[str, str, bool]]:
    """Return the modules in an unpacked package, each with its folder in what was packaged, and whether it is the whole of it.

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
    top = code / (root or common)
    alone = bool(root) or (len(files) <= 1 and len(re.sub(r"/v\d+$", "", common).split("/")) <= _STEPS)
    modules = [(stated[1], _below(file.parent, top), alone and file.parent == top) for file, stated in named if stated]
    modules = modules if files else [(common, "", alone and common == (root or common))] if common else []
    spoken = any(re.fullmatch(re.escape(root) + r"(/v\d+)?", module) for module, _, _ in modules)
    return modules if spoken or not root else [*modules, (root, "", False)]


def _below(folder: Path, root: Path) -> str:
    """Return a folder as seen from a root; empty for the root itself and what is not below it."""
    return folder.relative_to(root).as_posix().removeprefix(".") if folder.is_relative_to(root) else ""
