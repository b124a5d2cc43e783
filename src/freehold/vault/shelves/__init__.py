"""The addresses under which a vault is served, one module a protocol: the first part of a path names it."""

from __future__ import annotations

from collections.abc import Callable

from freehold.system.serving import Asked, Reply, not_found
from freehold.vault.manifest import Vault
from freehold.vault.shelf import Shelf, Shelves
from freehold.vault.shelves.cargo import cargo_reply
from freehold.vault.shelves.debian import debian_reply
from freehold.vault.shelves.files import files_reply
from freehold.vault.shelves.golang import golang_reply
from freehold.vault.shelves.hub import hub_reply
from freehold.vault.shelves.maven import maven_reply
from freehold.vault.shelves.npm import npm_reply
from freehold.vault.shelves.oci import oci_reply
from freehold.vault.shelves.pypi import pypi_reply

Answering = Callable[[Shelf, Asked, list[str]], Reply]

SHELVES: dict[str, Answering] = {
    "pypi": pypi_reply,
    "npm": npm_reply,
    "cargo": cargo_reply,
    "go": golang_reply,
    "maven": maven_reply,
    "deb": debian_reply,
    "v2": oci_reply,
    "hf": hub_reply,
    "files": files_reply,
}
"""By the first part of the path; each gets the parts after it."""


def answering(vault: Vault) -> Callable[[Asked], Reply]:
    """Return the function that answers for a vault."""
    shelves = Shelves(vault)

    def answer(asked: Asked) -> Reply:
        first, *rest = asked.path.lstrip("/").split("/")
        reply = SHELVES.get(first)
        if reply is not None:
            return reply(shelves.now(), asked, rest)
        if not first:
            return Reply(body="".join(f"/{name}/\n" for name in SHELVES).encode())
        return not_found("no such address")

    return answer
