"""The apt archive of a vault: one flat archive a distribution, its ``Packages`` and ``Release`` made from what is held.

https://wiki.debian.org/DebianRepository/Format#Flat_Repository_Format. The archive is not signed: the client must be told
to trust it, and each package is compared with its hash.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from urllib.parse import quote

from freehold.model.vault import Artifact
from freehold.system.serving import Asked, Reply, not_found
from freehold.vault.shelf import Shelf

_OWN = re.compile(r"^(?:Filename|Size|MD5sum|SHA1|SHA256|SHA512):.*\n?", re.MULTILINE)


def debian_reply(shelf: Shelf, asked: Asked, rest: list[str]) -> Reply:
    """Answer ``DISTRIBUTION/Packages[.gz]``, ``DISTRIBUTION/Release`` and ``DISTRIBUTION/files/SHA256/NAME``."""
    if len(rest) < 2:
        return not_found()
    held = shelf.packages.get("deb", {})
    files = [one for name in sorted(held) if name.startswith(f"{rest[0]}/") for one in held[name] if one.entry]
    listed = "\n".join(_stanza(one) for one in files).encode()
    match [part for part in rest[1:] if part]:
        case ["Packages"]:
            return Reply(body=listed)
        case ["Packages.gz"]:
            return Reply(media_type="application/gzip", body=gzip.compress(listed, mtime=0))
        case ["Release"]:
            return Reply(body=_release(listed))
        case ["files", sha256, name]:
            return shelf.reply(next((one for one in files if (one.sha256, one.file) == (sha256, name)), None))
    return not_found()


def _stanza(one: Artifact) -> str:
    """Return the stanza of a package as its archive gave it, with the vault's own name, size and hash."""
    rest = _OWN.sub("", one.entry).strip()
    own = f"Filename: files/{one.sha256}/{quote(one.file)}\nSize: {one.size_bytes}\nSHA256: {one.sha256}\n"
    return f"{rest}\n{own}"


def _release(listed: bytes) -> bytes:
    lines = ["Origin: freehold", "Label: vault", "Suite: vault", "SHA256:"]
    for name, data in (("Packages", listed), ("Packages.gz", gzip.compress(listed, mtime=0))):
        lines.append(f" {hashlib.sha256(data).hexdigest()} {len(data)} {name}")
    return "\n".join([*lines, ""]).encode()
