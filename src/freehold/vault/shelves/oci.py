"""The container registry of a vault: manifests and blobs, to be read only.

https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pull
"""

from __future__ import annotations

import msgspec

from freehold.model.vault import Artifact
from freehold.system.serving import Asked, Reply
from freehold.vault.shelf import Shelf

_HEADER = {"Docker-Distribution-Api-Version": "registry/2.0"}


def oci_reply(shelf: Shelf, asked: Asked, rest: list[str]) -> Reply:
    """Answer ``/v2/``, ``NAME/manifests/REFERENCE``, ``NAME/blobs/DIGEST`` and ``NAME/tags/list``."""
    match rest:
        case [] | [""]:
            return Reply(media_type="application/json", body=b"{}", headers=_HEADER)
        case [*name, "manifests", reference]:
            kind = "manifests" if reference.startswith("sha256:") else "tags"
            return _given(shelf, _files(shelf, name), f"{kind}/{reference.replace(':', '-')}")
        case [*name, "blobs", digest]:
            return _given(shelf, _files(shelf, name), f"blobs/{digest.replace(':', '-')}")
        case [*name, "tags", "list"] if files := _files(shelf, name):
            tags = sorted(one.file.removeprefix("tags/") for one in files if one.file.startswith("tags/"))
            body = msgspec.json.encode({"name": "/".join(name), "tags": tags})
            return Reply(media_type="application/json", body=body)
    return _unknown()


def _files(shelf: Shelf, name: list[str]) -> list[Artifact]:
    return [one for kind in ("docker", "oci") for one in shelf.package(kind, "/".join(name))]


def _given(shelf: Shelf, files: list[Artifact], file: str) -> Reply:
    found = next((one for one in files if one.file == file), None)
    if found is None:
        return _unknown()
    blob = file.startswith("blobs/")
    reply = shelf.reply(found, "application/octet-stream" if blob else found.entry)
    headers = {**_HEADER, "Docker-Content-Digest": f"sha256:{found.sha256}"}
    return msgspec.structs.replace(reply, headers=headers)


def _unknown() -> Reply:
    body = b'{"errors": [{"code": "NAME_UNKNOWN", "message": "not held"}]}'
    return Reply(404, "application/json", body, headers=_HEADER)
