"""Signatures with a private key of the user's, by the ``openssl`` command: Ed25519, ECDSA and RSA, as DSSE reads them."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path

from freehold.system.commands import output_of

_ED25519 = bytes.fromhex("06032b6570")
"""The object identifier 1.3.101.112 as it stands in a public key (RFC 8410)."""


def signed(key: Path, data: bytes) -> tuple[str, bytes]:
    """Return the identifier of a key (SHA-256 of its public half, DER) and its signature of ``data``.

    Ed25519 signs the data itself, other keys its SHA-256 digest. Raises ``CommandError`` where openssl refuses the key.
    """
    public = output_of(["openssl", "pkey", "-in", str(key), "-pubout", "-outform", "DER"])
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        if _ED25519 in public[:20]:
            argv = ["openssl", "pkeyutl", "-sign", "-inkey", str(key), "-rawin", "-in", file.name]
        else:
            argv = ["openssl", "dgst", "-sha256", "-sign", str(key), file.name]
        return hashlib.sha256(public).hexdigest(), output_of(argv)
