"""Cargo: the sparse index and the download address that its ``config.json`` gives.

https://doc.rust-lang.org/cargo/reference/registry-index.html. The index line goes into the vault with the crate: it holds
what the crate alone does not say in the index's form.
"""

from __future__ import annotations

from typing import Any

import msgspec
from packageurl import PackageURL

from freehold.model.vault import Holds, Wanted
from freehold.system.web import Page, Web, WebError
from freehold.vault.protocol import HARMFUL, Finding, Remote, Sources, decoded, plain_name

MOST_LINE_BYTES = 1 << 20
MOST_CRATE_BYTES = 1 << 30


class Cargo:
    """Finds a crate."""

    def find(self, wanted: Wanted, sources: Sources, web: Web) -> Finding:
        """Return the crate, with the checksum of the project or else that of the index."""
        name = plain_name(PackageURL.from_string(wanted.purl).name)
        if not name or not plain_name(wanted.version):
            return Finding(reasons=(HARMFUL,))
        reasons = []
        for index in sources.of(wanted, "cargo"):
            base = index.rstrip("/")
            try:
                config = decoded(web.page(f"{base}/config.json"), dict[str, Any], "index configuration")
                line = _line(web.page(f"{base}/{index_path(name)}"), wanted.version)
            except WebError as error:
                reasons.append(str(error))
                continue
            remote = _remote(wanted, name, config, line)
            if remote is not None:
                return Finding((remote,))
            reasons.append(f"{base} does not know version {wanted.version}")
        return Finding(reasons=tuple(reasons) or ("no registry is known",))


def index_path(name: str) -> str:
    """Return where the index keeps the lines of a crate."""
    low = name.lower()
    if len(low) < 3:
        return f"{len(low)}/{low}"
    return f"3/{low[0]}/{low}" if len(low) == 3 else f"{low[:2]}/{low[2:4]}/{low}"


def _remote(wanted: Wanted, name: str, config: dict[str, Any], line: dict[str, Any]) -> Remote | None:
    checksum, address = str(line.get("cksum", "")).lower(), config.get("dl")
    if not line or not isinstance(address, str):
        return None
    return Remote(
        file=f"{name}-{wanted.version}.crate",
        urls=(_download(address, name, wanted.version, checksum),),
        hashes=wanted.hashes or (f"sha256:{checksum}",),
        pinned=bool(wanted.hashes),
        holds=(Holds.ARTIFACTS, Holds.SOURCE),
        limit_bytes=MOST_CRATE_BYTES,
        entry=msgspec.json.encode(line).decode(),
    )


def _download(address: str, name: str, version: str, checksum: str) -> str:
    prefix = index_path(name).rpartition("/")[0]
    marks = {
        "{crate}": name,
        "{version}": version,
        "{prefix}": prefix,
        "{lowerprefix}": prefix.lower(),
        "{sha256-checksum}": checksum,
    }
    if not any(mark in address for mark in marks):
        return f"{address.rstrip('/')}/{name}/{version}/download"
    for mark, value in marks.items():
        address = address.replace(mark, value)
    return address


def _line(page: Page, version: str) -> dict[str, Any]:
    """Return the index line of a version; empty where there is none."""
    for line in page.body.split(b"\n"):
        if b'"' in line and len(line) <= MOST_LINE_BYTES:
            try:
                entry = msgspec.json.decode(line)
            except (msgspec.DecodeError, RecursionError):
                continue
            if isinstance(entry, dict) and entry.get("vers") == version:
                return entry
    return {}
