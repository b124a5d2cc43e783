"""Lockfiles that are recognised and refused: a counted skip with a reason is better than a file that seems not to be there."""

from __future__ import annotations

import re
from typing import NoReturn

import msgspec

from freehold.inventory.reader import Document, UnreadableError

_REMEDY = "give an SBOM (CycloneDX or SPDX) of what it locks"


class RefusedLock(msgspec.Struct):
    """A lockfile that no reader here understands: its format, what its name looks like (a regular expression), a remedy."""

    name: str
    pattern: str
    remedy: str = _REMEDY

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether the name is this format's."""
        return bool(re.fullmatch(self.pattern, name, re.IGNORECASE))

    def read(self, document: Document) -> NoReturn:
        """Refuse the document with an ``UnreadableError``."""
        raise UnreadableError(f"{self.name} is not read", remedy=self.remedy)


REFUSED = (
    RefusedLock("bun.lockb (binary)", r"bun\.lockb", "write the text form: bun install --save-text-lockfile"),
    RefusedLock("paket.lock", r"paket\.lock"),
    RefusedLock("rebar.lock", r"rebar\.lock"),
    RefusedLock("shard.lock", r"shard\.lock"),
    RefusedLock("stack.yaml.lock", r"stack\.yaml\.lock"),
    RefusedLock("cabal freeze file", r"cabal\.project\.freeze"),
    RefusedLock("Berksfile.lock", r"Berksfile\.lock"),
    RefusedLock("Brewfile.lock.json", r"Brewfile\.lock\.json"),
)
