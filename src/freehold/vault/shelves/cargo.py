"""The Cargo registry of a vault: a sparse index made of the lines that came with the crates, none of them yanked.

https://doc.rust-lang.org/cargo/reference/registry-index.html#sparse-protocol
"""

from __future__ import annotations

from typing import Any

import msgspec

from freehold.model.vault import Artifact
from freehold.system.serving import Asked, Reply, not_found
from freehold.vault.protocols.cargo import index_path
from freehold.vault.shelf import Shelf, version_of


def cargo_reply(shelf: Shelf, asked: Asked, rest: list[str]) -> Reply:
    """Answer ``config.json``, the index's paths and ``crates/NAME/VERSION/download``."""
    match rest:
        case ["config.json"]:
            return _json({"dl": f"{asked.base}/cargo/crates", "api": None})
        case ["crates", name, version, "download"]:
            found = next((one for one in shelf.package("cargo", name) if version_of(one) == version), None)
            return shelf.reply(found, "application/gzip")
        case [*_, name]:
            crates = {known.lower(): known for known in shelf.packages.get("cargo", {})}
            files = shelf.package("cargo", crates.get(name, ""))
            if files and "/".join(rest) == index_path(name):
                lines = [msgspec.json.encode(line) for one in files if (line := _line(one))]
                return Reply(body=b"\n".join([*lines, b""]))
    return not_found()


def _line(one: Artifact) -> dict[str, Any]:
    """Return the index line of a crate, with the vault's own checksum."""
    try:
        found = msgspec.json.decode(one.entry)
    except (msgspec.DecodeError, RecursionError):
        return {}
    known = isinstance(found, dict) and found.get("vers") == version_of(one)
    return {**found, "cksum": one.sha256, "yanked": False} if known else {}


def _json(document: object) -> Reply:
    return Reply(media_type="application/json", body=msgspec.json.encode(document))
