"""Scenario references: parameters, days, joining, and what is refused."""

from __future__ import annotations

import pytest

from freehold.catalog.scenario_files import load_scenarios
from freehold.errors import UsageError
from freehold.model.scenario import Disruption, Scenario
from freehold.scenarios.parameters import resolve, titled

CUT = Scenario(
    id="cut",
    title="{jurisdiction} cuts",
    description="what {jurisdiction} does",
    parameter="jurisdiction",
    disruption=(
        Disruption(kind="denial", by="{jurisdiction}", denies=("subject",)),
        Disruption(kind="service-retired", on=("{jurisdiction}-cloud",), onset_days=90.0, notice_days=90.0),
    ),
)
PLAIN = Scenario(id="plain", title="plain", description="p", disruption=(Disruption(kind="licence-enforced"),))
DEFAULTED = Scenario(
    id="defaulted",
    title="{channel}",
    parameter="channel",
    default="hub",
    disruption=(Disruption(kind="channel-down", by="{channel}"),),
)
SHIPPED = {one.id: one for one in (CUT, PLAIN, DEFAULTED)}


def test_a_plain_scenario_is_itself() -> None:
    assert resolve("plain", SHIPPED) == PLAIN


def test_the_value_fills_every_text() -> None:
    found = resolve("cut:US", SHIPPED)
    assert found.id == "cut:US"
    assert (found.title, found.description) == ("US cuts", "what US does")
    assert found.disruption[0].by == "US"
    assert found.disruption[1].on == ("US-cloud",)
    assert "{" not in repr(found.disruption)


def test_a_default_stands_in_and_shows_in_the_name() -> None:
    assert resolve("defaulted", SHIPPED).id == "defaulted:hub"
    assert resolve("defaulted", SHIPPED).disruption[0].by == "hub"
    assert resolve("defaulted:other", SHIPPED).disruption[0].by == "other"


def test_a_value_may_hold_colons_slashes_and_an_at_sign() -> None:
    assert resolve("defaulted:pkg:npm/%40scope/a@1.0", SHIPPED).disruption[0].by == "pkg:npm/%40scope/a@1.0"


def test_days_are_set_on_every_disruption_and_only_those_named() -> None:
    found = resolve("cut:US@onset=10@end=20.5", SHIPPED)
    assert found.id == "cut:US@onset=10@end=20.5"
    assert {d.onset_days for d in found.disruption} == {10.0}
    assert {d.end_days for d in found.disruption} == {20.5}
    assert [d.notice_days for d in found.disruption] == [0.0, 90.0]
    assert found.title == "US cuts"


def test_days_can_be_set_without_a_value() -> None:
    assert resolve("plain@notice=30", SHIPPED).disruption[0].notice_days == 30.0


def test_joined_scenarios_have_all_disruptions_in_order() -> None:
    found = resolve("cut:US@notice=30+plain+defaulted", SHIPPED)
    assert found.id == "cut:US@notice=30+plain+defaulted"
    assert [d.kind for d in found.disruption] == ["denial", "service-retired", "licence-enforced", "channel-down"]
    assert [d.notice_days for d in found.disruption] == [30.0, 30.0, 0.0, 0.0]
    assert found.title == "US cuts and plain and hub"


@pytest.mark.parametrize(
    ("reference", "reason", "remedy"),
    [
        ("plan", "no scenario 'plan'", "did you mean plain?"),
        ("", "no scenario ''", "freehold scenarios list"),
        ("plain+", "no scenario ''", "freehold scenarios list"),
        ("cut", "needs a jurisdiction", "cut:US"),
        ("cut:", "needs a jurisdiction", "cut:US"),
        ("plain:US", "takes no value", "write plain"),
        ("cut:US@onset=soon", "sets no day", "@onset=N"),
        ("cut:US@onset=-3", "sets no day", "@onset=N"),
        ("cut:US@onset=1e9", "sets no day", "@onset=N"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_a_remedy(reference: str, reason: str, remedy: str) -> None:
    with pytest.raises(UsageError) as caught:
        resolve(reference, SHIPPED)
    assert reason in caught.value.reason
    assert remedy in caught.value.remedy


def test_titles_give_parties_their_names() -> None:
    found = titled(resolve("cut:US", SHIPPED), {"US": "United States"})
    assert found.title == "United States cuts"
    assert titled(PLAIN, {"plain": "Plain Ltd"}).title == "plain", "only parties of the scenario are named"


def test_every_shipped_scenario_resolves_and_says_what_happens() -> None:
    shipped = load_scenarios([])
    assert len(shipped) >= 12
    for name, scenario in shipped.items():
        found = resolve(f"{name}:US" if scenario.parameter else name, shipped)
        assert found.disruption
        assert "{" not in found.title + found.description + repr(found.disruption)
        assert scenario.description.strip()
