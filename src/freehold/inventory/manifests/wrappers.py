"""gradle-wrapper.properties and maven-wrapper.properties: the build tool that is downloaded on building, and from where.

Formats: https://docs.gradle.org/current/userguide/gradle_wrapper.html and https://maven.apache.org/wrapper/.
"""

from __future__ import annotations

import re

from freehold.inventory.addresses import base_of, clean_url
from freehold.inventory.notes import Notes
from freehold.inventory.packages import Draft, named_hash, package, purl_of
from freehold.inventory.reader import Document, Reading, text_of
from freehold.model.component import ComponentKind, Origin, Reference, Role

_LINE = re.compile(r"^\s*(distributionUrl|wrapperUrl)\s*[=:]\s*(\S+)")
_SUM = re.compile(r"^\s*(distribution|wrapper)Sha256Sum\s*[=:]\s*([0-9a-fA-F]{64})", re.MULTILINE)
_TOOL = re.compile(
    r"/((?:apache-)?(?:gradle|maven|maven-mvnd)(?:-wrapper)?)-(\d[\w.+-]*?)(?:-(?:bin|all|src))?\.(?:zip|jar|tar\.gz)$"
)


class BuildWrapper:
    """The reader of the wrappers' settings."""

    name = "build-wrapper"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether the name is that of a wrapper's settings."""
        return name.lower() in {"gradle-wrapper.properties", "maven-wrapper.properties"}

    def read(self, document: Document) -> Reading:
        """Read the document; an address that names no tool is noted."""
        notes = Notes(document.path)
        draft = Draft(document, notes)
        text = text_of(document.data)
        sums = dict(_SUM.findall(text))
        for number, line in enumerate(text.splitlines(), 1):
            found = _LINE.match(line)
            if found is None:
                continue
            url, origin = clean_url(found[2].replace("\\", "")), Origin(document.path, number)
            tool = _TOOL.search(url)
            if tool is None:
                notes.add("addresses of no known tool", f"no build tool can be read from {url[:120]!r}", origin)
                continue
            hashes = named_hash(f"sha256:{sums.get(found[1].removesuffix('Url'), '')}")
            purl = _purl(tool[1], tool[2], url)
            component = package(
                purl,
                tool[1],
                tool[2],
                origin,
                kind=ComponentKind.APPLICATION,
                hashes=hashes,
                registry=_registry(url, tool[1]),
                references=(Reference("distribution", url),),
                role=Role.BUILD,
            )
            draft.add(found[1], component)
        return draft.reading(self.name)


def _purl(tool: str, version: str, url: str) -> str:
    """Return the tool's purl: Maven's are in Maven repositories, Gradle's distribution is in none."""
    if "maven" in tool:
        group = "org.apache.maven.wrapper" if "wrapper" in tool else "org.apache.maven"
        return purl_of("maven", tool, version, namespace=group)
    return purl_of("generic", tool, version, download_url=url)


def _registry(url: str, tool: str) -> str:
    """Return the repository's address where the path is that of one, else the host."""
    marker = url.find("/org/apache/maven/")
    return url[:marker] if "maven" in tool and marker > 0 else base_of(url)
