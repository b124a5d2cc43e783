"""pnpm-workspace.yaml and deno.json: members and shared versions of a workspace, and what Deno imports by name.

Formats: https://pnpm.io/pnpm-workspace_yaml and https://docs.deno.com/runtime/fundamentals/configuration/.
"""

from __future__ import annotations

import re

from freehold.inventory.lockfiles.bun import strip_json_extras
from freehold.inventory.manifests.drafting import ManifestDraft, Places
from freehold.inventory.notes import Notes
from freehold.inventory.packages import npm_purl, package, purl_of
from freehold.inventory.reader import Document, Reading, text_of
from freehold.inventory.values import Table, read_json
from freehold.inventory.yaml_values import read_yaml
from freehold.model.component import Role

_EXACT = re.compile(r"^\d+\.\d+\.\d+[\w.+-]*$")
_SPECIFIER = re.compile(r"^(npm|jsr):/?((?:@[\w.-]+/)?[\w.-]+)(?:@([^/\s]+))?")


class PnpmWorkspace:
    """The reader of pnpm-workspace.yaml: its folders, and the versions of its catalogs."""

    name = "pnpm-workspace"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether the name is pnpm's."""
        return name.lower() in {"pnpm-workspace.yaml", "pnpm-workspace.yml"}

    def read(self, document: Document) -> Reading:
        """Read the document; raises ``UnreadableError`` if it is broken."""
        notes = Notes(document.path)
        top = read_yaml(document, notes)
        draft = ManifestDraft(document, notes, "npm")
        draft.members += top.texts("packages")
        catalogs = [top.table("catalog"), *(table for _, table in top.table("catalogs").inner_tables())]
        for catalog in catalogs:
            for name, limits in catalog.inner_texts():
                pin = f"=={limits}" if _EXACT.match(limits) else limits
                draft.offers.setdefault(npm_purl(name, ""), pin)
        return draft.reading(self.name)


class DenoJson:
    """The reader of deno.json and deno.jsonc."""

    name = "deno-manifest"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether the name is Deno's."""
        return name.lower() in {"deno.json", "deno.jsonc"}

    def read(self, document: Document) -> Reading:
        """Read the document; raises ``UnreadableError`` if it is broken or no object."""
        notes = Notes(document.path)
        plain = strip_json_extras(text_of(document.data))
        top = read_json(Document(document.path, plain.encode("utf-8", "surrogatepass")), notes)
        draft = ManifestDraft(document, notes, "deno", top.text("name"))
        places = Places(document)
        imports = top.table("imports") if top.is_table("imports") else top.table("")
        for alias, specifier in imports.inner_texts():
            _import(alias, specifier, draft, places)
        _add_members(top, draft)
        return draft.reading(self.name)


def _import(alias: str, specifier: str, draft: ManifestDraft, places: Places) -> None:
    """Ask for one package of JSR or npm; files and addresses are in the lockfile, or the project's own."""
    found = _SPECIFIER.match(specifier)
    if found is None:
        return
    kind, name, limits = found[1], found[2], found[3] or ""
    version = limits if _EXACT.match(limits) else ""
    scope, _, short = name.rpartition("/")
    purl = npm_purl(name, version) if kind == "npm" else purl_of("jsr", short, version, namespace=scope)
    draft.ask(package(purl, name, version, places.of(f'"{alias}"', ['"imports"'])), Role.RUNTIME, limits)


def _add_members(top: Table, draft: ManifestDraft) -> None:
    if top.is_list("workspace"):
        draft.members += top.texts("workspace")
    elif top.is_table("workspace"):
        draft.members += top.table("workspace").texts("members")
