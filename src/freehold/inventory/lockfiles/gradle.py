"""gradle.lockfile and buildscript-gradle.lockfile: locked modules, each with the configurations that use it. No edges."""

from __future__ import annotations

import re

from freehold.inventory.joining import strongest
from freehold.inventory.notes import Notes
from freehold.inventory.packages import Draft, package, purl_of
from freehold.inventory.reader import Document, Lock, Reading, text_of
from freehold.model.component import Origin, Role

_LINE = re.compile(r"^([^:=\s]+):([^:=\s]+):([^:=\s]+)=(.*)$")
_TEST = re.compile(r"test|jmh|benchmark", re.IGNORECASE)
_BUILD = re.compile(
    r"annotationprocessor|^kapt|compileclasspath|compileonly|checkstyle|jacoco|spotless|errorprone|pmd|ktlint|detekt",
    re.IGNORECASE,
)


class GradleLock:
    """The reader of Gradle's lockfiles."""

    name = "gradle-lock"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether the name is Gradle's."""
        return name.lower() in {"gradle.lockfile", "buildscript-gradle.lockfile"}

    def read(self, document: Document) -> Reading:
        """Read the document; lines that are none of its form are noted. A build script's modules are needed to build."""
        notes = Notes(document.path)
        draft = Draft(document, notes)
        is_build = document.name.lower().startswith("buildscript")
        for number, line in enumerate(text_of(document.data).splitlines(), 1):
            text, origin = line.strip(), Origin(document.path, number)
            if not text or text.startswith(("#", "empty=")):
                continue
            found = _LINE.match(text)
            if found is None:
                notes.add("lines that cannot be read", f"not a gradle.lockfile line: {text[:80]!r}", origin)
                continue
            role = Role.BUILD if is_build else strongest(map(_role, found[4].split(",")))
            purl = purl_of("maven", found[2], found[3], namespace=found[1])
            draft.add(text, package(purl, f"{found[1]}:{found[2]}", found[3], origin, role=role))
        return draft.reading(self.name, lock=Lock(("gradle",)))


def _role(configuration: str) -> Role:
    """Return the role that a configuration's name states, as the Java plugins name them."""
    if _TEST.search(configuration):
        return Role.DEVELOPMENT
    return Role.BUILD if _BUILD.search(configuration) else Role.RUNTIME
