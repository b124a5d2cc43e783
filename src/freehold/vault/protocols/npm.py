"""The npm registry: a version's document names its archive; the integrity that the project names decides.

https://github.com/npm/registry/blob/main/docs/REGISTRY-API.md. An archive is first asked for at the registry itself, at
the usual path, as npm does with lockfiles of another registry; then where the document says.
"""

from __future__ import annotations

from urllib.parse import quote, urlsplit

import msgspec
from packageurl import PackageURL

from freehold.model.vault import Holds, Wanted
from freehold.system.web import Web, WebError
from freehold.vault.digests import from_sri
from freehold.vault.protocol import HARMFUL, Finding, Remote, Sources, decoded, plain_name, plain_path

MOST_BYTES = 4 << 30
_HOLDS = (Holds.ARTIFACTS, Holds.SOURCE)


class _Dist(msgspec.Struct, frozen=True):
    """Where a version's archive lies and what its hash is."""

    tarball: str = ""
    integrity: str = ""
    shasum: str = ""


class _Version(msgspec.Struct, frozen=True):
    """The document of one version."""

    dist: _Dist = _Dist()


class _Packument(msgspec.Struct, frozen=True):
    """The document of a package, with all its versions."""

    versions: dict[str, _Version] = {}


class Npm:
    """Finds the archive of an npm package."""

    def find(self, wanted: Wanted, sources: Sources, web: Web) -> Finding:
        """Return the archive of the version, with the hash of the project or else that of the registry."""
        purl = PackageURL.from_string(wanted.purl)
        name = f"{purl.namespace}/{purl.name}" if purl.namespace else purl.name
        file = f"{purl.name}-{wanted.version}.tgz"
        if not plain_name(file) or not plain_path(name):
            return Finding(reasons=(HARMFUL,))
        kind = f"npm/{purl.namespace}" if f"npm/{purl.namespace}" in sources.addresses else "npm"
        reasons: list[str] = []
        urls: list[str] = []
        named: tuple[str, ...] = ()
        for registry in sources.of(wanted, kind):
            usual = f"{registry.rstrip('/')}/{quote(name, safe='@/')}/-/{quote(file)}"
            if wanted.hashes:
                urls.append(usual)
            try:
                dist = _dist(registry, name, wanted.version, web)
            except WebError as error:
                reasons.append(str(error))
                continue
            urls += [usual, dist.tarball] if _elsewhere(dist.tarball, registry) else [dist.tarball]
            named = named or hashes_of(dist)
            break
        hashes = wanted.hashes or named
        if not urls or not hashes:
            return Finding(reasons=tuple(reasons) or ("the registry names no archive and hash for this version",))
        found = tuple(dict.fromkeys(url for url in urls if url))
        remote = Remote(
            file=file, urls=found, hashes=hashes, pinned=bool(wanted.hashes), holds=_HOLDS, limit_bytes=MOST_BYTES
        )
        return Finding((remote,))


def hashes_of(dist: _Dist) -> tuple[str, ...]:
    """Return the hashes that a version's document names."""
    return from_sri(dist.integrity) or ((f"sha1:{dist.shasum.lower()}",) if dist.shasum else ())


def _dist(registry: str, name: str, version: str, web: Web) -> _Dist:
    """Return what a registry says about one version: from its own document, else from that of the package."""
    base = f"{registry.rstrip('/')}/{quote(name, safe='@')}"
    try:
        page = web.page(f"{base}/{quote(version, safe='')}", {"Accept": "application/json"})
        return decoded(page, _Version, "package document").dist
    except WebError as error:
        if error.status not in (404, 405):
            raise
    page = web.page(base, {"Accept": "application/vnd.npm.install-v1+json, application/json;q=0.8"})
    found = decoded(page, _Packument, "package document").versions.get(version)
    if found is None:
        raise WebError(page.url, f"does not know version {version}", 404)
    return found.dist


def _elsewhere(url: str, registry: str) -> bool:
    return urlsplit(url).netloc != urlsplit(registry).netloc
