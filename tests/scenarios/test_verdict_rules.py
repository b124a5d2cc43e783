"""The rules between days and verdicts: absent, covered, not settled, downtime, ends, notice and the team."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_stacks import (
    OPEN,
    SUBSCRIPTION,
    alternative,
    channel,
    company,
    denial,
    disruption,
    fact,
    facts,
    judged_in,
    service,
    software,
    stack,
    verdicts,
)

from freehold.assess.cells import cells, way_back
from freehold.assess.world import world
from freehold.model.fact import Grade
from freehold.model.stack import Rights, Stack
from freehold.model.subject import Ability, Range, Team
from freehold.model.verdict import Interval, Verdict, Ways

UNKNOWN = Rights(reason="no licence is stated")
NEVER = Interval(None, None, None)


def replaceable(lead: float | Range, effort: float | Range = 0.0, **project: object) -> Stack:
    """Return a shop with a service whose data is copied and whose rival takes ``lead`` days and ``effort``."""
    own = service(data_copy=True)
    rival = service("rival", supplier="rival")
    return stack(
        own,
        suppliers=[company("rival", "DE")],
        substitutes=[alternative(own, rival, lead, effort)],
        **project,  # type: ignore[arg-type]
    )


def test_absent_is_there_in_no_scenario_and_has_no_days() -> None:
    forbidden = software(rights=msgspec.structs.replace(SUBSCRIPTION, run="no"))
    for found in (verdicts(stack(forbidden)), verdicts(stack(forbidden), denial("US"))):
        assert found["run"].verdict is Verdict.ABSENT
        assert found["run"].ways == Ways(Verdict.ABSENT, Verdict.ABSENT, Verdict.ABSENT)
        assert (found["run"].day_lost, found["run"].day_back) == (NEVER, NEVER)


def test_absent_beside_something_lost_stays_absent() -> None:
    found = stack(software(rights=SUBSCRIPTION, supplier="operator"), service())
    assert verdicts(found, denial("operator"))["change"].verdict is Verdict.ABSENT


@pytest.mark.parametrize(
    ("tolerated", "lead", "verdict", "lost", "gap"),
    [
        ((0.0, 0.0, 0.0), 0.0, Verdict.COVERED, 0.0, 0.0),
        ((0.0, 0.0, 0.0), 0.5, Verdict.EXPOSED, 0.0, 0.5),
        ((5.0, 5.0, 5.0), 5.0, Verdict.COVERED, 5.0, 0.0),
        ((5.0, 5.0, 5.0), 5.5, Verdict.EXPOSED, 5.0, 0.5),
        ((2.0, 5.0, 9.0), 4.0, Verdict.EXPOSED, 2.0, 2.0),
    ],
)
def test_tolerated_downtime_moves_the_day_lost_and_the_bad_end_decides(
    tolerated: Range, lead: float, verdict: Verdict, lost: float, gap: float
) -> None:
    run = verdicts(replaceable(lead, tolerated=tolerated), denial("US"))["run"]
    assert run.verdict is verdict
    assert (run.day_lost.bad, run.gap_days.bad) == (lost, gap)
    assert run.day_lost == Interval(*tolerated)


def test_downtime_that_reaches_the_horizon_is_safe() -> None:
    late = denial("US", onset_days=360.0)
    assert verdicts(replaceable(9.0, tolerated=(5.0, 5.0, 5.0)), late)["run"].verdict is Verdict.SAFE
    assert verdicts(replaceable(9.0, tolerated=(4.0, 5.0, 5.0)), late)["run"].verdict is Verdict.EXPOSED


def test_each_end_of_a_range_comes_from_one_run() -> None:
    run = verdicts(replaceable((10.0, 20.0, 40.0), (2.0, 4.0, 8.0), tolerated=(1.0, 2.0, 3.0)), denial("US"))["run"]
    assert run.day_lost == Interval(1.0, 2.0, 3.0)
    assert run.day_back == Interval(48.0, 24.0, 12.0)
    assert run.gap_days == Interval(47.0, 22.0, 9.0)


@pytest.mark.parametrize(("persons", "back"), [(1.0, 18.0), (2.0, 14.0), (4.0, 12.0)])
def test_the_team_works_on_what_it_takes(persons: float, back: float) -> None:
    run = verdicts(replaceable(10.0, 8.0, team=Team(persons)), denial("US"))["run"]
    assert run.day_back.bad == back


def test_without_a_declared_team_one_person_works() -> None:
    alone = verdicts(replaceable(10.0, 8.0), denial("US"))["run"]
    assert alone.day_back == verdicts(replaceable(10.0, 8.0, team=Team(1.0)), denial("US"))["run"].day_back


def test_one_way_back_serves_all_abilities_and_is_counted_once() -> None:
    cells = verdicts(replaceable(10.0, 8.0), denial("US"))
    assert {cells[name].day_back.bad for name in ("run", "patch", "scale")} == {18.0}


def test_what_comes_back_only_at_the_good_end_does_not_delay_the_others_there() -> None:
    mirror = channel("mirror", "mirror-operator", mirrors=["registry"], lead_days=(1.0, 1.0, 1.0))
    shop = stack(software(), service(), suppliers=[company("mirror-operator", "FR")], channels=[mirror])
    cells = verdicts(shop, denial("US", notice_days=8.0))
    assert cells["data"].day_back.bad is None, "the export takes twelve days at its bad end"
    assert cells["data"].day_back.likely is not None
    back = cells["build"].day_back
    assert back.bad is not None and back.likely is not None and back.good is not None
    assert back.good <= back.likely <= back.bad


@pytest.mark.parametrize(
    ("onset", "notice", "lead", "back"),
    [
        (0.0, 0.0, 10.0, 10.0),
        (0.0, 30.0, 10.0, -20.0),
        (50.0, 20.0, 10.0, 40.0),
        (50.0, 20.0, 0.0, 30.0),
        (50.0, 0.0, 0.0, 50.0),
    ],
)
def test_the_day_back_is_onset_less_notice_plus_recovery(onset: float, notice: float, lead: float, back: float) -> None:
    run = verdicts(replaceable(lead), denial("US", onset_days=onset, notice_days=notice))["run"]
    assert run.day_back.bad == back
    assert run.day_back.bad >= onset - notice
    assert run.verdict is (Verdict.COVERED if back <= onset else Verdict.EXPOSED)


def test_a_disruption_that_ends_brings_its_leaf_back() -> None:
    outage = disruption("channel-down", "registry", end_days=14.0)
    build = verdicts(stack(software()), outage)["build"]
    assert build.verdict is Verdict.EXPOSED
    assert build.day_back == Interval(14.0, 14.0, 14.0)


def test_an_action_sooner_than_the_end_goes_first_and_a_later_one_is_not_taken() -> None:
    outage = disruption("channel-down", "registry", end_days=14.0)
    for lead, back in ((3.0, 3.0), (30.0, 14.0)):
        mirror = channel("mirror", "mirror-operator", mirrors=["registry"], lead_days=(lead,) * 3)
        found = stack(software(), suppliers=[company("mirror-operator", "FR")], channels=[mirror])
        assert verdicts(found, outage)["build"].day_back.bad == back


def test_what_two_disruptions_take_comes_back_with_the_later_end() -> None:
    short = disruption("channel-down", "registry", end_days=14.0)
    long = disruption("channel-down", "registry", onset_days=5.0, end_days=40.0)
    endless = disruption("channel-down", "registry", onset_days=5.0)
    found = stack(software())
    assert verdicts(found, short, long)["build"].day_back.bad == 40.0
    assert verdicts(found, short, long)["build"].day_lost.bad == 0.0
    assert verdicts(found, short, endless)["build"].verdict is Verdict.NO_KNOWN_WAY_BACK


def test_joined_disruptions_lose_what_either_loses() -> None:
    mirror = channel("mirror", "mirror-operator", mirrors=["registry"])
    found = stack(software(), suppliers=[company("mirror-operator", "FR")], channels=[mirror])
    assert verdicts(found, denial("US"))["build"].verdict is Verdict.COVERED
    assert verdicts(found, denial("US"), denial("FR"))["build"].verdict is Verdict.NO_KNOWN_WAY_BACK


def test_a_blocked_account_leaves_time_to_export_only_with_notice() -> None:
    own = service()
    blocked = disruption("account-blocked", "operator")
    assert verdicts(stack(own), blocked)["data"].verdict is Verdict.NO_KNOWN_WAY_BACK
    warned = disruption("account-blocked", "operator", notice_days=14.0)
    assert verdicts(stack(own), warned)["data"].verdict is Verdict.COVERED


# Unknown facts, three ways.


def test_an_unknown_licence_is_not_settled_and_assumed_to_be_one_that_stays() -> None:
    run = verdicts(stack(software(rights=UNKNOWN, supplier="operator")), denial("US"))["run"]
    assert run.verdict is Verdict.SAFE
    assert run.ways == Ways(Verdict.SAFE, Verdict.NO_KNOWN_WAY_BACK, Verdict.SAFE)


def test_an_unread_licence_is_no_more_settled_than_an_unknown_one() -> None:
    unread = msgspec.structs.replace(OPEN, grade=Grade.ASSUMED)
    run = verdicts(stack(software(rights=unread, supplier="operator")), denial("US"))["run"]
    assert run.ways == Ways(Verdict.SAFE, Verdict.NO_KNOWN_WAY_BACK, Verdict.SAFE)
    read = verdicts(stack(software(supplier="operator")), denial("US"))["run"]
    assert read.ways.settled


def test_unknown_statefulness_is_assumed_yes() -> None:
    own = service(stateful="unknown", export="no")
    rival = service("rival", supplier="rival")
    found = stack(own, suppliers=[company("rival", "DE")], substitutes=[alternative(own, rival, 5.0)])
    run = verdicts(found, denial("US"))["run"]
    assert run.ways == Ways(Verdict.STRANDED, Verdict.STRANDED, Verdict.EXPOSED)


def test_unknown_export_is_hoped_for_and_not_settled() -> None:
    data = verdicts(stack(service(export="unknown")), denial("US", notice_days=30.0))["data"]
    assert data.ways.assumed is Verdict.COVERED
    assert not data.ways.settled


def test_an_unknown_seat_could_be_the_one_that_denies() -> None:
    found = stack(service(supplier="nobody"), suppliers=[company("nobody")])
    run = verdicts(found, denial("CN"))["run"]
    assert run.ways == Ways(Verdict.SAFE, Verdict.NO_KNOWN_WAY_BACK, Verdict.SAFE)
    elsewhere = verdicts(found, denial("CN", nexus=("listing",)))["run"]
    assert elsewhere.ways.settled, "an unknown seat is no listing"


def test_an_unknown_channel_could_be_the_one_that_is_down() -> None:
    build = verdicts(stack(software(channels=[])), disruption("channel-down", "registry"))["build"]
    assert build.ways == Ways(Verdict.SAFE, Verdict.NO_KNOWN_WAY_BACK, Verdict.SAFE)


def test_an_unknown_fact_is_dated_like_the_disruption_that_could_mean_it() -> None:
    made = world(stack(software(channels=[])), 365.0)
    run = judged_in(made, disruption("channel-down", "registry", onset_days=20.0))
    assert run.days[made.node(("shop", Ability.BUILD)), 3] == 20.0


def test_an_assumed_nexus_may_turn_out_not_to_reach() -> None:
    unread = service(supplier="vendor", hosting=(fact("US", Grade.ASSUMED),))
    found = stack(unread, suppliers=[company("vendor", "IN")])
    run = verdicts(found, denial("US"))["run"]
    assert run.ways == Ways(Verdict.NO_KNOWN_WAY_BACK, Verdict.NO_KNOWN_WAY_BACK, Verdict.SAFE)
    read = stack(service(supplier="vendor", hosting=facts(["US"])), suppliers=[company("vendor", "IN")])
    assert verdicts(read, denial("US"))["run"].ways.settled


def test_an_unknown_fact_that_changes_nothing_is_settled() -> None:
    found = stack(software(rights=UNKNOWN, supplier="operator"), service())
    run = verdicts(found, denial("operator"))["run"]
    assert run.ways.settled
    assert run.verdict is Verdict.NO_KNOWN_WAY_BACK


# Names and steps.


def test_findings_have_stable_names() -> None:
    found = {name: cell.id for name, cell in verdicts(stack(software()), denial("US")).items()}
    assert found["run"] == "test/shop/run"
    assert len(set(found.values())) == len(found)


def test_the_way_back_lists_the_actions_with_their_days() -> None:
    made = world(replaceable(10.0, 8.0), 365.0)
    steps = way_back(made, judged_in(made, denial("US")))["shop"]
    assert [(step.action, step.done_after_days) for step in steps] == [("replace:service:sign-in->rival", 18.0)]
    assert steps[0].grade == "recorded"


def test_causes_count_the_components_that_fail_and_only_those() -> None:
    found = stack(software("one"), software("two"), software("kept", copies=("artifacts",)))
    build = verdicts(found, disruption("channel-down", "registry"))["build"]
    assert [(cause.count, cause.examples) for cause in build.causes] == [(2, ("one", "two"))]
    assert verdicts(found, disruption("channel-down", "registry"))["run"].causes == ()


@settings(max_examples=40, deadline=None)
@given(
    onset=st.integers(0, 300),
    notice=st.integers(0, 60),
    lead=st.tuples(st.integers(0, 20), st.integers(20, 40), st.integers(40, 90)),
    tolerated=st.tuples(st.integers(0, 3), st.integers(3, 6), st.integers(6, 20)),
)
def test_the_ends_of_a_range_are_in_order(
    onset: int, notice: int, lead: tuple[int, int, int], tolerated: tuple[int, int, int]
) -> None:
    found = replaceable(tuple(map(float, lead)), tolerated=tuple(map(float, tolerated)))  # type: ignore[arg-type]
    made = world(found, 365.0)
    run = judged_in(made, denial("US", onset_days=float(onset), notice_days=float(notice)))
    cell = next(c for c in cells(made, run, "test", {}) if c.ability.value == "run")
    lost, back, gap = cell.day_lost, cell.day_back, cell.gap_days
    assert lost.bad is not None and lost.likely is not None and lost.good is not None
    assert back.bad is not None and back.likely is not None and back.good is not None
    assert lost.bad <= lost.likely <= lost.good
    assert back.bad >= back.likely >= back.good
    assert (gap.bad, gap.good) == (max(0.0, back.bad - lost.bad), max(0.0, back.good - lost.good))
    assert (cell.verdict is Verdict.COVERED) == (back.bad <= lost.bad)
