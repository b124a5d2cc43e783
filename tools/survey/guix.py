"""Reading package definitions of GNU Guix: the registry package that each is built from, its licence, its home page.

A definition names licences of its own vocabulary; those that stand for exactly one SPDX licence are taken. A list does not
say whether any or all of them apply. Definitions grow old: each speaks for versions up to its own. Manual:
https://guix.gnu.org/manual/en/html_node/package-Reference.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from packageurl import PackageURL

from freehold.model.component import Licence, LicenceForm
from survey.statement import Statement

_TYPES = {"pypi-uri": "pypi", "crate-uri": "cargo", "rubygems-uri": "gem"}
_URI = re.compile(r"\((pypi-uri|crate-uri|rubygems-uri)\s+\"([^\"]+)\"")
_LICENCE = re.compile(r"\(license\s+(\(list\s+[^()]*\)|license:[^\s()]+)\s*\)")
_NAMES = {
    "agpl3+": "AGPL-3.0-or-later",
    "artistic2.0": "Artistic-2.0",
    "asl2.0": "Apache-2.0",
    "boost1.0": "BSL-1.0",
    "bsd-2": "BSD-2-Clause",
    "bsd-3": "BSD-3-Clause",
    "cc0": "CC0-1.0",
    "expat": "MIT",
    "gpl2": "GPL-2.0-only",
    "gpl2+": "GPL-2.0-or-later",
    "gpl3": "GPL-3.0-only",
    "gpl3+": "GPL-3.0-or-later",
    "isc": "ISC",
    "lgpl2.1": "LGPL-2.1-only",
    "lgpl2.1+": "LGPL-2.1-or-later",
    "lgpl3": "LGPL-3.0-only",
    "lgpl3+": "LGPL-3.0-or-later",
    "mpl2.0": "MPL-2.0",
    "ruby": "Ruby",
    "unlicense": "Unlicense",
    "wtfpl2": "WTFPL",
    "zlib": "Zlib",
    "zpl2.1": "ZPL-2.1",
}
_CUSTOM = {"MIT", "Apache-2.0"}


def guix(path: Path) -> Iterator[Statement]:
    """Yield what the definitions in a folder of Scheme files state."""
    for file in sorted(path.glob("*.scm")):
        for definition in re.split(r"^\(define", file.read_text("utf-8", "replace"), flags=re.MULTILINE)[1:]:
            yield from _statement(definition)


def usual_choices(path: Path) -> Iterator[Statement]:
    """Yield the crates whose definition lists MIT and Apache-2.0 alone, as the choice that crates offer by custom.

    The Rust API guidelines ask for it (C-PERMISSIVE, https://rust-lang.github.io/api-guidelines/necessities.html). Of 349
    such crates that other sources name, 345 offer it.
    """
    for statement in guix(path):
        if statement.purl.startswith("pkg:cargo/") and {item.value for item in statement.licences} == _CUSTOM:
            choice = Licence(LicenceForm.EXPRESSION, " OR ".join(sorted(_CUSTOM)))
            yield replace(statement, licences=(choice,), listed=False)


def _statement(definition: str) -> Iterator[Statement]:
    purl, version = _identity(definition)
    licences = _LICENCE.findall(definition)
    named = re.findall(r"license:([^\s()]+)", licences[0]) if len(licences) == 1 else []
    if not purl or not named or not all(name in _NAMES for name in named):
        return
    homes = re.findall(r'\(home-page\s+"([^"]+)"\)|\(url\s+"([^"]+)"\)', definition)
    stated = tuple(Licence(LicenceForm.ID, _NAMES[name]) for name in named)
    urls = tuple(home or url for home, url in homes)
    yield Statement(purl, version, stated, urls, listed=True, versions=f"<={version}" if version else "")


def _identity(definition: str) -> tuple[str, str]:
    """Return the purl and version of a definition; empty where it is not plainly one registry package or Go module."""
    versions = re.findall(r'\(version\s+"([^"]+)"\)', definition)
    version = versions[0] if len(versions) == 1 else ""
    if uris := _URI.findall(definition):
        found = {PackageURL(_TYPES[kind], None, name).to_string() for kind, name in uris}
        return (found.pop(), version) if len(found) == 1 else ("", "")
    path = re.findall(r'#:import-path "([^"]+)"', definition)
    home = re.findall(r'\(url\s+"https://([^"]+?)(?:\.git)?/?"\)', definition)
    if path and home and path[0] == home[0]:
        namespace, _, name = path[0].rpartition("/")
        return PackageURL("golang", namespace, name).to_string(), f"v{version}" if version else ""
    return "", ""
