"""Components that infrastructure files of several formats name: services, hosts, repositories at a revision.

Services are inferred, each with what stands in the file as evidence. Which record a name or host means is the catalog's
matter.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from urllib.parse import urlsplit

from freehold.inventory.addresses import base_of, git_url
from freehold.inventory.packages import Draft, package, purl_of, used_host
from freehold.inventory.sbom.places import host_of
from freehold.model.component import Component, ComponentKey, ComponentKind, Origin, Role

COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
"""A whole commit, which is the same content tomorrow; tags and branches can be moved."""
LOCAL = frozenset({"localhost", "127.0.0.1", "0.0.0.0", "::1", "host.docker.internal"})  # noqa: S104 - names, no sockets
_FORGES = {"github.com": "github", "www.github.com": "github", "gitlab.com": "gitlab", "bitbucket.org": "bitbucket"}
_PATH = re.compile(r"/([\w.~-]+(?:/[\w.~-]+)*)/([\w.~-]+)")


class Lines:
    """Finds the line of a place in a text by bisection."""

    def __init__(self, path: str, text: str) -> None:
        self._path = path
        self._ends = [found.start() for found in re.finditer("\n", text)]

    def origin(self, at: int) -> Origin:
        """Return the place of a character, by its line (1-based)."""
        return Origin(self._path, bisect_left(self._ends, at) + 1)


def service(
    key: str, name: str, origin: Origin, evidence: str, *, role: Role = Role.BUILD, host: str = ""
) -> Component:
    """Return a service that a file implies; the same key is the same service in every file."""
    return Component(
        key=ComponentKey(key),
        name=name,
        kind=ComponentKind.SERVICE,
        hosts=(host,) if host else (),
        role=role,
        origins=(origin,),
        evidence=evidence,
    )


def add_host(draft: Draft, url: str, origin: Origin, evidence: str, *, role: Role = Role.BUILD) -> bool:
    """Add the service at an address, unless it is the machine itself or not written out; ``evidence`` ends in its name.

    A host is the same service in every file; what builds with it and what runs with it are kept apart.
    """
    host = host_of(url)
    if not host or host.lower() in LOCAL or "." not in host:
        return False
    key = used_host(host, role)
    draft.add(key, service(key, host, origin, f"{evidence} {host}", role=role, host=host))
    return True


def repository_of(source: str) -> tuple[str, str]:
    """Return address and revision of a source with a path in it: ``git::https://host/owner/name//path?ref=v1``.

    Sources without a scheme mean ``https``; of a GitHub address only owner and name belong to the repository.
    """
    address, _, query = source.removeprefix("git::").partition("?")
    scheme, mark, rest = address.rpartition("://")
    rest = rest.partition("//")[0]
    if not mark and "@" in rest.partition("/")[0]:
        place = rest
    else:
        parts = rest.split("/")
        place = (scheme + mark or "https://") + "/".join(parts[:3] if parts[0] == "github.com" else parts)
    found = re.search(r"(?:^|&)(?:ref|version)=([^&]*)", query)
    return place, found[1] if found and "$" not in found[1] else ""


def repository(address: str, revision: str, origin: Origin, role: Role = Role.BUILD) -> Component | None:
    """Return what lies in a version-control repository at a revision; None if the address names no host and path.

    Repositories of forges that purl knows have its purl, others a generic one with ``vcs_url``.
    """
    clean = git_url(f"{address}#{revision}" if revision else address)
    place, _, written = clean.removeprefix("git+").partition("@")
    parts = urlsplit(place)
    found = _PATH.fullmatch(parts.path.removesuffix(".git"))
    if found is None:
        return None
    namespace, name, version = found[1], found[2], revision or written
    kind = _FORGES.get(parts.hostname or "", "")
    if kind and (kind != "github" or "/" not in namespace):
        purl = purl_of(kind, name, version, namespace=namespace)
        return package(purl, f"{namespace}/{name}", version, origin, role=role)
    purl = purl_of("generic", name, version, vcs_url=clean)
    return package(purl, f"{namespace}/{name}", version, origin, role=role, registry=base_of(place))


def add_repository(draft: Draft, address: str, revision: str, origin: Origin, role: Role = Role.BUILD) -> str:
    """Add a repository to a draft and return the name it has there; empty, with a note, if the address is none."""
    component = repository(address, revision, origin, role)
    if component is None:
        draft.notes.add("unreadable repositories", f"{address[:100]!r} names no repository", origin)
        return ""
    draft.add(component.key, component)
    if not COMMIT.fullmatch(component.version):
        reason = f"{component.name} can change: {component.version or 'no revision'} is no whole commit"
        draft.notes.add("repositories without a commit", reason, origin, "pin the whole commit")
    return component.key
