"""What a CycloneDX document lists, counted in the same way whoever wrote it: packages, edges, registries, services, models."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

PACKAGES = frozenset(
    {
        *("npm", "pypi", "cargo", "golang", "maven", "gem", "composer", "nuget", "pub", "hex", "swift", "cocoapods"),
        *("conda", "deb", "apk", "rpm", "cran", "hackage"),
    }
)
"""Types of purls that are packages; images, actions, providers and models have columns of their own."""


@dataclass
class Counted:
    """What one generator found in one folder."""

    numbers: dict[str, int] = field(default_factory=dict)
    purls: set[str] = field(default_factory=set)
    seconds: float = 0.0
    megabytes: float = 0.0
    failed: str = ""


def counted(document: Any) -> Counted:
    """Count what a CycloneDX document lists."""
    parts = [part for part in every_part(document) if part is not document.get("metadata", {}).get("component")]
    packages = {plain(part["purl"]): part for part in parts if part.get("purl") and purl_type(part["purl"]) in PACKAGES}
    services = document.get("services", [])
    kinds = [(part.get("type", ""), purl_type(part.get("purl", "")), part.get("purl", "")) for part in parts]
    numbers = {
        "packages": len(packages),
        "licensed": sum(bool(part.get("licenses")) for part in packages.values()),
        "edges": len(set(edges(document))),
        "registries": len({host for part in parts for host in registries(part)}),
        "images": sum(kind == "container" or form in {"docker", "oci"} for kind, form, _ in kinds),
        "actions": sum(form in {"githubactions", "github"} for _, form, _ in kinds),
        "providers": sum(form in {"terraform", "opentofu"} for _, form, _ in kinds),
        "services": len(services),
        "models": sum(kind == "machine-learning-model" or form == "huggingface" for kind, form, _ in kinds),
    }
    return Counted(numbers, set(packages))


def edges(document: Any) -> Iterator[tuple[str, str]]:
    """Yield each edge by purl, so that a package in two places is not counted twice; by reference where there is none."""
    meant = {
        part["bom-ref"]: plain(part["purl"]) for part in every_part(document) if part.get("purl") and "bom-ref" in part
    }
    for item in document.get("dependencies", []):
        parent = item["ref"]
        yield from ((meant.get(parent, parent), meant.get(child, child)) for child in item.get("dependsOn", []))


def every_part(document: Any) -> Iterator[Any]:
    """Yield all components, nested ones too."""
    waiting = list(document.get("components", []))
    while waiting:
        part = waiting.pop()
        yield part
        waiting += part.get("components", [])


def purl_type(purl: str) -> str:
    """Return the type of a purl."""
    return purl.removeprefix("pkg:").partition("/")[0]


def plain(purl: str) -> str:
    """Return a purl without qualifiers and with one spelling, so that two tools' can be compared."""
    name = unquote(purl.partition("?")[0].partition("#")[0]).lower()
    return re.sub(r"[_.]+(?=.*@)", "-", name) if name.startswith("pkg:pypi/") else name


def registries(part: Any) -> Iterator[str]:
    """Yield the hosts that a component names as the place it comes from."""
    for reference in part.get("externalReferences", []):
        if reference.get("type") == "distribution":
            host = urlsplit(reference.get("url", "")).hostname
            if host:
                yield host
    query = urlsplit(part.get("purl", "")).query
    for pair in query.split("&"):
        if pair.startswith("repository_url="):
            yield (
                unquote(pair.partition("=")[2]).partition("://")[2] or unquote(pair.partition("=")[2]).partition("/")[0]
            )


def unversioned(purl: str) -> str:
    """Return a plain purl without its version."""
    at = purl.rfind("@")
    return purl[:at] if at > purl.rfind("/") else purl
