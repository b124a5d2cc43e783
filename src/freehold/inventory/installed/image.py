"""Images given as a path: ``docker save`` archives, OCI layouts as folder or archive, and archives of a root filesystem.

The image is a component, everything in it is contained in it. An image without a registry's name is identified by archive
and digest. What is read of the layers is ``layers``' work, what it means the readers' of installed trees.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from freehold.inventory.infrastructure.images import image_component, read_image
from freehold.inventory.installed.archives import ArchiveParts, FolderParts, Opener, Parts
from freehold.inventory.installed.assembling import PlaceRead, read_tree
from freehold.inventory.installed.layers import LayeredTree
from freehold.inventory.installed.links import gathered, reference, repository
from freehold.inventory.installed.manifests import SavedImage, holds_image, read_images
from freehold.inventory.installed.places import is_installed
from freehold.inventory.installed.streams import Plain, StreamLimits, ZstdAbsentError, opened
from freehold.inventory.installed.terms import stated_licence
from freehold.inventory.installed.trees import TreeView
from freehold.inventory.notes import printable
from freehold.inventory.packages import purl_of
from freehold.inventory.reader import Reading, UnreadableError
from freehold.inventory.sbom.suppliers import organisation_name
from freehold.model.component import Component, ComponentKey, ComponentKind, Dependency, Origin, Role, Skip
from freehold.system.files import RootedFolder

MOST_IMAGES: Final = 50
_LABEL: Final = "org.opencontainers.image."
_SCHEMA_LABEL: Final = "org.label-schema."


class ImageRead(msgspec.Struct, frozen=True):
    """What an archive or layout gave: the places of every image in it, and what could not be read."""

    places: tuple[PlaceRead, ...]
    skips: tuple[Skip, ...]


def read_image_archive(opener: Opener, shown: str, limits: StreamLimits | None = None) -> ImageRead | None:
    """Read an archive; None if it holds neither images nor a root filesystem. Raises ``UnreadableError``."""
    bounds = limits or StreamLimits()
    parts = ArchiveParts(opener, bounds)
    if parts.is_complete and holds_image(parts):
        return _read_all(parts, shown, bounds)
    tree = LayeredTree()
    with opener() as file:
        tree.add_layer(opened(Plain(file), bounds))
    view = TreeView(tree, shown)
    if not is_installed(view, ""):
        return None
    places = read_tree(view, "")
    return ImageRead(tuple(places), (*view.skips, *_passed(tree, shown)))


def read_image_folder(folder: RootedFolder, shown: str, limits: StreamLimits | None = None) -> ImageRead | None:
    """Read an OCI layout; None if the folder is none. Raises ``UnreadableError``."""
    parts = FolderParts(folder)
    if "oci-layout" not in parts or not holds_image(parts):
        return None
    return _read_all(parts, shown, limits or StreamLimits())


def _read_all(parts: Parts, shown: str, limits: StreamLimits) -> ImageRead:
    images = read_images(parts, shown)
    places: list[PlaceRead] = []
    skips: list[Skip] = []
    if len(images) > MOST_IMAGES:
        skips.append(
            Skip(Origin(shown), f"of {len(images)} images the first {MOST_IMAGES} were read", "save fewer at once")
        )
    for image in images[:MOST_IMAGES]:
        label = shown if len(images) == 1 else printable(f"{shown}/{image.names[0] if image.names else image.digest}")
        tree = LayeredTree()
        skips += _add_layers(tree, parts, image, label, limits)
        view = TreeView(tree, label)
        holder = _component(image, label)
        read = read_tree(view, "", holder)
        places += [_described(read[0], image, label), *read[1:]]
        skips += [*view.skips, *_passed(tree, label)]
    return ImageRead(tuple(places), tuple(skips))


def _add_layers(tree: LayeredTree, parts: Parts, image: SavedImage, label: str, limits: StreamLimits) -> Iterable[Skip]:
    """Add the layers in order; one that this Python cannot unpack is a counted skip."""
    for number, name in enumerate(image.layers, 1):
        try:
            with parts.stream(name) as source:
                tree.add_layer(opened(source, limits))
        except ZstdAbsentError as error:
            yield Skip(
                Origin(f"{label}/{name}"), f"layer {number} of {len(image.layers)}: {error.reason}", error.remedy
            )
        except UnreadableError as error:
            reason = f"layer {number} of {len(image.layers)}: {error.reason}"
            raise UnreadableError(reason, remedy=error.remedy) from error


def _component(image: SavedImage, label: str) -> Component:
    """Return the image: under its first name where it has one, else under the archive and its digest."""
    origin = Origin(label)
    named = [found for text in image.names if (found := read_image(text)) is not None]
    first = named[0] if named else None
    if first is not None:
        made = image_component(first, origin)
    else:
        key = ComponentKey(f"{label}#{image.digest}")
        made = Component(key=key, name=label.rpartition("/")[2], kind=ComponentKind.CONTAINER, origins=(origin,))
    labels = image.labels
    exact = ""
    if first is not None and image.is_manifest_digest:
        address = "/".join(part for part in (first.host, first.path) if part)
        exact = purl_of("oci", first.path.rpartition("/")[2], image.digest, repository_url=address, tag=first.tag)
    others = [one.purl for one in named[1:]] + ([exact] if exact else [])
    return msgspec.structs.replace(
        made,
        version=made.version or _said(labels, "version"),
        purls=tuple(dict.fromkeys((*made.purls, *others))),
        licences=stated_licence(_said(labels, "licenses")),
        supplier=organisation_name(_said(labels, "vendor")),
        hashes=(image.digest,),
        references=gathered(
            repository(_said(labels, "source") or labels.get(f"{_SCHEMA_LABEL}vcs-url", "")),
            reference("website", _said(labels, "url")),
            reference("documentation", _said(labels, "documentation")),
        ),
        is_root=True,
    )


def _described(top: PlaceRead, image: SavedImage, label: str) -> PlaceRead:
    """Add the base image that the labels name, and how the image was chosen and identified."""
    notes = [Skip(Origin(label), printable(image.chosen))] if image.chosen else []
    if not image.is_manifest_digest:
        why = f"the image is identified by its configuration ({image.digest}): the archive has no registry's digest"
        notes.append(Skip(Origin(label), why))
    holder = top.reading.components[0]
    base = read_image(_said(image.labels, "base.name"))
    components = top.reading.components
    edges = top.reading.dependencies
    if base is not None:
        digest = _said(image.labels, "base.digest") or base.digest
        below = image_component(msgspec.structs.replace(base, digest=digest), Origin(label), Role.BUILD)
        components = (*components, below)
        edges = (*edges, Dependency(holder.key, below.key, Role.BUILD))
    form = f"image {image.platform}"
    return PlaceRead(top.place, Reading(form, components, edges, (*top.reading.notes, *notes)))


def _said(labels: dict[str, str], name: str) -> str:
    return labels.get(f"{_LABEL}{name}") or labels.get(f"{_SCHEMA_LABEL}{name}", "")


def _passed(tree: LayeredTree, label: str) -> list[Skip]:
    return [Skip(Origin(label), f"{count} {what}: passed over") for what, count in sorted(tree.passed.items())]
