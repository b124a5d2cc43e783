"""What an assessment says: verdicts per workload and ability, with days, reasons and what is not settled.

Plain values that every report prints and JSON carries as they are. Days count from day 0; ``None`` stands for never.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from freehold.model.component import ComponentKey
from freehold.model.leaf import Leaf
from freehold.model.subject import Ability


class Verdict(StrEnum):
    """The verdict on one ability of one workload in one scenario (MODEL.md section 4)."""

    ABSENT = "absent"
    """Not there even with no disruption."""
    SAFE = "safe"
    """Not lost before the horizon."""
    COVERED = "covered"
    """Back no later than it is lost, at the bad end."""
    EXPOSED = "exposed"
    """Lost for a gap of days, then back."""
    STRANDED = "stranded"
    """No way back although the catalog records alternatives."""
    NO_KNOWN_WAY_BACK = "no known way back"
    """Lost, and nothing that we know brings it back."""

    @property
    def severity(self) -> int:
        """Return 0 for the mildest; absent counts as mildest, since no scenario causes it."""
        order = (Verdict.ABSENT, Verdict.SAFE, Verdict.COVERED, Verdict.EXPOSED)
        return order.index(self) if self in order else 4 + (self is Verdict.STRANDED)


class Interval(msgspec.Struct, frozen=True):
    """A day at the bad end, at likely inputs and at the good end; ``None`` is never (lost: good; back: bad)."""

    bad: float | None
    likely: float | None
    good: float | None


class Cause(msgspec.Struct, frozen=True):
    """Components that fail for one reason: the leaves that decide it, how many components, and a few of them by name."""

    reason: str
    leaves: tuple[Leaf, ...]
    count: int
    examples: tuple[str, ...]
    components: tuple[ComponentKey, ...] = ()


class Step(msgspec.Struct, frozen=True):
    """One action of the way back, and the days (likely) from the start of recovery until it is done."""

    action: str
    title: str
    done_after_days: float
    grade: str


class Ways(msgspec.Struct, frozen=True):
    """The verdict with unknown and assumed facts as assumed, all at their bad value, all at their good value."""

    assumed: Verdict
    bad: Verdict
    good: Verdict

    @property
    def settled(self) -> bool:
        """Tell whether all three agree."""
        return self.assumed is self.bad is self.good


class AbilityResult(msgspec.Struct, frozen=True):
    """One cell: a workload's ability in a scenario. ``id`` is stable between runs on the same input."""

    id: str
    workload: str
    ability: Ability
    verdict: Verdict
    ways: Ways
    day_lost: Interval
    day_back: Interval
    gap_days: Interval
    recovery_exact: bool
    in_breach: bool
    costs_more: bool
    facts_behind: int
    causes: tuple[Cause, ...] = ()


class ScenarioResult(msgspec.Struct, frozen=True):
    """Everything about one scenario: a sentence, the cells, and the way back of each workload."""

    id: str
    title: str
    headline: str
    onset_days: float
    notice_days: float
    results: tuple[AbilityResult, ...]
    way_back: dict[str, tuple[Step, ...]]


class PartyResult(msgspec.Struct, frozen=True):
    """One row of the sweep: what is lost if this party alone cuts the subject off."""

    id: str
    kind: str
    party: str
    name: str
    verdicts: dict[str, dict[str, Verdict]]
    unsettled: int
    lost: int
    worst: Verdict
    earliest_day: float | None
    same_as: tuple[str, ...] = ()


class OpenQuestion(msgspec.Struct, frozen=True):
    """A fact that changes verdicts: what to find out, how many cells it settles, and the line for ``freehold.toml``."""

    id: str
    question: str
    assumed: str
    settles: int
    components: int
    line: str


class BreachFinding(msgspec.Struct, frozen=True):
    """A limit in the terms that excludes the subject today."""

    id: str
    component: ComponentKey
    name: str
    workloads: tuple[str, ...]
    terms: str
    text: str
    because: str
    source: str


class Gap(msgspec.Struct, frozen=True):
    """Something not known: how many components, for which reason, and a few of them."""

    what: str
    reason: str
    count: int
    examples: tuple[str, ...]


class FileSummary(msgspec.Struct, frozen=True):
    """A file read or skipped: format and counts, or the reason."""

    file: str
    format: str
    components: int
    dependencies: int
    reason: str = ""
    remedy: str = ""


class VaultUse(msgspec.Struct, frozen=True):
    """The vault whose copies count: its folder, for how many components, and the day of the latest of them."""

    vault: str
    components: int
    held_on: str


class Assessment(msgspec.Struct, frozen=True):
    """The whole answer of ``freehold assess``."""

    schema_version: str
    freehold_version: str
    subject: str
    as_of: str
    horizon_days: float
    team_persons: float
    team_grade: str
    catalog_version: str
    paths: tuple[str, ...]
    components: int
    by_kind: dict[str, int]
    workloads: dict[str, int]
    unassigned: int
    breaches: tuple[BreachFinding, ...]
    present: tuple[AbilityResult, ...]
    scenarios: tuple[ScenarioResult, ...]
    sweep: tuple[PartyResult, ...]
    parties_swept: int
    questions: tuple[OpenQuestion, ...]
    unknown: tuple[Gap, ...]
    files: tuple[FileSummary, ...]
    skipped: tuple[FileSummary, ...]
    notes: tuple[str, ...]
    scope: tuple[str, ...]
    vault: VaultUse | None = None


class Evidence(msgspec.Struct, frozen=True):
    """A fact behind a verdict: what it says, how it is known, its source and dates."""

    statement: str
    grade: str
    source: str = ""
    as_of: str = ""
    checked_on: str = ""


class Chain(msgspec.Struct, frozen=True):
    """Why a group of components fails: one of them with its path from the root, the conditions, and the facts behind."""

    component: str
    key: ComponentKey
    path: tuple[str, ...]
    origin: str
    day_lost: float | None
    conditions: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    count: int
    others: tuple[str, ...]


class Choice(msgspec.Struct, frozen=True):
    """An action that could help: what it takes (low, likely, high) and whether the way back uses it, or why it cannot."""

    title: str
    lead_days: tuple[float, float, float]
    effort_person_days: tuple[float, float, float]
    grade: str
    source: str
    status: str
    closeness: str = ""
    """How close the replacement comes to what it replaces, for some member of the function: the note says for which."""
    note: str = ""
    documented: tuple[Evidence, ...] = ()
    """Who is documented to have done the like."""


class Explanation(msgspec.Struct, frozen=True):
    """One cell unfolded: its result, the chains that decide it, and every action that was considered."""

    schema_version: str
    scenario: str
    title: str
    result: AbilityResult
    chains: tuple[Chain, ...]
    choices: tuple[Choice, ...]
    questions: tuple[OpenQuestion, ...]
    copies: tuple[Evidence, ...] = ()
    """Where own copies of the components behind the cell lie."""
