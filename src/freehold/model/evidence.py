"""What a drill is asked to do and what it saw: plan, contacts, proof, runs, evidence.

Values only. ``assess`` makes the plan, ``drill`` the rest, ``reports`` prints it. Seconds are wall-clock, sizes in bytes.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Literal, get_args

import msgspec

SCHEMA_VERSION = "1.0"

Mode = Literal[
    "reset", "nxdomain", "blackhole", "slow", "expired-tls", "http-401", "http-403", "http-451", "http-500", "http-503"
]
MODES: tuple[Mode, ...] = get_args(Mode)
"""How a denied party fails: the ways in which services really have failed those they cut off."""

Kind = Literal["drill", "observe", "mirror", "rejoin"]


class DeniedHost(msgspec.Struct, frozen=True, order=True):
    """A host to deny: a name, or ``.domain`` for everything below it; whose it is, and why that party denies."""

    pattern: str
    party: str
    why: str
    kind: str = ""
    grade: str = ""


class NotEnforceable(msgspec.Struct, frozen=True, order=True):
    """A party that is denied but cannot be blocked by name, with the reason."""

    party: str
    why: str


class DrillPlan(msgspec.Struct, frozen=True):
    """Who would be denied. ``declared`` are hosts that the project names, ``unknown`` those whose operator is not known."""

    scenario: str = ""
    title: str = ""
    denied: tuple[DeniedHost, ...] = ()
    not_enforceable: tuple[NotEnforceable, ...] = ()
    declared: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    ports: tuple[int, ...] = ()
    """Ports that the project's own addresses name, beside those of the web, ssh and git."""


class Decision(StrEnum):
    """What became of somebody's wish to talk to a host."""

    ALLOWED = "allowed"
    DENIED = "denied"
    DIRECT = "direct"
    """An address without a name: refused, because whose it is cannot be told."""
    RESOLVER = "resolver"
    """A public resolver over HTTPS or TLS: refused, because it would hide names."""
    UNSERVED = "unserved"
    """An allowed host on a port, or by a protocol, that the drill does not relay: refused."""
    INSIDE = "inside"
    """A port of loopback inside, where only what the command itself started can answer."""


class Contact(msgspec.Struct, frozen=True, order=True):
    """Somebody was asked: host, port, protocol, by which tool, how often, how much went through, what became of it."""

    host: str
    port: int
    protocol: str
    decision: Decision
    party: str = ""
    tool: str = ""
    attempts: int = 1
    sent_bytes: int = 0
    received_bytes: int = 0
    first_seconds: float = 0.0
    last_seconds: float = 0.0
    reached: bool = True
    """False where an allowed host did not answer from outside either."""
    notes: tuple[str, ...] = ()


class Proof(msgspec.Struct, frozen=True):
    """One thing that was tried before the command: what was expected, what was met, and whether it held."""

    subject: str
    expected: str
    met: str
    held: bool


class Artefact(msgspec.Struct, frozen=True, order=True):
    """A file that the command made or changed."""

    path: str
    sha256: str
    size_bytes: int


class Standing(StrEnum):
    """How much a run shows."""

    PROVED = "proved"
    PARTIAL = "partial"
    VOID = "void"


class Ending(StrEnum):
    """How the command ended."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"
    HUNG = "hung"
    NOT_STARTED = "not started"


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """The command once, in one mode. ``reasons`` say why it is partial or void.

    ``culprits`` are the parties that were asked and denied, the last one asked first; ``elsewhere`` the hosts that failed
    without being denied: a command may have broken on them instead.
    """

    name: str
    mode: str
    standing: Standing
    ending: Ending
    exit_code: int | None = None
    seconds: float = 0.0
    timeout_seconds: float = 0.0
    proof: tuple[Proof, ...] = ()
    contacts: tuple[Contact, ...] = ()
    culprits: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    artefacts: tuple[Artefact, ...] = ()
    reasons: tuple[str, ...] = ()


class Check(msgspec.Struct, frozen=True, order=True):
    """One entry of a lockfile asked of a mirror."""

    purl: str
    served: bool
    met: str


class Clause(msgspec.Struct, frozen=True):
    """A clause of a published scheme that this evidence speaks to; ``asks`` is our paraphrase, not its text."""

    scheme: str
    clause: str
    asks: str
    shown: str


class Learned(msgspec.Struct, frozen=True, order=True):
    """A host that was asked and that the project does not name, with whose it is as far as the catalog knows."""

    host: str
    party: str = ""
    offering: str = ""
    tool: str = ""


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """The whole record of a drill."""

    schema_version: str = SCHEMA_VERSION
    freehold_version: str
    kind: Kind
    standing: Standing
    """The least that any run shows."""
    plan: DrillPlan
    command: tuple[str, ...]
    started_at: str
    caches: Literal["clean", "warm"]
    runs: tuple[Run, ...]
    checks: tuple[Check, ...] = ()
    learned: tuple[Learned, ...] = ()
    clauses: tuple[Clause, ...] = ()
    environment: dict[str, str] = {}
    caveats: tuple[str, ...] = ()


def weakest(runs: Iterable[Run]) -> Standing:
    """Return the least that any run shows; nothing is shown by none."""
    order = (Standing.VOID, Standing.PARTIAL, Standing.PROVED)
    return min((run.standing for run in runs), key=order.index, default=Standing.VOID)


def with_culprits(run: Run) -> Run:
    """Return a run with who was asked in vain, worked out from its contacts."""
    denied = sorted(
        (c for c in run.contacts if c.decision is Decision.DENIED), key=lambda contact: -contact.last_seconds
    )
    refused = (Decision.DIRECT, Decision.RESOLVER, Decision.UNSERVED)
    return msgspec.structs.replace(
        run,
        culprits=tuple(dict.fromkeys(contact.party or contact.host for contact in denied)),
        elsewhere=tuple(dict.fromkeys(c.host for c in run.contacts if c.decision in refused or not c.reached)),
    )
