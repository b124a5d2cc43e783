"""A Debian archive: packages, their list and the Release file of a suite."""

from __future__ import annotations

import gzip
import hashlib

from example_registry import registry
from loopback import Loopback


def package(name: str, version: str) -> bytes:
    """Return a binary package: an ``ar`` file with control and data archives."""
    control = f"Package: {name}\nVersion: {version}\nArchitecture: all\nMaintainer: Nobody <nobody@example.org>\n"
    control += f"Description: {name}\n"
    members = {
        "debian-binary": b"2.0\n",
        "control.tar.gz": registry.stored_gzip(registry.tar_of({"./control": control.encode()})),
        "data.tar.gz": registry.stored_gzip(registry.tar_of({f"./usr/share/{name}/bell": b"dong\n"})),
    }
    body = b"!<arch>\n"
    for member, data in members.items():
        body += f"{member:<16}{0:<12}{0:<6}{0:<6}{'100644':<8}{len(data):<10}`\n".encode()
        body += data + (b"\n" if len(data) % 2 else b"")
    return body


def stanza(name: str, version: str, data: bytes, digest: str = "") -> str:
    """Return the stanza of a package in the list."""
    return (
        f"Package: {name}\nVersion: {version}\nArchitecture: all\nMaintainer: Nobody <nobody@example.org>\n"
        f"Filename: pool/main/{name}_{version}_all.deb\nSize: {len(data)}\n"
        f"SHA256: {digest or hashlib.sha256(data).hexdigest()}\nDescription: {name}\n"
    )


def add_suite(server: Loopback, suite: str, stanzas: list[str], *, honest: bool = True) -> None:
    """Serve the list of a suite; without ``honest`` the Release file names another list."""
    listed = gzip.compress("\n".join(stanzas).encode(), mtime=0)
    folder = f"/debian/dists/{suite}"
    digest = hashlib.sha256(listed if honest else b"another").hexdigest()
    server.routes[f"{folder}/Release"] = (
        f"Origin: Example\nSuite: {suite}\nSHA256:\n {digest} {len(listed)} main/binary-amd64/Packages.gz\n".encode()
    )
    server.routes[f"{folder}/main/binary-amd64/Packages.gz"] = listed


def add_package(server: Loopback, name: str, version: str, data: bytes) -> None:
    """Serve a package from the pool."""
    server.routes[f"/debian/pool/main/{name}_{version}_all.deb"] = data
