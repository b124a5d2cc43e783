"""An npm registry: documents of packages and versions, and archives."""

from __future__ import annotations

import json

from example_registry import registry
from loopback import Loopback


def add_package(
    server: Loopback, name: str, version: str, data: bytes, *, tarball: str = "", documents: bool = True
) -> str:
    """Serve one version of a package and return its integrity; ``tarball`` is where its document says it lies."""
    path = f"/{name}/-/{name.rpartition('/')[2]}-{version}.tgz"
    integrity: str = registry.integrity(data)
    if not tarball:
        server.routes[path] = data
    dist = {"tarball": tarball or server.url + path, "integrity": integrity}
    document = {"name": name, "version": version, "dist": dist}
    if documents:
        server.routes[f"/{name.replace('/', '%2F')}/{version}"] = json.dumps(document).encode()
    server.routes[f"/{name.replace('/', '%2F')}"] = json.dumps({"name": name, "versions": {version: document}}).encode()
    return integrity
