"""The Go module proxy of a vault: archives as they came, ``go.mod`` and version information made from them.

https://go.dev/ref/mod#goproxy-protocol
"""

from __future__ import annotations

import re
import zipfile

import msgspec

from freehold.model.vault import Artifact
from freehold.system.serving import Asked, Reply, not_found
from freehold.vault.shelf import Shelf
from freehold.vault.versions import order

_ESCAPED = re.compile(r"!([a-z])")
MOST_MOD_BYTES = 16 << 20


def golang_reply(shelf: Shelf, asked: Asked, rest: list[str]) -> Reply:
    """Answer ``MODULE/@v/list``, ``.info``, ``.mod`` and ``.zip``, and ``MODULE/@latest``."""
    path = _ESCAPED.sub(lambda found: found[1].upper(), "/".join(rest))
    module, mark, name = path.rpartition("/@")
    held = {one.file: one for files in shelf.packages.get("golang", {}).values() for one in files}
    versions = sorted((_version(file) for file in held if file.startswith(f"{module}/@v/")), key=order)
    if not mark or not versions:
        return not_found()
    if name == "latest":
        return _info(versions[-1])
    if name == "v/list":
        return Reply(body="".join(f"{version}\n" for version in versions).encode())
    version, _, kind = name.removeprefix("v/").rpartition(".")
    artifact = held.get(f"{module}/@v/{version}.zip")
    if artifact is None:
        return not_found()
    match kind:
        case "info":
            return _info(version)
        case "zip":
            return shelf.reply(artifact, "application/zip")
        case "mod":
            return _mod(shelf, artifact, module, version)
    return not_found()


def _version(file: str) -> str:
    return file.rpartition("/@v/")[2].removesuffix(".zip")


def _info(version: str) -> Reply:
    return Reply(media_type="application/json", body=msgspec.json.encode({"Version": version}))


def _mod(shelf: Shelf, one: Artifact, module: str, version: str) -> Reply:
    """Return the module's own go.mod; for one without, the line that Go itself would make up."""
    path = shelf.path(one)
    if path is None:
        return shelf.reply(one)
    name = f"{module}@{version}/go.mod"

    def read() -> bytes:
        try:
            with zipfile.ZipFile(path) as archive, archive.open(name) as stream:
                return stream.read(MOST_MOD_BYTES)
        except (KeyError, zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError):
            return f"module {module}\n".encode()

    return Reply(body=shelf.remembered(f"go.mod {one.sha256} {name}", read))
