"""What the readers of services share: findings become components and clues, each place once, never with a value.

Settings hold secrets. Nothing but names of settings and names of hosts leaves this room; addresses lose user, password,
path and query before they are kept.
"""

from __future__ import annotations

import re

from freehold.inventory.joining import join_components
from freehold.inventory.notes import Notes, printable
from freehold.inventory.packages import used_host
from freehold.inventory.reader import Document, Reading, UnreadableError, text_of
from freehold.inventory.services.hosts import is_link, public_host
from freehold.model.component import Clue, ClueKind, Component, ComponentKind, Named, Origin, Role

LARGEST_BYTES = 2 << 20
LONGEST_LINE = 2000
"""Longer lines are data or packed code; nobody sets a program up there."""
_TEST_NAME = re.compile(
    r"^(test_.*|.*_test|.*\.(test|spec|stories|cy)|conftest|.*_spec)\.\w+$|^\.env\.test\b|^(application|appsettings|config)[-.](test|testing)\.",
    re.IGNORECASE,
)
_PIPELINE = re.compile(
    r"(?:^|/)\.(?:github|gitlab|circleci|buildkite|woodpecker)/|(?:^|/)(?:azure-pipelines|bitbucket-pipelines)[\w.-]*$"
)
"""Settings of what builds and deploys."""


class Findings:
    """What one document gives."""

    def __init__(self, document: Document, format_name: str) -> None:
        self._document = document
        self._format = format_name
        built_with = Role.BUILD if _PIPELINE.search(document.path) else Role.RUNTIME
        self._role = Role.DEVELOPMENT if _TEST_NAME.match(document.name) else built_with
        self._components: list[Component] = []
        self._clues: dict[tuple[ClueKind, str], Clue] = {}
        self.notes = Notes(document.path)

    def service(self, host: str, line: int, evidence: str, *, statements: tuple[Named, ...] = ()) -> None:
        """Add a host that is used; own, private and merely linked names are passed over."""
        name = public_host(host)
        if not name or is_link(name):
            return
        self._components.append(
            Component(
                key=used_host(name, self._role),
                name=name,
                kind=ComponentKind.SERVICE,
                hosts=(name,),
                role=self._role,
                origins=(Origin(self._document.path, line),),
                evidence=printable(evidence),
                statements=statements,
            )
        )

    def host(self, host: str, line: int) -> None:
        """Add a host that counts only if a record knows it."""
        name = public_host(host)
        if name and not is_link(name):
            self.clue(ClueKind.HOST, name, line)

    def clue(self, kind: ClueKind, name: str, line: int) -> None:
        """Add a clue; the first place of each counts."""
        self._clues.setdefault((kind, name), Clue(kind, name, Origin(self._document.path, line), self._role))

    def reading(self) -> Reading:
        """Return everything found."""
        components = tuple(join_components(self._components).values())
        return Reading(self._format, components, notes=self.notes.listed(), clues=tuple(self._clues.values()))


def searchable(document: Document, notes: Notes) -> str:
    """Return the text of a document; empty, with a note, if it is too large or no text."""
    if len(document.data) > LARGEST_BYTES:
        notes.once(f"larger than {LARGEST_BYTES >> 20} MiB: not searched for services")
        return ""
    try:
        return text_of(document.data)
    except UnreadableError as error:
        notes.once(f"not searched for services: {error.reason}")
        return ""
