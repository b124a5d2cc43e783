"""Reading Debian's machine-readable copyright files: the licences of what a package contains and runs.

Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/. A file covers the source package and all packages
built of it. Files of the packaging, of the build system and of tests are left out: they are not in what is installed.
"""

from __future__ import annotations

import csv
import gzip
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from freehold.model.component import Licence, LicenceForm
from survey.licence_files import VIEWS, licence_of_text
from survey.statement import Statement

PAIRS = Path(__file__).resolve().parents[1] / "same_upstream.csv"
_NOT_INSTALLED = re.compile(
    r"(debian|m4|build-aux|autoconf|tests?|testsuite|t|config)/.*|(.*/)?(tests?|testsuite|build-aux|m4)/.*"
    r"|(.*/)?(aclocal\.m4|configure|config\.(guess|sub|rpath)|install-sh|ltmain\.sh|missing|depcomp|compile|mkinstalldirs"
    r"|test-driver|ylwrap|py-compile|Makefile\.in|INSTALL|[^/]*\.m4)"
)
_EXCEPTION = re.compile(r"^(L?GPL-[\d.]+\+?) with .+ exception$", re.IGNORECASE)
_CLASSPATH = re.compile(r"\bGPL-2(?:\.0)? with classpath exception\b", re.IGNORECASE)
"""The one exception whose terms have a record of their own."""
_LICENCE = re.compile(r"^License:[ \t]*(\S[^\n]*)((?:\n[ \t].*)*)", re.MULTILINE)
_STANDARD = re.compile(r"0BSD|BSD-[234]-clause|Expat|ISC|MIT(-0)?|Apache-[\d.]+|CC0-1\.0|Unlicense|Zlib", re.IGNORECASE)
"""Names that mean one licence, which its text in the file need not tell apart from a near relative."""
_GNU = re.compile(r"(A|L)?GPL-?v?(\d)(\.\d)?(\+|-or-later|-only)?", re.IGNORECASE)
_GRANT = re.compile(r"general public licen[cs]e.*? as published by the free software foundation")
_LATER = re.compile(
    r"\b(?:or|and) (?:\(at your option\) )?any (?:later|newer|higher) version(?! (?:approved|accepted))"
)
_VERSIONS = re.compile(r"\bversions? (\d)(\.\d)?")
_WHOLE = "everyone is permitted to copy and distribute verbatim"
_MIT = "permission is hereby granted, free of charge, to any person obtaining a copy"
_X11 = "except as contained in this notice"
"""How the X11 licence goes on, which forbids the use of names in adverts."""
_BSD_4_UC = "BSD-4-Clause-UC"
"""The variant of BSD's oldest licence that names the University of California."""
_NOT_MIT = (
    "permission to use, copy, modify",
    "redistribution and use in source and binary forms",
    "permission is hereby granted, without written agreement",
)
"""How relatives of MIT's licence begin, which ask for more, or for other words, than it does."""
_HEAD = re.compile(r"^Format:.*copyright-format", re.MULTILINE)


def debian_copyrights(path: Path) -> Iterator[Statement]:
    """Yield what ``usr/share/doc/PACKAGE/copyright`` states, for the package and the source package."""
    for file in sorted(path.glob("usr/share/doc/*/copyright")):
        licences = stated_in(file)
        source, version = source_of(file.parent)
        for name in sorted({file.parent.name, source} - {""}) if licences else ():
            yield Statement(f"pkg:deb/debian/{name}", version, licences)


def stated_in(file: Path, main: bool = False) -> tuple[Licence, ...]:
    """Return the licences that a copyright file states, or the main one; none where there is no machine-readable file."""
    text = file.read_text("utf-8", "replace") if file.is_file() else ""
    if not _HEAD.search(text):
        return ()
    return main_licence(text) if main else licences_of(text)


def debian_main(path: Path) -> Iterator[Statement]:
    """Yield for every package of Debian's main archive area that it complies with the Debian Free Software Guidelines.

    https://www.debian.org/doc/debian-policy/ch-archive.html#the-main-archive-area. For packages whose copyright file is
    prose, or names licences that no record knows: a source to fall back on.
    """
    for file in sorted(path.glob("usr/share/doc/*/copyright")):
        source, version = source_of(file.parent)
        for name in sorted({file.parent.name, source} - {""}):
            yield Statement(f"pkg:deb/debian/{name}", version, (Licence(LicenceForm.ID, "LicenseRef-DFSG"),))


def same_upstream(path: Path) -> Iterator[Statement]:
    """Yield for packages of RPM what Debian's copyright file of a package of the same upstream project states.

    The pairs are made by hand, in ``same_upstream.csv`` beside the tools: only where the project has not changed its licence
    between the releases that both distributions carry. ``path`` is searched for copyright files.
    """
    files = {file.parent.name: file for file in sorted(path.glob("**/usr/share/doc/*/copyright"))}
    with PAIRS.open(encoding="utf-8", newline="") as table:
        for row in csv.DictReader(table):
            text = files[row["debian"]].read_text("utf-8", "replace") if row["debian"] in files else ""
            if licences := licences_of(text) if _HEAD.search(text) else ():
                yield Statement(f"pkg:rpm/{row['rpm']}", "", licences)


def licences_of(text: str, left_out: re.Pattern[str] = _NOT_INSTALLED, folder: str = "") -> tuple[Licence, ...]:
    """Return the licences of all files (of a folder) but those left out; one that a name does not tell is told by its text.

    A later paragraph about a whole folder goes before those above it.
    """
    names: set[str] = set()
    for licence, files in _paragraphs(text):
        wanted = [name for name in files if not left_out.fullmatch(name)]
        if folder and any(_covers(name, folder) for name in wanted):
            names = {licence}
        elif any(not folder or name.startswith(f"{folder}/") for name in wanted):
            names.add(licence)
    return _told_by(text, names)


def main_licence(text: str) -> tuple[Licence, ...]:
    """Return the licence of all files of which no paragraph speaks: the project's own."""
    return _told_by(text, {licence for licence, files in _paragraphs(text) if "*" in files})


def _paragraphs(text: str) -> Iterator[tuple[str, list[str]]]:
    """Yield the licence of each paragraph about files, and their patterns."""
    for paragraph in re.split(r"\n\s*\n", text):
        licence = _LICENCE.search(paragraph)
        files = re.search(r"^Files:((?:.|\n[ \t])*)", paragraph, re.MULTILINE)
        if licence and files:
            yield licence[1].strip(), files[1].split()


def _covers(pattern: str, folder: str) -> bool:
    """Tell whether a pattern stands for all files of a folder."""
    return pattern.endswith("*") and f"{folder}/".startswith(pattern[:-1])


def _told_by(text: str, names: set[str]) -> tuple[Licence, ...]:
    texts: dict[str, str] = {}
    for paragraph in re.split(r"\n\s*\n", text):
        if licence := _LICENCE.search(paragraph):
            texts[licence[1].strip()] = texts.get(licence[1].strip()) or licence[2]
    return tuple(Licence(LicenceForm.NAME, named) for named in sorted({_named(name, texts) for name in names}))


def _named(name: str, texts: Mapping[str, str]) -> str:
    """Return the licence that a text is, else the name; an exception only permits more, so it is left out."""
    name = _CLASSPATH.sub("GPL-2.0-with-classpath-exception", name)
    if found := _EXCEPTION.match(name):
        return found[1]
    if re.search(r"\bwith\b|,", name):
        return name
    parts = re.split(r"(\s+(?:and|or)\s+)", name)
    if "GPL" in name:
        return "".join(
            part if index % 2 else _gnu(part, texts.get(part) or (texts.get(name, "") if len(parts) == 1 else ""))
            for index, part in enumerate(parts)
        )
    return "".join(part if index % 2 else _told(part, texts.get(part, "")) for index, part in enumerate(parts))


def _told(name: str, text: str) -> str:
    """Return the licence of a name and its text: a relative of BSD's oldest that asks for no word in adverts is another,
    and another text called MIT, or one of MIT called ISC, is neither: it may stand for a part only.
    """
    plain = _plain(text)
    short = re.split(r"[/~]", name.casefold())[0]
    if short.startswith("bsd-2") and VIEWS in plain:
        return "BSD-2-Clause-Views"
    if short.startswith("bsd-4") and text.strip():
        fourth = "endorse or promote" in plain or "redistributions of source code" not in plain
        whole = "advertis" in text and fourth and "clearly marked" not in plain
        return (_BSD_4_UC if "university of california" in plain else name) if whole else f"like {name}"
    if short.startswith("bsd-3") and "all advertising materials" in plain:
        return f"like {name}"
    if short in ("expat", "isc", "mit"):
        told = licence_of_text(text.replace("modify, and distribute", "modify, and/or distribute"))
        grants = any(words in plain for words in _NOT_MIT)
        other = short != "isc" and (_X11 in plain or (grants and _MIT not in plain))
        return f"like {name}" if other or told not in ("", "ISC" if short == "isc" else "MIT") else name
    return name if _STANDARD.fullmatch(name) else licence_of_text(text) or name


def _gnu(name: str, text: str) -> str:
    """Return a name of GNU's licences, or that of the family where its text says otherwise which versions may be used.

    The lesser licence is not the other one: where a text names only the one of the two that its name is not, neither is sure.
    """
    named, plain = _GNU.fullmatch(name.strip()), _plain(text)
    if not named or _WHOLE in plain or not _GRANT.search(plain):
        return name
    lesser = {word in ("lesser", "library") for word in re.findall(r"(\w+) general public licen[cs]e", plain)}
    if lesser == {(named[1] or "").casefold() != "l"} and (named[1] or "").casefold() != "a":
        return f"like {name}"
    own, later = f"{named[2]}{named[3] or ''}", bool(_LATER.search(plain))
    versions = {f"{major}{minor}" for major, minor in _VERSIONS.findall(re.sub(r"\bon debian .*", "", plain))}
    other = bool(versions) and own.removesuffix(".0") not in {found.removesuffix(".0") for found in versions}
    stated = (named[4] or "").casefold()
    agrees = stated == "-only" or later == bool(stated)
    return name if agrees and not other else f"{named[1] or ''}GPL"


def _plain(text: str) -> str:
    return " ".join(re.sub(r"^[\s*#>=/.]+", " ", text, flags=re.MULTILINE).casefold().split())


def source_of(folder: Path) -> tuple[str, str]:
    """Return name and version of the source package, as the first line of the changelog names them; empty for none."""
    for name in ("changelog.Debian.gz", "changelog.gz"):
        try:
            with gzip.open(folder / name, "rt", encoding="utf-8", errors="replace") as file:
                head = file.readline(500)
        except (OSError, EOFError):
            continue
        if found := re.match(r"(\S+) \((\S+)\) \S", head):
            return found[1], found[2]
    return "", ""
