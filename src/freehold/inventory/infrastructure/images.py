"""Names of container images, as container files, compose files and clusters write them.

``[HOST/]NAMESPACE/NAME[:TAG][@DIGEST]`` (https://github.com/distribution/reference). Without a host the Docker client asks
Docker Hub, where a single name lies in ``library``.
"""

from __future__ import annotations

import re

import msgspec

from freehold.inventory.packages import Draft, purl_of
from freehold.model.component import Component, ComponentKey, ComponentKind, Origin, Role

_REFERENCE = re.compile(
    r"^(?:(?P<host>(?:[\w-]+(?:\.[\w-]+)+|localhost|[\w-]+(?=:\d+/))(?::\d+)?)/)?"
    r"(?P<path>[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*)*)"
    r"(?::(?P<tag>[\w][\w.-]{0,127}))?(?:@(?P<digest>[a-z0-9]+:[0-9a-fA-F]{32,}))?$"
)
_HUB = frozenset({"docker.io", "index.docker.io", "registry-1.docker.io"})


class Image(msgspec.Struct, frozen=True):
    """An image's name taken apart. ``host`` is empty for Docker Hub; ``path`` is whole there (``library/redis``)."""

    host: str
    path: str
    tag: str
    digest: str

    @property
    def is_fixed(self) -> bool:
        """Tell whether the name means the same image tomorrow: only a digest does."""
        return bool(self.digest)

    @property
    def purl(self) -> str:
        """Return the purl: its version is the digest where there is one, else the tag."""
        namespace, _, name = self.path.rpartition("/")
        version = self.digest or self.tag or "latest"
        return purl_of("docker", name, version, namespace=namespace, repository_url=self.host)

    @property
    def tagged_purl(self) -> str:
        """Return the purl with the tag beside the digest; empty if it does not have both."""
        namespace, _, name = self.path.rpartition("/")
        both = self.digest and self.tag
        options = {"repository_url": self.host, "tag": self.tag}
        return purl_of("docker", name, self.digest, namespace=namespace, **options) if both else ""


def read_image(text: str) -> Image | None:
    """Return the parts of an image's name; None if it is none."""
    found = _REFERENCE.match(text.strip())
    if found is None:
        return None
    host, path = found["host"] or "", found["path"]
    if host in _HUB or not host:
        host, path = "", path if "/" in path else f"library/{path}"
    return Image(host, path, found["tag"] or "", (found["digest"] or "").lower())


def image_component(image: Image, origin: Origin, role: Role = Role.RUNTIME) -> Component:
    """Return the component of an image. Its registry is named only where the name has a host."""
    purl = image.purl
    return Component(
        key=ComponentKey(purl),
        name=image.path if not image.host else f"{image.host}/{image.path}",
        version=image.digest or image.tag or "latest",
        kind=ComponentKind.CONTAINER,
        purls=(purl, image.tagged_purl) if image.tagged_purl else (purl,),
        hashes=(image.digest,) if image.digest else (),
        registry=f"https://{image.host}" if image.host else "",
        role=role,
        origins=(origin,),
    )


def add_image(draft: Draft, text: str, origin: Origin, role: Role = Role.RUNTIME) -> str:
    """Add the image that a file names to a draft, and return the name it has there; empty if it cannot be read.

    An image without a digest, and a name that is none, are noted.
    """
    image = read_image(text)
    if image is None:
        reason = f"image {text[:100]!r} cannot be read: a variable without a default, or no image's name"
        draft.notes.add("unreadable images", reason, origin, "write the name out, or give the variable a default")
        return ""
    if not image.is_fixed:
        tag = f"tag {image.tag!r}" if image.tag else "no tag: 'latest'"
        reason = f"{text[:100]} can change: {tag}, no digest"
        draft.notes.add("images without a digest", reason, origin, "pin its digest")
    draft.add(text, image_component(image, origin, role))
    return text
