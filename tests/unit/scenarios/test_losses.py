"""From disruptions to lost leaves: which, when, until when, and whom a scenario could hit."""

from __future__ import annotations

from small_stacks import FORGE, REGISTRY, company, denial, disruption, facts, service, software, stack

from freehold.graph.supply import supply_graph
from freehold.model.leaf import Leaf, LeafKind
from freehold.model.scenario import Disruption, Scenario
from freehold.model.stack import Stack
from freehold.scenarios.losses import Impact, Impacts, Loss

SHOP = stack(software(), service(hosting=facts(["IE"])))


def impact(of: Stack, *disruptions: Disruption) -> Impact:
    """Return what disruptions do to a stack."""
    return Impacts(supply_graph(of).leaves, of).of(Scenario(id="s", title="s", disruption=disruptions))


def lost(of: Stack, *disruptions: Disruption) -> set[Leaf]:
    """Return the lost leaves."""
    return {loss.leaf for loss in impact(of, *disruptions).losses}


def test_a_law_loses_its_own_leaves_of_every_party_through_the_named_nexus() -> None:
    everywhere = lost(SHOP, denial("US"))
    assert everywhere == {
        Leaf(LeafKind.LAW, "US", operator, "seat") for operator in ("registry-operator", "forge-operator", "operator")
    }
    assert lost(SHOP, denial("IE", nexus=("hosting",))) == {Leaf(LeafKind.LAW, "IE", "service:sign-in", "hosting")}
    assert lost(SHOP, denial("IE", nexus=("seat",))) == set()
    assert lost(SHOP, denial("MOON")) == set()


def test_a_bloc_loses_what_its_members_lose() -> None:
    assert lost(SHOP, denial("FIVE")) == lost(SHOP, denial("US"))
    assert lost(SHOP, denial("EU")) == {Leaf(LeafKind.LAW, "DE", "maker", "seat")} & set(supply_graph(SHOP).leaves)


def test_a_supplier_that_denies_is_unwilling_and_its_channels_stay_up_for_others() -> None:
    assert lost(SHOP, denial("registry-operator")) == {Leaf(LeafKind.WILLING, "registry-operator")}


def test_a_supplier_that_is_gone_takes_its_services_channels_and_patches_along() -> None:
    assert lost(SHOP, disruption("supplier-gone", "registry-operator")) == {
        Leaf(LeafKind.WILLING, "registry-operator"),
        Leaf(LeafKind.CHANNEL, "registry"),
    }
    assert lost(SHOP, disruption("supplier-gone", "operator")) == {
        Leaf(LeafKind.WILLING, "operator"),
        Leaf(LeafKind.OPERATES, "operator", "sign-in"),
    }
    assert lost(SHOP, disruption("supplier-gone", "maker")) == {
        Leaf(LeafKind.WILLING, "maker"),
        Leaf(LeafKind.PATCHES, "maker", "lib"),
    }


def test_a_retired_service_is_named_by_offering_purl_or_supplier() -> None:
    gone = {Leaf(LeafKind.OPERATES, "operator", "sign-in")}
    assert lost(SHOP, disruption("service-retired", on=("sign-*",))) == gone
    assert lost(SHOP, disruption("service-retired", "operator")) == gone
    assert lost(SHOP, disruption("service-retired", "operator", on=("sign-in",))) == gone
    assert lost(SHOP, disruption("service-retired", "operator", on=("mail",))) == set()
    assert lost(SHOP, disruption("service-retired")) == set(), "what names nothing retires nothing"


def test_a_denial_on_products_names_them_by_offering_or_purl() -> None:
    controlled = stack(service(origin_of=facts(["US"])))
    origin = Leaf(LeafKind.LAW, "US", "service:sign-in", "origin")
    assert origin in lost(controlled, denial("US", on=("sign-in",)))
    assert origin in lost(controlled, denial("US", on=("service:sign-in",)))
    assert lost(controlled, denial("US", on=("mail",))) == set()


def test_losses_are_in_order_and_each_leaf_is_lost_once() -> None:
    losses = impact(SHOP, denial("US"), denial("US", onset_days=5.0), denial("FIVE")).losses
    assert list(losses) == sorted(losses)
    assert len({loss.leaf for loss in losses}) == len(losses)
    assert {loss.onset for loss in losses} == {0.0}


def test_the_first_onset_counts_and_the_last_end_if_all_end() -> None:
    registry = Leaf(LeafKind.CHANNEL, "registry")
    first = disruption("channel-down", "registry", onset_days=3.0, end_days=9.0)
    second = disruption("channel-down", "registry", onset_days=6.0, end_days=20.0)
    endless = disruption("channel-down", "registry", onset_days=8.0)
    assert impact(SHOP, first, second).losses == (Loss(registry, 3.0, 20.0),)
    assert impact(SHOP, first, endless).losses == (Loss(registry, 3.0, None),)


def test_recovery_starts_at_the_latest_announcement_and_onset_is_the_earliest() -> None:
    found = impact(SHOP, denial("US", onset_days=50.0, notice_days=20.0), denial("IN", onset_days=10.0))
    assert (found.onset, found.start) == (10.0, 30.0)


def test_what_does_not_concern_the_subject_does_nothing() -> None:
    found = impact(SHOP, disruption("denial", "US", denies=("CN",), onset_days=4.0))
    assert (found.losses, found.hits, found.onset) == ((), frozenset(), 4.0)


def test_a_scenario_says_which_kinds_of_parties_it_could_mean() -> None:
    assert impact(SHOP, denial("US")).hits == {"jurisdiction"}
    assert impact(SHOP, denial("US", nexus=("listing",))).hits == frozenset()
    assert impact(SHOP, denial("nobody")).hits == {"supplier"}
    assert impact(SHOP, disruption("channel-down", "registry")).hits == {"channel"}
    assert impact(SHOP, disruption("supplier-gone", "maker")).hits == {"supplier"}
    assert impact(SHOP, disruption("home-ban", "DE")).hits == frozenset()
    joined = impact(SHOP, denial("US"), disruption("channel-down", "registry"))
    assert joined.hits == {"jurisdiction", "channel"}


def test_dearer_suppliers_are_named_and_lose_nothing() -> None:
    found = impact(SHOP, disruption("price-multiplies", "operator", factor=5.0))
    assert (found.losses, found.costlier) == ((), ("operator",))


def test_limits_are_enforced_by_their_licensor_only() -> None:
    banned = stack(software(banned_in=facts(["DE"])), suppliers=[company("other", "FR")])
    (leaf,) = (leaf for leaf in supply_graph(banned).leaves if leaf.kind is LeafKind.TERMS)
    assert lost(banned, disruption("licence-enforced")) == {leaf}
    assert lost(banned, disruption("licence-enforced", "maker")) == {leaf}
    assert lost(banned, disruption("licence-enforced", "other")) == set()
    assert lost(banned, disruption("licence-enforced", on=("nothing",))) == set()


def test_channels_without_a_known_operator_go_with_nobody() -> None:
    orphan = type(REGISTRY)("registry", "registry")
    found = stack(software(), channels=[orphan, FORGE])
    assert lost(found, disruption("supplier-gone", "registry-operator")) == set()
    assert lost(found, disruption("channel-down", "registry")) == {Leaf(LeafKind.CHANNEL, "registry")}
