"""Licences as installed packages state them, brought to SPDX identifiers only where the source format defines the match.

Python's trove classifiers (the list that PEP 301 began), without those that PEP 639 calls ambiguous; only "Apache Software
License" is taken as version 2.0, the only one in use since 2004. Debian's short names: "License short name" of
https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/.
"""

from __future__ import annotations

import re
from typing import Final

from freehold.inventory.packages import licences_of
from freehold.inventory.sbom.licences import plain_licence
from freehold.model.component import Licence, LicenceForm

LONGEST_LICENCE: Final = 120
"""Characters of a licence field that can still be a name; what is longer is the licence's text."""

_CLASSIFIERS: Final = {
    "Apache Software License": "Apache-2.0",
    "Boost Software License 1.0 (BSL-1.0)": "BSL-1.0",
    "CC0 1.0 Universal (CC0 1.0) Public Domain Dedication": "CC0-1.0",
    "Eclipse Public License 1.0 (EPL-1.0)": "EPL-1.0",
    "Eclipse Public License 2.0 (EPL-2.0)": "EPL-2.0",
    "European Union Public Licence 1.1 (EUPL 1.1)": "EUPL-1.1",
    "European Union Public Licence 1.2 (EUPL 1.2)": "EUPL-1.2",
    "GNU Affero General Public License v3 or later (AGPLv3+)": "AGPL-3.0-or-later",
    "GNU General Public License v2 or later (GPLv2+)": "GPL-2.0-or-later",
    "GNU General Public License v3 or later (GPLv3+)": "GPL-3.0-or-later",
    "GNU Lesser General Public License v2 or later (LGPLv2+)": "LGPL-2.0-or-later",
    "GNU Lesser General Public License v3 or later (LGPLv3+)": "LGPL-3.0-or-later",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "MIT No Attribution License (MIT-0)": "MIT-0",
    "Mozilla Public License 1.1 (MPL 1.1)": "MPL-1.1",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "PostgreSQL License": "PostgreSQL",
    "The Unlicense (Unlicense)": "Unlicense",
    "Universal Permissive License (UPL)": "UPL-1.0",
    "zlib/libpng License": "Zlib",
}
_GNU = re.compile(r"(A?GPL|LGPL|GFDL)-(\d)(?:\.(\d))?(\+?)", re.IGNORECASE)
_DEBIAN: Final = {
    "expat": "MIT",
    "apache-1.0": "Apache-1.0",
    "apache-1.1": "Apache-1.1",
    "apache-2": "Apache-2.0",
    "apache-2.0": "Apache-2.0",
    "artistic": "Artistic-1.0-Perl",
    "bsd-2-clause": "BSD-2-Clause",
    "bsd-3-clause": "BSD-3-Clause",
    "bsd-4-clause": "BSD-4-Clause",
    "cc0": "CC0-1.0",
    "isc": "ISC",
    "mit/x11": "MIT",
    "mpl-1.1": "MPL-1.1",
    "mpl-2": "MPL-2.0",
    "mpl-2.0": "MPL-2.0",
    "perl": "Artistic-1.0-Perl OR GPL-1.0-or-later",
    "python": "PSF-2.0",
    "w3c": "W3C",
    "zlib": "Zlib",
    "zope": "ZPL-2.1",
}


def classified_licences(classifiers: tuple[str, ...]) -> tuple[Licence, ...]:
    """Return the licences that trove classifiers state: an identifier where only one fits, else the name."""
    found: list[Licence] = []
    for classifier in classifiers:
        parts = [part.strip() for part in classifier.split("::")]
        if parts[0] != "License" or len(parts) < 2 or parts[-1] == "OSI Approved":
            continue
        known = _CLASSIFIERS.get(parts[-1], "")
        found += plain_licence(LicenceForm.ID if known else LicenceForm.NAME, known or parts[-1])
    return tuple(dict.fromkeys(found))


def stated_licence(text: str) -> tuple[Licence, ...]:
    """Return a free licence field: an identifier or expression if it is one, a name if it is short, else a text."""
    value = text.strip()
    if not value or value.upper() in {"UNKNOWN", "N/A"}:
        return ()
    if "\n" in value or len(value) > LONGEST_LICENCE:
        return plain_licence(LicenceForm.TEXT, value)
    if re.fullmatch(r"[A-Za-z0-9.+-]+(?:\s+(?:AND|OR|WITH)\s+[A-Za-z0-9.+()-]+)*", value.strip("()")):
        return licences_of(value)
    return plain_licence(LicenceForm.NAME, value)


def debian_licences(short_names: tuple[str, ...]) -> tuple[Licence, ...]:
    """Return the licences of a machine-readable copyright file, one for each ``License`` line, as written or by SPDX id."""
    return tuple(dict.fromkeys(licence for name in short_names for licence in _debian(name)))


def _debian(name: str) -> tuple[Licence, ...]:
    words = name.replace(",", " ").split()
    if any(word.lower() in {"and", "or", "and/or", "with"} for word in words):
        joined = [_spdx(word) if word.lower() not in {"and", "or"} else word.upper() for word in words]
        if "with" in (word.lower() for word in words) or "and/or" in (word.lower() for word in words) or "" in joined:
            return plain_licence(LicenceForm.NAME, name)
        return (Licence(LicenceForm.EXPRESSION, " ".join(joined)),)
    known = _spdx(name)
    if " OR " in known:
        return (Licence(LicenceForm.EXPRESSION, known),)
    return plain_licence(LicenceForm.ID if known else LicenceForm.NAME, known or name)


def _spdx(name: str) -> str:
    """Return the SPDX identifier for one short name of Debian's; empty if the format defines none."""
    gnu = _GNU.fullmatch(name)
    if gnu is not None:
        stem = f"{gnu[1].upper()}-{gnu[2]}.{gnu[3] or '0'}"
        return f"{stem}-{'or-later' if gnu[4] else 'only'}"
    return _DEBIAN.get(name.lower(), "")
