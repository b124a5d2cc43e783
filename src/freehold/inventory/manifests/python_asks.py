"""Direct dependencies of Python projects, as requirement specifiers (PEP 508) or as tables of tools, added to a draft."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from freehold.inventory.addresses import base_of, clean_url, git_url
from freehold.inventory.lockfiles.requirement_lines import Wanted, limits_of, wanted
from freehold.inventory.manifests.drafting import ManifestDraft, Places
from freehold.inventory.packages import package, pypi_name, pypi_purl
from freehold.inventory.values import Table
from freehold.model.component import Component, Origin, Reference, Role


class PythonAsks:
    """Adds what a Python manifest asks for; ``sources`` say where single packages come from, ``indexes`` by which name."""

    def __init__(
        self,
        draft: ManifestDraft,
        places: Places,
        sources: Mapping[str, Table] | None = None,
        indexes: Mapping[str, str] | None = None,
    ) -> None:
        self._indexes = indexes or {}
        self.draft = draft
        self.places = places
        self._sources = {pypi_name(name): table for name, table in (sources or {}).items()}

    def add(self, text: str, role: Role, sections: Sequence[str], *, is_locked: bool = True) -> None:
        """Add a requirement as PEP 508 writes it; what cannot be read is noted."""
        item = wanted(text.strip())
        name = item.name if item is not None else ""
        origin = self.places.of(name or text[:60], sections)
        if item is None or not name:
            if item is not None and item.url and not clean_url(item.url):
                return
            reason = f"not a requirement: {text[:80]!r}"
            self.draft.notes.add("requirements that cannot be read", reason, origin)
            return
        if pypi_name(name) == pypi_name(self.draft.name):
            return
        source = self._sources.get(pypi_name(name))
        if source is not None:
            self.add_from(name, item.version, limits_of(text), source, role, origin)
        else:
            self._ask(item, limits_of(text), role, origin, is_locked=is_locked)

    def add_from(self, name: str, version: str, limits: str, source: Table, role: Role, origin: Origin) -> None:
        """Add a package whose source a table states: ``git``, ``url``, or a folder, which is the project's own code."""
        if "path" in source or source.flag("workspace"):
            return
        address = source.text("git") or source.text("url")
        commit = next((source.text(key) for key in ("rev", "tag", "branch", "ref") if key in source), "")
        if "git" in source:
            address = f"git+{address.removeprefix('git+')}" + (f"@{commit}" if commit else "")
        named = source.text("index") if "index" in source else source.text("source")
        self._ask(Wanted(name, version, address, ()), limits, role, origin, registry=self._indexes.get(named, ""))

    def add_wanted(self, item: Wanted, limits: str, role: Role, origin: Origin) -> None:
        """Add a requirement that was read elsewhere, where it stands."""
        self._ask(item, limits, role, origin)

    def _ask(
        self, item: Wanted, limits: str, role: Role, origin: Origin, *, is_locked: bool = True, registry: str = ""
    ) -> None:
        component = _component(item, role, origin, registry)
        if component is not None:
            self.draft.ask(component, role, limits, is_locked=is_locked)


def _component(item: Wanted, role: Role, origin: Origin, registry: str) -> Component | None:
    """Return what is asked for; None for a local path."""
    is_git = item.url.startswith(("git+", "git:", "git@"))
    url = git_url(item.url) if is_git else clean_url(item.url)
    if item.url and not url:
        return None
    qualifiers = {("vcs_url" if is_git else "download_url"): url} if url else {}
    return package(
        pypi_purl(item.name, item.version, **qualifiers),
        pypi_name(item.name),
        item.version,
        origin,
        registry=base_of(url.removeprefix("git+")) or registry,
        references=(Reference("vcs" if is_git else "distribution", url),) if url else (),
        role=role,
    )
