"""What the inventory found: components, the edges between them, and what could not be read.

Values only. Readers in ``inventory`` make them; ``identify`` joins them with the catalog. Names follow CycloneDX.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NewType

import msgspec

ComponentKey = NewType("ComponentKey", str)
"""Canonical purl with version and qualifiers, or ``FILE#POINTER`` for a component without a valid purl."""


INDIRECT = "indirect"
"""The statement that a file lists a component for the sake of others: the project does not ask for it itself."""

BUILDS = "builds"
"""The statement that a service builds or deploys as well as it runs: building the project needs it to work."""

IDENTITY = "identity"
"""The statement that a component's purl is not written for it but told from other things its file says: from which."""

SOURCE_PACKAGE = "source-package"
"""The statement of which source package a package of a distribution was built of."""


class ComponentKind(StrEnum):
    """What a component is, as far as the file says (CycloneDX ``type``, SPDX ``primaryPackagePurpose``)."""

    LIBRARY = "library"
    FRAMEWORK = "framework"
    APPLICATION = "application"
    OPERATING_SYSTEM = "operating-system"
    CONTAINER = "container"
    MODEL = "model"
    DATASET = "dataset"
    SERVICE = "service"
    PLATFORM = "platform"
    DEVICE = "device"
    FIRMWARE = "firmware"
    FILE = "file"
    CRYPTOGRAPHY = "cryptographic-asset"
    UNKNOWN = "unknown"


NO_SOFTWARE = frozenset({ComponentKind.CRYPTOGRAPHY, ComponentKind.FILE})
"""Kinds that nobody supplies under a licence: keys, certificates, algorithms and protocols by name; files that are listed."""


class Role(StrEnum):
    """What a component is needed for: when the product runs, when it is built, or when it is developed and tested."""

    RUNTIME = "runtime"
    BUILD = "build"
    DEVELOPMENT = "development"


class LicenceForm(StrEnum):
    """How a licence was written down."""

    ID = "id"
    EXPRESSION = "expression"
    NAME = "name"
    URL = "url"
    TEXT = "text"


class Origin(msgspec.Struct, frozen=True, order=True):
    """Where a datum stands: a file, with a line (1-based, 0 = not known) or a pointer (RFC 6901, or an XML path)."""

    file: str
    line: int = 0
    pointer: str = ""

    def __str__(self) -> str:
        if self.line:
            return f"{self.file}:{self.line}"
        return f"{self.file}#{self.pointer}" if self.pointer else self.file


class Licence(msgspec.Struct, frozen=True, order=True):
    """One licence statement as written; several on a component are kept side by side, never joined by guess."""

    form: LicenceForm
    value: str


class Reference(msgspec.Struct, frozen=True, order=True):
    """An external reference: ``kind`` as the format names it (``vcs``, ``website``...), and its URL."""

    kind: str
    url: str


class Named(msgspec.Struct, frozen=True, order=True):
    """Something a file states about a component beside its identity: ``field`` (``supplier``...) and ``value``."""

    field: str
    value: str
    origin: Origin


class Component(msgspec.Struct, frozen=True):
    """One thing the project depends on, with everything the files say about it.

    ``purls`` holds every valid purl written for it, the first being its identity. ``registry`` is the URL that the file
    names as the place the bytes come from (empty: not named). ``hosts`` are the service endpoints it talks to.
    ``contained_in`` names the component whose bytes include it (image layer, bundled, vendored). ``evidence`` says why
    an inferred component is believed to be there; empty means the file lists it. ``statements`` are what the file says
    about it beyond these fields, under the names of ``[[fact]]`` where there is one (``hosting``, ``stateful``...).
    """

    key: ComponentKey
    name: str
    version: str = ""
    kind: ComponentKind = ComponentKind.UNKNOWN
    purls: tuple[str, ...] = ()
    licences: tuple[Licence, ...] = ()
    supplier: str = ""
    hashes: tuple[str, ...] = ()
    registry: str = ""
    hosts: tuple[str, ...] = ()
    references: tuple[Reference, ...] = ()
    role: Role = Role.RUNTIME
    contained_in: ComponentKey | None = None
    origins: tuple[Origin, ...] = ()
    conflicts: tuple[Named, ...] = ()
    evidence: str = ""
    is_root: bool = False
    statements: tuple[Named, ...] = ()

    def states(self, field: str) -> tuple[str, ...]:
        """Return the values that the files state for a field, in order, each once."""
        return tuple(dict.fromkeys(one.value for one in self.statements if one.field == field))


class Dependency(msgspec.Struct, frozen=True, order=True):
    """``parent`` needs ``child`` in ``role``."""

    parent: ComponentKey
    child: ComponentKey
    role: Role = Role.RUNTIME


class ClueKind(StrEnum):
    """What a clue names."""

    VARIABLE = "variable"
    """The name of a variable that a program is set up with; never its value."""
    CALL = "call"
    """A service that code asks a kit or library for: ``aws:s3``, ``google-cloud:storage``, ``sign-in:github``."""
    HOST = "host"
    """A host that is named where it may as well be your own: it counts only if a record knows it."""


class Clue(msgspec.Struct, frozen=True, order=True):
    """Something a file names from which the catalog may tell that a service is used; without a record it says nothing."""

    kind: ClueKind
    name: str
    origin: Origin
    role: Role = Role.RUNTIME


class Skip(msgspec.Struct, frozen=True, order=True):
    """A file, or part of one, that was not read, with its reason and what would help."""

    where: Origin
    reason: str
    remedy: str = ""


class FileRead(msgspec.Struct, frozen=True, order=True):
    """A file that was read: its format (``cyclonedx-json 1.6``) and how many components and edges it gave."""

    file: str
    format: str
    components: int
    dependencies: int


class Inventory(msgspec.Struct, frozen=True):
    """Everything found under the given paths.

    ``components`` are in order of key, each key once. ``notes`` are facts about the reading itself worth telling the
    user ("no dependency data: 31 components hang on the root"). ``clues`` are what only the catalog can tell a service from.
    """

    components: tuple[Component, ...] = ()
    dependencies: tuple[Dependency, ...] = ()
    files: tuple[FileRead, ...] = ()
    skips: tuple[Skip, ...] = ()
    notes: tuple[Skip, ...] = ()
    clues: tuple[Clue, ...] = ()
