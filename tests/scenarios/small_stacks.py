"""Small identified stacks in a few readable words, and their verdicts through the whole chain of graph and engine."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

from freehold.assess.cells import Judged, cells, judged, present
from freehold.assess.world import World, world
from freehold.model.component import Component, ComponentKey, ComponentKind, Dependency, Origin, Role
from freehold.model.fact import Fact, Grade
from freehold.model.scenario import Disruption, Scenario
from freehold.model.stack import Answer, ChannelFacts, Identified, PatentHolder, Reach, Rights, Stack, Substitute
from freehold.model.stack import SupplierFacts as Supplier
from freehold.model.subject import Graces, Project, Range, Subject, Team, Workload
from freehold.model.verdict import AbilityResult

HORIZON = 365.0
NOTHING_TO_DO: Range = (0.0, 0.0, 0.0)
OPEN = Rights(
    terms=("MIT",),
    expression="MIT",
    run="yes",
    irrevocable="yes",
    modify="yes",
    copy="yes",
    source="yes",
    key="no",
    patent_grant="unknown",
    grade=Grade.RECORDED,
)
SUBSCRIPTION = Rights(
    terms=("LicenseRef-Vendor",),
    expression="LicenseRef-Vendor",
    run="yes",
    irrevocable="no",
    modify="no",
    copy="no",
    source="no",
    key="yes",
    grade=Grade.RECORDED,
)


def fact(value: str, grade: Grade = Grade.RECORDED) -> Fact[str]:
    """Return a fact whose source was read, or one of another grade."""
    return Fact(value, grade, source="https://docs.example/about")


def facts(values: Iterable[str], grade: Grade = Grade.RECORDED) -> tuple[Fact[str], ...]:
    """Return facts of one grade."""
    return tuple(fact(value, grade) for value in values)


def software(
    name: str = "lib",
    *,
    supplier: str | None = "maker",
    rights: Rights = OPEN,
    channels: Sequence[str] = ("registry",),
    sources: Sequence[str] = ("forge",),
    kind: ComponentKind = ComponentKind.LIBRARY,
    role: Role = Role.RUNTIME,
    purl_type: str = "npm",
    contained_in: str | None = None,
    **known: object,
) -> Identified:
    """Return a library, model or application: open, from a registry, with its source on a forge."""
    purl = f"pkg:{purl_type}/{name}@1.0"
    component = Component(
        ComponentKey(purl),
        name,
        "1.0",
        kind=kind,
        purls=(purl,),
        role=role,
        contained_in=ComponentKey(contained_in) if contained_in else None,
        origins=(Origin("package-lock.json", 1),),
    )
    item = Identified(
        component,
        offering=name,
        name=name,
        supplier=fact(supplier) if supplier else None,
        rights=rights,
        channels=facts(channels),
        source_channels=facts(sources),
        workloads=("shop",),
    )
    return msgspec.structs.replace(item, **known)


def service(
    name: str = "sign-in",
    *,
    supplier: str = "operator",
    stateful: Answer = "yes",
    export: Answer = "yes",
    role: Role = Role.RUNTIME,
    **known: object,
) -> Identified:
    """Return a service; ``unknown`` leaves out what is known of its data."""
    component = Component(ComponentKey(f"service:{name}"), name, kind=ComponentKind.SERVICE, role=role)
    item = Identified(
        component,
        offering=name,
        name=name,
        service=True,
        supplier=fact(supplier),
        stateful=None if stateful == "unknown" else fact(stateful),
        export=None if export == "unknown" else fact(export),
        workloads=("shop",),
    )
    return msgspec.structs.replace(item, **known)


def company(name: str, seat: str = "", *, parents: Sequence[str] = (), **reach: str) -> Supplier:
    """Return a supplier with its seat and further nexus (``listing="US"``); without a seat it is not known."""
    nexus = {"seat": seat, **reach}
    found = tuple(Reach(code, kind, fact(code)) for kind, code in nexus.items() if code)
    ultimate = parents[-1] if parents else name
    unknown = () if seat else ("seat",)
    return Supplier(name, name.title(), parents=tuple(parents), ultimate_parent=ultimate, reach=found, unknown=unknown)


def channel(
    name: str,
    operator: str,
    *,
    mirrors: Sequence[str] = (),
    lead_days: Range = NOTHING_TO_DO,
    effort_person_days: Range = NOTHING_TO_DO,
    **known: object,
) -> ChannelFacts:
    """Return a channel for npm and models; one that mirrors others has the same bytes."""
    facts_ = ChannelFacts(
        name,
        name,
        operator=fact(operator),
        serves=("npm", "huggingface"),
        upstream=tuple(mirrors),
        same_bytes="yes" if mirrors else "unknown",
        lead_days=lead_days,
        effort_person_days=effort_person_days,
    )
    return msgspec.structs.replace(facts_, **known)


def alternative(
    replaced: Identified,
    by: Identified,
    lead_days: float | Range,
    effort_person_days: float | Range = 0.0,
) -> Substitute:
    """Return ``by`` as a recorded alternative for ``replaced``."""
    lead = lead_days if isinstance(lead_days, tuple) else (lead_days,) * 3
    effort = effort_person_days if isinstance(effort_person_days, tuple) else (effort_person_days,) * 3
    key = replaced.component.key
    return Substitute(key, "function", by, "similar", lead, effort, Grade.RECORDED, "https://docs.example/move")


MAKER = company("maker", "DE")
REGISTRY_OPERATOR = company("registry-operator", "US")
FORGE_OPERATOR = company("forge-operator", "US")
OPERATOR = company("operator", "US")
REGISTRY = channel("registry", "registry-operator")
FORGE = channel("forge", "forge-operator")


def stack(
    *items: Identified,
    suppliers: Sequence[Supplier] = (),
    channels: Sequence[ChannelFacts] = (),
    substitutes: Sequence[Substitute] = (),
    needs: Sequence[tuple[Identified, Identified]] = (),
    subject: Subject | str = "DE",
    tolerated: Range = NOTHING_TO_DO,
    workloads: dict[str, Workload] | None = None,
    team: Team | None = None,
    graces: Graces | None = None,
    patents: Sequence[PatentHolder] = (),
) -> Stack:
    """Return a stack; a German maker and operators from the United States are there unless others are given."""
    known = {one.id: one for one in (MAKER, REGISTRY_OPERATOR, FORGE_OPERATOR, OPERATOR, *suppliers)}
    serving = {one.id: one for one in (REGISTRY, FORGE, *channels)}
    project = Project(
        subject=Subject(seat=subject) if isinstance(subject, str) else subject,
        workload=workloads or {"shop": Workload(tolerated_downtime_days=tolerated)},
        team=team,
        grace=graces or Graces(next_hole=NOTHING_TO_DO),
    )
    return Stack(
        project,
        items,
        tuple(Dependency(a.component.key, b.component.key) for a, b in needs),
        tuple(substitutes),
        known,
        serving,
        tuple(patents),
        {"EU": ("DE", "FR"), "FIVE": ("US", "GB")},
        frozenset(one.replaces for one in substitutes),
    )


def denial(by: str = "US", **more: object) -> Disruption:
    """Return a denial of the subject."""
    return disruption("denial", by, **{"denies": ("subject",), **more})


Kind = Literal[
    "denial",
    "account-blocked",
    "channel-down",
    "service-retired",
    "supplier-gone",
    "relicensed",
    "maintainer-stops",
    "patent-asserted",
    "licence-enforced",
    "home-ban",
    "price-multiplies",
]


def disruption(kind: Kind, by: str = "", **more: object) -> Disruption:
    """Return one disruption; days and patterns as in ``Disruption``."""
    return msgspec.structs.replace(Disruption(kind=kind, by=by), **more)


def judged_in(made: World, *disruptions: Disruption) -> Judged:
    """Run the cases of the scenario with these disruptions."""
    scenario = Scenario(id="test", title="test", disruption=disruptions)
    return judged(made, made.impacts.of(scenario)) if disruptions else present(made)


def verdicts(of: Stack, *disruptions: Disruption, horizon: float = HORIZON) -> dict[str, AbilityResult]:
    """Return the cells by ability (``WORKLOAD/ABILITY`` where there are several workloads), in no disruption if none."""
    made = world(of, horizon)
    found = cells(made, judged_in(made, *disruptions), "test", {})
    several = len(of.project.workload) > 1
    return {f"{c.workload}/{c.ability.value}" if several else c.ability.value: c for c in found}


def lost_abilities(of: Stack, *disruptions: Disruption) -> set[str]:
    """Return the abilities that are there today and lost before the horizon."""
    there = {name for name, cell in verdicts(of).items() if cell.verdict.value == "safe"}
    return {name for name, cell in verdicts(of, *disruptions).items() if cell.verdict.value != "safe"} & there
