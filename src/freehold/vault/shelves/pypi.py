"""The Python index of a vault: project pages in HTML (PEP 503) and JSON (PEP 691), wheels' metadata apart (PEP 658, 714).

https://packaging.python.org/en/latest/specifications/simple-repository-api/
"""

from __future__ import annotations

import hashlib
from html import escape
from urllib.parse import quote

import msgspec

from freehold.model.vault import Artifact
from freehold.system.serving import Asked, Reply, not_found
from freehold.vault.python_names import is_wheel, normalised, requires_python, version_of, wheel_metadata
from freehold.vault.shelf import Shelf

JSON = "application/vnd.pypi.simple.v1+json"
_HTML = "text/html; charset=utf-8"
_METADATA = ".metadata"


def pypi_reply(shelf: Shelf, asked: Asked, rest: list[str]) -> Reply:
    """Answer ``simple/``, ``simple/PROJECT/`` and ``files/SHA256/NAME[.metadata]``."""
    match rest:
        case ["simple"] | ["simple", ""]:
            return _projects(shelf, asked)
        case ["simple", project] | ["simple", project, ""]:
            return _project(shelf, asked, normalised(project))
        case ["files", sha256, name]:
            return _file(shelf, sha256, name)
    return not_found()


def _projects(shelf: Shelf, asked: Asked) -> Reply:
    names = sorted(shelf.packages.get("pypi", {}))
    if _wants_json(asked):
        return _json({"meta": {"api-version": "1.1"}, "projects": [{"name": name} for name in names]})
    return _page("Projects", [f'<a href="{quote(name)}/">{escape(name)}</a>' for name in names])


def _project(shelf: Shelf, asked: Asked, name: str) -> Reply:
    files = [one for one in shelf.package("pypi", name) if "/" not in one.file]
    if not files:
        return not_found()
    if _wants_json(asked):
        listed = [_listed(shelf, one) for one in files]
        versions = sorted({found for one in files if (found := version_of(one.file, name))})
        return _json({"meta": {"api-version": "1.1"}, "name": name, "versions": versions, "files": listed})
    return _page(name, [_anchor(shelf, one) for one in files])


def _url(one: Artifact) -> str:
    return f"../../files/{one.sha256}/{quote(one.file)}"


def _listed(shelf: Shelf, one: Artifact) -> dict[str, object]:
    metadata = _metadata(shelf, one)
    found: dict[str, object] = {
        "filename": one.file,
        "url": _url(one),
        "hashes": {"sha256": one.sha256},
        "size": one.size_bytes,
    }
    if metadata:
        found["core-metadata"] = {"sha256": hashlib.sha256(metadata).hexdigest()}
        found["requires-python"] = requires_python(metadata)
    return found


def _anchor(shelf: Shelf, one: Artifact) -> str:
    metadata = _metadata(shelf, one)
    more = ""
    if metadata:
        digest = hashlib.sha256(metadata).hexdigest()
        more = f' data-core-metadata="sha256={digest}" data-dist-info-metadata="sha256={digest}"'
        more += f' data-requires-python="{escape(requires_python(metadata))}"' if requires_python(metadata) else ""
    return f'<a href="{_url(one)}#sha256={one.sha256}"{more}>{escape(one.file)}</a>'


def _metadata(shelf: Shelf, one: Artifact) -> bytes:
    """Return the METADATA of a wheel; empty for source archives and damaged files."""
    if not is_wheel(one.file):
        return b""

    def read() -> bytes:
        path = shelf.path(one)
        return wheel_metadata(path) if path is not None else b""

    return shelf.remembered(f"metadata {one.sha256}", read)


def _file(shelf: Shelf, sha256: str, name: str) -> Reply:
    artifact = shelf.by_sha256.get(sha256)
    if artifact is None:
        return not_found()
    if name == artifact.file:
        return shelf.reply(artifact)
    if name == artifact.file + _METADATA and (metadata := _metadata(shelf, artifact)):
        return Reply(body=metadata)
    return not_found()


def _wants_json(asked: Asked) -> bool:
    return JSON in asked.accept or "application/vnd.pypi.simple.latest+json" in asked.accept


def _json(document: object) -> Reply:
    return Reply(media_type=JSON, body=msgspec.json.encode(document))


def _page(title: str, lines: list[str]) -> Reply:
    head = (
        f'<!DOCTYPE html><html><head><meta name="pypi:repository-version" content="1.1"><title>{escape(title)}</title>'
    )
    body = "".join(f"{line}<br>\n" for line in lines)
    return Reply(media_type=_HTML, body=f"{head}</head><body>\n{body}</body></html>\n".encode())
