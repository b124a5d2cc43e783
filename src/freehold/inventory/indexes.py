"""Which registries a project's own client settings name: ``.npmrc``, ``.yarnrc.yml``, ``pip.conf``, ``uv.toml``,
``pyproject.toml``, the variables and flags in container files and environment files, and what ``build_indexes`` reads.

Lines are data: nothing is expanded or executed, and what looks like a secret is never kept. What the machine's own
settings say is ``system.clients``' work; which component is concerned, ``projects``'.
"""

from __future__ import annotations

import configparser
import re
import tomllib

import msgspec

from freehold.inventory.addresses import clean_url
from freehold.inventory.build_indexes import (
    cargo_indexes,
    composer_indexes,
    gradle_indexes,
    maven_indexes,
    nuget_indexes,
    pipenv_indexes,
)
from freehold.inventory.reader import Document, UnreadableError, text_of
from freehold.model.component import Origin

_NPMRC = re.compile(r"^\s*(?:(@[\w.~-]+):)?registry\s*=\s*[\"']?([^\s\"';#]+)")
_YARNRC = re.compile(r"^(\s*)(?:npmRegistryServer|registry)\s*:?\s+[\"']?([^\s\"'#]+)")
_YARN_SCOPE = re.compile(r"^\s+[\"']?@?([\w.~-]+)[\"']?:\s*$")
_IN_CONTAINER = (
    ("pypi", re.compile(r"\b(?:PIP_INDEX_URL|UV_INDEX_URL|UV_DEFAULT_INDEX)[=\s]+[\"']?(https?://[^\s\"'\\]+)")),
    (
        "pypi",
        re.compile(
            r"\bpip3?\s+(?:install|download|config)\b[^\n]*?(?:-i|--index-url|global\.index-url)[=\s]+[\"']?(https?://[^\s\"'\\]+)"
        ),
    ),
    ("npm", re.compile(r"\b(?:npm_config_registry|NPM_CONFIG_REGISTRY)[=\s]+[\"']?(https?://[^\s\"'\\]+)")),
    ("npm", re.compile(r"\b(?:npm|yarn|pnpm)\s+config\s+set\s+registry[=\s]+[\"']?(https?://[^\s\"'\\]+)")),
    ("npm", re.compile(r"\b(?:npm|yarn|pnpm)\s+(?:install|ci|i)\b[^\n]*?--registry[=\s]+[\"']?(https?://[^\s\"'\\]+)")),
    ("huggingface", re.compile(r"\bHF_ENDPOINT[=\s]+[\"']?(https?://[^\s\"'\\]+)")),
    ("golang", re.compile(r"\bGOPROXY[=\s]+[\"']?(https?://[^\s\"',|\\]+)")),
)


class NamedIndex(msgspec.Struct, frozen=True, order=True):
    """A registry that a client is told to use: purl type, npm scope (empty: all), address, and where it says so."""

    kind: str
    scope: str
    url: str
    origin: Origin


def names_indexes(name: str) -> bool:
    """Tell whether a file of this name can name a registry for a package client."""
    plain = name.lower()
    return (
        plain in _PARSERS
        or plain.endswith((".gradle", ".gradle.kts"))
        or any(word in plain for word in ("dockerfile", "containerfile", ".env"))
    )


def read_indexes(document: Document) -> tuple[NamedIndex, ...]:
    """Return the registries a settings file names, the first of a kind being the one asked first.

    A file that cannot be parsed names none here; a reader of its format says why.
    """
    try:
        text = text_of(document.data)
    except UnreadableError:
        return ()
    plain = document.name.lower()
    parse = gradle_indexes if plain.endswith((".gradle", ".gradle.kts")) else _PARSERS.get(plain, _container)
    found = []
    for kind, scope, url, line in parse(text):
        address = "" if "$" in clean_url(url) else clean_url(url)
        if address.startswith(("http://", "https://")):
            found.append(NamedIndex(kind, scope, address, Origin(document.path, line)))
    return tuple(dict.fromkeys(found))


_Found = list[tuple[str, str, str, int]]


def _npmrc(text: str) -> _Found:
    matches = ((number, _NPMRC.match(line)) for number, line in enumerate(text.splitlines(), 1))
    return [("npm", found[1] or "", found[2], number) for number, found in matches if found]


def _yarnrc(text: str) -> _Found:
    found: _Found = []
    section, scope = "", ""
    for number, line in enumerate(text.splitlines(), 1):
        server = _YARNRC.match(line)
        if server and not server[1]:
            found.append(("npm", "", server[2], number))
        elif server and section == "npmScopes:" and scope:
            found.append(("npm", f"@{scope}", server[2], number))
        elif line[:1].strip():
            section, scope = line.strip(), ""
        elif opened := _YARN_SCOPE.match(line):
            scope = opened[1]
    return found


def _pip_conf(text: str) -> _Found:
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(text)
    except configparser.Error:
        return []
    urls = [parser.get(section, "index-url", fallback="") for section in ("install", "global")]
    return [("pypi", "", url.strip(), _line_of(text, url.strip())) for url in urls if url.strip()]


def _toml(text: str) -> _Found:
    """Return the indexes of uv, Poetry and PDM; an ``explicit`` one is asked only for packages that name it."""
    try:
        values = tomllib.loads(text)
    except (ValueError, RecursionError):
        return []
    tool = _mapping(values.get("tool"))
    uv = _mapping(tool.get("uv")) if "tool" in values else values
    tables = _tables(uv.get("index"))
    default_first = sorted(tables, key=lambda table: table.get("default") is not True)
    tables = [table for table in default_first if table.get("explicit") is not True]
    sources = _tables(_mapping(tool.get("poetry")).get("source")) + _tables(_mapping(tool.get("pdm")).get("source"))
    tables += [table for table in sources if table.get("priority") in (None, "primary", "default")]
    urls = [uv.get("index-url"), _mapping(uv.get("pip")).get("index-url"), *(table.get("url") for table in tables)]
    return [("pypi", "", url, _line_of(text, url)) for url in urls if isinstance(url, str) and url]


def _container(text: str) -> _Found:
    found: _Found = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.lstrip().startswith("#") and len(line) < 4000:
            found += [
                (kind, "", match[1], number) for kind, pattern in _IN_CONTAINER if (match := pattern.search(line))
            ]
    return found


_PARSERS = {
    ".npmrc": _npmrc,
    ".yarnrc": _yarnrc,
    ".yarnrc.yml": _yarnrc,
    "pip.conf": _pip_conf,
    "pip.ini": _pip_conf,
    "uv.toml": _toml,
    "pyproject.toml": _toml,
    "pom.xml": maven_indexes,
    "settings.xml": maven_indexes,
    "nuget.config": nuget_indexes,
    "composer.json": composer_indexes,
    "config.toml": cargo_indexes,
    "pipfile": pipenv_indexes,
}


def _line_of(text: str, value: str) -> int:
    """Return the first line that holds a value."""
    at = text.find(value)
    return text.count("\n", 0, at) + 1 if at >= 0 else 0


def _mapping(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def _tables(value: object) -> list[dict[str, object]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
