"""Which repositories take the place of the default one, as files of Maven, Gradle, NuGet, Composer, Cargo and Pipenv say.

A repository that is named beside the default one, without replacing it, is none of these: which packages come from it is
not known, and the readers of the manifests note it. A public mirror that is asked before the default one, by the name
of its path, counts as replacing it.
"""

from __future__ import annotations

import re
import tomllib

import msgspec

from freehold.inventory.addresses import clean_url
from freehold.inventory.reader import UnreadableError

Places = list[tuple[str, str, str, int]]
"""Purl type, scope, address, line."""
_ALL_OF = re.compile(r"(?:^|,)\s*(?:\*|central|external:\*|external:http:\*)\s*(?:,|$)")


def maven_indexes(text: str) -> Places:
    """Return what a ``pom.xml`` or ``settings.xml`` puts in the place of Maven's central repository."""
    from freehold.inventory.manifests.maven import replacing_of, repositories_of
    from freehold.inventory.xml_elements import read_xml

    try:
        top = read_xml(text.encode())
    except UnreadableError:
        return []
    for mirror in top.all("mirrors", "mirror"):
        if _ALL_OF.search(mirror.said("mirrorOf")):
            return [("maven", "", mirror.said("url"), mirror.line)]
    replacing = replacing_of(list(repositories_of(top)))
    return [("maven", "", replacing[1], replacing[2])] if replacing is not None else []


def gradle_indexes(text: str) -> Places:
    """Return the repository that a Gradle script asks first, if it is the only one or a public mirror."""
    from freehold.inventory.manifests.gradle_repositories import named_repositories, replacing_repository

    first = replacing_repository(list(named_repositories(text)))
    return [("maven", "", first.url, first.line)] if first is not None else []


def nuget_indexes(text: str) -> Places:
    """Return the one source that a ``nuget.config`` leaves when it clears all others."""
    from freehold.inventory.manifests.nuget import is_only_source, nuget_sources
    from freehold.inventory.xml_elements import read_xml

    try:
        sources = nuget_sources(read_xml(text.encode()))
    except UnreadableError:
        return []
    return [("nuget", "", *sources[1])] if is_only_source(sources) else []


def composer_indexes(text: str) -> Places:
    """Return the repository that a ``composer.json`` puts in the place of Packagist."""
    try:
        top = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return []
    given = top.get("repositories") if isinstance(top, dict) else None
    named = given.items() if isinstance(given, dict) else enumerate(given) if isinstance(given, list) else ()
    tables = [(str(name), one) for name, one in named]
    is_off = any(one is False and "packagist" in name for name, one in tables) or any(
        isinstance(one, dict) and one.get("packagist.org", one.get("packagist")) is False for _, one in tables
    )
    composer = [(name, one) for name, one in tables if isinstance(one, dict) and one.get("type") == "composer"]
    urls = [one.get("url") for name, one in composer if is_off or name in {"packagist", "packagist.org"}]
    return [("composer", "", url, _line_of(text, url)) for url in urls[:1] if isinstance(url, str)]


def cargo_indexes(text: str) -> Places:
    """Return the registry that Cargo's configuration puts in the place of the default one (source replacement)."""
    try:
        sources = tomllib.loads(text).get("source")
    except (ValueError, RecursionError):
        return []
    tables = sources if isinstance(sources, dict) else {}
    name = "crates-io"
    for _ in range(len(tables)):
        table = tables.get(name)
        if not isinstance(table, dict):
            return []
        following = table.get("replace-with")
        if not isinstance(following, str):
            url = table.get("registry")
            plain = url.removeprefix("sparse+") if isinstance(url, str) and name != "crates-io" else ""
            return [("cargo", "", plain, _line_of(text, plain))] if plain else []
        name = following
    return []


def pipenv_indexes(text: str) -> Places:
    """Return the first source of a ``Pipfile``."""
    try:
        sources = tomllib.loads(text).get("source")
    except (ValueError, RecursionError):
        return []
    urls = [one.get("url") for one in sources if isinstance(one, dict)] if isinstance(sources, list) else []
    return [("pypi", "", url, _line_of(text, url)) for url in urls[:1] if isinstance(url, str) and clean_url(url)]


def _line_of(text: str, value: str) -> int:
    at = text.find(value)
    return text.count("\n", 0, at) + 1 if at >= 0 else 0
