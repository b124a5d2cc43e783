"""What the address of a conda archive says: channel, platform, name, version and build.

``https://host/channel/linux-64/name-1.0-build.conda#md5``; a token in the path (``/t/TOKEN/``) is never kept.
"""

from __future__ import annotations

import re

import msgspec

from freehold.inventory.addresses import base_of, clean_url
from freehold.inventory.packages import named_hash, package, purl_of
from freehold.model.component import Component, Licence, Origin, Role

_TOKEN = re.compile(r"/t/[^/]+(?=/)")
_ARCHIVE = re.compile(r"^(.*)/([^/]+)/([^/]+)-([^/-]+)-([^/-]+?)\.(conda|tar\.bz2)$")
_MD5 = re.compile(r"^[0-9a-fA-F]{32}$")


class Archive(msgspec.Struct, frozen=True):
    """One archive: ``base`` is the channel's address, ``channel`` its last part as purls name it."""

    name: str
    version: str
    build: str
    subdir: str
    channel: str
    base: str
    form: str
    hashes: tuple[str, ...] = ()


def archive_of(text: str) -> Archive | None:
    """Return what an address says; None if it is none of a conda archive."""
    address, _, digest = text.strip().partition("#")
    url = _TOKEN.sub("", clean_url(address))
    found = _ARCHIVE.match(url)
    if found is None:
        return None
    base, subdir, name, version, build, form = found.groups()
    hashes = (f"md5:{digest.lower()}",) if _MD5.match(digest) else named_hash(digest)
    channel = base.removeprefix(base_of(base)).strip("/").rpartition("/")[2]
    return Archive(name, version, build, subdir, channel, base, form, hashes)


def conda_component(
    archive: Archive,
    origin: Origin,
    hashes: tuple[str, ...],
    *,
    role: Role = Role.RUNTIME,
    licences: tuple[Licence, ...] = (),
) -> Component:
    """Return the component of an archive; its channel's address is the registry."""
    purl = purl_of(
        "conda",
        archive.name,
        archive.version,
        build=archive.build,
        channel=archive.channel,
        subdir=archive.subdir,
        type=archive.form,
    )
    return package(
        purl,
        archive.name,
        archive.version,
        origin,
        hashes=hashes,
        registry=archive.base,
        role=role,
        licences=licences,
    )
