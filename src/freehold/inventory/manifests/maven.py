"""pom.xml (Maven): dependencies by scope, plugins, parent and imported lists, and the repositories that it names.

Format: https://maven.apache.org/pom.html. A pom is read by itself; versions and properties that a pom above gives are
put in where both are known (``asking``). Profiles are read as if all were on; nothing is resolved or run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from freehold.inventory.addresses import clean_url, is_mirror
from freehold.inventory.manifests.drafting import ManifestDraft
from freehold.inventory.notes import Notes
from freehold.inventory.packages import package, purl_of
from freehold.inventory.reader import Document, Reading, UnreadableError
from freehold.model.component import Component, Origin, Reference, Role

if TYPE_CHECKING:  # the XML machinery is loaded by the first XML document, not at start-up
    from freehold.inventory.xml_elements import Element

_SCOPES = {"test": Role.DEVELOPMENT, "provided": Role.BUILD, "system": Role.BUILD, "import": Role.BUILD}
_EXACT = re.compile(r"^(?:\[\s*([\w.+-]+)\s*\]|(\d[\w.+-]*|[A-Za-z]\w*\.SR\d+|[\w-]+[.-][\w.-]+))$")
_REMEDY = "give an SBOM made by the build (CycloneDX or SPDX), which lists what Maven resolved"
_PROPERTY = re.compile(r"\$\{([^${}]+)\}")
_MOST_STEPS = 20
_LONGEST_VALUE = 200
_PLUGINS = "org.apache.maven.plugins"


class MavenPom:
    """The reader of pom.xml."""

    name = "maven-pom"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether the name is Maven's."""
        plain = name.lower()
        return plain == "pom.xml" or (plain.endswith((".pom", "-pom.xml")) and b"<project" in head)

    def read(self, document: Document) -> Reading:
        """Read the document; raises ``UnreadableError`` if it is broken, hostile or no project."""
        from freehold.inventory.xml_elements import read_xml

        top = read_xml(document.data)
        if top.name != "project":
            raise UnreadableError(f"no Maven project: its root element is {top.name[:80]!r}", line=top.line)
        return _Pom(top, document).read(self.name)


class _Pom:
    """One project being read."""

    def __init__(self, top: Element, document: Document) -> None:
        self._top = top
        self._notes = Notes(document.path)
        self._group = top.said("groupId") or top.said("parent", "groupId")
        self._version = top.said("version") or top.said("parent", "version")
        artifact = top.said("artifactId")
        self._draft = ManifestDraft(document, self._notes, "maven", f"{self._group}:{artifact}", "")
        self._draft.own = purl_of("maven", artifact, namespace=self._group) if artifact and self._group else ""
        self._draft.remedy = _REMEDY
        self._scopes: dict[str, str] = {}
        self._extra = self._repositories()

    def read(self, format_name: str) -> Reading:
        """Read properties and managed versions first, then everything that is asked for."""
        self._take_properties()
        places = [self._top, *self._top.all("profiles", "profile")]
        for place in places:
            self._manage(place)
        for parent in self._top.all("parent"):
            self._draft.takes_in.append(self._name(parent))
            self._ask(parent, Role.BUILD, is_locked=False)
        for place in places:
            for element in place.all("dependencies", "dependency"):
                self._ask(element, self._role(element))
            self._ask_plugins(place)
        if len(places) > 1 and any(True for place in places[1:] for _ in place.all("dependencies", "dependency")):
            self._notes.once("dependencies of profiles are listed: which profiles are used is not known")
        for url in self._extra:
            reason = f"repository {url} is named: which packages come from it is not known"
            self._notes.add("named repositories", reason)
        return self._draft.reading(format_name)

    def _take_properties(self) -> None:
        """Take in the properties, those that Maven itself defines included."""
        own = self._draft.properties
        for table in self._top.all("properties"):
            own.update({one.name: one.text for one in table.children if len(one.text) < _LONGEST_VALUE})
        stated = {"version": self._version, "groupId": self._group, "artifactId": self._top.said("artifactId")}
        stated |= {f"parent.{name}": self._top.said("parent", name) for name in tuple(stated)}
        for name, value in stated.items():
            if value and value != "${project." + name + "}":
                own.setdefault(f"project.{name}", value)
                own.setdefault(f"pom.{name}", value)

    def _manage(self, place: Element) -> None:
        """Take in the versions that the project gives to itself and to those below; imported lists are asked for."""
        for element in place.all("dependencyManagement", "dependencies", "dependency"):
            if element.said("scope") == "import":
                self._draft.takes_in.append(self._name(element))
                self._ask(element, Role.BUILD, is_locked=False)
            elif element.said("version"):
                self._draft.offers.setdefault(self._name(element), element.said("version"))
            if element.said("scope"):
                self._scopes.setdefault(self._name(element), element.said("scope"))
        for element in place.all("build", "pluginManagement", "plugins", "plugin"):
            if element.said("version"):
                self._draft.offers.setdefault(self._name(element, _PLUGINS), element.said("version"))

    def _ask_plugins(self, place: Element) -> None:
        """Ask for the plugins of the build and what they are given, and for those of reports."""
        for element in (*place.all("build", "plugins", "plugin"), *place.all("build", "extensions", "extension")):
            self._ask(element, Role.BUILD, _PLUGINS, is_locked=False)
            for inner in element.all("dependencies", "dependency"):
                self._ask(inner, Role.BUILD, is_locked=False)
        for element in place.all("reporting", "plugins", "plugin"):
            self._ask(element, Role.DEVELOPMENT, _PLUGINS, is_locked=False)

    def _role(self, element: Element) -> Role:
        scope = element.said("scope") or self._scopes.get(self._name(element), "")
        return _SCOPES.get(scope.lower(), Role.RUNTIME)

    def _ask(self, element: Element, role: Role, default_group: str = "", *, is_locked: bool = True) -> None:
        """Ask for what an element names; one that is the project's own file, or has no name, is left out."""
        limits = element.said("version")
        component = self._component(element, role, default_group, limits)
        if component is not None:
            self._draft.ask(component, role, limits, is_locked=is_locked)

    def _component(self, element: Element, role: Role, default_group: str, limits: str) -> Component | None:
        group = self._filled(element.said("groupId")) or default_group
        artifact = self._filled(element.said("artifactId"))
        if not group or not artifact or element.said("scope") == "system":
            if element.name == "dependency":
                reason = f"{group}:{artifact} is a file of the project, or has no full name"[:120]
                self._notes.add("dependencies without a place", reason, self._origin(element))
            return None
        if "${" in group + artifact:
            reason = f"{group}:{artifact} is named by a property that the file does not define"[:160]
            self._notes.add("names that cannot be resolved", reason, self._origin(element))
            return None
        found = _EXACT.match(limits)
        version = (found[1] or found[2]) if found else ""
        return package(
            purl_of("maven", artifact, version, namespace=group),
            f"{group}:{artifact}",
            version,
            self._origin(element),
            references=tuple(Reference("extra-index", url) for url in self._extra),
            role=role,
        )

    def _name(self, element: Element, default_group: str = "") -> str:
        group = self._filled(element.said("groupId")) or default_group
        return purl_of("maven", self._filled(element.said("artifactId")), namespace=group) if group else ""

    def _filled(self, text: str) -> str:
        """Return a name with the properties put in that the file itself defines."""
        for _ in range(_MOST_STEPS):
            filled = _PROPERTY.sub(lambda found: self._draft.properties.get(found[1], found[0]), text)
            if filled == text or len(filled) > 1000:
                break
            text = filled
        return text.strip()

    def _repositories(self) -> list[str]:
        """Return the addresses of repositories that are named beside the one that the others are asked after."""
        named = list(repositories_of(self._top))
        replacing = replacing_of(named)
        return list(dict.fromkeys(url for _, url, _ in named if replacing is None or url != replacing[1]))

    def _origin(self, element: Element) -> Origin:
        return Origin(self._draft.path, element.line)


def replacing_of(named: Sequence[tuple[str, str, int]]) -> tuple[str, str, int] | None:
    """Return the repository that takes the place of Maven's central one: by its name, or a public mirror asked first."""
    by_name = next((one for one in named if one[0] == "central"), None)
    return by_name or next((one for one in named[:1] if is_mirror(one[1])), None)


def repositories_of(top: Element) -> Iterator[tuple[str, str, int]]:
    """Yield name, address and line of each repository that a project asks for releases, in order."""
    for place in (top, *top.all("profiles", "profile")):
        for element in place.all("repositories", "repository"):
            url = clean_url(element.said("url"))
            if url and "$" not in url and element.said("releases", "enabled") != "false":
                yield element.said("id"), url, element.line
