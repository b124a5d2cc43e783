"""Reading a local Maven repository: licences and source repository of each artifact, inherited from its parents.

Format: https://maven.apache.org/pom.html. A POM that names several licences does not say whether any or all apply:
``lists`` reads it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import parse
from packageurl import PackageURL

from freehold.model.component import Licence, LicenceForm
from survey.statement import Statement

_NS = "{http://maven.apache.org/POM/4.0.0}"
_DEEPEST = 12
_ORIGINAL = "debian.originalVersion"
_PACKAGE = "debian.package"


def poms(path: Path) -> Iterator[Statement]:
    """Yield what the POMs under a repository folder state."""
    for file in sorted(path.rglob("*.pom")):
        root, found = _root(file), coordinates(file)
        if root is not None and found:
            licences, urls = _inherited(path, root, 0)
            yield Statement(PackageURL("maven", found[0], found[1]).to_string(), found[2], licences, urls, listed=True)


def coordinates(file: Path) -> tuple[str, str, str] | None:
    """Return group, artifact and version of a POM; None where it does not plainly state them.

    Debian writes its own word for the version (``debian``, ``9.x``), and mostly the version that it packaged into a property
    (else empty).
    """
    root = _root(file)
    if root is None:
        return None
    group = _text(root, "groupId") or _text(root, "parent/groupId")
    version = _text(root, "version") or _text(root, "parent/version")
    artifact = _text(root, "artifactId")
    plain = all((group, version, artifact)) and "${" not in group + version + artifact
    if version == "debian" or version.endswith(".x"):
        version = _text(root, f"properties/{_ORIGINAL}")
    return (group, artifact, version) if plain else None


def package_of(file: Path) -> str:
    """Return the package of Debian that a POM in its repository names; empty for none."""
    root = _root(file)
    return "" if root is None else _text(root, f"properties/{_PACKAGE}")


def _inherited(path: Path, root: Any, depth: int) -> tuple[tuple[Licence, ...], tuple[str, ...]]:
    """Return licences and addresses of a POM, each from the nearest of it and its parents that names any."""
    found = [_licence(item) for item in root.findall(f"{_NS}licenses/{_NS}license")]
    licences = tuple(licence for licence in found if licence is not None)
    urls = tuple(url for url in (_text(root, "scm/url"), _text(root, "url")) if url and "${" not in url)
    group, artifact, version = (_text(root, f"parent/{field}") for field in ("groupId", "artifactId", "version"))
    if (licences and urls) or not group or depth > _DEEPEST:
        return licences, urls
    above = _root(path / group.replace(".", "/") / artifact / version / f"{artifact}-{version}.pom")
    if above is None:
        return licences, urls
    more_licences, more_urls = _inherited(path, above, depth + 1)
    return licences or more_licences, urls or more_urls


def _licence(item: Any) -> Licence | None:
    name, url = _text(item, "name"), _text(item, "url")
    if name:
        return Licence(LicenceForm.NAME, " ".join(name.split()))
    return Licence(LicenceForm.URL, url) if url else None


def _root(file: Path) -> Any:
    try:
        return parse(file).getroot()
    except (OSError, ParseError, DefusedXmlException, ValueError):
        return None


def _text(element: Any, path: str) -> str:
    found = element.find("/".join(_NS + step for step in path.split("/")))
    return (found.text or "").strip() if found is not None else ""
