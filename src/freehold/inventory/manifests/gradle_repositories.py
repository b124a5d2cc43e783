"""The repositories that Gradle scripts name, in the order in which Gradle asks them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

from freehold.inventory.addresses import clean_url, is_mirror

_OPENED = re.compile(r"\b(repositories|pluginManagement|maven|ivy)\b[^{\n]*\{|\bmaven\s*\(")
_URL = re.compile(
    r"\b(?:url\s*(?:=|\()?\s*(?:uri\s*\(\s*)?(?:URI\s*\(\s*)?|setUrl\s*\(\s*|maven\s*\(\s*(?:url\s*=\s*)?|artifactUrls\s*\(\s*)"
    r"[\"'](https?://[^\"'\s]+)[\"']"
)
_STANDARD = re.compile(r"\b(mavenCentral|google|gradlePluginPortal|jcenter|mavenLocal)\s*\(")


class Repository(msgspec.Struct, frozen=True):
    """One repository: its address, or the name under which Gradle knows a standard one, and the line it stands on."""

    url: str
    standard: str
    line: int
    for_plugins: bool = False


def named_repositories(text: str) -> Iterator[Repository]:
    """Yield the repositories that a script names in ``repositories`` blocks, in order. Linear in the text."""
    depth = 0
    blocks: list[tuple[str, int]] = []
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw if len(raw) < 2000 else ""
        opened = [found[1] or "maven" for found in _OPENED.finditer(line)]
        inside = any(name == "repositories" for name, _ in blocks) or "repositories" in opened
        plugins = any(name == "pluginManagement" for name, _ in blocks)
        if inside and not line.lstrip().startswith("//"):
            yield from _in_line(line, number, plugins)
        blocks += [(name, depth) for name in opened if "{" in line]
        depth += line.count("{") - line.count("}")
        while blocks and depth <= blocks[-1][1]:
            blocks.pop()


def replacing_repository(named: Sequence[Repository]) -> Repository | None:
    """Return the repository that is asked first for what is depended on, if it is the only one or a public mirror."""
    asked = [one for one in named if not one.for_plugins and one.standard != "mavenLocal"]
    if not asked or not asked[0].url:
        return None
    is_only = all(one.url == asked[0].url for one in asked)
    return asked[0] if is_only or is_mirror(asked[0].url) else None


def _in_line(line: str, number: int, plugins: bool) -> Iterator[Repository]:
    places = [(found.start(), clean_url(found[1]), "") for found in _URL.finditer(line)]
    places += [(found.start(), "", found[1]) for found in _STANDARD.finditer(line)]
    for _, url, standard in sorted(places):
        if (url or standard) and "$" not in url:
            yield Repository(url, standard, number, plugins)
