"""CycloneDX in JSON and XML: the same document in both forms gives the same stack, and each rule shows."""

from __future__ import annotations

import pytest
from sbom_cases import by_name, cyclonedx, edges, read_bytes, read_file, read_json, remarks

from freehold.inventory.reader import Reading, UnreadableError
from freehold.model.component import ComponentKey, ComponentKind, Licence, LicenceForm, Origin, Role

FORMS = ["shop.cdx.json", "shop.cdx.xml"]


@pytest.fixture(params=FORMS)
def shop(request: pytest.FixtureRequest) -> Reading:
    """Return the shop, read from each form in turn."""
    return read_file(str(request.param))


def test_format_names_its_version() -> None:
    assert [read_file(name).format for name in FORMS] == ["cyclonedx-json 1.6", "cyclonedx-xml 1.6"]


def test_all_components_and_services_are_there_and_nothing_else(shop: Reading) -> None:
    assert set(by_name(shop)) == {
        "shop", "@fern/web", "inner", "log", "check", "check-part", "chat-7b", "talks", "payments", "refunds",
    }  # fmt: skip


def test_identity_is_the_purl_or_else_the_place(shop: Reading) -> None:
    found = by_name(shop)
    assert found["@fern/web"].key == "pkg:npm/%40fern/web@1.4.0"
    place = {"cyclonedx-json 1.6": "/components/5", "cyclonedx-xml 1.6": "/bom/components/component[6]"}[shop.format]
    assert found["talks"].key == f"{found['talks'].origins[0].file}#{place}"
    assert found["talks"].origins[0].pointer == place


def test_xml_origins_have_lines() -> None:
    found = by_name(read_file("shop.cdx.xml"))
    assert found["@fern/web"].origins[0].line == 9
    assert found["talks"].origins == (Origin("shop.cdx.xml", 47, "/bom/components/component[6]"),)


def test_licences_in_every_form_stand_side_by_side(shop: Reading) -> None:
    assert set(by_name(shop)["@fern/web"].licences) == {
        Licence(LicenceForm.ID, "MIT"),
        Licence(LicenceForm.URL, "https://fern.example/mit"),
        Licence(LicenceForm.NAME, "Fern Terms"),
        Licence(LicenceForm.TEXT, "Be fair."),
        Licence(LicenceForm.EXPRESSION, "Apache-2.0 OR MIT"),
    }


def test_suppliers_are_organisations_and_no_person_is_kept_anywhere(shop: Reading) -> None:
    found = by_name(shop)
    suppliers = {name: component.supplier for name, component in found.items() if component.supplier}
    assert suppliers == {"shop": "Fern Shop GmbH", "log": "Log Foundation", "payments": "Pay Example Ltd"}
    for person in ("Jane", "Not Kept", "not.kept", "roe.example"):
        assert person not in str(shop)


def test_a_supplier_with_a_contact_may_be_a_person() -> None:
    listed = [
        {"name": "a", "supplier": {"name": "Jane Roe", "contact": [{"email": "jane@roe.example"}]}},
        {"name": "b", "supplier": {"name": "Fern Team", "contact": [{"name": "Fern Team"}]}},
    ]
    found = by_name(read_json(cyclonedx(components=listed)))
    assert (found["a"].supplier, found["b"].supplier) == ("", "Fern Team")


def test_places_and_checksums(shop: Reading) -> None:
    web = by_name(shop)["@fern/web"]
    assert web.registry == "https://registry.example/web-1.4.0.tgz"
    assert web.hashes == ("sha256:aa11",)
    assert {(reference.kind, reference.url) for reference in web.references} == {
        ("vcs", "https://forge.example/fern/web.git"),
        ("distribution", "https://registry.example/web-1.4.0.tgz"),
        ("cpe", "cpe:2.3:a:fern:web:1.4.0:*:*:*:*:*:*:*"),
    }


def test_services_have_hosts_and_nest(shop: Reading) -> None:
    found = by_name(shop)
    assert found["payments"].kind is ComponentKind.SERVICE
    assert found["payments"].hosts == ("api.pay.example", "hooks.pay.example")
    assert found["refunds"].contained_in == found["payments"].key


def test_kinds_roots_roles_and_containment(shop: Reading) -> None:
    found = by_name(shop)
    assert [name for name, component in found.items() if component.is_root] == ["shop"]
    assert found["chat-7b"].kind is ComponentKind.MODEL
    assert found["talks"].kind is ComponentKind.DATASET
    assert {name for name, one in found.items() if one.role is Role.DEVELOPMENT} == {"check", "check-part"}
    assert found["inner"].contained_in == found["@fern/web"].key
    assert found["log"].contained_in is None


def test_edges_follow_the_document_and_loose_ends_hang(shop: Reading) -> None:
    assert edges(shop) == {
        ("shop", "@fern/web", Role.RUNTIME),
        ("shop", "check", Role.DEVELOPMENT),
        ("shop", "payments", Role.RUNTIME),
        ("@fern/web", "log", Role.RUNTIME),
        ("log", "@fern/web", Role.RUNTIME),
        ("check", "check-part", Role.RUNTIME),
        ("chat-7b", "talks", Role.RUNTIME),
        ("@fern/web", "inner", Role.RUNTIME),
        ("payments", "refunds", Role.RUNTIME),
        ("shop", "chat-7b", Role.RUNTIME),
    }
    assert "3 components are named by no dependency" in remarks(shop)
    assert "1 file entries" in remarks(shop)


def test_no_dependency_data_hangs_everything_on_the_root() -> None:
    listed = [{"type": "library", "name": name} for name in ("a", "b")]
    root = {"type": "application", "name": "root"}
    reading = read_json(cyclonedx(metadata={"component": root}, components=listed))
    assert edges(reading) == {("root", "a", Role.RUNTIME), ("root", "b", Role.RUNTIME)}
    assert "no dependency data: 2 components hang on the root" in remarks(reading)


def test_without_a_root_the_file_stands_for_it() -> None:
    reading = read_json(cyclonedx(components=[{"name": "a"}]), "dir/x.json")
    roots = [component for component in reading.components if component.is_root]
    assert [root.key for root in roots] == ["dir/x.json#"]
    assert roots[0].evidence
    assert edges(reading) == {("dir/x.json", "a", Role.RUNTIME)}


def test_same_purl_is_one_component_and_no_purl_is_never_merged() -> None:
    listed: list[object] = [
        {"name": "a", "version": "1", "purl": "pkg:npm/a@1", "supplier": {"name": "First"}},
        {"name": "a", "version": "1", "purl": "pkg:npm/a@1?package-id=77", "supplier": {"name": "Second"}},
        {"name": "b", "version": "1"},
        {"name": "b", "version": "1"},
    ]
    reading = read_json(cyclonedx(components=listed))
    merged = next(component for component in reading.components if component.name == "a")
    assert [origin.pointer for origin in merged.origins] == ["/components/0", "/components/1"]
    assert merged.purls == ("pkg:npm/a@1", "pkg:npm/a@1?package-id=77")
    assert merged.supplier == "First"
    assert [(conflict.field, conflict.value) for conflict in merged.conflicts] == [("supplier", "Second")]
    assert sum(component.name == "b" for component in reading.components) == 2


def test_contents_of_an_image_root_come_with_it_but_parts_of_a_product_do_not() -> None:
    for kind, contained in (("container", True), ("application", False)):
        root = {"type": kind, "name": "root", "components": [{"name": "part"}]}
        found = by_name(read_json(cyclonedx(metadata={"component": root})))
        assert (found["part"].contained_in == found["root"].key) is contained


def test_dangling_and_duplicate_references_are_noted() -> None:
    listed = [{"bom-ref": "x", "name": "a"}, {"bom-ref": "x", "name": "b"}]
    needs = [{"ref": "x", "dependsOn": ["nowhere", "x"]}]
    reading = read_json(cyclonedx(components=listed, dependencies=needs))
    assert "'x' names two things" in remarks(reading)
    assert "'nowhere' is not in this document" in remarks(reading)
    assert {edge[1] for edge in edges(reading)} == {"a", "b"}


def test_dependencies_may_name_purls() -> None:
    listed = [{"name": "a", "purl": "pkg:npm/a@1"}, {"name": "b", "purl": "pkg:npm/b@1"}]
    needs = [{"ref": "pkg:npm/a@1", "dependsOn": ["pkg:npm/b@1"]}]
    assert ("a", "b", Role.RUNTIME) in edges(read_json(cyclonedx(components=listed, dependencies=needs)))


def test_values_of_a_wrong_type_are_left_out_and_noted() -> None:
    listed: list[object] = [
        {"name": "a", "version": 1.5, "licenses": {"license": {"id": "MIT"}}, "hashes": "none"},
        None,
        7,
        {"name": {"no": "name"}, "purl": "pkg:npm/c@1"},
    ]
    reading = read_json(cyclonedx(components=listed, services=None))
    found = by_name(reading)
    assert found["a"].version == "1.5"
    assert found["a"].licences == (Licence(LicenceForm.ID, "MIT"),)
    assert found["c"].origins[0].pointer == "/components/3"
    for pointer in ("/components/0/hashes", "/components/2", "/components/3/name"):
        assert f"#{pointer} " in remarks(reading)


def test_optional_scope_is_development_and_said() -> None:
    reading = read_json(cyclonedx(components=[{"name": "a", "scope": "optional"}]))
    assert by_name(reading)["a"].role is Role.DEVELOPMENT
    assert "1 components have the scope optional" in remarks(reading)


def test_old_and_new_minor_versions_are_read_and_other_majors_refused() -> None:
    old = b'<bom xmlns="http://cyclonedx.org/schema/bom/1.0"><components><component type="library"><name>a</name>'
    reading = read_bytes(old + b"<modified>false</modified></component></components></bom>", "bom.xml")
    assert "a" in by_name(reading)
    newer = cyclonedx(components=[{"name": "a"}]) | {"specVersion": "1.9"}
    assert "newer than 1.7" in remarks(read_json(newer))
    with pytest.raises(UnreadableError, match=r"version '2\.0' is not supported"):
        read_json(cyclonedx() | {"specVersion": "2.0"})


def test_prefixed_xml_and_the_old_dependency_graph_extension() -> None:
    text = b"""<b:bom xmlns:b="http://cyclonedx.org/schema/bom/1.1" xmlns:dg="http://cyclonedx.org/schema/ext/dependency-graph/1.0">
      <b:components><b:component type="library" bom-ref="a"><b:name>a</b:name></b:component>
      <b:component type="library" bom-ref="b"><b:name>b</b:name></b:component></b:components>
      <dg:dependencies><dg:dependency ref="a"><dg:dependency ref="b"/></dg:dependency></dg:dependencies></b:bom>"""
    assert ("a", "b", Role.RUNTIME) in edges(read_bytes(text, "bom.xml"))


def test_circular_containment_is_broken() -> None:
    inner = {"name": "b", "purl": "pkg:npm/b@1", "components": [{"name": "a", "purl": "pkg:npm/a@1"}]}
    outer = {"name": "a", "purl": "pkg:npm/a@1", "components": [inner]}
    wrapper = {"name": "w", "purl": "pkg:npm/w@1", "components": [outer, inner]}
    reading = read_json(cyclonedx(components=[wrapper]))
    containers = {component.key: component.contained_in for component in reading.components}
    for key in containers:
        seen: set[ComponentKey] = set()
        step: ComponentKey | None = key
        while step is not None:
            assert step not in seen
            seen.add(step)
            step = containers[step]
