"""What packages of Debian that are made of R packages, crates and gems say of themselves, held against their copyright files.

Copyright files grow old: a project changes its licence, and the file tells the one before. What the package of the same
version states itself goes first, save where the copyright file states the same and further terms for parts of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from msgspec.structs import replace

from freehold.model.component import Licence, LicenceForm
from freehold.model.package_row import PackageRow
from survey.readers import crates, gemspecs
from survey.statement import Statement
from survey.tables import parts_of

_FIELD = r"^{}:((?:.|\n[ \t])*)"
_FILE = re.compile(r"\s*\+\s*file LICEN[CS]E$|^file LICEN[CS]E$", re.IGNORECASE)
_R_NAMES = {
    "Apache License (== 2.0)": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "BSD_2_clause": "BSD-2-Clause",
    "BSD_3_clause": "BSD-3-Clause",
    "GPL": "LicenseRef-GPL",
    "GPL-2": "GPL-2.0-only",
    "GPL-3": "GPL-3.0-only",
    "GPL (>= 2)": "GPL-2.0-or-later",
    "GPL (>= 3)": "GPL-3.0-or-later",
    "LGPL (>= 2)": "LGPL-2.0-or-later",
    "LGPL (>= 2.1)": "LGPL-2.1-or-later",
    "LGPL (>= 3)": "LGPL-3.0-or-later",
    "MIT": "MIT",
    "MPL-2.0": "MPL-2.0",
}
"""Names of licences in R's package metadata: https://cran.r-project.org/doc/manuals/r-release/R-exts.html#Licensing."""
_FAMILIES = ("GPL-", "LGPL-", "AGPL-", "LicenseRef-GPL", "LicenseRef-LGPL")


def own_metadata(path: Path) -> Iterator[Statement]:
    """Yield what R packages, crates and gems under a folder state, for the Debian packages that hold them."""
    for file in sorted(path.glob("usr/lib/R/site-library/*/DESCRIPTION")):
        text = file.read_text("utf-8", "replace")
        fields = {name: re.search(_FIELD.format(name), text, re.MULTILINE) for name in ("License", "Version")}
        stated, version = (" ".join(found[1].split()) if found else "" for found in fields.values())
        if licence := r_licence(stated):
            licences = (Licence(LicenceForm.EXPRESSION, licence),)
            yield Statement(f"pkg:deb/debian/r-cran-{file.parent.name.lower()}", version, licences)
    for statement in crates(path):
        name = statement.purl.rpartition("/")[2].replace("_", "-").lower()
        steps = statement.version.split(".")
        for suffix in ("", f"-{steps[0]}", f"-{'.'.join(steps[:2])}"):
            for package in (f"librust-{name}{suffix}-dev", f"rust-{name}{suffix}"):
                yield Statement(f"pkg:deb/debian/{package}", statement.version, statement.licences)
    for statement in gemspecs(path):
        name = statement.purl.rpartition("/")[2].replace("_", "-").lower().removeprefix("ruby-")
        yield Statement(f"pkg:deb/debian/ruby-{name}", statement.version, statement.licences, listed=True)


def r_licence(stated: str) -> str:
    """Return the ``License`` field of an R package as an expression; empty where a part of it is not surely known.

    A licence file that is named beside a licence, or as another choice, restates or amends it.
    """
    parts = [_FILE.sub("", part.strip()).strip() for part in stated.split("|")]
    named = [_R_NAMES.get(part, "") for part in parts if part]
    return " OR ".join(sorted(named)) if named and all(named) else ""


def by_own_metadata(rows: Sequence[PackageRow], own: Iterable[PackageRow]) -> list[PackageRow]:
    """Put the licence that a package of the same version states itself in place of another that its copyright file tells."""
    stated: dict[str, list[PackageRow]] = {}
    for row in own:
        stated.setdefault(row.name, []).append(row)
    amended = []
    for row in rows:
        found = [one for one in stated.get(row.name, ()) if one.licence and _same_version(row.seen, one.seen)]
        other = len(found) == 1 and row.licence != "LicenseRef-DFSG" and not _holds(row.licence, found[0].licence)
        amended.append(replace(row, licence=found[0].licence, source=found[0].source) if other else row)
    return amended


def _same_version(packaged: str, upstream: str) -> bool:
    """Tell whether Debian's version of a package is made of an upstream one."""
    version = packaged.rpartition(":")[2]
    return version == upstream or re.match(re.escape(upstream) + r"([+~-]|$)", version) is not None


def _holds(stated: str, own: str) -> bool:
    """Tell whether a licence is a package's own one, with or without further terms of other kinds for parts of it."""
    whole, mine = (_choices(licence) for licence in (stated, own))
    terms = frozenset().union(*mine)
    more = frozenset().union(*whole) - terms
    kin = any(name.startswith(_FAMILIES) for name in more) and any(name.startswith(_FAMILIES) for name in terms)
    return whole == {choice | more for choice in mine} and not kin


def _choices(licence: str) -> set[frozenset[str]]:
    return {parts_of(choice.strip("() ")) for choice in licence.split(" OR ")}
