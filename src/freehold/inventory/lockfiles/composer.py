"""composer.lock (PHP): packages with licences, source repository, archive address and needs, by role."""

from __future__ import annotations

from freehold.inventory.addresses import base_of, clean_url, git_url
from freehold.inventory.notes import Notes
from freehold.inventory.packages import Draft, licences_of, named_hash, package, purl_of
from freehold.inventory.reader import Document, Lock, Reading, UnreadableError
from freehold.inventory.values import Table, read_json
from freehold.model.component import Component, Origin, Reference, Role

_GROUPS = (("packages", Role.RUNTIME), ("packages-dev", Role.DEVELOPMENT))


class ComposerLock:
    """The reader of composer.lock."""

    name = "composer-lock"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether the name is Composer's."""
        return name.lower() == "composer.lock"

    def read(self, document: Document) -> Reading:
        """Read the document; raises ``UnreadableError`` if it is broken or no composer.lock."""
        notes = Notes(document.path)
        lock = read_json(document, notes)
        if not lock.is_list("packages"):
            raise UnreadableError("no composer.lock: its packages are missing")
        draft = Draft(document, notes)
        entries = [(entry, role) for group, role in _GROUPS for entry in lock.tables(group)]
        for entry, role in entries:
            origin = Origin(document.path, 0, entry.pointer)
            draft.add(entry.text("name").lower(), _component(entry, origin, role))
        for entry, _ in entries:
            for need in entry.table("require") if entry.is_table("require") else ():
                draft.need(entry.text("name").lower(), need.lower())
        return draft.reading(self.name, lock=Lock(("composer",)))


def _component(entry: Table, origin: Origin, role: Role) -> Component:
    """Return one package; several licences are a choice in Composer and stay side by side."""
    name, version = entry.text("name"), entry.text("version")
    vendor, _, short = name.rpartition("/")
    source, archive = entry.table("source"), entry.table("dist")
    vcs_url = git_url(f"{source.text('url')}#{source.text('reference')}") if source.text("type") == "git" else ""
    local = archive.text("type") == "path"
    return package(
        "" if local else purl_of("composer", short, version, namespace=vendor),
        name,
        version,
        origin,
        licences=tuple(one for text in entry.texts("license") for one in licences_of(text)),
        hashes=named_hash(f"sha1:{archive.text('shasum')}"),
        registry=base_of(clean_url(archive.text("url"))) or base_of(vcs_url.removeprefix("git+")),
        references=(Reference("vcs", vcs_url),) if vcs_url else (),
        role=role,
    )
