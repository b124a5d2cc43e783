"""What each kind of disruption takes away, row by row of the model's table, and what nobody can take."""

from __future__ import annotations

import msgspec
import pytest
from small_stacks import (
    OPEN,
    SUBSCRIPTION,
    alternative,
    channel,
    company,
    denial,
    disruption,
    facts,
    lost_abilities,
    service,
    software,
    stack,
    verdicts,
)

from freehold.model.component import Role
from freehold.model.scenario import Disruption
from freehold.model.stack import Identified, Limit, PatentHolder, Rights, Stack
from freehold.model.subject import Owner, Subject, Workload
from freehold.model.verdict import Verdict

VENDOR = company("vendor", "US")
ALL_DENIALS = (
    denial("US"),
    denial("CN"),
    denial("DE"),
    denial("FIVE"),
    denial("maker"),
    denial("registry-operator"),
    disruption("account-blocked", "maker"),
    disruption("account-blocked", "registry-operator"),
    disruption("channel-down", "registry"),
    disruption("channel-down", "forge"),
    disruption("supplier-gone", "maker"),
    disruption("supplier-gone", "registry-operator"),
    disruption("relicensed", "maker"),
    disruption("maintainer-stops", on=("lib",)),
    disruption("licence-enforced"),
    disruption("price-multiplies", "maker", factor=5.0),
)


def suite(**known: object) -> Identified:
    """Return licensed software that needs its vendor's key, with an empty term."""
    return software("suite", supplier="vendor", rights=SUBSCRIPTION, sources=(), **known)  # type: ignore[arg-type]


def described(one: Disruption) -> str:
    """Return a name for the disruption of a test case."""
    return f"{one.kind} {one.by or ' '.join(one.on)}"


@pytest.mark.parametrize("one", ALL_DENIALS, ids=described)
def test_open_code_keeps_run_whatever_others_deny(one: Disruption) -> None:
    assert verdicts(stack(software()), one)["run"].verdict is Verdict.SAFE


@pytest.mark.parametrize("one", ALL_DENIALS, ids=described)
def test_open_code_with_own_copies_of_bytes_and_source_keeps_all_but_new_fixes(one: Disruption) -> None:
    kept = software(copies=("artifacts", "source"))
    assert lost_abilities(stack(kept), one) <= {"patch"}
    maintained = software(copies=("artifacts", "source"), maintained=True)
    assert lost_abilities(stack(maintained), one) == set()


@pytest.mark.parametrize(
    ("one", "lost"),
    [
        (denial("US"), {"build", "patch", "change", "scale"}),
        (denial("US", nexus=("listing", "hosting", "origin", "establishment")), set()),
        (denial("DE"), set()),
        (denial("maker"), set()),
        (denial("registry-operator"), {"build", "patch", "scale"}),
        (disruption("account-blocked", "registry-operator"), {"build", "patch", "scale"}),
        (disruption("account-blocked", "maker"), set()),
        (disruption("channel-down", "registry"), {"build", "patch", "scale"}),
        (disruption("channel-down", "forge"), {"change"}),
        (disruption("supplier-gone", "registry-operator"), {"build", "patch", "scale"}),
        (disruption("supplier-gone", "maker"), {"patch"}),
        (disruption("relicensed", "maker"), {"patch"}),
        (disruption("maintainer-stops", on=("lib",)), {"patch"}),
        (disruption("maintainer-stops", on=("pkg:npm/lib*",)), {"patch"}),
        (disruption("maintainer-stops", on=("other",)), set()),
        (disruption("home-ban", "DE"), {"run", "build", "scale"}),
        (disruption("home-ban", "EU"), {"run", "build", "scale"}),
        (disruption("home-ban", "FR"), set()),
        (disruption("price-multiplies", "maker", factor=5.0), set()),
        (disruption("licence-enforced"), set()),
    ],
    ids=lambda value: described(value) if isinstance(value, Disruption) else "",
)
def test_what_open_code_loses(one: Disruption, lost: set[str]) -> None:
    assert lost_abilities(stack(software()), one) == lost


@pytest.mark.parametrize(
    ("one", "lost"),
    [
        (denial("US"), {"run", "patch", "scale", "data"}),
        (denial("operator"), {"run", "patch", "scale", "data"}),
        (disruption("account-blocked", "operator"), {"run", "patch", "scale", "data"}),
        (disruption("supplier-gone", "operator"), {"run", "patch", "scale", "data"}),
        (disruption("service-retired", on=("sign-in",)), {"run", "patch", "scale", "data"}),
        (disruption("service-retired", on=("other",)), set()),
        (disruption("relicensed", "operator"), set()),
        (disruption("channel-down", "registry"), set()),
        (disruption("price-multiplies", "operator", factor=5.0), set()),
    ],
    ids=lambda value: described(value) if isinstance(value, Disruption) else "",
)
def test_what_a_service_loses(one: Disruption, lost: set[str]) -> None:
    assert lost_abilities(stack(service()), one) == lost


def test_a_service_loses_run_at_once() -> None:
    assert verdicts(stack(service()), denial("US"))["run"].day_lost.bad == 0.0
    assert verdicts(stack(service()), denial("US", onset_days=7.0))["run"].day_lost.bad == 7.0


def test_a_service_keeps_its_data_only_with_a_copy_or_time_to_export() -> None:
    assert verdicts(stack(service(data_copy=True)), denial("US"))["data"].verdict is Verdict.SAFE
    assert verdicts(stack(service(stateful="no")), denial("US"))["data"].verdict is Verdict.SAFE
    assert verdicts(stack(service()), denial("US"))["data"].verdict is Verdict.NO_KNOWN_WAY_BACK
    in_time = verdicts(stack(service()), denial("US", notice_days=30.0))["data"]
    assert in_time.verdict is Verdict.COVERED
    assert in_time.day_back.bad == -30.0 + 7.0 + 5.0
    assert verdicts(stack(service(export="no")), denial("US", notice_days=30.0))["data"].verdict is Verdict.ABSENT


@pytest.mark.parametrize(
    ("one", "lost"),
    [
        (denial("US"), {"run", "build", "patch", "scale"}),
        (denial("US", nexus=("parent",)), set()),
        (disruption("account-blocked", "vendor"), {"run", "patch", "scale"}),
        (disruption("supplier-gone", "vendor"), {"run", "patch", "scale"}),
        (disruption("channel-down", "registry"), {"build", "patch", "scale"}),
        (disruption("relicensed", "vendor"), {"patch"}),
        (disruption("home-ban", "DE"), {"run", "build", "scale"}),
    ],
    ids=lambda value: described(value) if isinstance(value, Disruption) else "",
)
def test_what_subscription_software_loses(one: Disruption, lost: set[str]) -> None:
    assert lost_abilities(stack(suite(), suppliers=[VENDOR]), one) == lost


def test_the_subscription_of_a_denied_owner_is_lost_too() -> None:
    owned = company("vendor", "DE", parents=["owner"], parent="US")
    found = stack(suite(), suppliers=[owned, company("owner", "US")])
    assert "run" in lost_abilities(found, denial("US"))
    assert "run" in lost_abilities(found, denial("US", nexus=("parent",)))
    assert "run" in lost_abilities(found, denial("owner"))
    assert "run" not in lost_abilities(found, denial("US", nexus=("seat",)))


@pytest.mark.parametrize("nexus", ["seat", "establishment", "listing"])
def test_a_law_reaches_a_supplier_through_each_nexus_of_its_own(nexus: str) -> None:
    seat = "US" if nexus == "seat" else "IN"
    vendor = company("vendor", seat) if nexus == "seat" else company("vendor", seat, **{nexus: "US"})
    found = stack(suite(), suppliers=[vendor])
    assert "run" in lost_abilities(found, denial("US", nexus=(nexus,)))
    others = tuple(other for other in ("seat", "establishment", "listing") if other != nexus)
    assert "run" not in lost_abilities(found, denial("US", nexus=others))


def test_a_law_reaches_a_service_where_it_is_hosted() -> None:
    found = stack(service(supplier="vendor", hosting=facts(["US"])), suppliers=[company("vendor", "IN")])
    assert "run" in lost_abilities(found, denial("US", nexus=("hosting",)))
    assert "run" not in lost_abilities(found, denial("US", nexus=("seat", "origin")))


PATENTS = (PatentHolder("codec", "holder", "pool"),)


@pytest.mark.parametrize(
    ("one", "lost"),
    [
        (disruption("patent-asserted", "holder"), {"run", "scale"}),
        (disruption("patent-asserted", "pool"), {"run", "scale"}),
        (disruption("patent-asserted", "holder", on=("codec",)), {"run", "scale"}),
        (disruption("patent-asserted", "holder", on=("other",)), set()),
        (disruption("patent-asserted", "somebody"), set()),
    ],
)
def test_an_asserted_patent_takes_run_and_scale_of_implementers(one: Disruption, lost: set[str]) -> None:
    implementer = software(standards=("codec",))
    assert lost_abilities(stack(implementer, patents=PATENTS), one) == lost
    assert lost_abilities(stack(software(), patents=PATENTS), one) == set()


def test_a_patent_grant_of_the_holder_itself_binds_it() -> None:
    granting = msgspec.structs.replace(OPEN, patent_grant="yes")
    own = software(supplier="holder", rights=granting, standards=("codec",))
    found = stack(own, suppliers=[company("holder", "DE")], patents=PATENTS)
    assert lost_abilities(found, disruption("patent-asserted", "holder")) == set()
    silent = software(supplier="holder", standards=("codec",))
    found = stack(silent, suppliers=[company("holder", "DE")], patents=PATENTS)
    assert lost_abilities(found, disruption("patent-asserted", "holder")) == {"run", "scale"}


def test_a_home_ban_can_name_whose_products_it_means() -> None:
    found = stack(software())
    assert "run" in lost_abilities(found, disruption("home-ban", "DE", on=("maker",)))
    assert "run" in lost_abilities(found, disruption("home-ban", "DE", on=("DE",)))
    assert "run" in lost_abilities(found, disruption("home-ban", "DE", on=("EU",)))
    assert "run" not in lost_abilities(found, disruption("home-ban", "DE", on=("CN",)))


def test_a_home_ban_takes_no_own_copy_into_account() -> None:
    kept = software(copies=("artifacts", "source"), maintained=True)
    assert lost_abilities(stack(kept), disruption("home-ban", "DE")) == {"run", "build", "scale"}


def test_a_ban_in_force_is_a_present_breach() -> None:
    assert verdicts(stack(software(banned_in=facts(["DE"]))))["run"].in_breach
    assert not verdicts(stack(software(banned_in=facts(["IN"]))))["run"].in_breach


def test_multiplied_prices_take_nothing_and_are_said() -> None:
    dearer = verdicts(stack(service()), disruption("price-multiplies", "operator", factor=5.0))
    assert {cell.verdict for name, cell in dearer.items() if name != "change"} == {Verdict.SAFE}
    assert dearer["run"].costs_more
    other = verdicts(stack(service()), disruption("price-multiplies", "vendor", factor=5.0))
    assert not other["run"].costs_more


def test_multiplied_prices_of_a_subscription_are_said_and_open_code_has_no_price() -> None:
    dearer = disruption("price-multiplies", "vendor", factor=5.0)
    assert verdicts(stack(suite(), suppliers=[VENDOR]), dearer)["run"].costs_more
    free = software(supplier="vendor")
    assert not verdicts(stack(free, suppliers=[VENDOR]), dearer)["run"].costs_more


SUBJECTS: dict[str, Subject] = {
    "seat": Subject(seat="DE"),
    "owner": Subject(seat="IN", owners=(Owner("RU", 30.0), Owner("BY", 25.0))),
    "users": Subject(seat="IN", users=("CN",)),
}


@pytest.mark.parametrize(
    ("subject", "denies", "over", "hit"),
    [
        ("seat", ("DE",), None, True),
        ("seat", ("EU",), None, True),
        ("seat", ("FR",), None, False),
        ("seat", (), None, True),
        ("seat", ("subject",), None, True),
        ("owner", ("RU", "BY"), 50.0, True),
        ("owner", ("RU",), 50.0, False),
        ("owner", ("RU", "BY"), None, False),
        ("users", ("CN",), None, True),
        ("users", ("RU",), None, False),
    ],
)
def test_a_denial_counts_if_it_contains_the_subject(
    subject: str, denies: tuple[str, ...], over: float | None, hit: bool
) -> None:
    found = stack(service(), subject=SUBJECTS[subject])
    one = disruption("denial", "US", denies=denies, owners_over_percent=over)
    assert ("run" in lost_abilities(found, one)) is hit


def test_a_pull_through_mirror_needs_its_upstream_and_a_full_mirror_does_not() -> None:
    full = channel("mirror", "registry-operator", mirrors=["upstream"])
    pulling = channel("mirror", "registry-operator", mirrors=["upstream"], pull_through=True)
    upstream = channel("upstream", "forge-operator", refuses=())
    for mirror, lost in ((full, False), (pulling, True)):
        found = stack(software(channels=["mirror"], copies=()), channels=[mirror, upstream])
        day = verdicts(found, disruption("channel-down", "upstream"))["build"].day_lost.bad
        assert (day == 0.0) is lost


def test_a_channel_that_refuses_the_subject_is_absent_not_lost() -> None:
    refusing = channel("registry", "registry-operator", refuses=("DE",))
    assert verdicts(stack(software(), channels=[refusing]))["build"].verdict is Verdict.ABSENT
    assert verdicts(stack(software(), channels=[refusing], subject="IN"))["build"].verdict is Verdict.SAFE


def test_a_mirror_that_refuses_the_subject_is_no_way_back() -> None:
    mirror_operator = company("mirror-operator", "FR")
    for refuses, verdict in (((), Verdict.COVERED), (("DE",), Verdict.NO_KNOWN_WAY_BACK)):
        mirror = channel("mirror", "mirror-operator", mirrors=["registry"], refuses=refuses)
        found = stack(software(), suppliers=[mirror_operator], channels=[mirror])
        assert verdicts(found, denial("US"))["build"].verdict is verdict


def test_what_is_contained_is_obtained_with_its_container() -> None:
    image = software("image", copies=("artifacts",))
    inside = software("inside", contained_in=image.component.key)
    assert verdicts(stack(image, inside), denial("US"))["build"].verdict is Verdict.SAFE


def test_services_that_build_belong_to_build_and_those_of_production_to_run() -> None:
    kept = software(copies=("artifacts",))
    building = stack(kept, service("ci", role=Role.BUILD))
    assert {"run", "build"} & lost_abilities(building, denial("operator")) == {"build"}
    producing = stack(kept, service("sign-in"))
    assert {"run", "build"} & lost_abilities(producing, denial("operator")) == {"run"}


def test_what_only_develops_is_needed_for_nothing() -> None:
    found = stack(software("tests", role=Role.DEVELOPMENT), service("ci", role=Role.DEVELOPMENT))
    assert lost_abilities(found, denial("US")) == set()


def test_dependencies_count_through_cycles() -> None:
    first, second = software("first"), service("second", workloads=())
    found = stack(first, second, needs=[(first, second), (second, first)])
    assert "run" in lost_abilities(found, denial("operator"))


def test_a_component_in_no_workload_is_needed_for_nothing() -> None:
    found = stack(software(), service(workloads=()))
    assert "run" not in lost_abilities(found, denial("operator"))


def test_workloads_are_judged_apart() -> None:
    both = {"shop": Workload(), "studio": Workload()}
    found = stack(software(workloads=("shop",)), service(workloads=("studio",)), workloads=both)
    cut = verdicts(found, denial("operator"))
    assert cut["shop/run"].verdict is Verdict.SAFE
    assert cut["studio/run"].verdict is Verdict.NO_KNOWN_WAY_BACK


def test_an_alternative_in_present_breach_does_not_count() -> None:
    excluding = Limit("territory", "LicenseRef-X", "excludes the EU", ("EU",))
    own = service(data_copy=True)

    def moved(limits: tuple[Limit, ...]) -> Stack:
        rights = Rights(run="yes", irrevocable="no", limits=limits, grade=OPEN.grade)
        rival = service("rival", supplier="rival", rights=rights)
        return stack(own, suppliers=[company("rival", "DE")], substitutes=[alternative(own, rival, 5.0)])

    assert verdicts(moved(()), denial("US"))["run"].verdict is Verdict.EXPOSED
    assert verdicts(moved((excluding,)), denial("US"))["run"].verdict is Verdict.STRANDED


def test_an_alternative_whose_channel_is_lost_does_not_count() -> None:
    own = service(data_copy=True)
    free = software("self-hosted")
    found = stack(own, substitutes=[alternative(own, free, 5.0)])
    assert verdicts(found, denial("operator"))["run"].verdict is Verdict.EXPOSED
    assert verdicts(found, denial("US"))["run"].verdict is Verdict.STRANDED


def test_stranded_means_alternatives_for_what_fails() -> None:
    healthy, failing = software("healthy", copies=("artifacts", "source")), service("failing", data_copy=True)
    other = software("other", copies=("artifacts",))
    found = stack(healthy, failing, substitutes=[alternative(healthy, other, 5.0)])
    assert verdicts(found, denial("operator"))["run"].verdict is Verdict.NO_KNOWN_WAY_BACK


@pytest.mark.parametrize(
    ("limit", "subject", "breached"),
    [
        (Limit("territory", "T", "", ("EU",)), Subject(seat="FR"), True),
        (Limit("territory", "T", "", ("EU",)), Subject(seat="IN", users=("FR",)), True),
        (Limit("territory", "T", "", ("EU",), "seat"), Subject(seat="IN", users=("FR",)), False),
        (Limit("territory", "T", "", ("RU",), "owner"), Subject(seat="IN", owners=(Owner("RU", 50.0),)), True),
        (Limit("territory", "T", "", ("RU",), "owner"), Subject(seat="IN", owners=(Owner("RU", 49.0),)), False),
        (Limit("users", "T", "", above=100), Subject(seat="IN", monthly_users=101), True),
        (Limit("users", "T", "", above=100), Subject(seat="IN", monthly_users=100), False),
        (Limit("users", "T", "", above=100), Subject(seat="IN"), False),
        (Limit("revenue", "T", "", above=100), Subject(seat="IN", yearly_revenue_usd=101), True),
        (Limit("field", "T", "not for weapons"), Subject(seat="IN"), False),
    ],
)
def test_present_breaches(limit: Limit, subject: Subject, breached: bool) -> None:
    rights = msgspec.structs.replace(OPEN, limits=(limit,))
    cells = verdicts(stack(software(rights=rights), subject=subject))
    assert {cell.in_breach for cell in cells.values()} == {breached}
    assert cells["run"].verdict is Verdict.SAFE
