"""Lockfiles that are recognised and refused: a counted skip with a reason is better than a file that seems not to be there."""

from __future__ import annotations

import re
from typing import NoReturn

import msgspec

from freehold.inventory.reader import Document, UnreadableError


class RefusedLock(msgspec.Struct):
    """A lockfile that no reader here understands: its format, and what its name looks like (a regular expression)."""

    name: str
    pattern: str

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether the name is this format's."""
        return bool(re.fullmatch(self.pattern, name, re.IGNORECASE))

    def read(self, document: Document) -> NoReturn:
        """Refuse the document with an ``UnreadableError``."""
        raise UnreadableError(f"{self.name} is not read", remedy="give an SBOM (CycloneDX or SPDX) of what it locks")


REFUSED = (
    RefusedLock("pnpm-lock", r"pnpm-lock\.yaml"),
    RefusedLock("conda-lock", r"(.*[-.])?conda-lock\.ya?ml|conda-[\w-]+\.lock"),
    RefusedLock("pixi-lock", r"pixi\.lock"),
    RefusedLock("bun-lock", r"bun\.lockb?"),
    RefusedLock("deno-lock", r"deno\.lock"),
    RefusedLock("nix-flake-lock", r"flake\.lock"),
    RefusedLock("terraform-lock", r"\.terraform\.lock\.hcl"),
    RefusedLock("mix-lock", r"mix\.lock"),
    RefusedLock("pubspec-lock", r"pubspec\.lock"),
    RefusedLock("swift-package-resolved", r"Package\.resolved"),
    RefusedLock("podfile-lock", r"Podfile\.lock"),
)
