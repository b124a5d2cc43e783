"""Compose files: images of services, what they need of each other, files included from repositories.

What is built here is read from its container file. Variables stand for their default; values of environments are not kept.
Format: https://github.com/compose-spec/compose-spec/blob/main/spec.md
"""

from __future__ import annotations

import re

from freehold.inventory.infrastructure.images import add_image
from freehold.inventory.infrastructure.parts import add_repository
from freehold.inventory.infrastructure.variables import filled
from freehold.inventory.notes import Notes
from freehold.inventory.packages import Draft
from freehold.inventory.reader import Document, Reading
from freehold.inventory.values import Table
from freehold.inventory.yaml_values import read_yaml_documents
from freehold.model.component import Origin, Role

_NAME = re.compile(r"(?:.*[-_.])?(?:docker-)?compose(?:[-_.][\w.-]+)?\.ya?ml", re.IGNORECASE)
_HEAD = re.compile(rb"^(?:services|include)\s*:", re.MULTILINE)
_FOR_DEVELOPMENT = re.compile(
    r"(?:^|[-_.])(?:dev|devel|development|test|tests|ci|e2e|local|debug)(?:[-_.]|$)", re.IGNORECASE
)
_REPOSITORY = re.compile(r"^(?:https?://|git://|ssh://|git@|git\+)")


class ComposeFile:
    """The reader of compose files."""

    name = "compose"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether name and beginning are a compose file's."""
        return bool(_NAME.fullmatch(name)) and (bool(_HEAD.search(head)) or len(head) >= 4096)

    def read(self, document: Document) -> Reading:
        """Read the document; raises ``UnreadableError`` for broken YAML."""
        notes = Notes(document.path)
        draft = Draft(document, notes)
        role = Role.DEVELOPMENT if _FOR_DEVELOPMENT.search(document.name.rpartition(".")[0]) else Role.RUNTIME
        for root in read_yaml_documents(document, notes):
            names = {}
            if root.is_table("services"):
                for name, service in root.table("services").inner_tables():
                    names[name] = _service(service, draft, role)
                for name, service in root.table("services").inner_tables():
                    _needs(names, name, service, draft, role)
            _included(root, draft)
        return draft.reading(self.name)


def _service(service: Table, draft: Draft, role: Role) -> str:
    """Add what a service runs, and return the name under which it was added."""
    if service.is_table("build"):
        build = service.table("build")
        _built(build.text_or("context"), build.origin("context"), draft)
        if build.is_table("additional_contexts"):
            for name, text in build.table("additional_contexts").inner_texts():
                origin = build.table("additional_contexts").origin(name)
                if text.startswith("docker-image://"):
                    add_image(draft, filled(text.removeprefix("docker-image://"), {}), origin, Role.BUILD)
                else:
                    _built(text, origin, draft)
    else:
        _built(service.text_or("build"), service.origin("build"), draft)
    if "image" not in service or "build" in service:
        return ""
    if service.is_list("profiles") and all(_FOR_DEVELOPMENT.search(text) for text, _ in service.text_items("profiles")):
        role = Role.DEVELOPMENT
    return add_image(draft, filled(service.text("image"), {}), service.origin("image"), role)


def _built(context: str, origin: Origin, draft: Draft) -> None:
    """Add the repository that an image is built from, if it is not here."""
    if _REPOSITORY.match(context) and "$" not in context:
        add_repository(draft, context.partition("#")[0], context.partition("#")[2].partition(":")[0], origin)


def _needs(names: dict[str, str], name: str, service: Table, draft: Draft, role: Role) -> None:
    """Add an edge for each service that a service is started after."""
    on = service.table("depends_on") if service.is_table("depends_on") else service.texts_only("depends_on")
    if "depends_on" in service and names.get(name):
        for other in on:
            if names.get(other):
                draft.need(names[name], names[other], role)


def _included(root: Table, draft: Draft) -> None:
    """Add the repositories from which other compose files are taken."""
    if not root.is_list("include"):
        return
    places = list(root.text_items("include"))
    places += [place for inner in root.tables_only("include") for place in inner.text_items("path")]
    for text, origin in places:
        if _REPOSITORY.match(text) and "$" not in text:
            add_repository(draft, text.partition("#")[0], text.partition("#")[2].partition(":")[0], origin)


READERS = (ComposeFile(),)
