"""Which images an archive or layout holds: their names, configuration and layers.

Formats: docker's ``manifest.json`` (https://github.com/moby/moby/blob/master/image/spec/v1.2.md), and the image layout,
index and manifest of https://github.com/opencontainers/image-spec. Of an index for several platforms the one of this
machine is read, else the first; which is said in a note. A document whose digest is not its name's is refused.
"""

from __future__ import annotations

import hashlib
import platform
import re
from typing import Final

import msgspec

from freehold.inventory.infrastructure.images import read_image
from freehold.inventory.installed.archives import DOCUMENT_BYTES, Parts
from freehold.inventory.notes import Notes
from freehold.inventory.reader import Document, UnreadableError
from freehold.inventory.values import Table, read_json

MANIFEST: Final = "manifest.json"
INDEX: Final = "index.json"
_DEEPEST: Final = 4
_DIGEST: Final = re.compile(r"(sha256|sha512):([0-9a-f]{64,128})")
_NAME: Final = ("io.containerd.image.name", "org.opencontainers.image.ref.name")
_REFERENCE_TYPE: Final = "vnd.docker.reference.type"
_MACHINES: Final = {"x86_64": "amd64", "aarch64": "arm64", "i386": "386", "i686": "386", "armv7l": "arm"}


class SavedImage(msgspec.Struct, frozen=True):
    """One image: its names with tags, the digest of its manifest (or configuration, before OCI), labels, and layers.

    ``platform`` is ``os/architecture``; ``chosen`` says why it was taken where there were several.
    """

    names: tuple[str, ...]
    digest: str
    is_manifest_digest: bool
    labels: dict[str, str]
    layers: tuple[str, ...]
    platform: str
    chosen: str = ""


def holds_image(parts: Parts) -> bool:
    """Tell whether the parts are a saved image's."""
    return MANIFEST in parts or (INDEX in parts and "oci-layout" in parts)


def read_images(parts: Parts, shown: str) -> list[SavedImage]:
    """Return the images, in the order of the index. Raises ``UnreadableError`` for broken or absent documents."""
    reader = _Manifests(parts, shown)
    is_layout = INDEX in parts and "oci-layout" in parts
    found = reader.of_index(reader.document(INDEX), 0) if is_layout else reader.of_docker()
    if not found:
        raise UnreadableError("the archive lists no image", remedy="save the image again")
    return found


class _Manifests:
    """Follows indexes to manifests to configurations."""

    def __init__(self, parts: Parts, shown: str) -> None:
        self._parts = parts
        self._shown = shown

    def document(self, name: str, digest: str = "") -> Table:
        """Return a JSON document; a list stands under the key ``items``."""
        with self._parts.stream(name) as source:
            data = source.read(DOCUMENT_BYTES + 1)
        if len(data) > DOCUMENT_BYTES:
            raise UnreadableError(f"{name[:120]} is larger than {DOCUMENT_BYTES:,} bytes", remedy="check its origin")
        found = _DIGEST.fullmatch(digest)
        if found and hashlib.new(found[1], data).hexdigest() != found[2]:
            raise UnreadableError(f"{name[:120]} is not what its digest says", remedy="save the image again")
        path = f"{self._shown}/{name}"
        data = b'{"items":' + data + b"}" if data.lstrip().startswith(b"[") else data
        return read_json(Document(path, data), Notes(path))

    def of_docker(self) -> list[SavedImage]:
        """Return what docker's own list names."""
        return [self._docker(entry) for entry in self.document(MANIFEST).tables("items")]

    def of_index(self, index: Table, depth: int) -> list[SavedImage]:
        """Return the images of an index: one for each name, of several platforms just one."""
        named: dict[str, list[Table]] = {}
        for entry in index.tables("manifests"):
            if not entry.table("annotations").text(_REFERENCE_TYPE):
                named.setdefault(_name(entry), []).append(entry)
        found: list[SavedImage] = []
        for name, entries in named.items():
            entry, why = _of_this_machine(entries)
            found += [self._with_name(image, name, why) for image in self._of_entry(entry, depth)]
        return _joined(found)

    def _of_entry(self, entry: Table, depth: int) -> list[SavedImage]:
        digest = entry.text("digest")
        document = self.document(_blob(digest), digest)
        if "manifests" in document:
            if depth >= _DEEPEST:
                raise UnreadableError("indexes within one another, too deep to be followed", remedy="check its origin")
            return self.of_index(document, depth + 1)
        config = self.document(_blob(document.table("config").text("digest")), document.table("config").text("digest"))
        layers = tuple(_blob(layer.text("digest")) for layer in document.tables("layers"))
        labels = _labels(config) | dict(document.table("annotations").inner_texts())
        return [SavedImage((), digest, True, labels, layers, _platform(config))]

    def _with_name(self, image: SavedImage, name: str, why: str) -> SavedImage:
        names = (name, *image.names) if name else image.names
        return msgspec.structs.replace(image, names=names, chosen=why or image.chosen)

    def _docker(self, entry: Table) -> SavedImage:
        name = entry.text("Config")
        with self._parts.stream(name) as source:
            digest = f"sha256:{hashlib.sha256(source.read(DOCUMENT_BYTES)).hexdigest()}"
        config = self.document(name)
        names = tuple(entry.texts_only("RepoTags")) if entry.is_list("RepoTags") else ()
        return SavedImage(names, digest, False, _labels(config), tuple(entry.texts("Layers")), _platform(config))


def _name(entry: Table) -> str:
    """Return the name that an index gives an image; a mere tag is no name."""
    annotations = entry.table("annotations")
    names = [annotations.text(key) for key in _NAME]
    return next((name for name in names if ("/" in name or ":" in name) and read_image(name) is not None), "")


def _of_this_machine(entries: list[Table]) -> tuple[Table, str]:
    """Return the entry for this machine's platform, else the first, and why it was chosen if there is a choice."""
    if len(entries) == 1:
        return entries[0], ""
    own = f"linux/{_MACHINES.get(platform.machine(), platform.machine())}"
    names = [_platform(entry.table("platform")) for entry in entries]
    at = names.index(own) if own in names else 0
    which = "that of this machine" if names[at] == own else "the first"
    return entries[at], f"of {len(entries)} platforms ({', '.join(names)}) {names[at]} was read, {which}"


def _platform(stated: Table) -> str:
    return "/".join(part for part in (stated.text("os"), stated.text("architecture")) if part) or "unknown"


def _labels(config: Table) -> dict[str, str]:
    settings = config.table("config") if config.is_table("config") else None
    return dict(settings.table("Labels").inner_texts()) if settings and settings.is_table("Labels") else {}


def _blob(digest: str) -> str:
    """Return where a blob lies. Raises ``UnreadableError`` for what is no digest."""
    found = _DIGEST.fullmatch(digest)
    if found is None:
        raise UnreadableError(f"no digest that is known: {digest[:80]!r}", remedy="save the image again")
    return f"blobs/{found[1]}/{found[2]}"


def _joined(images: list[SavedImage]) -> list[SavedImage]:
    """Return each image once, with all of its names."""
    found: dict[str, SavedImage] = {}
    for image in images:
        held = found.get(image.digest)
        names = tuple(dict.fromkeys((*held.names, *image.names))) if held else image.names
        found[image.digest] = msgspec.structs.replace(held or image, names=names)
    return list(found.values())
