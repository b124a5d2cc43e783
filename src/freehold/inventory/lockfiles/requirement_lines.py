"""The grammar of pip's requirements files: logical lines, options, requirements. What they mean is in ``requirements``.

Format: https://pip.pypa.io/en/stable/reference/requirements-file-format/, requirement specifiers: PEP 508. Nothing is
expanded: a ``${TOKEN}`` stays unread.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

_COMMENT = re.compile(r"(?:^|\s)#(.*)$")
_OPTION = re.compile(r"^(-[a-zA-Z]|--[a-z][a-z-]*)(?:\s*=\s*|\s+|(?<=-[a-zA-Z])|$)(.*)$")
_NAMED = re.compile(
    r"^(?P<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[[^\]]*\])?\s*"
    r"(?:@\s*(?P<url>[^\s;]\S*)|(?P<limits>\(?\s*(?:[<>=!~]=?=?\s*[^\s,;()]+\s*,?\s*)*\)?))\s*(?:;.*)?$"
)
_EGG = re.compile(r"[#&]egg=([A-Za-z0-9][A-Za-z0-9._-]*)")
_WHEEL = re.compile(r"/([A-Za-z0-9][\w.]*)-(\d[^-/]*)(?:-[^/]*)?\.whl(?:[#?]|$)")
_PIN = re.compile(r"^\(?\s*={2,3}\s*([^\s,;()*]+)\s*\)?$")
_HASH = re.compile(r"--hash[=\s]+([\w]+:[0-9A-Fa-f]+)")
_URL = re.compile(r"^[a-z][a-z0-9+.-]*://|^git\+|^(?:\.{0,2}/|\.$|\.\[)|^file:|^[A-Za-z]:\\")
_VIA_ITEM = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]*(?:\[[^\]]*\])?$")


class Line(msgspec.Struct, frozen=True):
    """One logical line, continuations joined and comments taken off, and the comments that follow it."""

    number: int
    text: str
    comments: tuple[str, ...]


class Option(msgspec.Struct, frozen=True):
    """An option for the whole file: its long name, and its value."""

    name: str
    value: str


class Wanted(msgspec.Struct, frozen=True):
    """One requirement. ``url``: a direct address or local path. ``version``: empty if not pinned to exactly one."""

    name: str
    version: str
    url: str
    hashes: tuple[str, ...]


_LONG = {
    "-r": "--requirement",
    "-c": "--constraint",
    "-e": "--editable",
    "-i": "--index-url",
    "-f": "--find-links",
    "--pypi-url": "--index-url",
}


def logical_lines(text: str) -> Iterator[Line]:
    """Yield the lines that say something, with the number of their first physical line."""
    held: Line | None = None
    parts: list[str] = []
    start = 0
    for number, raw in enumerate(text.splitlines(), 1):
        comment = _COMMENT.search(raw)
        code = raw[: comment.start()] if comment else raw
        open_end = code.rstrip().endswith("\\") and not comment
        if code.strip():
            start = start or number
            parts.append(code.rstrip().rstrip("\\"))
        if start and not open_end:
            if held is not None:
                yield held
            held = Line(start, " ".join(parts).strip(), ())
            parts, start = [], 0
        if comment and held is not None:
            held = msgspec.structs.replace(held, comments=(*held.comments, comment[1].strip()))
    if held is not None:
        yield held
    if parts:
        yield Line(start, " ".join(parts).strip(), ())


def read_line(text: str) -> Option | Wanted | None:
    """Return the option or requirement on a logical line; None if it is neither."""
    if text.startswith("-"):
        found = _OPTION.match(text)
        name = _LONG.get(found[1], found[1]) if found else ""
        return Option(name, found[2].strip().strip("\"'")) if found else None
    hashes = tuple(match.lower() for match in _HASH.findall(text))
    return wanted(re.split(r"\s--[a-z]", text)[0].strip(), hashes)


def wanted(text: str, hashes: tuple[str, ...] = ()) -> Wanted | None:
    """Return the requirement that a text without options states; None if it is none."""
    if _URL.match(text):
        return _direct(text.partition(" ;")[0].strip(), hashes)
    found = _NAMED.match(text)
    if found is None:
        return None
    pin = _PIN.match((found["limits"] or "").strip())
    return Wanted(found["name"], pin[1] if pin else "", found["url"] or "", hashes)


def via(comments: tuple[str, ...]) -> tuple[str, ...]:
    """Return the packages that pip-compile and uv name as reason for a requirement (``# via flask``)."""
    items: list[str] = []
    inside = False
    for comment in comments:
        if not inside and not re.match(r"via(\s|$)", comment):
            continue
        items += (comment if inside else comment[3:]).split(",")
        inside = True
    return tuple(item.strip() for item in items if _VIA_ITEM.match(item.strip()))


def _direct(url: str, hashes: tuple[str, ...]) -> Wanted:
    """Return a requirement given by its address alone; the name is taken from ``#egg=`` or a wheel's file name."""
    egg, wheel = _EGG.search(url), _WHEEL.search(url)
    if egg:
        return Wanted(egg[1], "", url, hashes)
    return Wanted(wheel[1], wheel[2], url, hashes) if wheel else Wanted("", "", url, hashes)


def limits_of(text: str) -> str:
    """Return the version limits of a requirement as written; empty if there are none."""
    found = _NAMED.match(text.strip())
    return (found["limits"] or "").strip(" ()") if found else ""
