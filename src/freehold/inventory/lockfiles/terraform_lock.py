""".terraform.lock.hcl (Terraform and OpenTofu): providers with version, registry host and hashes.

Format: https://developer.hashicorp.com/terraform/language/files/dependency-lock. It is written by the tool in one shape
and read line by line; the language of ``.tf`` files is another reader's. ``zh:`` is the SHA-256 of a platform's archive,
``h1:`` a hash of its content, and keeps its name.
"""

from __future__ import annotations

import re
from itertools import pairwise

from freehold.inventory.notes import Notes
from freehold.inventory.packages import Draft, package, purl_of
from freehold.inventory.reader import Document, Reading, UnreadableError, text_of
from freehold.model.component import Origin, Role

_PROVIDER = re.compile(r'^\s*provider\s+"(?:([^"/]+)/)?([^"/]+)/([^"/]+)"\s*\{')
_VERSION = re.compile(r'^\s*version\s*=\s*"([^"]*)"')
_HASH = re.compile(r'"(h1|zh):([^"]+)"')


class TerraformLock:
    """The reader of Terraform's dependency lockfile."""

    name = "terraform-lock"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether the name is Terraform's."""
        return name.lower() == ".terraform.lock.hcl"

    def read(self, document: Document) -> Reading:
        """Read the document; raises ``UnreadableError`` if it holds something but no provider."""
        notes = Notes(document.path)
        draft = Draft(document, notes)
        lines = text_of(document.data).splitlines()
        starts = [number for number, line in enumerate(lines) if _PROVIDER.match(line)]
        if not starts and any(line.strip() and not line.lstrip().startswith("#") for line in lines):
            raise UnreadableError("no Terraform lockfile: it names no provider", remedy="run terraform init again")
        for start, end in pairwise([*starts, len(lines)]):
            _add(draft, lines[start:end], Origin(document.path, start + 1))
        return draft.reading(self.name)


def _add(draft: Draft, block: list[str], origin: Origin) -> None:
    """Add one provider; it is needed to deploy, not while the product runs."""
    found = _PROVIDER.match(block[0])
    if found is None:
        return
    host, namespace, name = found.groups()
    version = next((match[1] for line in block if (match := _VERSION.match(line))), "")
    hashes = [
        f"sha256:{digest}" if kind == "zh" else f"h1:{digest}" for kind, digest in _HASH.findall("\n".join(block))
    ]
    component = package(
        purl_of("terraform", name, version, namespace=namespace),
        f"{namespace}/{name}",
        version,
        origin,
        hashes=tuple(hashes),
        registry=f"https://{host.lower()}" if host else "",
        role=Role.BUILD,
    )
    draft.add(f"{host}/{namespace}/{name}", component)
