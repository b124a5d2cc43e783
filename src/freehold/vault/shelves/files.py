"""Files of a vault by hash: bundles of repositories, downloads, anything without an index of its own."""

from __future__ import annotations

from freehold.system.serving import Asked, Reply, not_found
from freehold.vault.shelf import Shelf


def files_reply(shelf: Shelf, asked: Asked, rest: list[str]) -> Reply:
    """Answer ``SHA256/NAME``."""
    match rest:
        case [sha256, *name]:
            found = shelf.by_sha256.get(sha256)
            known = found is not None and "/".join(name) == found.file
            return shelf.reply(found) if known else not_found()
    return not_found()
