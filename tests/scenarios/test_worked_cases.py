"""The five worked cases of the model, each claim one test, through graph, scenarios and engine together."""

from __future__ import annotations

import msgspec
import pytest
from small_stacks import (
    HORIZON,
    OPEN,
    SUBSCRIPTION,
    alternative,
    channel,
    company,
    denial,
    disruption,
    facts,
    service,
    software,
    stack,
    verdicts,
)

from freehold.model.component import ComponentKind
from freehold.model.stack import ChannelFacts, Identified, Limit, Rights, Stack
from freehold.model.subject import Graces
from freehold.model.verdict import Interval, Verdict

# Case 1: an MIT library from a registry, the United States deny a German subject.

MIRROR_OPERATOR = company("mirror-operator", "FR")
MIRROR = channel(
    "mirror", "mirror-operator", mirrors=["registry"], lead_days=(1.0, 2.0, 3.0), effort_person_days=(0.5, 1.0, 2.0)
)


def registry_case(*, mirror: bool = True, cached: float = 0.0, **known: object) -> Stack:
    """Return a German project that uses one MIT library from a registry run from the United States."""
    channels = [MIRROR] if mirror else []
    graces = Graces(cached_copy=(cached,) * 3, next_hole=(0.0,) * 3)
    return stack(software(**known), suppliers=[MIRROR_OPERATOR], channels=channels, graces=graces)  # type: ignore[arg-type]


def test_1_running_open_code_is_safe() -> None:
    assert verdicts(registry_case(), denial("US"))["run"].verdict is Verdict.SAFE


def test_1_building_is_exposed_from_day_0_until_the_client_is_pointed_elsewhere() -> None:
    build = verdicts(registry_case(), denial("US"))["build"]
    assert build.verdict is Verdict.EXPOSED
    assert build.day_lost == Interval(0.0, 0.0, 0.0)
    assert build.day_back == Interval(5.0, 3.0, 1.5)
    assert build.gap_days == build.day_back


def test_1_a_cached_copy_lasts_for_its_grace() -> None:
    build = verdicts(registry_case(cached=4.0), denial("US"))["build"]
    assert build.day_lost == Interval(4.0, 4.0, 4.0)
    assert build.gap_days == Interval(1.0, 0.0, 0.0)


def test_1_without_another_channel_there_is_no_known_way_back() -> None:
    assert verdicts(registry_case(mirror=False), denial("US"))["build"].verdict is Verdict.NO_KNOWN_WAY_BACK


def test_1_a_channel_with_other_bytes_is_no_way_back() -> None:
    other: ChannelFacts = channel("other", "mirror-operator")
    found = stack(software(), suppliers=[MIRROR_OPERATOR], channels=[other])
    assert verdicts(found, denial("US"))["build"].verdict is Verdict.NO_KNOWN_WAY_BACK


def test_1_a_mirror_run_from_the_same_country_is_no_way_back() -> None:
    found = stack(software(), suppliers=[company("mirror-operator", "US")], channels=[MIRROR])
    assert verdicts(found, denial("US"))["build"].verdict is Verdict.NO_KNOWN_WAY_BACK


def test_1_vaulted_building_is_safe() -> None:
    assert verdicts(registry_case(copies=("artifacts",)), denial("US"))["build"].verdict is Verdict.SAFE


# Case 2: sign-in as a service, thirty days' notice, an alternative in forty days.

CUT_OFF = denial("US", notice_days=30.0)


def sign_in_case(rival: str = "DE", *, export: str = "no", copy: bool = False, lead: float = 40.0) -> Stack:
    """Return a shop whose sign-in service could be replaced by a rival's."""
    own = service("sign-in", export=export, data_copy=copy)  # type: ignore[arg-type]
    other = service("rival-sign-in", supplier="rival")
    return stack(own, suppliers=[company("rival", rival)], substitutes=[alternative(own, other, lead)])


def test_2_with_a_copy_of_the_data_the_day_back_is_10() -> None:
    run = verdicts(sign_in_case(copy=True), CUT_OFF)["run"]
    assert run.verdict is Verdict.EXPOSED
    assert run.day_lost == Interval(0.0, 0.0, 0.0)
    assert run.day_back == Interval(10.0, 10.0, 10.0)
    assert run.gap_days == Interval(10.0, 10.0, 10.0)


def test_2_with_data_that_can_be_exported_the_day_back_is_10() -> None:
    run = verdicts(sign_in_case(export="yes"), CUT_OFF)["run"]
    assert run.verdict is Verdict.EXPOSED
    assert run.day_back == Interval(10.0, 10.0, 10.0), "the export fits into the forty days that the move takes"


def test_2_with_neither_the_option_does_not_exist() -> None:
    assert verdicts(sign_in_case(), CUT_OFF)["run"].verdict is Verdict.STRANDED


def test_2_without_notice_there_is_no_time_to_export() -> None:
    assert verdicts(sign_in_case(export="yes"), denial("US"))["run"].verdict is Verdict.STRANDED


def test_2_not_if_the_alternative_is_denied_too() -> None:
    assert verdicts(sign_in_case(rival="US", copy=True), CUT_OFF)["run"].verdict is Verdict.STRANDED


def test_2_the_rival_in_the_notice_period_is_covered() -> None:
    run = verdicts(sign_in_case(copy=True, lead=30.0), CUT_OFF)["run"]
    assert run.verdict is Verdict.COVERED
    assert run.gap_days == Interval(0.0, 0.0, 0.0)


def test_2_one_day_more_is_exposed() -> None:
    run = verdicts(sign_in_case(copy=True, lead=31.0), CUT_OFF)["run"]
    assert run.verdict is Verdict.EXPOSED
    assert run.gap_days.bad == 1.0


# Case 3: a subscription with two hundred days left.


def subscription_case() -> Stack:
    """Return a project that uses licensed software of a vendor in the United States, paid for 200 days more."""
    own = software("suite", supplier="vendor", rights=SUBSCRIPTION, sources=(), term_end_days=200.0)
    return stack(own, suppliers=[company("vendor", "US")])


def test_3_run_is_lost_on_day_200() -> None:
    run = verdicts(subscription_case(), denial("US"))["run"]
    assert run.day_lost == Interval(200.0, 200.0, 200.0)
    assert run.verdict is Verdict.NO_KNOWN_WAY_BACK


def test_3_the_term_is_a_date_however_late_the_denial() -> None:
    assert verdicts(subscription_case(), denial("US", onset_days=150.0))["run"].day_lost.bad == 200.0
    assert verdicts(subscription_case(), denial("US", onset_days=250.0))["run"].day_lost.bad == 250.0


def test_3_change_is_absent_not_stranded() -> None:
    assert verdicts(subscription_case(), denial("US"))["change"].verdict is Verdict.ABSENT
    assert verdicts(subscription_case())["change"].verdict is Verdict.ABSENT


def test_3_beyond_the_horizon_is_safe() -> None:
    early = verdicts(subscription_case(), denial("US"), horizon=199.0)["run"]
    assert early.verdict is Verdict.SAFE
    assert early.day_lost == Interval(None, None, None)


# Case 4: United States law reaches one product of a German vendor through its content.


def origin_case() -> tuple[Identified, Identified, Stack]:
    """Return two products of one German vendor, one with content controlled by the United States."""
    vendor = company("vendor", "DE")
    controlled = software(
        "controlled", supplier="vendor", rights=SUBSCRIPTION, term_end_days=0.0, origin_of=facts(["US"])
    )
    other = software("other", supplier="vendor", rights=SUBSCRIPTION, term_end_days=0.0)
    return controlled, other, stack(controlled, other, suppliers=[vendor])


def test_4_that_product_is_lost_and_not_the_vendor() -> None:
    _, _, both = origin_case()
    run = verdicts(both, denial("US", nexus=("origin",)))["run"]
    assert run.day_lost.bad == 0.0
    assert [cause.examples for cause in run.causes] == [("controlled",)]


def test_4_the_other_product_alone_is_safe() -> None:
    _, other, _ = origin_case()
    alone = stack(other, suppliers=[company("vendor", "DE")])
    assert verdicts(alone, denial("US"))["run"].verdict is Verdict.SAFE


def test_4_the_product_is_safe_where_only_seats_and_owners_count() -> None:
    _, _, both = origin_case()
    assert verdicts(both, denial("US", nexus=("seat", "parent")))["run"].verdict is Verdict.SAFE


def test_4_a_denial_can_name_the_product() -> None:
    _, _, both = origin_case()
    assert verdicts(both, denial("US", on=("controlled",)))["run"].verdict is Verdict.NO_KNOWN_WAY_BACK
    assert verdicts(both, denial("US", on=("other",)))["run"].verdict is Verdict.SAFE


# Case 5: Apache weights on a hub in the United States, denied to a Chinese subject.

EXCLUDING = msgspec.structs.replace(
    OPEN,
    terms=("LicenseRef-Weights",),
    expression="LicenseRef-Weights",
    limits=(Limit("territory", "LicenseRef-Weights", "excludes EU", ("EU",)),),
)


def weights(rights: Rights = OPEN, subject: str = "CN", *channels: ChannelFacts) -> Stack:
    """Return a project that uses the weights of a Chinese lab from a hub in the United States."""
    model = software(
        "weights",
        supplier="lab",
        rights=rights,
        channels=["hub"],
        sources=[],
        kind=ComponentKind.MODEL,
        purl_type="huggingface",
    )
    suppliers = [company("lab", "CN"), company("hub-operator", "US"), company("other-operator", "CN")]
    return stack(model, suppliers=suppliers, channels=[channel("hub", "hub-operator"), *channels], subject=subject)


def test_5_running_the_weights_is_safe() -> None:
    assert verdicts(weights(), denial("US"))["run"].verdict is Verdict.SAFE


def test_5_building_depends_on_the_hub_that_the_project_names() -> None:
    build = verdicts(weights(), denial("US"))["build"]
    assert build.verdict is Verdict.NO_KNOWN_WAY_BACK
    assert build.day_lost.bad == 0.0
    assert [leaf.about for cause in build.causes for leaf in cause.leaves] == ["hub-operator"]


def test_5_another_hub_with_the_same_hash_is_recovery_not_an_alternative_road() -> None:
    other = channel("other-hub", "other-operator", mirrors=["hub"], lead_days=(1.0, 1.0, 2.0))
    build = verdicts(weights(OPEN, "CN", other), denial("US"))["build"]
    assert build.verdict is Verdict.EXPOSED
    assert build.day_lost.bad == 0.0
    assert build.day_back.bad == 2.0


@pytest.mark.parametrize(("subject", "excluded"), [("DE", True), ("FR", True), ("CN", False), ("IN", False)])
def test_5_a_licence_that_excludes_the_country_is_a_present_breach(subject: str, excluded: bool) -> None:
    run = verdicts(weights(EXCLUDING, subject), denial("US"))["run"]
    assert run.in_breach is excluded
    assert run.verdict is Verdict.SAFE, "the graph stays as it is until somebody enforces the limit"


def test_5_enforcing_the_limit_stops_what_is_in_breach_and_nothing_else() -> None:
    enforced = disruption("licence-enforced")
    assert verdicts(weights(EXCLUDING, "DE"), enforced)["run"].day_lost.bad == 0.0
    assert verdicts(weights(EXCLUDING, "CN"), enforced)["run"].verdict is Verdict.SAFE


def test_what_is_lost_on_the_horizon_is_safe_and_a_day_before_it_is_not() -> None:
    on_it = sign_in_case()
    assert verdicts(on_it, denial("US", onset_days=HORIZON))["run"].verdict is Verdict.SAFE
    assert verdicts(on_it, denial("US", onset_days=HORIZON - 1))["run"].verdict is Verdict.STRANDED
