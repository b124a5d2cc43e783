"""From a scenario to hosts, over a small catalog: whom it denies by name, whom it cannot, and whose a host is."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import msgspec
import pytest
from small_catalog import open_small

from freehold.assess.hosts import ACCOUNT, NO_HOST, SHARED, denied_hosts, learned, owner
from freehold.assess.request import Request
from freehold.catalog.query import Catalog
from freehold.errors import UsageError
from freehold.model.component import Component, ComponentKey, ComponentKind, Inventory, Origin
from freehold.model.evidence import Contact, Decision, DrillPlan, Learned, NotEnforceable
from freehold.model.scenario import Disruption, Scenario
from freehold.model.subject import FactEntry, Project, ServiceEntry, Subject, Workload
from freehold.settings.options import Options
from freehold.settings.project import Loaded

FILES = {
    "offerings/sign-in.toml": """
id = "sign-in"
name = "Sign In"
kind = "service"
supplier = [{ value = "acme", source = "assumed" }]
hosting = [{ value = "IE", source = "assumed" }]
[match]
hosts = ["api.sign-in.example"]
""",
    "offerings/twin.toml": 'id = "twin"\nname = "Twin"\nkind = "service"\n'
    'supplier = [{ value = "acme-tools", source = "assumed" }]\n[match]\nhosts = ["twin.example"]\n',
    "channels/npm-hub.toml": 'id = "npm-hub"\nname = "Npm hub"\nkind = "registry"\nserves = ["npm"]\n'
    'default_for = ["npm"]\nhosts = ["npm.example"]\noperator = [{ value = "other", source = "assumed" }]\n',
    "suppliers/other.toml": 'id = "other"\nname = "Other"\nkind = "foundation"\ndomains = ["other.example"]\n'
    'seat = [{ value = "FR", source = "assumed" }]\n',
}


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    return open_small(tmp_path_factory.mktemp("hosts"), FILES)


def package(purl: str, **more: object) -> Component:
    """Return a package of a lockfile."""
    made = Component(ComponentKey(purl), purl, purls=(purl,), origins=(Origin("package-lock.json"),))
    return msgspec.structs.replace(made, **more)


def plan(catalog: Catalog, disruption: Disruption, *components: Component, project: Project | None = None) -> DrillPlan:
    """Return the plan of one disruption for a subject in Germany."""
    own = project or Project()
    own = msgspec.structs.replace(own, subject=Subject(seat="DE"), workload={"w": Workload()})
    request = Request((Path(),), Loaded(own), Options(), date(2026, 11, 23))
    scenario = Scenario(id="s", title="s", disruption=(disruption,))
    return denied_hosts(request, catalog, Inventory(components), [scenario])


def denied(found: DrillPlan) -> dict[str, str]:
    """Return why each host is denied."""
    return {entry.pattern: entry.why for entry in found.denied}


def test_a_law_denies_every_host_of_those_that_it_reaches(catalog: Catalog) -> None:
    found = plan(catalog, Disruption(kind="denial", by="US", denies=("DE",)))
    why = "law of United States reaches Acme through its seat"
    assert denied(found) == dict.fromkeys(
        ("docker.io", ".hub.example", "api.sign-in.example", "acme.example", ".acme.example"), why
    )
    assert {entry.pattern: entry.party for entry in found.denied}["docker.io"] == "Hub (Acme)"


def test_hosting_alone_is_a_reason(catalog: Catalog) -> None:
    found = plan(catalog, Disruption(kind="denial", by="IE", nexus=("hosting",)))
    assert denied(found) == {"api.sign-in.example": "law of Ireland reaches sign-in through its hosting"}


def test_nobody_is_denied_whom_the_scenario_does_not_mean(catalog: Catalog) -> None:
    assert plan(catalog, Disruption(kind="denial", by="US", denies=("CN",))).denied == ()


def test_one_channel_one_supplier_one_service(catalog: Catalog) -> None:
    assert denied(plan(catalog, Disruption(kind="channel-down", by="npm-hub"))) == {
        "npm.example": "the channel is down or blocked"
    }
    gone = denied(plan(catalog, Disruption(kind="denial", by="other")))
    assert gone == dict.fromkeys(("npm.example", "other.example", ".other.example"), "Other does not deal with you")
    assert denied(plan(catalog, Disruption(kind="service-retired", on=("sign-in",)))) == {
        "api.sign-in.example": "it is operated no longer"
    }


def test_a_ban_at_home_is_a_block_at_home(catalog: Catalog) -> None:
    found = denied(plan(catalog, Disruption(kind="home-ban", by="DE", on=("other",))))
    assert set(found) == {"npm.example", "other.example", ".other.example"}
    assert set(found.values()) == {"your own jurisdiction, Germany, forbids Other"}


def test_an_account_is_no_host(catalog: Catalog) -> None:
    own = Project(service=(ServiceEntry(name="Sign In", offering="sign-in"),))
    found = plan(catalog, Disruption(kind="account-blocked", by="acme"), project=own)
    assert found.denied == ()
    assert found.not_enforceable == (NotEnforceable("Sign In (Acme)", ACCOUNT),)


def test_what_a_denied_supplier_publishes_on_a_channel_of_others_cannot_be_blocked(catalog: Catalog) -> None:
    found = plan(catalog, Disruption(kind="denial", by="acme"), package("pkg:npm/%40acme/thing@1.0"))
    assert "npm.example" not in denied(found)
    assert found.not_enforceable == (
        NotEnforceable("Acme", "what it publishes on Npm hub (Other) is one of many there"),
    )


def test_a_denied_service_without_a_host_or_with_a_shared_one_cannot_be_blocked(tmp_path: Path) -> None:
    own = Project(
        service=(ServiceEntry(name="Sign In", offering="sign-in"), ServiceEntry(name="Twin", offering="twin"))
    )
    files = {
        **FILES,
        "offerings/twin.toml": FILES["offerings/twin.toml"].replace("twin.example", "api.sign-in.example"),
    }
    found = plan(open_small(tmp_path / "a", files), Disruption(kind="denial", by="acme"), project=own)
    assert "api.sign-in.example" not in denied(found)
    assert found.not_enforceable == (NotEnforceable("Sign In (Acme)", SHARED),)
    files = {**FILES, "offerings/sign-in.toml": FILES["offerings/sign-in.toml"].partition("[match]")[0]}
    found = plan(open_small(tmp_path / "b", files), Disruption(kind="denial", by="acme"), project=own)
    assert found.not_enforceable == (NotEnforceable("Sign In (Acme)", NO_HOST),)


def test_what_the_project_names_is_declared_and_unknown_hosts_are_said(catalog: Catalog) -> None:
    mirror = package("pkg:npm/thing@1.0", registry="https://npm.house.example:8443/npm")
    service = Component(ComponentKey("s"), "s", kind=ComponentKind.SERVICE, hosts=("twin.example",))
    found = plan(catalog, Disruption(kind="channel-down", by="npm-hub"), mirror, service)
    assert {"npm.house.example", "twin.example"} <= set(found.declared)
    assert found.unknown == ("npm.house.example",)
    assert found.ports == (8443,)


def test_your_own_word_about_who_runs_a_registry_counts(catalog: Catalog) -> None:
    own = Project(fact=(FactEntry(about="npm.house.example", field="supplier", value="acme"),))
    mirror = package("pkg:npm/thing@1.0", registry="https://npm.house.example/npm")
    found = plan(catalog, Disruption(kind="denial", by="acme"), mirror, project=own)
    assert denied(found)["npm.house.example"] == "Acme does not deal with you"


def test_a_misspelt_party_is_no_empty_drill(catalog: Catalog) -> None:
    with pytest.raises(UsageError, match="no supplier is called 'acne'"):
        plan(catalog, Disruption(kind="denial", by="acne"))


def test_whose_a_host_is(catalog: Catalog) -> None:
    assert owner(catalog, "api.sign-in.example") == ("acme", "sign-in")
    assert owner(catalog, "npm.example") == ("other", "")
    assert owner(catalog, "www.other.example") == ("other", "")
    assert owner(catalog, "nobody.example") == ("", "")


def test_only_what_nobody_declared_is_learned(catalog: Catalog) -> None:
    asked = [
        Contact("npm.example", 443, "tls", Decision.ALLOWED, tool="npm"),
        Contact("x.declared.example", 443, "tls", Decision.ALLOWED, tool="npm"),
        Contact("api.sign-in.example", 443, "tls", Decision.DENIED, tool="node"),
        Contact("203.0.113.7", 443, "tls", Decision.DIRECT, tool="node"),
    ]
    found = learned(DrillPlan(declared=("npm.example", ".declared.example")), asked, catalog)
    assert found == (Learned("api.sign-in.example", "acme", "sign-in", "node"),)
