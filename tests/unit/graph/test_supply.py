"""The supply graph of small stacks: its roots, leaves, parts, questions and actions."""

from __future__ import annotations

import msgspec
import pytest
from small_stacks import OPEN, alternative, channel, company, facts, service, software, stack

from freehold.graph.supply import SupplyGraph, supply_graph
from freehold.model.component import BUILDS, Named, Origin, Role
from freehold.model.leaf import Leaf, LeafKind
from freehold.model.stack import Identified, Rights, Stack
from freehold.model.subject import Ability, Workload

MIRROR_OPERATOR = company("mirror-operator", "FR")


def leaves_below(supply: SupplyGraph, ability: Ability) -> set[Leaf]:
    """Return the leaves that a root of workload ``shop`` rests on."""
    at = {node: leaf for leaf, node in supply.leaves.items()}
    seen, todo = set[int](), [supply.roots["shop", ability]]
    while todo:
        node = todo.pop()
        if node not in seen:
            seen.add(node)
            todo += [int(child) for child in supply.graph.children(node)]
    return {at[node] for node in seen if node in at}


def kinds_below(found: Stack, ability: Ability) -> set[LeafKind]:
    """Return the kinds of leaves that an ability rests on."""
    return {leaf.kind for leaf in leaves_below(supply_graph(found), ability)}


def members(supply: SupplyGraph, ability: Ability) -> list[str]:
    """Return the components that an ability of ``shop`` rests on."""
    return [key for key, _ in supply.parts["shop", ability]]


def test_there_is_a_root_for_every_ability_a_workload_needs() -> None:
    only = {"shop": Workload(abilities=(Ability.RUN, Ability.DATA)), "studio": Workload()}
    supply = supply_graph(stack(software(), workloads=only))
    assert {ability for name, ability in supply.roots if name == "shop"} == {Ability.RUN, Ability.DATA}
    assert {ability for name, ability in supply.roots if name == "studio"} == set(Ability)


def test_open_code_rests_on_nobody_but_its_own_country_to_run() -> None:
    assert leaves_below(supply_graph(stack(software())), Ability.RUN) == {Leaf(LeafKind.HOME, "DE", "maker")}


def test_without_a_stated_seat_no_law_at_home_is_known() -> None:
    assert kinds_below(stack(software(), subject=""), Ability.RUN) == set()


def test_building_rests_on_the_channel_its_operator_and_its_law() -> None:
    below = leaves_below(supply_graph(stack(software())), Ability.BUILD)
    assert below >= {
        Leaf(LeafKind.CHANNEL, "registry"),
        Leaf(LeafKind.WILLING, "registry-operator"),
        Leaf(LeafKind.ACCOUNT, "registry-operator"),
        Leaf(LeafKind.LAW, "US", "registry-operator", "seat"),
    }
    assert not {leaf for leaf in below if leaf.party in ("maker", "forge", "forge-operator")}


def test_a_service_rests_on_its_operator_owners_account_and_every_law() -> None:
    operator = company("operator", "IE", parents=["owner"], parent="US", listing="GB")
    found = stack(service(hosting=facts(["IE"]), origin_of=facts(["US"])), suppliers=[operator, company("owner", "US")])
    key = "service:sign-in"
    assert leaves_below(supply_graph(found), Ability.RUN) == {
        Leaf(LeafKind.OPERATES, "operator", "sign-in"),
        Leaf(LeafKind.WILLING, "operator"),
        Leaf(LeafKind.WILLING, "owner"),
        Leaf(LeafKind.ACCOUNT, "operator"),
        Leaf(LeafKind.LAW, "IE", "operator", "seat"),
        Leaf(LeafKind.LAW, "US", "operator", "parent"),
        Leaf(LeafKind.LAW, "GB", "operator", "listing"),
        Leaf(LeafKind.LAW, "IE", key, "hosting"),
        Leaf(LeafKind.LAW, "US", key, "origin"),
        Leaf(LeafKind.HOME, "DE", "operator"),
    }


@pytest.mark.parametrize(
    ("item", "ability", "kinds"),
    [
        (software(), Ability.CHANGE, {LeafKind.CHANNEL, LeafKind.WILLING, LeafKind.ACCOUNT, LeafKind.LAW}),
        (software(copies=("source",)), Ability.CHANGE, set()),
        (software(), Ability.DATA, set()),
        (service(stateful="no"), Ability.DATA, set()),
        (service(data_copy=True), Ability.DATA, set()),
        (service(export="no"), Ability.DATA, {LeafKind.COPY}),
        (service(), Ability.BUILD, set()),
        (software(copies=("artifacts", "source"), maintained=True), Ability.PATCH, set()),
    ],
)
def test_what_an_ability_of_one_component_rests_on(item: Identified, ability: Ability, kinds: set[LeafKind]) -> None:
    assert kinds_below(stack(item), ability) - {LeafKind.HOME} == kinds


def test_dependencies_of_runtime_and_build_are_followed_and_development_is_not() -> None:
    root, needed, tested = software("root"), software("needed", workloads=()), software("tested", workloads=())
    found = stack(root, needed, tested, needs=[(root, needed), (needed, root)])
    development = type(found.dependencies[0])(root.component.key, tested.component.key, Role.DEVELOPMENT)
    supply = supply_graph(msgspec.structs.replace(found, dependencies=(*found.dependencies, development)))
    assert members(supply, Ability.RUN) == ["pkg:npm/needed@1.0", "pkg:npm/root@1.0"]


def test_what_builds_is_part_of_build_only() -> None:
    found = stack(software("app"), software("compiler", role=Role.BUILD), service("ci", role=Role.BUILD))
    supply = supply_graph(found)
    assert members(supply, Ability.RUN) == ["pkg:npm/app@1.0"]
    assert members(supply, Ability.BUILD) == ["pkg:npm/app@1.0", "pkg:npm/compiler@1.0", "service:ci"]


def test_a_service_that_runs_and_deploys_must_work_to_build() -> None:
    plain, deploying = service("host"), service("host")
    built = (Named(BUILDS, "yes", Origin("vercel.json", 1)),)
    deploying = msgspec.structs.replace(
        deploying, component=msgspec.structs.replace(deploying.component, statements=built)
    )
    assert LeafKind.OPERATES not in kinds_below(stack(plain), Ability.BUILD)
    assert LeafKind.OPERATES in kinds_below(stack(deploying), Ability.BUILD)
    assert kinds_below(stack(deploying), Ability.RUN) == kinds_below(stack(plain), Ability.RUN)


def test_components_that_share_everything_share_their_nodes() -> None:
    few = supply_graph(stack(software("a"), software("b"))).graph.nodes
    many = supply_graph(stack(*(software(f"lib-{i}", offering="lib") for i in range(200)))).graph.nodes
    assert many <= few


def test_a_component_named_alone_has_patches_of_its_own() -> None:
    items = [software(name, offering="", supplier=None) for name in ("a", "b")]
    together = supply_graph(stack(*items))
    apart = supply_graph(stack(*items), {items[0].component.key})
    patches = [leaf for leaf in together.leaves if leaf.kind is LeafKind.PATCHES]
    assert patches == [Leaf(LeafKind.PATCHES, "", "npm")]
    assert Leaf(LeafKind.PATCHES, "", "pkg:npm/a@1.0") in apart.leaves


def test_questions_name_what_is_not_known_and_of_which_components() -> None:
    unknown = [software(name, rights=Rights(), supplier=None, channels=[], sources=[]) for name in ("a", "b")]
    asked = {question.field: question for question in supply_graph(stack(*unknown)).questions.values()}
    assert set(asked) == {"licence", "supplier", "channel", "source"}
    assert list(asked["channel"].components) == [item.component.key for item in unknown]
    assert asked["channel"].hit_by == {"jurisdiction", "supplier", "channel"}
    assert asked["licence"].hit_by == frozenset()
    assert supply_graph(stack(software())).questions == {}


def actions(found: Stack) -> dict[str, tuple[str, ...]]:
    """Return the actions by kind."""
    grouped: dict[str, tuple[str, ...]] = {}
    for action in supply_graph(found).actions:
        grouped[action.kind] = (*grouped.get(action.kind, ()), action.about)
    return grouped


def test_the_actions_of_open_code_are_another_channel_and_taking_it_on() -> None:
    mirror = channel("mirror", "mirror-operator", mirrors=["registry"])
    found = stack(software(), suppliers=[MIRROR_OPERATOR], channels=[mirror])
    assert actions(found) == {"switch": ("mirror",), "maintain": ("lib",)}
    assert actions(stack(software(maintained=True))) == {}
    closed = Rights(run="yes", irrevocable="yes", modify="no", source="no", key="no", grade=OPEN.grade)
    assert actions(stack(software(rights=closed))) == {}


def test_a_channel_is_another_way_only_with_the_same_bytes_of_the_same_kind() -> None:
    operator = [MIRROR_OPERATOR]
    rubies = channel("mirror", "mirror-operator", mirrors=["registry"], serves=("gem",))
    unsure = channel("mirror", "mirror-operator", mirrors=["registry"], same_bytes="unknown")
    for other in (rubies, unsure):
        assert "switch" not in actions(stack(software(), suppliers=operator, channels=[other]))
    recorded = software(other_channels=("mirror",))
    assert actions(stack(recorded, suppliers=operator, channels=[unsure]))["switch"] == ("mirror",)


def test_the_upstream_of_the_mirror_in_use_is_another_way() -> None:
    mirror = channel("mirror", "mirror-operator", mirrors=["registry"])
    found = stack(software(channels=["mirror"]), suppliers=[MIRROR_OPERATOR], channels=[mirror])
    assert actions(found)["switch"] == ("registry",)


def test_the_actions_of_a_service_are_exporting_and_replacing_it() -> None:
    own = service()
    rival = service("rival", supplier="rival")
    found = stack(own, suppliers=[company("rival", "DE")], substitutes=[alternative(own, rival, 1.0)])
    assert actions(found) == {"replace": ("rival",), "export": ("service:sign-in",)}
    nothing_to_take = service(export="no")
    stuck = stack(
        nothing_to_take, suppliers=[company("rival", "DE")], substitutes=[alternative(nothing_to_take, rival, 1.0)]
    )
    assert "export" not in actions(stuck)


def test_an_action_is_one_for_all_components_that_it_helps() -> None:
    mirror = channel("mirror", "mirror-operator", mirrors=["registry"])
    many = [software(f"lib-{i}", offering="", supplier=None) for i in range(5)]
    found = stack(*many, suppliers=[MIRROR_OPERATOR], channels=[mirror])
    supply = supply_graph(found)
    assert [action.kind for action in supply.actions] == ["switch", "maintain"]
    assert supply.actions[1].effort_person_days == (10.0, 50.0, 200.0)


def test_two_alternatives_are_two_actions_and_one_in_breach_is_none() -> None:
    own = service(data_copy=True)
    rivals = [service(name, supplier="rival") for name in ("one", "two")]
    banned = service("three", supplier="rival", banned_in=facts(["DE"]))
    substitutes = [alternative(own, rival, 1.0) for rival in (*rivals, banned)]
    found = stack(own, suppliers=[company("rival", "DE")], substitutes=substitutes)
    assert actions(found)["replace"] == ("one", "two")


def test_a_mirror_of_itself_serves_nothing() -> None:
    looped = channel("registry", "registry-operator", mirrors=["registry"], pull_through=True)
    supply = supply_graph(stack(software(), channels=[looped]))
    assert leaves_below(supply, Ability.BUILD) <= {Leaf(LeafKind.HOME, "DE", "maker")}
