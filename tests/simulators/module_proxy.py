"""A Go module proxy, and module archives with their hash as go.sum writes it."""

from __future__ import annotations

import base64
import hashlib
import re

from example_registry import registry
from loopback import Loopback


def module_archive(module: str, version: str, files: dict[str, str]) -> bytes:
    """Return the archive of a module version."""
    data: bytes = registry.zip_of({f"{module}@{version}/{name}": text.encode() for name, text in files.items()})
    return data


def tree_hash(module: str, version: str, files: dict[str, str]) -> str:
    """Return the hash in go.sum, from the files rather than from the archive."""
    named = {f"{module}@{version}/{name}": hashlib.sha256(text.encode()).hexdigest() for name, text in files.items()}
    text = "".join(f"{digest}  {name}\n" for name, digest in sorted(named.items()))
    return "h1:" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def add_module(server: Loopback, module: str, version: str, data: bytes) -> None:
    """Serve the archive of a module version."""
    spelled = re.sub("[A-Z]", lambda found: "!" + found[0].lower(), module)
    server.routes[f"/goproxy/{spelled}/@v/{version}.zip"] = data
