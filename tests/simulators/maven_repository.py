"""A Maven repository: archives, POMs and checksum files."""

from __future__ import annotations

import hashlib

from loopback import Loopback


def pom(group: str, artifact: str, version: str, more: str = "") -> str:
    """Return a POM."""
    return (
        '<?xml version="1.0"?><project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>'
        f"<groupId>{group}</groupId><artifactId>{artifact}</artifactId><version>{version}</version>{more}</project>"
    )


def add_file(server: Loopback, path: str, data: bytes, *, sidecar: str = "sha1", checksum: str = "") -> None:
    """Serve a file with a checksum beside it, or with the ``checksum`` that is claimed."""
    server.routes[f"/maven/{path}"] = data
    digest = checksum or hashlib.new(sidecar, data).hexdigest()
    server.routes[f"/maven/{path}.{sidecar}"] = f"{digest}  {path.rpartition('/')[2]}\n".encode()
