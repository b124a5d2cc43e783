"""The Python index: project pages as JSON (PEP 691) or HTML (PEP 503), files chosen by the hashes of the project.

https://packaging.python.org/en/latest/specifications/simple-repository-api/. Without hashes every file of the version is
wanted, and the index's own hash is what it is compared with.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from html.parser import HTMLParser
from urllib.parse import unquote, urljoin, urlsplit

import msgspec
from packageurl import PackageURL

from freehold.model.vault import Holds, Wanted
from freehold.system.web import Page, Web, WebError
from freehold.vault.protocol import HARMFUL, Finding, Remote, Sources, decoded, plain_name
from freehold.vault.python_names import is_wheel, normalised, version_of

ACCEPT = "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1"
JSON_TYPES = frozenset({"application/vnd.pypi.simple.v1+json", "application/json"})


class _File(msgspec.Struct, frozen=True):
    """One file of a project page."""

    filename: str
    url: str
    hashes: dict[str, str] = {}


class _Project(msgspec.Struct, frozen=True):
    """A project page in JSON."""

    files: tuple[_File, ...]


class PyPI:
    """Finds the wheels and source archives of a Python project."""

    def find(self, wanted: Wanted, sources: Sources, web: Web) -> Finding:
        """Return the files whose hashes are named; without hashes those of the version."""
        name = normalised(PackageURL.from_string(wanted.purl).name)
        if not plain_name(name):
            return Finding(reasons=(HARMFUL,))
        remotes: dict[str, Remote] = {}
        reasons: list[str] = []
        for index in sources.of(wanted, "pypi"):
            try:
                files = _files(web.page(f"{index.rstrip('/')}/{name}/", {"Accept": ACCEPT}))
            except WebError as error:
                reasons.append(str(error))
                continue
            for file in files:
                remote = _remote(file, wanted, sources)
                if remote is not None:
                    known = remotes.get(remote.file)
                    urls = (*(known.urls if known else ()), *remote.urls)
                    remotes[remote.file] = msgspec.structs.replace(remote, urls=tuple(dict.fromkeys(urls)))
            if _all_found(wanted, remotes) or (remotes and not wanted.hashes):
                break
        return Finding(tuple(remotes.values()), reasons=tuple(reasons) or _missing(wanted, remotes))


def _remote(file: _File, wanted: Wanted, sources: Sources) -> Remote | None:
    """Return a file if it is wanted: by hash, or by version where no hash is named or none is given."""
    name = plain_name(file.filename)
    own = tuple(f"{algorithm}:{value.lower()}" for algorithm, value in sorted(file.hashes.items()))
    by_hash = bool(set(own) & set(wanted.hashes))
    by_version = (not wanted.hashes or not own) and _is_version(name, wanted)
    if not name or not (by_hash or by_version) or _left_out(name, sources):
        return None
    holds = (Holds.ARTIFACTS,) if is_wheel(name) else (Holds.ARTIFACTS, Holds.SOURCE)
    pinned = bool(wanted.hashes)
    hashes = tuple(set(own) & set(wanted.hashes)) or (wanted.hashes if pinned else own)
    return Remote(file=name, urls=(file.url,), hashes=tuple(sorted(hashes)), pinned=pinned, holds=holds)


def _is_version(name: str, wanted: Wanted) -> bool:
    return bool(name) and version_of(name, PackageURL.from_string(wanted.purl).name) == wanted.version


def _left_out(name: str, sources: Sources) -> bool:
    """Tell whether a wheel is for a platform that is not asked for."""
    if not sources.wheels or not is_wheel(name) or name.endswith("-none-any.whl"):
        return False
    return not any(fnmatchcase(name, pattern) for pattern in sources.wheels)


def _all_found(wanted: Wanted, remotes: dict[str, Remote]) -> bool:
    found = {one for remote in remotes.values() for one in remote.hashes}
    return bool(wanted.hashes) and set(wanted.hashes) <= found


def _missing(wanted: Wanted, remotes: dict[str, Remote]) -> tuple[str, ...]:
    """Say why nothing was found where an index answered."""
    if remotes:
        return ()
    if wanted.hashes:
        return ("the index lists no file with a hash that the project names",)
    return ("the index lists no file of this version",)


def _files(page: Page) -> list[_File]:
    """Return the files of a project page, their addresses absolute. Raises ``WebError`` for a page of no known form."""
    if page.media_type in JSON_TYPES:
        found = decoded(page, _Project, "project page").files
    else:
        reading = _Anchors()
        reading.feed(page.body.decode("utf-8", "replace"))
        found = tuple(_of_anchor(urljoin(page.url, reading.base), href) for href in reading.hrefs)
    return [msgspec.structs.replace(file, url=urljoin(page.url, file.url)) for file in found]


def _of_anchor(base: str, href: str) -> _File:
    """Return the file that a link of an HTML page names; its hash stands in the fragment."""
    url, _, fragment = urljoin(base, href).partition("#")
    algorithm, _, value = fragment.partition("=")
    name = unquote(urlsplit(url).path.rpartition("/")[2])
    return _File(name, url, {algorithm: value} if value and "&" not in value else {})


class _Anchors(HTMLParser):
    """Collects the links of a page, and its base address."""

    def __init__(self) -> None:
        super().__init__()
        self.hrefs: list[str] = []
        self.base = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take note of a link."""
        href = dict(attrs).get("href") or ""
        if tag == "a" and href:
            self.hrefs.append(href)
        elif tag == "base" and href and not self.base:
            self.base = href
