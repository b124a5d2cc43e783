"""Hooks of pre-commit: the repositories they come from and what else is installed for them. All for development.

Format: https://pre-commit.com/#plugins
"""

from __future__ import annotations

import re

from freehold.inventory.infrastructure.fetching import PINNED
from freehold.inventory.infrastructure.images import add_image
from freehold.inventory.infrastructure.parts import COMMIT, repository
from freehold.inventory.notes import Notes
from freehold.inventory.packages import Draft, npm_purl, package, pypi_purl
from freehold.inventory.reader import Document, Reading
from freehold.inventory.values import Table
from freehold.inventory.yaml_values import read_yaml
from freehold.model.component import Origin, Role

_MOVING = re.compile(r"HEAD|main|master|stable|latest|develop", re.IGNORECASE)


class PreCommit:
    """The reader of pre-commit's settings."""

    name = "pre-commit"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether the name is pre-commit's."""
        return name.lower() in (".pre-commit-config.yaml", ".pre-commit-config.yml", "prek.yaml")

    def read(self, document: Document) -> Reading:
        """Read the document; raises ``UnreadableError`` for broken YAML."""
        notes = Notes(document.path)
        draft = Draft(document, notes)
        for one in read_yaml(document, notes).tables("repos"):
            _hooks(one, draft)
        return draft.reading(self.name)


def _hooks(one: Table, draft: Draft) -> None:
    """Add one repository and what its hooks install besides."""
    address, revision = one.text("repo"), one.text("rev")
    if address not in ("local", "meta", "builtin"):
        component = repository(address, revision, one.origin("repo"), Role.DEVELOPMENT)
        if component is None:
            draft.notes.add("unreadable repositories", f"{address[:100]!r} names no repository", one.origin("repo"))
        else:
            draft.add(component.key, component)
            if not COMMIT.fullmatch(revision):
                _note(component.name, revision, one.origin("rev"), draft)
    for hook in one.tables_only("hooks") if one.is_list("hooks") else ():
        language = hook.text_or("language")
        if language == "docker_image" and (entry := hook.text_or("entry")):
            words = re.sub(r"^--entrypoint\s+\S+\s+", "", entry.strip()).split()
            add_image(draft, words[0] if words else "", hook.origin("entry"), Role.DEVELOPMENT)
        for text, origin in hook.text_items("additional_dependencies"):
            _besides(text, language, origin, draft)


def _note(name: str, revision: str, origin: Origin, draft: Draft) -> None:
    """Note a revision that can be moved: branches always, tags by their owner."""
    what = "is a branch" if _MOVING.fullmatch(revision) or not revision else "is a tag"
    reason = f"hooks of {name} can change: {revision or 'no revision'} {what}, no whole commit"
    draft.notes.add("hooks without a commit", reason, origin, "pre-commit autoupdate --freeze pins commits")


def _besides(text: str, language: str, origin: Origin, draft: Draft) -> None:
    """Add a package that is installed for a hook, by the look of its name where the hook's language is not said."""
    kind = "npm" if language == "node" or text.startswith("@") or re.search(r"[^=]@\d", text) else "pypi"
    if language not in ("", "python", "node"):
        return
    found = PINNED[kind].fullmatch(text.strip())
    if found is None:
        return
    version = found[2] or ""
    purl = npm_purl(found[1], version) if kind == "npm" else pypi_purl(found[1], version)
    draft.add(purl, package(purl, found[1], version, origin, role=Role.DEVELOPMENT))


READERS = (PreCommit(),)
