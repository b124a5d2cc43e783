"""The facade: inventory, catalog, graph, scenarios and engine joined into one assessment, each step on first need."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path

import freehold
from freehold.assess.cells import Judged, cells, judged, present, way_back
from freehold.assess.explanation import chains, choices, own_copies_of
from freehold.assess.headline import headline
from freehold.assess.hosts import denied_hosts
from freehold.assess.known_parties import check_parties
from freehold.assess.questions import Changes, changes, facts_behind, open_questions
from freehold.assess.request import Reporter, Request, Silent
from freehold.assess.sweep import parties, sweep
from freehold.assess.vaulting import own_copies, vault_of
from freehold.assess.world import World, world
from freehold.catalog.query import Catalog, open_catalog
from freehold.catalog.scenario_files import load_scenarios
from freehold.errors import InputError, UsageError
from freehold.graph.supply import Root
from freehold.identify.stack import identify
from freehold.inventory.folder import read_paths
from freehold.model.component import ComponentKey, Inventory, Role
from freehold.model.evidence import DrillPlan
from freehold.model.jurisdictions import NAMES
from freehold.model.records import Bloc
from freehold.model.scenario import Scenario
from freehold.model.stack import Stack
from freehold.model.subject import Ability
from freehold.model.vault import OwnCopy
from freehold.model.verdict import (
    AbilityResult,
    Assessment,
    BreachFinding,
    Explanation,
    FileSummary,
    Gap,
    OpenQuestion,
    PartyResult,
    ScenarioResult,
    VaultUse,
    Verdict,
)
from freehold.scenarios.parameters import resolve, titled

SCHEMA_VERSION = "1.0"
PRESENT = "no disruption"
SCOPE = (
    "In scope: software, services, the data they hold, AI models, standards, and their suppliers, channels and terms.",
    "Not decided: whether a field-of-use limit hits you, and what a denial does to your suppliers as customers of others. "
    "A reach that no record names is not seen.",
    "Out of scope: hardware, power, people, hostile updates and vulnerabilities. This is not legal advice.",
)


class Assessor:
    """Answers one request; every step is computed once, when it is first needed."""

    def __init__(self, request: Request, reporter: Reporter | None = None) -> None:
        self.request = request
        self._reporter = reporter or Silent()

    @cached_property
    def catalog(self) -> Catalog:
        """The catalog with the organisation's overlays."""
        return open_catalog([Path(folder) for folder in self.request.options.catalog])

    @cached_property
    def shipped(self) -> dict[str, Scenario]:
        """Every scenario by id."""
        return load_scenarios([Path(folder) for folder in self.request.options.catalog])

    @cached_property
    def inventory(self) -> Inventory:
        """Everything found under the paths. Raises ``InputError`` where nothing usable was."""
        self._reporter.step("reading files")
        found = read_paths(self.request.paths)
        if not found.components and not self.request.project.service:
            read = f"{len(found.files)} files read, {len(found.skips)} skipped"
            raise InputError(
                f"no components found ({read})",
                where=", ".join(map(str, self.request.paths)),
                remedy="point at an SBOM, a lockfile or a project folder; see: freehold inventory --formats",
            )
        return found

    @cached_property
    def copies(self) -> Mapping[ComponentKey, OwnCopy]:
        """The copies in the vault, by component; none without a vault."""
        vault = vault_of(self.request.options.vault)
        return own_copies(vault, self.inventory.components) if vault is not None else {}

    @cached_property
    def stack(self) -> Stack:
        """The identified stack."""
        inventory = self.inventory
        self._reporter.step(f"identifying {len(inventory.components):,} components")
        return self.identified(inventory)

    def identified(self, inventory: Inventory) -> Stack:
        """Return the stack of an inventory, which may be another one than that of the paths."""
        file = self.request.loaded.file or "freehold.toml"
        return identify(
            inventory,
            self.catalog,
            self.request.project,
            self.request.as_of,
            registries=self.request.registries,
            project_file=file,
            copies=self.copies,
        )

    @cached_property
    def world(self) -> World:
        """The stack made ready for the engine."""
        stack = self.stack
        self._reporter.step("building the supply graph")
        return world(stack, self.request.options.horizon_days, _named_alone(self.asked, stack))

    @cached_property
    def asked(self) -> tuple[Scenario, ...]:
        """The scenarios named on the command line, else in the settings; none: the sweep names the worst."""
        return tuple(resolve(r, self.shipped) for r in self.request.scenarios or self.request.options.scenario)

    @cached_property
    def swept(self) -> tuple[tuple[PartyResult, ...], int]:
        """The sweep, worst first, and the number of parties."""
        count = len(parties(self.world))
        self._reporter.step(f"losing each of {count:,} parties in turn")
        return sweep(self.world)

    @cached_property
    def scenarios(self) -> tuple[Scenario, ...]:
        """The scenarios to report: those asked for, or the worst jurisdiction, supplier and channel of the sweep."""
        if self.asked:
            for scenario in self.asked:
                check_parties(scenario, self.catalog, self.stack)
            return self.asked
        worst = (next((r for r in self.swept[0] if r.kind == kind and r.lost), None) for kind in _DEFAULTS)
        named = [f"{_DEFAULTS[row.kind]}:{row.party}" for row in worst if row is not None]
        return tuple(resolve(reference, self.shipped) for reference in named)

    @cached_property
    def runs(self) -> tuple[tuple[Scenario, Judged], ...]:
        """Every scenario run in its five cases."""
        names = {**_names(self.stack), **{bloc.id: bloc.name for bloc in self.catalog.all(Bloc)}}
        return tuple((titled(s, names), judged(self.world, self.world.impacts.of(s))) for s in self.scenarios)

    @cached_property
    def calm(self) -> Judged:
        """The run without any disruption."""
        return present(self.world)

    @cached_property
    def _changes(self) -> Changes:
        self._reporter.step("finding the facts that would change a verdict")
        named = [(scenario.id, run) for scenario, run in self.runs]
        return changes(self.world, [(PRESENT, self.calm), *named])

    def assessment(self) -> Assessment:
        """Return the whole answer."""
        stack, request = self.stack, self.request
        swept, count = self.swept if request.sweep or not self.asked else ((), 0)
        team = stack.project.team
        listed = [item for item in stack.components if not item.component.is_root]
        return Assessment(
            schema_version=SCHEMA_VERSION,
            freehold_version=freehold.__version__,
            subject=stack.project.subject.seat,
            as_of=request.as_of.isoformat(),
            horizon_days=request.options.horizon_days,
            team_persons=team.persons if team else 1.0,
            team_grade="stated" if team else "assumed",
            catalog_version=freehold.__version__,
            paths=tuple(map(str, request.paths)),
            components=len(listed),
            by_kind=_by_kind(stack),
            workloads={name: sum(name in item.workloads for item in listed) for name in stack.project.workload},
            unassigned=sum(not item.workloads for item in listed),
            breaches=self._breaches(),
            present=self._present(),
            scenarios=tuple(self._scenario(scenario, run) for scenario, run in self.runs),
            sweep=swept,
            parties_swept=count,
            questions=self._questions(),
            unknown=_gaps(stack),
            files=tuple(FileSummary(f.file, f.format, f.components, f.dependencies) for f in self.inventory.files),
            skipped=tuple(FileSummary(str(s.where), "", 0, 0, s.reason, s.remedy) for s in self.inventory.skips),
            notes=tuple(f"{note.where}: {note.reason}" for note in self.inventory.notes),
            scope=SCOPE,
            vault=_vault_use(self.copies),
        )

    def explanations(self, workload: str, ability: Ability) -> tuple[Explanation, ...]:
        """Return one cell unfolded, per scenario. Raises ``UsageError`` for a workload or ability that is not asked for."""
        root = (workload or self._only_workload(), ability)
        if root not in self.world.supply.roots:
            known = ", ".join(f"{name}/{a}" for name, a in self.world.supply.roots)
            raise UsageError(f"there is no {root[0]}/{ability}", remedy=f"there are: {known}")
        return tuple(self._explanation(scenario, run, root) for scenario, run in self.runs)

    def _only_workload(self) -> str:
        names = list(self.stack.project.workload)
        if len(names) > 1:
            raise UsageError("more than one workload", where="--workload", remedy=f"name one: {', '.join(names)}")
        return names[0]

    def _explanation(self, scenario: Scenario, run: Judged, root: Root) -> Explanation:
        found = cells(self.world, run, scenario.id, facts_behind(self._changes, scenario.id))
        cell = next(c for c in found if (c.workload, c.ability) == root)
        behind = {node: of for node, of in self._changes.items() if (scenario.id, root) in of}
        asked = open_questions(self.world, behind)
        return Explanation(
            SCHEMA_VERSION,
            scenario.id,
            scenario.title,
            cell,
            chains(self.world, run, cell),
            choices(self.world, run, root, cell.verdict),
            asked,
            own_copies_of(self.world, root),
        )

    def drill_plan(self) -> DrillPlan:
        """Return whom the scenarios asked for deny by host; a project in which nothing is found names nobody itself."""
        self._reporter.step("looking up whose hosts would be denied")
        return denied_hosts(self.request, self.catalog, read_paths(self.request.paths), self.asked)

    def done(self) -> None:
        """Tell the reporter that no step follows."""
        self._reporter.clear()

    def _scenario(self, scenario: Scenario, run: Judged) -> ScenarioResult:
        found = cells(self.world, run, scenario.id, facts_behind(self._changes, scenario.id))
        onset = run.impact.onset
        return ScenarioResult(
            scenario.id,
            scenario.title,
            headline(found),
            onset,
            onset - run.impact.start,
            found,
            way_back(self.world, run),
        )

    def _present(self) -> tuple[AbilityResult, ...]:
        """Return the cells that are absent or not settled even without a disruption."""
        found = cells(self.world, self.calm, PRESENT, facts_behind(self._changes, PRESENT))
        return tuple(cell for cell in found if cell.verdict is not Verdict.SAFE or not cell.ways.settled)

    def _breaches(self) -> tuple[BreachFinding, ...]:
        """Return the present breaches of components that any workload rests on, stably named."""
        resting = {key for members in self.world.supply.parts.values() for key, _ in members}
        return tuple(
            BreachFinding(
                id=f"breach/{breach.component}/{breach.limit.kind}",
                component=breach.component,
                name=self.world.items[breach.component].name,
                workloads=self.world.items[breach.component].workloads,
                terms=breach.limit.terms,
                text=breach.limit.text,
                because=breach.because,
                source=breach.limit.source,
            )
            for breach in self.world.supply.breaches
            if breach.component in resting
        )

    def _questions(self) -> tuple[OpenQuestion, ...]:
        """Return the open questions; without a seat the first is where you sit."""
        found = open_questions(self.world, self._changes)
        limited = [item for item in self.stack.components if any(x.kind == "territory" for x in item.rights.limits)]
        if self.stack.project.subject.seat:
            return found
        text = "Where do you sit? Terms and laws that exclude countries cannot be checked without it."
        first = OpenQuestion("seat/subject", text, "nowhere", len(limited), len(limited), '[subject]\nseat = "DE"')
        return (first, *found)


_DEFAULTS = {"jurisdiction": "jurisdiction-denies", "supplier": "supplier-gone", "channel": "channel-down"}
"""The parties whose loss is reported when no scenario is named, by the scenario that takes them away."""


def _names(stack: Stack) -> dict[str, str]:
    """Return the names of jurisdictions, suppliers, channels and offerings by identifier."""
    offerings = {item.offering: item.name for item in stack.components if item.offering}
    suppliers = {identifier: facts.name for identifier, facts in stack.suppliers.items()}
    channels = {identifier: facts.name for identifier, facts in stack.channels.items()}
    return {**NAMES, **offerings, **suppliers, **channels}


def _named_alone(scenarios: Sequence[Scenario], stack: Stack) -> set[ComponentKey]:
    """Return the components that a scenario names by purl: they can lose their maintainer without the rest of their group."""
    patterns = [text for s in scenarios for d in s.disruption for text in d.on if text.startswith("pkg:")]
    return {
        item.component.key
        for item in stack.components
        if any(fnmatchcase(purl, pattern) for purl in item.component.purls for pattern in patterns)
    }


def _vault_use(copies: Mapping[ComponentKey, OwnCopy]) -> VaultUse | None:
    """Say how many components have copies in the vault; None without any."""
    if not copies:
        return None
    vault = next(iter(copies.values())).vault
    return VaultUse(vault, len(copies), max(copy.held_on for copy in copies.values()))


def _by_kind(stack: Stack) -> dict[str, int]:
    """Count components by purl type, or kind without one; what only develops and tests is counted apart."""
    counts: Counter[str] = Counter()
    for item in stack.components:
        component = item.component
        if component.is_root:
            continue
        kind = component.purls[0].removeprefix("pkg:").partition("/")[0] if component.purls else component.kind.value
        counts["development only" if component.role is Role.DEVELOPMENT else kind] += 1
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def _gaps(stack: Stack) -> tuple[Gap, ...]:
    """Group what is not known of the components by what it is and why, most first."""
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    for item in stack.components:
        if item.component.is_root:
            continue
        for reason in item.unidentified:
            what, _, why = reason.partition(": ")
            groups[what, why].append(item.name or item.component.name)
    gaps = [Gap(what, why, len(names), tuple(names[:3])) for (what, why), names in groups.items()]
    return tuple(sorted(gaps, key=lambda gap: (-gap.count, gap.what, gap.reason)))
