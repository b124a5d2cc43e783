"""build.sbt and project/plugins.sbt (Scala): literal coordinates, by pattern. They are code, and are never run.

``"group" % "name" % "version"``; ``%%`` and ``%%%`` stand for the Scala version at the end of the name, which only the
build knows: the name is listed without it. Format: https://www.scala-sbt.org/1.x/docs/Library-Dependencies.html.
"""

from __future__ import annotations

import re

from freehold.inventory.manifests.drafting import ManifestDraft
from freehold.inventory.manifests.gradle_versions import exact_version
from freehold.inventory.notes import Notes
from freehold.inventory.packages import package, purl_of
from freehold.inventory.reader import Document, Reading, text_of
from freehold.model.component import Origin, Role

_MODULE = re.compile(
    r"\"(?P<group>[\w.-]+)\"\s*(?P<mark>%{1,3})\s*\"(?P<name>[\w.-]+)\"\s*%\s*(?:\"(?P<version>[^\"\s]+)\"|(?P<value>[A-Za-z_]\w*))"
    r"(?:\s*%\s*(?P<scope>\"?\w+))?"
)
_VALUE = re.compile(r"^\s*(?:lazy\s+)?val\s+(\w+)\s*=\s*\"(\d[\w.+-]*)\"", re.MULTILINE)
_EVIDENCE = "written as a module in a build file, which is code: recognised by its form"


class SbtBuild:
    """The reader of sbt's build files."""

    name = "sbt-build"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether the name is sbt's."""
        return name.lower().endswith(".sbt")

    def read(self, document: Document) -> Reading:
        """Read the document; raises ``UnreadableError`` if it is no text."""
        text = text_of(document.data)
        draft = ManifestDraft(document, Notes(document.path), "sbt")
        values = dict(_VALUE.findall(text))
        for number, line in enumerate(text.splitlines(), 1):
            if line.lstrip().startswith("//") or len(line) > 4000:
                continue
            for found in _MODULE.finditer(line):
                limits = found["version"] or values.get(found["value"], "")
                version = exact_version(limits)
                role = _role(line, (found["scope"] or "").strip('"').lower())
                origin = Origin(document.path, number)
                purl = purl_of("maven", found["name"], version, namespace=found["group"])
                name = f"{found['group']}:{found['name']}"
                draft.ask(package(purl, name, version, origin, role=role, evidence=_EVIDENCE), role, limits)
        return draft.reading(self.name)


def _role(line: str, scope: str) -> Role:
    """Return the role that a scope states; plugins are needed to build."""
    if "addSbtPlugin" in line or scope in {"provided", "compileonly"}:
        return Role.BUILD
    return Role.DEVELOPMENT if scope in {"test", "it", "integrationtest"} else Role.RUNTIME
