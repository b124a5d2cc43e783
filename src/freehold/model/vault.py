"""What a vault holds, is asked to hold, and answers: values only.

``vault`` makes and keeps them; ``assess`` says what is wanted, joined with the terms; ``reports`` lays them out.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

import msgspec

from freehold.model.stack import Answer

SCHEMA_VERSION = "1.0"


class Permission(msgspec.Struct, frozen=True):
    """Whether the terms permit something, and how that is known, in words."""

    answer: Answer = "unknown"
    reason: str = ""


class Wanted(msgspec.Struct, frozen=True):
    """One component of which a copy is wanted.

    ``hashes`` are those that the project's files name: of one file, or of each of several. ``registry`` is the place that
    they name, ``url`` a direct download; both may be empty.
    """

    purl: str
    name: str
    version: str
    hashes: tuple[str, ...] = ()
    registry: str = ""
    url: str = ""
    licence: str = ""
    keep: Permission = Permission()
    pass_on: Permission = Permission()


class Holds(StrEnum):
    """What an artefact gives: something that is installed, the source of it, or what an index says about it."""

    ARTIFACTS = "artifacts"
    SOURCE = "source"
    INDEX = "index"


class Artifact(msgspec.Struct, frozen=True, kw_only=True):
    """One file in the vault: a line of its manifest.

    ``file`` is its name in the package, with ``/`` where the layout has folders. ``checked`` says what its hash was compared
    with: the project's own files, the registry's word only, or nothing. ``entry`` is what an index says about it and the
    file itself does not (a Cargo index line, a media type).
    """

    purl: str
    file: str
    sha256: str
    size_bytes: int
    hashes: tuple[str, ...] = ()
    url: str = ""
    holds: tuple[Holds, ...] = (Holds.ARTIFACTS,)
    checked: Literal["project", "registry", "nothing"] = "nothing"
    licence: str = ""
    keep: Permission = Permission()
    pass_on: Permission = Permission()
    held_on: str = ""
    named_on: str = ""
    swhids: tuple[str, ...] = ()
    entry: str = ""
    batch: str = ""
    """Names the files that are of use only together (an image, weights, an archive with its POMs); empty: it stands alone."""
    parts: int = 0
    """How many files the batch has."""
    dropped: bool = False

    @property
    def key(self) -> tuple[str, str]:
        """Return what a manifest holds only once."""
        return self.purl, self.file


class Outcome(StrEnum):
    """What became of something wanted."""

    FETCHED = "fetched"
    HELD = "held"
    WOULD_FETCH = "would fetch"
    REFUSED = "refused"
    """What came was not what the project names."""
    FAILED = "failed"
    """Nobody gave it, or not all of it."""
    NOT_COVERED = "not covered"
    """No protocol of ours brings such a thing."""


class Pulled(msgspec.Struct, frozen=True, order=True):
    """The outcome for one file or, where no file was found, for one component (``file`` empty)."""

    purl: str
    file: str
    outcome: Outcome
    reason: str = ""
    size_bytes: int = 0


class PullReport(msgspec.Struct, frozen=True):
    """The outcome of one pull, in order of purl and file."""

    vault: str
    wanted: int
    items: tuple[Pulled, ...]
    dry_run: bool = False

    def count(self, *outcomes: Outcome) -> int:
        """Return how many items have one of these outcomes."""
        return sum(item.outcome in outcomes for item in self.items)


class State(StrEnum):
    """What verifying found of one file."""

    SOUND = "sound"
    ROTTEN = "rotten"
    MISSING = "missing"
    SUPERSEDED = "superseded"
    """Sound, and a later version of the same package is held."""


class Checked(msgspec.Struct, frozen=True, order=True):
    """What verifying found of one file of the manifest."""

    purl: str
    file: str
    state: State
    sha256: str = ""
    reason: str = ""


class VerifyReport(msgspec.Struct, frozen=True):
    """A verification: files in order, blobs without an entry, files on their way, lines that cannot be read."""

    vault: str
    items: tuple[Checked, ...]
    strays: tuple[str, ...] = ()
    partials: int = 0
    broken_lines: int = 0
    size_bytes: int = 0

    def count(self, *states: State) -> int:
        """Return how many files are in one of these states."""
        return sum(item.state in states for item in self.items)


class Lacking(msgspec.Struct, frozen=True, order=True):
    """A component that the vault lacks, and why it does not count as held."""

    purl: str
    name: str
    reason: str


class GapReport(msgspec.Struct, frozen=True):
    """What the inventory has: how many components the vault holds, and those that it lacks."""

    vault: str
    held: int
    lacking: tuple[Lacking, ...]
    contained: int = 0
    """Components that come inside another one and need no copy of their own."""


class KeepReport(msgspec.Struct, frozen=True):
    """What was, or would be, removed so that ``versions`` versions of each package stay."""

    vault: str
    versions: int
    removed: tuple[Artifact, ...]
    size_bytes: int
    dry_run: bool = False


class CarryReport(msgspec.Struct, frozen=True):
    """What went into a tar file, or came out of one; ``left_out`` with reasons."""

    vault: str
    file: str
    files: int
    size_bytes: int
    left_out: tuple[Pulled, ...] = ()
    dry_run: bool = False


class Rewritten(msgspec.Struct, frozen=True, order=True):
    """A lockfile of a copied project: how many addresses now point at the vault, and which could not."""

    file: str
    addresses: int
    left: tuple[str, ...] = ()


class PointReport(msgspec.Struct, frozen=True):
    """A copy of a project whose lockfiles point at the vault."""

    folder: str
    files: tuple[Rewritten, ...]
    copied: int
    dry_run: bool = False


class OwnCopy(msgspec.Struct, frozen=True):
    """A copy in a vault that counts for a component: what it holds, where, and since when."""

    holds: tuple[str, ...]
    vault: str
    held_on: str
    files: int
