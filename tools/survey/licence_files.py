"""Reading licence files of vendored Go modules: each recognised by the sentences that only that licence has.

A file that holds the sentences of none, or of two licences, states nothing.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from packageurl import PackageURL

from freehold.model.component import Licence, LicenceForm
from survey.statement import Statement

_BSD = "redistribution and use in source and binary forms, with or without modification, are permitted"
_ENDORSE = re.compile(
    r"neither the names? of .{0,200}may be used to endorse or promote|names? of .{0,200}may not be used to endorse"
)
_SENTENCES = {
    "apache license version 2.0, january 2004 http://www.apache.org/licenses/ terms and conditions for use": "Apache-2.0",
    "licensed under the apache license, version 2.0": "Apache-2.0",
    "mozilla public license version 2.0 1. definitions": "MPL-2.0",
    "permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated": "MIT",
    "permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby": "ISC",
    "this is free and unencumbered software released into the public domain": "Unlicense",
    "eclipse public license - v 1.0": "EPL-1.0",
    _BSD: "BSD",
}


def licence_of_text(text: str) -> str:
    """Return the licence of a text; empty where it is not surely one."""
    plain = " ".join(re.sub(r"^[\s*#>=/]+", " ", text, flags=re.MULTILINE).casefold().split())
    found = {name for sentence, name in _SENTENCES.items() if sentence in plain}
    if len(found) != 1:
        return ""
    if found != {"BSD"}:
        return found.pop()
    if "all advertising materials" in plain or plain.count(_BSD) > 1:
        return ""
    return "BSD-3-Clause" if _ENDORSE.search(plain) else "BSD-2-Clause"


def vendored_modules(path: Path) -> Iterator[Statement]:
    """Yield what ``LICENSES/vendor/MODULE/LICENSE`` of a project with ``vendor/modules.txt`` states."""
    listed = re.findall(r"^# (\S+) (v\S+)", (path / "vendor/modules.txt").read_text("utf-8"), re.MULTILINE)
    for module, version in listed:
        file = path / "LICENSES/vendor" / module / "LICENSE"
        licence = licence_of_text(file.read_text("utf-8", "replace")) if file.is_file() else ""
        namespace, _, name = module.rpartition("/")
        if licence:
            purl = PackageURL("golang", namespace, name).to_string()
            yield Statement(purl, version, (Licence(LicenceForm.ID, licence),))


def debian_go(path: Path) -> Iterator[Statement]:
    """Yield what Debian's copyright files state of the Go modules in its packages, a folder each.

    Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/. The licences of all upstream files count.
    """
    for copyright_file in sorted(path.glob("*/usr/share/doc/*/copyright")):
        licences = _upstream_licences(copyright_file.read_text("utf-8", "replace"))
        for module in _modules(copyright_file.parents[4]) if licences else ():
            namespace, _, name = module.rpartition("/")
            if namespace:
                yield Statement(PackageURL("golang", namespace, name).to_string(), "", licences)


def _modules(package: Path) -> list[str]:
    """Return the modules in an unpacked package: those that ``go.mod`` files name, else the folder of all its code."""
    files = sorted(package.rglob("go.mod"))
    named = [re.search(r'^module\s+"?([^\s"]+)', file.read_text("utf-8", "replace"), re.MULTILINE) for file in files]
    if files:
        return [found[1] for found in named if found]
    code = package / "usr/share/gocode/src"
    folders = {file.parent.relative_to(code).as_posix() for file in code.rglob("*.go")}
    return [os.path.commonpath(folders)] if folders else []


def _upstream_licences(text: str) -> tuple[Licence, ...]:
    """Return the licences of all files but those of the packaging."""
    found: set[str] = set()
    for paragraph in re.split(r"\n\s*\n", text):
        files = re.search(r"^Files:((?:.|\n[ \t])*)", paragraph, re.MULTILINE)
        licence = re.search(r"^License:[ \t]*(\S[^\n]*)", paragraph, re.MULTILINE)
        if files and licence and not all(name.startswith("debian/") for name in files[1].split()):
            found.add(licence[1].strip())
    return tuple(Licence(LicenceForm.NAME, name) for name in sorted(found))
