"""Components of an inventory joined with a small catalog: supplier, channels, services, copies and what stays unknown."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest
from small_catalog import open_small

from freehold.catalog.query import Catalog
from freehold.identify.stack import identify
from freehold.model.component import (
    BUILDS,
    IDENTITY,
    Clue,
    ClueKind,
    Component,
    ComponentKey,
    ComponentKind,
    Dependency,
    Inventory,
    Named,
    Origin,
    Reference,
    Role,
)
from freehold.model.fact import Fact, Grade
from freehold.model.stack import Identified, Stack
from freehold.model.subject import Contract, Copy, FactEntry, Project, ServiceEntry, Workload

TODAY = date(2026, 11, 23)
FILES = {
    "offerings/sign-in.toml": """
id = "sign-in"
name = "Sign In"
kind = "service"
functions = ["identity"]
supplier = [{ value = "acme", source = "site" }]
stateful = [{ value = "yes", source = "site" }]
hosting = [{ value = "IE", source = "assumed" }]
[match]
implied_by = ["pkg:npm/%40acme/login", "pkg:npm/%40acme/login-*"]
hosts = ["api.sign-in.example"]
variables = ["SIGNIN_*", "SIGN_IN_KEY"]
calls = ["sign-in:acme*"]
names = ["SignIn Cloud"]
[sources.site]
url = "https://docs.example/sign-in"
grade = "A"
checked_on = 2026-01-02
""",
    "offerings/rival.toml": 'id = "rival"\nname = "Rival"\nkind = "service"\n'
    'supplier = [{ value = "acme-tools", source = "assumed" }]\n',
    "offerings/twin.toml": 'id = "twin"\nname = "Twin"\nkind = "service"\n'
    'supplier = [{ value = "acme", source = "assumed" }]\n',
    "offerings/drawing.toml": 'id = "drawing"\nname = "Drawing"\nkind = "library"\nfunctions = ["plotting"]\n'
    '[match]\npurls = ["pkg:pypi/drawing"]\n',
    "offerings/drawing-js.toml": 'id = "drawing-js"\nname = "Drawing JS"\nkind = "library"\n'
    '[match]\npurls = ["pkg:npm/drawing"]\n',
    "offerings/drawing-both.toml": 'id = "drawing-both"\nname = "Drawing both"\nkind = "library"\n'
    '[match]\npurls = ["pkg:npm/drawing-both", "pkg:pypi/drawing-both"]\n',
    "offerings/drawing-c.toml": 'id = "drawing-c"\nname = "Drawing C"\nkind = "library"\n'
    '[match]\npurls = ["pkg:deb/debian/libdrawing"]\n',
    "offerings/drawing-app.toml": 'id = "drawing-app"\nname = "Drawing App"\nkind = "application"\n'
    '[match]\npurls = ["pkg:npm/drawing-app"]\n',
    "functions/plotting.toml": """
id = "plotting"
name = "Plotting"
description = "draws"
"""
    + "".join(
        f'[[alternatives]]\nvalue = "{value}"\ncloseness = "same-function"\neffort_person_days = [1, 1, 1]\n'
        'lead_days = [1, 1, 1]\nsource = "assumed"\n'
        for value in ("drawing", "drawing-js", "drawing-both", "drawing-c", "drawing-app")
    ),
    "functions/identity.toml": """
id = "identity"
name = "Identity"
description = "signs users in"
alternatives = [
  { value = "rival", closeness = "same-function", effort_person_days = [5, 10, 20], lead_days = [1, 2, 3], source = "assumed" },
  { value = "twin", closeness = "same-function", effort_person_days = [1, 1, 1], lead_days = [1, 1, 1], source = "assumed" },
  { value = "sign-in", closeness = "drop-in", effort_person_days = [0, 0, 0], lead_days = [0, 0, 0], source = "assumed" },
]
migrations = [
  { value = "Town", what = "from paper", moved_to = ["rival"], outcome = "completed", source = "report" },
  { value = "Land", what = "back", moved_from = ["rival"], outcome = "announced", source = "report" },
  { value = "City", what = "all desks", moved_from = ["sign-in"], moved_to = ["rival"], started = "2019", ended = "2021",\
 outcome = "partly-completed", scale = [{ number = 2000, unit = "workplaces", bound = "about" }], duration = "P18M",\
 cost = [{ amount = 9000, currency = "EUR", per = "year" }], source = "report" },
]
[sources.report]
url = "https://news.example/moved"
grade = "B"
checked_on = 2026-01-02
""",
    "suppliers/holding.toml": 'id = "holding"\nname = "Holding"\nkind = "company"\n'
    'seat = [{ value = "IE", source = "assumed" }]\n',
    "channels/npm-hub.toml": 'id = "npm-hub"\nname = "Npm hub"\nkind = "registry"\nserves = ["npm"]\n'
    'default_for = ["npm"]\nhosts = ["npm.example"]\n[[operator]]\nvalue = "acme"\nsource = "assumed"\n',
    "channels/npm-mirror.toml": 'id = "npm-mirror"\nname = "Npm mirror"\nkind = "mirror"\nserves = ["npm"]\n'
    'hosts = ["mirror.example"]\nmirror_of = [{ value = "npm-hub", source = "assumed" }]\n'
    'same_bytes = [{ value = "yes", source = "assumed" }]\n',
}


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    return open_small(tmp_path_factory.mktemp("identify"), FILES)


def package(purl: str, file: str = "shop/package-lock.json", **more: object) -> Component:
    """Return a package of a lockfile."""
    name = purl.rpartition("/")[2].partition("@")[0]
    version = purl.rpartition("@")[2].partition("?")[0]
    made = Component(
        ComponentKey(purl), name, version, ComponentKind.LIBRARY, purls=(purl,), origins=(Origin(file, 3),)
    )
    return msgspec.structs.replace(made, **more)


def stack(
    catalog: Catalog,
    *components: Component,
    project: Project | None = None,
    clues: tuple[Clue, ...] = (),
    **registries: list[str],
) -> Stack:
    """Return the stack of some components."""
    whole = project or Project(workload={"shop": Workload()})
    return identify(Inventory(components, clues=clues), catalog, whole, TODAY, registries=registries)


def noticed(host: str, file: str, **more: object) -> Component:
    """Return a service as a reader infers it from an address."""
    made = Component(
        ComponentKey(f"{file}#host={host}"),
        host,
        kind=ComponentKind.SERVICE,
        hosts=(host,),
        origins=(Origin(file, 7),),
        evidence="set by API_URL",
    )
    return msgspec.structs.replace(made, **more)


def only(catalog: Catalog, component: Component, project: Project | None = None, **registries: list[str]) -> Identified:
    """Return what is known about one component."""
    found = stack(catalog, component, project=project, clues=(), **registries)
    return next(item for item in found.components if item.component.key == component.key)


def value(fact: Fact[str] | None) -> tuple[str, Grade] | None:
    """Return what a fact says and its grade."""
    return (fact.value, fact.grade) if fact is not None else None


def stated(about: str, field: str, what: str) -> Project:
    """Return a project that states one fact."""
    return Project(workload={"shop": Workload()}, fact=(FactEntry(about, field, what),))


def test_a_recorded_offering_brings_its_supplier_with_owners_and_laws(catalog: Catalog) -> None:
    found = stack(catalog, package("pkg:npm/keyval@7.2.0"))
    (item,) = found.components
    assert (item.offering, item.name, item.how) == ("keyval", "Keyval", "purl")
    assert value(item.supplier) == ("acme", Grade.RECORDED)
    acme = found.suppliers["acme"]
    assert (acme.parents, acme.ultimate_parent) == (("holding",), "holding")
    assert {(reach.jurisdiction, reach.nexus) for reach in acme.reach} == {("US", "seat"), ("IE", "parent")}


def test_a_namespace_infers_the_supplier(catalog: Catalog) -> None:
    assert value(only(catalog, package("pkg:npm/%40acme/other@1")).supplier) == ("acme", Grade.INFERRED)


def test_a_source_address_infers_the_supplier(catalog: Catalog) -> None:
    component = package("pkg:npm/thing@1", references=(Reference("vcs", "https://github.com/acme/thing"),))
    assert value(only(catalog, component).supplier) == ("acme", Grade.INFERRED)


def test_the_component_goes_before_the_catalog_and_you_before_both(catalog: Catalog) -> None:
    component = package("pkg:npm/keyval@7.2.0", supplier="Somebody Ltd")
    assert value(only(catalog, component).supplier) == ("Somebody Ltd", Grade.STATED)
    mine = stated("pkg:npm/keyval", "supplier", "acme-tools")
    assert value(only(catalog, component, mine).supplier) == ("acme-tools", Grade.STATED)
    assert "acme-tools" in stack(catalog, component, project=mine).suppliers


@pytest.mark.parametrize("about", ["pkg:npm/keyval@7.2.0", "pkg:npm/keyval", "keyval"])
def test_a_fact_is_about_a_version_a_package_or_an_offering(catalog: Catalog, about: str) -> None:
    item = only(catalog, package("pkg:npm/keyval@7.2.0"), stated(about, "licence", "LicenseRef-Shut"))
    assert item.rights.terms == ("LicenseRef-Shut",)


def test_nothing_is_matched_by_likeness_and_the_reasons_are_told(catalog: Catalog) -> None:
    item = only(catalog, package("pkg:gem/keyvall@1"))
    assert (item.offering, item.supplier, item.channels) == ("", None, ())
    reasons = {reason.partition(":")[0] for reason in item.unidentified}
    assert reasons == {"supplier", "channel", "licence"}


def test_a_component_without_purl_says_so(catalog: Catalog) -> None:
    nameless = Component(ComponentKey("bom.json#/components/0"), "thing", kind=ComponentKind.LIBRARY)
    assert any(reason.startswith("identity:") for reason in only(catalog, nameless).unidentified)


def test_the_channel_is_stated_named_configured_or_the_default_in_this_order(catalog: Catalog) -> None:
    purl = "pkg:npm/thing@1"
    named = package(purl, registry="https://mirror.example/npm")
    configured = {"npm": ["https://private.example/npm"]}
    assert [value(c) for c in only(catalog, package(purl)).channels] == [("npm-hub", Grade.INFERRED)]
    assert [value(c) for c in only(catalog, package(purl), None, **configured).channels] == [
        ("private.example", Grade.INFERRED)
    ]
    assert [value(c) for c in only(catalog, named, None, **configured).channels] == [("npm-mirror", Grade.STATED)]
    mine = stated("pkg:npm/thing", "channel", "vault")
    assert [value(c) for c in only(catalog, named, mine, **configured).channels] == [("vault", Grade.STATED)]


def test_a_host_that_no_record_knows_is_a_channel_under_its_own_name(catalog: Catalog) -> None:
    found = stack(catalog, package("pkg:npm/thing@1", registry="https://private.example/npm"))
    assert found.channels["private.example"].operator is None


def test_a_purl_that_names_its_registry_is_not_taken_to_the_default(catalog: Catalog) -> None:
    item = only(catalog, package("pkg:npm/thing@1?repository_url=https://nobody.example/x"))
    assert "npm-hub" not in [fact.value for fact in item.channels]


def test_mirrors_of_a_type_in_use_are_known_and_others_are_not(catalog: Catalog) -> None:
    assert "npm-mirror" in stack(catalog, package("pkg:npm/thing@1")).channels
    assert "npm-mirror" not in stack(catalog, package("pkg:cargo/thing@1")).channels


def test_registries_that_serve_source_are_source_channels(catalog: Catalog) -> None:
    item = only(catalog, package("pkg:npm/thing@1"))
    assert [fact.value for fact in item.source_channels] == ["npm-hub"]
    assert only(catalog, package("pkg:docker/thing@1")).source_channels == ()


def test_a_client_library_implies_the_service(catalog: Catalog) -> None:
    found = stack(catalog, package("pkg:npm/%40acme/login@2"))
    (service,) = (item for item in found.components if item.service)
    assert (service.offering, service.component.key) == ("sign-in", "service:sign-in")
    assert service.channels == ()
    assert value(service.stateful) == ("yes", Grade.RECORDED)
    assert [value(place) for place in service.hosting] == [("IE", Grade.ASSUMED)]
    assert "implied by login" in service.component.evidence


ROOT = Component(
    ComponentKey("shop/package-lock.json#/"),
    "shop",
    kind=ComponentKind.APPLICATION,
    origins=(Origin("shop/package-lock.json", 1),),
    is_root=True,
)
FOLDER = Component(ComponentKey("shop#"), "shop", origins=(Origin("shop"),), evidence="the folder itself", is_root=True)
LOGIN = package("pkg:npm/%40acme/login@2")
INDIRECTLY = msgspec.structs.replace(LOGIN, statements=(Named("indirect", "yes", Origin("shop/package-lock.json", 3)),))


@pytest.mark.parametrize(
    ("components", "edges", "implies"),
    [
        ((ROOT, LOGIN), ((ROOT, LOGIN),), True),
        ((ROOT, package("pkg:npm/thing@1"), LOGIN), ((package("pkg:npm/thing@1"), LOGIN),), False),
        ((ROOT, FOLDER, LOGIN), ((FOLDER, LOGIN),), False),
        ((FOLDER, LOGIN), ((FOLDER, LOGIN),), True),
        ((ROOT, INDIRECTLY), ((ROOT, INDIRECTLY),), False),
        ((FOLDER, package("pkg:npm/%40acme/login@2", file="shop/go.sum")), ((FOLDER, LOGIN),), False),
    ],
)
def test_only_libraries_that_the_project_asks_for_imply_services(
    catalog: Catalog,
    components: tuple[Component, ...],
    edges: tuple[tuple[Component, Component], ...],
    implies: bool,
) -> None:
    inventory = Inventory(components, tuple(Dependency(parent.key, child.key) for parent, child in edges))
    found = identify(inventory, catalog, Project(workload={"shop": Workload()}), TODAY)
    assert any(item.service for item in found.components) is implies


@pytest.mark.parametrize(
    ("kind", "name", "word"),
    [
        (ClueKind.VARIABLE, "SIGNIN_DOMAIN", "variable"),
        (ClueKind.VARIABLE, "SIGN_IN_KEY", "variable"),
        (ClueKind.CALL, "sign-in:acme-oauth2", "call"),
        (ClueKind.HOST, "api.sign-in.example", "host"),
    ],
)
def test_a_clue_that_a_record_knows_tells_a_service(catalog: Catalog, kind: ClueKind, name: str, word: str) -> None:
    (service,) = stack(catalog, clues=(Clue(kind, name, Origin(".env.example", 4)),)).components
    assert (service.offering, service.grade) == ("sign-in", Grade.INFERRED)
    assert service.component.evidence == f"implied by the {word} {name} (.env.example:4)"
    assert service.component.origins == (Origin(".env.example", 4),)


@pytest.mark.parametrize(
    "clue",
    [
        Clue(ClueKind.VARIABLE, "SIGN_IN_KEYS", Origin("a")),
        Clue(ClueKind.CALL, "sign-in:other", Origin("a")),
        Clue(ClueKind.HOST, "unknown.example", Origin("a")),
        Clue(ClueKind.VARIABLE, "SIGNIN_DOMAIN", Origin("a"), Role.DEVELOPMENT),
    ],
)
def test_a_clue_that_no_record_knows_says_nothing(catalog: Catalog, clue: Clue) -> None:
    assert stack(catalog, clues=(clue,)).components == ()


def test_one_service_is_one_component_wherever_it_is_noticed(catalog: Catalog) -> None:
    root = Component(ComponentKey("a#"), "a", kind=ComponentKind.APPLICATION, is_root=True)
    seen = [noticed("api.sign-in.example", file) for file in ("a/.env", "b/.env")]
    edges = tuple(Dependency(root.key, one.key) for one in seen)
    clue = Clue(ClueKind.VARIABLE, "SIGNIN_DOMAIN", Origin("a/.env", 2))
    inventory = Inventory((root, *seen, package("pkg:npm/%40acme/login@2")), edges, clues=(clue,))
    found = identify(inventory, catalog, Project(workload={"shop": Workload()}), TODAY)
    (service,) = (item for item in found.components if item.service)
    assert service.component.hosts == ("api.sign-in.example",)
    assert {str(origin) for origin in service.component.origins} == {
        *("a/.env:2", "a/.env:7", "b/.env:7", "shop/package-lock.json:3")
    }
    assert service.component.evidence == "implied by api.sign-in.example and 2 more (a/.env:7)"
    assert found.dependencies == (Dependency(root.key, ComponentKey("service:sign-in")),)


def test_hosts_that_no_record_knows_are_services_of_an_unknown_supplier(catalog: Catalog) -> None:
    found = stack(catalog, noticed("x.partner.example", "a/.env"), noticed("x.partner.example", "b/.env"))
    (service,) = found.components
    assert (service.component.key, service.service, service.supplier) == ("service:x.partner.example", True, None)
    assert any(reason.startswith("supplier:") for reason in service.unidentified)
    (known,) = stack(catalog, noticed("x.acme.example", "a/.env")).components
    assert value(known.supplier) == ("acme", Grade.INFERRED)
    (channel,) = stack(catalog, noticed("npm.example", "a/.env")).components
    assert value(channel.supplier) == ("acme", Grade.INFERRED)


def test_services_noticed_in_tests_are_for_development(catalog: Catalog) -> None:
    (item,) = stack(catalog, noticed("api.sign-in.example", "t/.env", role=Role.DEVELOPMENT)).components
    assert item.component.role is Role.DEVELOPMENT


@pytest.mark.parametrize("about", ["x.partner.example", "a/.env#host=x.partner.example"])
def test_you_can_say_that_a_noticed_host_is_not_used(catalog: Catalog, about: str) -> None:
    assert stack(catalog, noticed("x.partner.example", "a/.env"), project=stated(about, "used", "no")).components == ()


def test_you_can_say_that_noticed_weights_are_not_used(catalog: Catalog) -> None:
    weights = package("pkg:huggingface/acme/thing@1", kind=ComponentKind.MODEL, evidence="named in code")
    listed = msgspec.structs.replace(weights, evidence="")
    project = stated("pkg:huggingface/acme/thing", "used", "no")
    assert stack(catalog, weights, project=project).components == ()
    assert len(stack(catalog, listed, project=project).components) == 1


@pytest.mark.parametrize(
    ("about", "component"),
    [("sign-in", noticed("api.sign-in.example", "a/.env")), ("x.partner.example", noticed("x.partner.example", "a"))],
)
def test_you_can_confirm_what_was_noticed(catalog: Catalog, about: str, component: Component) -> None:
    (service,) = stack(catalog, component, project=stated(about, "used", "yes")).components
    assert service.grade is Grade.STATED
    assert component.origins[0] in service.component.origins


def test_you_can_state_a_service_that_nothing_shows(catalog: Catalog) -> None:
    (service,) = stack(catalog, project=stated("sign-in", "used", "yes")).components
    assert (service.offering, service.grade) == ("sign-in", Grade.STATED)
    assert stack(catalog, project=stated("nobody", "used", "yes")).components == ()


def registered(**statements: str) -> Component:
    """Return a service as a register lists it."""
    named = tuple(Named(field.replace("_", "-"), text, Origin("register.csv", 2)) for field, text in statements.items())
    key = ComponentKey("register.csv#2")
    kind = ComponentKind.SERVICE
    return Component(
        key, "Ledger", kind=kind, supplier="Ledger Ltd", origins=(Origin("register.csv", 2),), statements=named
    )


def test_what_a_register_states_is_a_stated_fact(catalog: Catalog) -> None:
    project = Project(workload={"shop": Workload(), "studio": Workload()})
    told = registered(hosting="DE", stateful="no", export="yes", term_end="2026-12-03", workload="studio")
    item = only(catalog, told, project)
    assert value(item.hosting[0]) == ("DE", Grade.STATED)
    assert (value(item.stateful), value(item.export)) == (("no", Grade.STATED), ("yes", Grade.STATED))
    assert (item.term_end_days, item.workloads) == (10.0, ("studio",))
    assert item.hosting[0].source == "register.csv:2"


def test_a_register_names_seat_and_owner_of_a_supplier_that_no_record_knows(catalog: Catalog) -> None:
    told = registered(seat="LU", owner="Acme", owner_seat="KY")
    facts = stack(catalog, told).suppliers["Ledger Ltd"]
    assert (facts.parents, facts.ultimate_parent) == (("acme", "holding"), "holding")
    assert [(r.jurisdiction, r.nexus, r.fact.grade) for r in facts.reach if r.nexus == "seat"] == [
        ("LU", "seat", Grade.STATED)
    ]
    assert {"US", "IE"} <= {r.jurisdiction for r in facts.reach if r.nexus == "parent"}
    assert facts.unknown == ()


def test_a_register_moves_no_supplier_that_a_record_knows(catalog: Catalog) -> None:
    told = msgspec.structs.replace(registered(seat="LU", owner="Other"), supplier="Acme")
    facts = stack(catalog, told).suppliers["acme"]
    assert ("US", "seat") in {(r.jurisdiction, r.nexus) for r in facts.reach}
    assert ("LU", "establishment") in {(r.jurisdiction, r.nexus) for r in facts.reach}
    assert facts.ultimate_parent == "holding"


def test_owners_that_own_each_other_end(catalog: Catalog) -> None:
    one = registered(owner="Other Ltd")
    other = msgspec.structs.replace(registered(owner="Ledger Ltd"), key=ComponentKey("r#3"), supplier="Other Ltd")
    assert stack(catalog, one, other).suppliers["Ledger Ltd"].parents[0] == "Other Ltd"


def test_the_offering_that_a_register_states_goes_first(catalog: Catalog) -> None:
    (item,) = stack(catalog, registered(offering="rival")).components
    assert (item.offering, item.grade, item.component.evidence) == ("rival", Grade.STATED, "")
    assert value(item.supplier) == ("Ledger Ltd", Grade.STATED)
    assert only(catalog, registered(offering="nobody")).offering == ""


def test_what_a_register_lists_and_code_shows_is_one_service(catalog: Catalog) -> None:
    told = registered(offering="sign-in", hosting="DE")
    (item,) = stack(catalog, told, noticed("api.sign-in.example", "a/.env")).components
    assert (item.component.evidence, item.grade) == ("", Grade.STATED)
    assert [value(place) for place in item.hosting] == [("DE", Grade.STATED)]
    assert {origin.file for origin in item.component.origins} == {"register.csv", "a/.env"}


def test_a_library_for_development_implies_nothing(catalog: Catalog) -> None:
    found = stack(catalog, package("pkg:npm/%40acme/login@2", role=Role.DEVELOPMENT))
    assert not any(item.service for item in found.components)


def test_you_can_say_that_an_implied_service_is_not_used(catalog: Catalog) -> None:
    found = stack(catalog, package("pkg:npm/%40acme/login@2"), project=stated("sign-in", "used", "no"))
    assert not any(item.service for item in found.components)


@pytest.mark.parametrize("entry", [ServiceEntry("mine", offering="sign-in"), ServiceEntry("SignIn Cloud")])
def test_the_register_and_the_libraries_mean_one_service(catalog: Catalog, entry: ServiceEntry) -> None:
    register = ServiceEntry(entry.name, entry.offering, workloads=("shop",), stateful=False, hosting=("DE",))
    project = Project(workload={"shop": Workload(), "studio": Workload()}, service=(register,))
    found = stack(catalog, package("pkg:npm/%40acme/login@2"), project=project)
    (service,) = (item for item in found.components if item.service)
    assert value(service.stateful) == ("no", Grade.STATED)
    assert [value(place) for place in service.hosting] == [("DE", Grade.STATED)]
    assert service.workloads == ("shop",)


def test_a_service_that_only_the_register_knows_is_kept(catalog: Catalog) -> None:
    project = Project(workload={"shop": Workload()}, service=(ServiceEntry("Own Mail", supplier="Mail Ltd"),))
    (service,) = stack(catalog, project=project).components
    assert service.service
    assert value(service.supplier) == ("Mail Ltd", Grade.STATED)


def test_alternatives_are_identified_and_neither_itself_nor_of_the_same_supplier(catalog: Catalog) -> None:
    found = stack(catalog, package("pkg:npm/%40acme/login@2"))
    assert [s.alternative.offering for s in found.substitutes] == ["rival"]
    (rival,) = found.substitutes
    assert rival.lead_days == (1.0, 2.0, 3.0)
    assert rival.grade is Grade.ASSUMED
    assert found.alternatives_known == {"service:sign-in"}
    assert [(fact.value, fact.grade, fact.source) for fact in rival.documented] == [
        (
            "City: all desks (2019 to 2021, partly completed, about 2,000 workplaces, took 18 months, cost EUR 9,000 a year)",
            Grade.RECORDED,
            "https://news.example/moved",
        ),
        ("Town: from paper (completed)", Grade.RECORDED, "https://news.example/moved"),
    ]


def test_a_library_of_another_language_is_no_alternative(catalog: Catalog) -> None:
    found = stack(catalog, package("pkg:pypi/drawing@1"))
    assert [s.alternative.offering for s in found.substitutes] == ["drawing-both", "drawing-c", "drawing-app"]


def test_copies_maintenance_and_terms_are_held_by_pattern(catalog: Catalog) -> None:
    project = Project(
        workload={"shop": Workload()},
        copy=(Copy(("pkg:npm/*",), ("artifacts",)), Copy(("pkg:npm/key*",), ("source",))),
        maintain=("pkg:npm/keyval@*",),
        contract=(Contract("acme", term_end=date(2026, 12, 23)), Contract("acme", term_end=date(2026, 12, 3))),
    )
    item = only(catalog, package("pkg:npm/keyval@7.2.0"), project)
    assert item.copies == ("artifacts", "source")
    assert item.maintained
    assert item.term_end_days == 30.0
    other = only(catalog, package("pkg:cargo/thing@1"), project)
    assert (other.copies, other.maintained, other.term_end_days) == ((), False, None)


def test_workloads_are_assigned_by_the_files(catalog: Catalog) -> None:
    project = Project(workload={"shop": Workload(("shop/*",)), "all": Workload(("**",)), "none": Workload(("x/*",))})
    assert only(catalog, package("pkg:npm/thing@1"), project).workloads == ("all", "shop")


def test_what_is_contained_in_the_root_is_obtained_by_itself(catalog: Catalog) -> None:
    root = Component(ComponentKey("bom#root"), "app", kind=ComponentKind.APPLICATION, is_root=True)
    inner = package("pkg:npm/thing@1", contained_in=root.key)
    found = stack(catalog, root, inner)
    assert next(i for i in found.components if not i.component.is_root).component.contained_in is None


def test_files_are_no_components(catalog: Catalog) -> None:
    file = Component(ComponentKey("bom#file"), "a.c", kind=ComponentKind.FILE)
    asset = Component(ComponentKey("bom#asset"), "AES", kind=ComponentKind.CRYPTOGRAPHY)
    found = stack(catalog, file, asset)
    assert found.components == ()
    assert found.no_software == (file, asset)


def test_an_identity_that_the_file_only_tells_is_inferred_and_says_from_what(catalog: Catalog) -> None:
    told = (Named(IDENTITY, "the RPM database", Origin("bom")),)
    purl = "pkg:npm/leaf@1"
    found = stack(catalog, Component(ComponentKey(purl), "leaf", "1", purls=(purl,), statements=told)).components[0]
    assert (found.grade, found.how) == (Grade.INFERRED, "the RPM database")


def test_equal_evidence_for_two_suppliers_is_a_conflict(catalog: Catalog) -> None:
    component = package("pkg:npm/%40acme/other@1", references=(Reference("vcs", "https://github.com/acme/other"),))
    agreeing = only(catalog, component)
    assert not any(reason.startswith("conflict") for reason in agreeing.unidentified)
    torn = package("pkg:npm/%40acme/tools-x@1", references=(Reference("vcs", "https://github.com/acme/tools"),))
    assert any(reason.startswith("conflict") for reason in only(catalog, torn).unidentified)


@pytest.mark.parametrize("nexus", ["seat", "establishment", "listing"])
def test_a_nexus_that_you_state_is_a_fact_of_yours(catalog: Catalog, nexus: str) -> None:
    found = stack(catalog, package("pkg:npm/keyval@7.2.0"), project=stated("acme", nexus, "IN"))
    reach = {(r.jurisdiction, r.nexus): r.fact.grade for r in found.suppliers["acme"].reach}
    assert reach["IN", nexus] is Grade.STATED


def test_a_service_that_builds_and_runs_keeps_both_needs(catalog: Catalog) -> None:
    runs = noticed("api.sign-in.example", "app.py")
    builds = noticed("api.sign-in.example", "Dockerfile", role=Role.BUILD)
    (both,) = stack(catalog, runs, builds, clues=()).components
    assert both.component.role is Role.RUNTIME
    assert [(one.value, str(one.origin)) for one in both.component.statements if one.field == BUILDS] == [
        ("yes", "Dockerfile:7")
    ]
    (alone,) = stack(catalog, runs, clues=()).components
    assert alone.component.states(BUILDS) == ()
