"""Where an npm package comes from, as the ``resolved`` and ``version`` fields of npm and yarn locks write it."""

from __future__ import annotations

import re
from urllib.parse import unquote

import msgspec

from freehold.inventory.addresses import base_of, clean_url, git_url

_GIT = re.compile(
    r"^(git\+|git:|git@|github:|gitlab:|bitbucket:)|^(ssh|https?)://\S+\.git(#|$)|^[\w-][\w.-]*/[\w.-]+(#|$)"
)
_LOCAL = re.compile(r"^(file|link|portal|workspace):|^\.{0,2}/")
_CODELOAD = re.compile(r"^https://codeload\.github\.com/([^/]+/[^/]+)/tar\.gz/([^/?#]+)")


class Source(msgspec.Struct, frozen=True):
    """A registry's base address, or a git address (``vcs_url``), or a local path; all empty: nothing is named.

    ``kind`` and ``place`` make the external reference, ``is_local`` says that no registry is asked.
    """

    registry: str = ""
    vcs_url: str = ""
    kind: str = ""
    place: str = ""
    is_local: bool = False


def source_of(name: str, resolved: str) -> Source:
    """Return what ``resolved`` says about the place that the package ``name`` comes from."""
    text = resolved.strip()
    if not text:
        return Source()
    if _LOCAL.match(text):
        return Source(kind="file", place=_local_path(text), is_local=True)
    archive = _CODELOAD.match(text)
    if archive:
        text = f"git+https://github.com/{archive[1]}.git#{archive[2]}"
    if _GIT.match(text):
        address = git_url(text if ":" in text else f"github:{text}")
        return Source(registry=base_of(address.removeprefix("git+")), vcs_url=address, kind="vcs", place=address)
    return _registry_source(name, clean_url(text))


def _registry_source(name: str, url: str) -> Source:
    """Return the registry of a tarball address; an address of another shape is kept as a download of its own."""
    at = unquote(url).find(f"/{name}/-/")
    if at > 0 and "%" not in url[:at]:
        return Source(registry=url[:at])
    marker = url.find("/-/")
    if marker > 0:
        prefix = url[:marker].rpartition("/")[0]
        return Source(registry=prefix.rpartition("/")[0] if "/@" in prefix else prefix)
    return Source(registry=base_of(url), kind="distribution", place=url)


def _local_path(text: str) -> str:
    """Return a local path without its scheme and without an absolute folder, which is the writer's own."""
    path = text.partition(":")[2] or text
    return path.rpartition("/")[2] if path.startswith("/") else path
