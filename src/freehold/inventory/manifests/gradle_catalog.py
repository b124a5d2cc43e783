"""Gradle's version catalogs (``libs.versions.toml``): libraries and plugins under the names that build files use.

Format: https://docs.gradle.org/current/userguide/version_catalogs.html. Which of them a build really uses, and for what,
the build files say (``gradle_build``); a catalog alone lists what it makes available.
"""

from __future__ import annotations

import re

from freehold.inventory.manifests.drafting import ManifestDraft, Places
from freehold.inventory.manifests.gradle_versions import exact_version
from freehold.inventory.notes import Notes
from freehold.inventory.packages import package, purl_of
from freehold.inventory.reader import Document, Reading
from freehold.inventory.values import Table, read_toml
from freehold.model.component import Role

_NAME = re.compile(r"\.versions\.toml$")
_TEST = re.compile(r"junit|mockito|assertj|mockk|kotest|testcontainers|hamcrest|spock|(?:^|[-.:])test(?:$|[-.:s])")
REMEDY = "write lockfiles (gradle dependencies --write-locks), or give an SBOM made by the build"


class GradleCatalog:
    """The reader of version catalogs."""

    name = "gradle-catalog"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether the name ends as version catalogs do."""
        return bool(_NAME.search(name.lower()))

    def read(self, document: Document) -> Reading:
        """Read the document; raises ``UnreadableError`` if it is broken."""
        notes = Notes(document.path)
        top = read_toml(document, notes)
        draft = ManifestDraft(document, notes, "gradle")
        draft.remedy = REMEDY
        places = Places(document)
        for alias in top.table("libraries"):
            _add_library(top, alias, draft, places)
        for alias in top.table("plugins"):
            _add_plugin(top, alias, draft, places)
        return draft.reading(self.name)


def _add_library(top: Table, alias: str, draft: ManifestDraft, places: Places) -> None:
    """Add one library: ``group:name:version`` as text, or as a table."""
    libraries = top.table("libraries")
    if libraries.is_table(alias):
        entry = libraries.table(alias)
        module = entry.text("module") or f"{entry.text('group')}:{entry.text('name')}"
        limits = _version(top, entry)
    else:
        module, _, limits = libraries.text(alias).rpartition(":")
    group, _, name = module.partition(":")
    version = exact_version(limits)
    role = Role.DEVELOPMENT if _TEST.search(module.lower()) else Role.RUNTIME
    origin = places.of(alias, ["[libraries]"])
    purl = purl_of("maven", name, version, namespace=group)
    draft.ask(package(purl, module, version, origin, fallback=f"/{alias}", role=role), role, limits)


def _add_plugin(top: Table, alias: str, draft: ManifestDraft, places: Places) -> None:
    """Add one plugin, which Gradle finds under ``ID:ID.gradle.plugin``."""
    plugins = top.table("plugins")
    if plugins.is_table(alias):
        name, limits = plugins.table(alias).text("id"), _version(top, plugins.table(alias))
    else:
        name, _, limits = plugins.text(alias).partition(":")
    version = exact_version(limits)
    origin = places.of(alias, ["[plugins]"])
    purl = purl_of("maven", f"{name}.gradle.plugin", version, namespace=name)
    component = package(purl, name, version, origin, fallback=f"/{alias}", role=Role.BUILD)
    draft.ask(component, Role.BUILD, limits, is_locked=False)


def _version(top: Table, entry: Table) -> str:
    """Return the version of an entry: text, a reference to ``versions``, or a rich version (``strictly``...)."""
    if not entry.is_table("version"):
        return entry.text("version")
    stated = entry.table("version")
    versions = top.table("versions")
    name = stated.text("ref")
    if name:
        if not versions.is_table(name):
            return versions.text(name)
        stated = versions.table(name)
    return next((stated.text(key) for key in ("strictly", "require", "prefer") if key in stated), "")
