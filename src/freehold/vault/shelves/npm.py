"""The npm registry of a vault: documents of packages made from the ``package.json`` of each archive that is held.

https://github.com/npm/registry/blob/main/docs/responses/package-metadata.md
"""

from __future__ import annotations

import hashlib
from typing import Any
from urllib.parse import quote

import msgspec

from freehold.model.vault import Artifact
from freehold.system.serving import Asked, Reply, not_found
from freehold.vault.digests import to_sri
from freehold.vault.npm_archives import package_document
from freehold.vault.shelf import Shelf, version_of
from freehold.vault.versions import order

JSON = "application/json"
_KEPT = (
    "name",
    "version",
    "dependencies",
    "optionalDependencies",
    "devDependencies",
    "bundleDependencies",
    "bundledDependencies",
    "peerDependencies",
    "peerDependenciesMeta",
    "bin",
    "directories",
    "engines",
    "os",
    "cpu",
    "libc",
    "deprecated",
    "license",
    "funding",
)
_INSTALL = ("preinstall", "install", "postinstall")


def npm_reply(shelf: Shelf, asked: Asked, rest: list[str]) -> Reply:
    """Answer ``NAME``, ``NAME/VERSION`` and ``NAME/-/FILE``; a scope is a part of the name."""
    scoped = rest[:1] != [] and rest[0].startswith("@")
    name, after = "/".join(rest[:2] if scoped else rest[:1]), rest[2:] if scoped else rest[1:]
    files = shelf.package("npm", name)
    match after:
        case [] | [""]:
            return _package(shelf, name, files, asked) if files else not_found()
        case ["-", file]:
            return shelf.reply(next((one for one in files if one.file == file), None))
        case [version]:
            found = next((one for one in files if version_of(one) == version), None)
            return _json(_version(shelf, name, found, asked.base)) if found else not_found()
    return not_found()


def _package(shelf: Shelf, name: str, files: list[Artifact], asked: Asked) -> Reply:
    """Return the document of a package: every version that is held, the highest one as latest."""
    versions = {version_of(one): _version(shelf, name, one, asked.base) for one in files}
    latest = max(versions, key=order)
    return _json({"_id": name, "name": name, "dist-tags": {"latest": latest}, "versions": versions})


def _version(shelf: Shelf, name: str, one: Artifact, base: str) -> dict[str, Any]:
    """Return the document of one version. Name, version and archive are the vault's own, not what the archive claims."""
    document, shasum = shelf.remembered(f"npm {one.sha256}", lambda: _read(shelf, one))
    known = {algorithm: value for algorithm, _, value in (text.partition(":") for text in one.hashes)}
    integrity = to_sri("sha512", known["sha512"]) if "sha512" in known else to_sri("sha256", one.sha256)
    kept = {field: document[field] for field in _KEPT if field in document}
    scripts = document.get("scripts")
    if isinstance(scripts, dict) and any(step in scripts for step in _INSTALL):
        kept["hasInstallScript"] = True
    url = f"{base}/npm/{quote(name, safe='@/')}/-/{quote(one.file)}"
    dist = {"tarball": url, "integrity": integrity, "shasum": known.get("sha1", shasum)}
    return {**kept, "name": name, "version": version_of(one), "dist": dist}


def _read(shelf: Shelf, one: Artifact) -> tuple[dict[str, Any], str]:
    path = shelf.path(one)
    if path is None:
        return {}, ""
    with path.open("rb") as stream:
        shasum = hashlib.file_digest(stream, _sha1).hexdigest()
    return package_document(path), shasum


def _sha1() -> Any:
    return hashlib.sha1(usedforsecurity=False)


def _json(document: object) -> Reply:
    return Reply(media_type=JSON, body=msgspec.json.encode(document))
