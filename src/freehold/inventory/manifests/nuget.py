"""NuGet's manifests: project files, Directory.Packages.props, packages.config and nuget.config.

Formats: https://learn.microsoft.com/nuget/consume-packages/package-references-in-project-files and its neighbours. A
plain version is the lowest that is allowed, which is the one that NuGet takes; ranges and ``*`` are no version.
Conditions are not evaluated: what stands under one is listed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from freehold.inventory.addresses import clean_url
from freehold.inventory.manifests.drafting import ManifestDraft
from freehold.inventory.notes import Notes
from freehold.inventory.packages import package, purl_of
from freehold.inventory.reader import Document, Reading, UnreadableError
from freehold.model.component import Origin, Role

if TYPE_CHECKING:
    from freehold.inventory.xml_elements import Element

_PROJECT = re.compile(r"\.(?:cs|vb|fs)proj$|^directory\.(?:packages|build)\.(?:props|targets)$")
_EXACT = re.compile(r"^\[?\s*(\d[\w.+-]*)\s*\]?$")
_PROPERTY = re.compile(r"\$\(([\w.]+)\)")


class NugetProject:
    """The reader of .NET project files and of the files that several projects share."""

    name = "nuget-manifest"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether the name is that of a project file, or of one that MSBuild takes in by name."""
        return bool(_PROJECT.search(name.lower()))

    def read(self, document: Document) -> Reading:
        """Read the document; raises ``UnreadableError`` if it is broken, hostile or no project."""
        top = _parsed(document, "Project")
        notes = Notes(document.path)
        is_project = document.name.lower().endswith("proj")
        draft = ManifestDraft(document, notes, "nuget", document.name.rpartition(".")[0] if is_project else "")
        properties = {one.name: one.text for group in top.all("PropertyGroup") for one in group.children}
        draft.properties.update({name: value for name, value in properties.items() if len(value) < 200})
        for element in top.every("PackageVersion"):
            name = element.attributes.get("Include") or element.attributes.get("Update", "")
            draft.offers.setdefault(purl_of("nuget", name), _limits(element))
        for kind in ("PackageReference", "GlobalPackageReference"):
            for element in top.every(kind):
                _ask(element, draft)
        return draft.reading(self.name)


class PackagesConfig:
    """The reader of packages.config, which lists every package with its version."""

    name = "nuget-packages-config"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether the name is NuGet's."""
        return name.lower() == "packages.config"

    def read(self, document: Document) -> Reading:
        """Read the document; raises ``UnreadableError`` if it is broken, hostile or no packages.config."""
        top = _parsed(document, "packages")
        draft = ManifestDraft(document, Notes(document.path), "nuget")
        for element in top.all("package"):
            name, version = element.attributes.get("id", ""), element.attributes.get("version", "")
            role = Role.DEVELOPMENT if element.attributes.get("developmentDependency") == "true" else Role.RUNTIME
            origin = Origin(document.path, element.line)
            component = package(purl_of("nuget", name, version), name, version, origin, role=role)
            draft.ask(component, role, version, is_locked=False)
        return draft.reading(self.name)


class NugetConfig:
    """The reader of nuget.config: which sources it names. A single one that replaces all others is ``indexes``' to use."""

    name = "nuget-config"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether the name is NuGet's."""
        return name.lower() == "nuget.config"

    def read(self, document: Document) -> Reading:
        """Read the document; raises ``UnreadableError`` if it is broken or hostile."""
        notes = Notes(document.path)
        sources = nuget_sources(_parsed(document, "configuration"))
        if not is_only_source(sources):
            for url, line in sources:
                if url:
                    reason = f"source {url} is named beside others: which packages come from it is not known"
                    notes.add("named sources", reason, Origin(document.path, line))
        return Reading(self.name, notes=notes.listed())


def nuget_sources(top: Element) -> list[tuple[str, int]]:
    """Return the addresses of package sources with their lines; an empty address first where others are cleared."""
    found = [("", element.line) for element in top.all("packageSources", "clear")][:1]
    for element in top.all("packageSources", "add"):
        url = clean_url(element.attributes.get("value", ""))
        if url:
            found.append((url, element.line))
    return found


def is_only_source(sources: list[tuple[str, int]]) -> bool:
    """Tell whether exactly one source is left, all others being cleared."""
    return len(sources) == 2 and not sources[0][0]


def _parsed(document: Document, root: str) -> Element:
    from freehold.inventory.xml_elements import read_xml

    top = read_xml(document.data)
    if top.name != root:
        raise UnreadableError(f"the root element is {top.name[:80]!r}, not {root!r}", line=top.line)
    return top


def _limits(element: Element) -> str:
    """Return the version of an element, as attribute or child; properties in the spelling that ``asking`` fills in."""
    for name in ("VersionOverride", "Version", "version"):
        text = element.attributes.get(name) or element.said(name)
        if text:
            return _PROPERTY.sub(lambda found: "${" + found[1] + "}", text.strip())
    return ""


def _ask(element: Element, draft: ManifestDraft) -> None:
    """Ask for one package; assets that stay private are needed to build or develop only."""
    name = element.attributes.get("Include") or element.attributes.get("Update", "")
    if not name or "$(" in name or "@(" in name:
        return
    limits = _limits(element)
    found = _EXACT.match(limits)
    version = found[1] if found else ""
    private = element.attributes.get("PrivateAssets") or element.said("PrivateAssets")
    is_private = private.lower() == "all" or element.name == "GlobalPackageReference"
    role = Role.BUILD if is_private else Role.RUNTIME
    origin = Origin(draft.path, element.line)
    draft.ask(
        package(purl_of("nuget", name, version), name, version, origin, fallback=f"/{name}", role=role), role, limits
    )
