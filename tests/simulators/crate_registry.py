"""A Cargo registry: configuration, sparse index, crates."""

from __future__ import annotations

import hashlib
import json

from loopback import Loopback


def add_crate(server: Loopback, name: str, version: str, data: bytes, *, checksum: str = "", path: str = "") -> str:
    """Serve one version of a crate and return its checksum; ``checksum`` is what the index states instead."""
    server.routes["/index/config.json"] = json.dumps({"dl": f"{server.url}/dl/{{crate}}-{{version}}.crate"}).encode()
    true = hashlib.sha256(data).hexdigest()
    line = {"name": name, "vers": version, "deps": [], "cksum": checksum or true, "features": {}, "yanked": True}
    where = f"/index/{path or f'{name[:2]}/{name[2:4]}/{name}'}"
    before = server.routes.get(where, b"")
    assert isinstance(before, bytes)
    server.routes[where] = before + json.dumps(line).encode() + b"\n"
    server.routes[f"/dl/{name}-{version}.crate"] = data
    return true
