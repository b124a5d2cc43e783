"""build.gradle, build.gradle.kts and their settings: plain coordinates, plugins and repositories. They are code.

Only literal notations are recognised, by pattern, and inferred: ``implementation "group:name:version"``, named parts, and
plugins with a version. What is put together at run time is not seen, and nothing is run.
Format: https://docs.gradle.org/current/userguide/declaring_dependencies.html.
"""

from __future__ import annotations

import re

from freehold.inventory.manifests.drafting import ManifestDraft
from freehold.inventory.manifests.gradle_catalog import REMEDY
from freehold.inventory.manifests.gradle_repositories import named_repositories, replacing_repository
from freehold.inventory.manifests.gradle_versions import exact_version
from freehold.inventory.notes import Notes
from freehold.inventory.packages import package, purl_of
from freehold.inventory.reader import Document, Reading, text_of
from freehold.model.component import Origin, Role

_NAME = re.compile(r"^[\w.-]*\.gradle(?:\.kts)?$")
_CONFIGURATION = (
    r"(?P<use>\w*(?:[iI]mplementation|[aA]pi|[cC]ompile(?:Only|OnlyApi)?|[rR]untime(?:Only)?|annotationProcessor"
    r"|kapt\w*|ksp\w*|classpath|developmentOnly|detektPlugins|errorprone|providedRuntime|providedCompile))"
)
_WRAPPED = r"(?:\s*\(?\s*(?:(?:platform|enforcedPlatform|kotlin|testFixtures)\s*\(\s*)?)"
_PLAIN = re.compile(rf"^\s*{_CONFIGURATION}{_WRAPPED}([\"'])(?P<coordinates>[\w.-]+:[\w.-]+(?::[^\"'\s]+)?)\2")
_PARTS = re.compile(
    rf"^\s*{_CONFIGURATION}\s*\(?\s*group\s*[:=]\s*[\"'](?P<group>[\w.-]+)[\"']\s*,\s*name\s*[:=]\s*[\"'](?P<name>[\w.-]+)[\"']"
    r"(?:\s*,\s*version\s*[:=]\s*[\"'](?P<version>[^\"'\s]+)[\"'])?"
)
_PLUGIN = re.compile(
    r"^\s*id\s*\(?\s*[\"'](?P<id>[\w.-]+)[\"']\s*\)?(?:\s*version\s*\(?\s*[\"'](?P<version>[^\"'\s]+)[\"'])?"
)
_REFERENCE = re.compile(r"\$\{?(?:rootProject\.|project\.|ext\.)*([A-Za-z_][\w.]*)\}?")
_COMMENT = re.compile(r"//(?!/).*$|^\s*\*.*$")
_VARIABLE = re.compile(
    r"^\s*(?:(?:def|val|var|const|private|ext|extra)[ .]+)*([A-Za-z_][\w.]*)\s*=\s*[\"'](\d[\w.+-]*)[\"']", re.MULTILINE
)
_MOST_TEXT = 1_000_000
_TEST = re.compile(r"test|jmh", re.IGNORECASE)
_BUILD = re.compile(
    r"annotationprocessor|^kapt|^ksp|compileonly|providedcompile|classpath|detekt|errorprone", re.IGNORECASE
)
_EVIDENCE = "written as {} in a build file, which is code: recognised by its form"


class GradleProperties:
    """The reader of gradle.properties: values that build files put into versions."""

    name = "gradle-properties"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether the name is Gradle's."""
        return name.lower() == "gradle.properties"

    def read(self, document: Document) -> Reading:
        """Read the document; only plain versions are kept, nothing that could be a secret."""
        draft = ManifestDraft(document, Notes(document.path), "gradle")
        lines = (
            re.match(r"^\s*([\w.-]+)\s*[=:]\s*(\d[\w.+-]{0,40})\s*$", line)
            for line in text_of(document.data).splitlines()
        )
        draft.properties.update({found[1]: found[2] for found in lines if found})
        return draft.reading(self.name)


class GradleBuild:
    """The reader of Gradle's build and settings files."""

    name = "gradle-build"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether the name is that of a Gradle script."""
        return bool(_NAME.match(name.lower()))

    def read(self, document: Document) -> Reading:
        """Read the document; raises ``UnreadableError`` if it is no text."""
        notes = Notes(document.path)
        text = text_of(document.data)
        draft = ManifestDraft(document, notes, "gradle")
        draft.remedy = REMEDY
        draft.properties.update({found[1]: found[2] for found in _VARIABLE.finditer(text[:_MOST_TEXT])})
        for number, raw in enumerate(text.splitlines(), 1):
            if len(raw) < 2000:
                _add(_COMMENT.sub("", raw) if "://" not in raw else raw, draft, Origin(document.path, number))
        repositories = list(named_repositories(text))
        first = replacing_repository(repositories)
        for one in repositories:
            if one.url and (first is None or one.url != first.url):
                reason = f"repository {one.url} is named: which packages come from it is not known"
                notes.add("named repositories", reason, Origin(document.path, one.line))
        return draft.reading(self.name)


def _add(line: str, draft: ManifestDraft, origin: Origin) -> None:
    """Add what one line asks for."""
    if found := _PLAIN.match(line):
        group, name, *rest = found["coordinates"].split(":")
        _ask(draft, found["use"], group, name, rest[0] if rest else "", origin)
    elif found := _PARTS.match(line):
        _ask(draft, found["use"], found["group"], found["name"], found["version"] or "", origin)
    elif (found := _PLUGIN.match(line)) and "." in found["id"]:
        version = exact_version(found["version"] or "")
        purl = purl_of("maven", f"{found['id']}.gradle.plugin", version, namespace=found["id"])
        evidence = _EVIDENCE.format("a plugin")
        component = package(purl, found["id"], version, origin, role=Role.BUILD, evidence=evidence)
        draft.ask(component, Role.BUILD, found["version"] or "", is_locked=False)


def _ask(draft: ManifestDraft, use: str, group: str, name: str, limits: str, origin: Origin) -> None:
    """Ask for one module in the role that its configuration's name states."""
    limits = _REFERENCE.sub(lambda found: "${" + found[1] + "}", limits.partition("@")[0])
    version = exact_version(limits)
    role = Role.DEVELOPMENT if _TEST.search(use) else Role.BUILD if _BUILD.search(use) else Role.RUNTIME
    purl = purl_of("maven", name, version, namespace=group)
    component = package(purl, f"{group}:{name}", version, origin, role=role, evidence=_EVIDENCE.format(use))
    draft.ask(component, role, limits, is_locked=use != "classpath")
