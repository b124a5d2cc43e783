"""composer.json (PHP): what the project asks for by role. PHP itself and its extensions are no packages.

Format: https://getcomposer.org/doc/04-schema.md. Scripts and plugins in it are never run.
"""

from __future__ import annotations

import re

from freehold.inventory.manifests.drafting import ManifestDraft, Places
from freehold.inventory.notes import Notes
from freehold.inventory.packages import package, purl_of
from freehold.inventory.reader import Document, Reading
from freehold.inventory.values import read_json
from freehold.model.component import Role

_GROUPS = (("require", Role.RUNTIME), ("require-dev", Role.DEVELOPMENT))
_PLATFORM = re.compile(
    r"^(?:php(?:-64bit|-ipv6|-zts|-debug)?|hhvm|(?:ext|lib)-.*|composer(?:-(?:plugin|runtime)-api)?)$"
)
_EXACT = re.compile(r"^v?\d+\.\d+(?:\.\d+)*(?:-[\w.]+)?$")


class ComposerJson:
    """The reader of composer.json."""

    name = "composer-manifest"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether the name is Composer's."""
        return name.lower() == "composer.json"

    def read(self, document: Document) -> Reading:
        """Read the document; raises ``UnreadableError`` if it is broken or no object."""
        notes = Notes(document.path)
        top = read_json(document, notes)
        draft = ManifestDraft(document, notes, "composer", top.text("name"), top.text("version"))
        places = Places(document)
        for group, role in _GROUPS:
            for name, limits in top.table(group).inner_texts() if top.is_table(group) else ():
                if _PLATFORM.match(name.lower()):
                    continue
                vendor, _, short = name.rpartition("/")
                version = limits if _EXACT.match(limits) else ""
                origin = places.of(f'"{name}"', [f'"{group}"'])
                purl = purl_of("composer", short, version, namespace=vendor)
                draft.ask(package(purl, name, version, origin, fallback=f"/{name}", role=role), role, limits)
        return draft.reading(self.name)
