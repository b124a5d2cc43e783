"""Reading licence files of vendored Go modules: each recognised by the sentences that only that licence has.

A file that holds the sentences of none, or of two licences, states nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from packageurl import PackageURL

from freehold.model.component import Licence, LicenceForm
from survey.statement import Statement

_BSD = "redistribution and use in source and binary forms, with or without modification, are permitted"
_ANY_PURPOSE = (
    "permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby"
)
_CONDITIONS = re.compile(re.escape(_BSD) + r".*?\b(?:this|the) (?:software|program|library|code) is provided\b")
VIEWS = "the views and conclusions contained in the software and documentation are those of the authors"
"""What BSD-2-Clause-Views adds to the licence of two clauses."""
_ENDORSE = re.compile(r"used to endorse or promote")
_LICENCE_FILE = re.compile(r"(LICEN[CS]E|COPYING)([.-]\w+)?", re.IGNORECASE)
_NOT_MIT = ("except as contained in this notice", "appear in all copies")
"""How the licences of X11, ICU and Unicode go on, which forbid the use of names in adverts."""
_ADVERTS = "all advertising materials"
"""What tells BSD-4-Clause from the later ones."""
_SOURCE, _BINARY = "redistributions of source code must", "binary form"
"""What BSD-1-Clause speaks of, and what it does not."""
_BSD_MUST = 2
"""How often the conditions of BSD licences say what must be done; relatives add conditions of their own."""
_SENTENCES = {
    "apache license version 2.0, january 2004 http://www.apache.org/licenses/ terms and conditions for use": "Apache-2.0",
    "licensed under the apache license version 2.0": "Apache-2.0",
    "mozilla public license version 2.0 1. definitions": "MPL-2.0",
    "permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated": "MIT",
    f"{_ANY_PURPOSE} granted, provided that the above copyright notice": "ISC",
    f"{_ANY_PURPOSE} granted. the software is provided": "0BSD",
    "this is free and unencumbered software released into the public domain": "Unlicense",
    "eclipse public license - v 1.0": "EPL-1.0",
    _BSD: "BSD",
}


def licence_of_text(text: str) -> str:
    """Return the licence of a text; empty where it is not surely one."""
    plain = " ".join(re.sub(r"^[\s*#>=/]+", " ", text, flags=re.MULTILINE).casefold().split())
    plain = plain.replace("license, version", "license version")
    found = {name for sentence, name in _SENTENCES.items() if sentence in plain}
    if len(found) != 1 or "shall be used for good" in plain:
        return ""
    if found == {"MIT"} and any(words in plain for words in _NOT_MIT):
        return ""
    if found != {"BSD"}:
        return found.pop()
    if plain.count(_BSD) > 1 or _ADVERTS in plain:
        return ""
    if "origin of this software must not be misrepresented" in plain:
        return "bzip2-1.0.6"
    if _SOURCE in plain and _BINARY not in plain.replace(_BSD, ""):
        return ""
    conditions = _CONDITIONS.search(plain)
    if conditions and conditions[0].count(" must ") > _BSD_MUST:
        return ""
    endorses = bool(_ENDORSE.search(plain))
    if "views and conclusions" in plain:
        return "BSD-2-Clause-Views" if VIEWS in plain and not endorses else ""
    if endorses:
        return "BSD-3-Clause"
    return "" if "patent" in plain else "BSD-2-Clause"


def vendored_modules(path: Path) -> Iterator[Statement]:
    """Yield what the licence files beside ``vendor/modules.txt`` of a project state, a module each.

    They lie in ``LICENSES/vendor`` (Kubernetes) or among the module's files.
    """
    listed = re.findall(r"^# (\S+) (v\S+)", (path / "vendor/modules.txt").read_text("utf-8"), re.MULTILINE)
    for module, version in listed:
        files = [file for place in ("LICENSES/vendor", "vendor") for file in _texts(path / place / module)][:1]
        licence = licence_of_text(files[0].read_text("utf-8", "replace")) if files else ""
        namespace, _, name = module.rpartition("/")
        if licence:
            purl = PackageURL("golang", namespace, name).to_string()
            yield Statement(purl, version, (Licence(LicenceForm.ID, licence),))


def _texts(folder: Path) -> list[Path]:
    """Return the licence file of a folder in a list; none where there are several, which may hold side by side."""
    files = [file for file in folder.glob("*") if file.is_file() and _LICENCE_FILE.fullmatch(file.name)]
    return files if len(files) == 1 else []
