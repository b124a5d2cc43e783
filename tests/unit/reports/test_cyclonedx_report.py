"""The CycloneDX report: valid against the official schema, the same components and edges when read back, nothing lost."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import jsonschema_rs
import msgspec
import pytest
from cyclonedx_checks import STAMP, expected, faults, parts, read_back, schema
from hypothesis import given
from hypothesis import strategies as st

from freehold.inventory.folder import read_paths
from freehold.model.component import (
    Component,
    ComponentKey,
    ComponentKind,
    Dependency,
    FileRead,
    Inventory,
    Licence,
    LicenceForm,
    Named,
    Origin,
    Reference,
    Role,
    Skip,
)
from freehold.reports.cyclonedx import DEEPEST, STAND_IN, cyclonedx_report
from freehold.reports.cyclonedx_parts import is_address, licence_choice
from freehold.reports.spdx_ids import SPDX_IDS

REPOSITORY = Path(__file__).parents[3]
ROOT = Component(
    key=ComponentKey(".#"), name="shop", kind=ComponentKind.APPLICATION, origins=(Origin("."),), is_root=True
)


def report(*components: Component, edges: tuple[Dependency, ...] = (), **more: Any) -> Any:
    """Return the document of an inventory, which must be valid."""
    written = cyclonedx_report(Inventory((ROOT, *components), edges, **more), STAMP)
    assert faults(written) == []
    return json.loads(written)


def component(name: str, /, **more: Any) -> Component:
    """Return a library of the Python index."""
    key = f"pkg:pypi/{name}@1.0"
    said = {"key": key, "name": name, "version": "1.0", "kind": ComponentKind.LIBRARY, "purls": (key,), **more}
    return Component(**said)


def one(part: Component) -> Any:
    """Return the only component of a document."""
    (found,) = report(part)["components"]
    return found


def properties(part: Any) -> list[tuple[str, str]]:
    """Return names and values of our properties."""
    return [(item["name"].removeprefix("freehold:"), item["value"]) for item in part.get("properties", ())]


def test_the_document_names_tool_time_and_root() -> None:
    document = report(component("left"))
    assert document["metadata"]["timestamp"] == "2026-11-20T00:00:00Z"
    assert document["metadata"]["tools"]["components"] == [
        {"type": "application", "name": "freehold", "version": "1.2.3"}
    ]
    assert document["metadata"]["component"]["bom-ref"] == ".#"
    assert "scope" not in document["metadata"]["component"]


def test_the_serial_number_follows_the_content_and_not_the_time() -> None:
    inventory = Inventory((ROOT, component("left")))
    later = msgspec.structs.replace(STAMP, made_at=datetime(2027, 1, 1, 1, tzinfo=timezone(timedelta(hours=2))))
    first, second = (json.loads(cyclonedx_report(inventory, stamp)) for stamp in (STAMP, later))
    other = json.loads(cyclonedx_report(Inventory((ROOT, component("right"))), STAMP))
    assert second["metadata"]["timestamp"] == "2026-12-31T23:00:00Z"
    assert first["serialNumber"] == second["serialNumber"] != other["serialNumber"]
    assert cyclonedx_report(inventory, STAMP) == cyclonedx_report(inventory, STAMP)


@pytest.mark.parametrize(
    ("licences", "written"),
    [
        ([("id", "MIT")], [{"license": {"id": "MIT"}}]),
        ([("id", "apache-2.0")], [{"license": {"id": "Apache-2.0"}}]),
        ([("id", "LicenseRef-Ours")], [{"license": {"name": "LicenseRef-Ours"}}]),
        ([("name", "The Unusual Licence")], [{"license": {"name": "The Unusual Licence"}}]),
        ([("expression", "MIT OR Apache-2.0")], [{"expression": "MIT OR Apache-2.0"}]),
        (
            [("expression", "MIT OR Apache-2.0"), ("id", "MIT")],
            [{"license": {"name": "MIT OR Apache-2.0"}}, {"license": {"id": "MIT"}}],
        ),
        (
            [("url", "https://a.example/l")],
            [{"license": {"name": "https://a.example/l", "url": "https://a.example/l"}}],
        ),
        ([("url", "see the file")], [{"license": {"name": "see the file"}}]),
        ([("text", "\n Do it.\nNow.")], [{"license": {"name": "Do it.", "text": {"content": "\n Do it.\nNow."}}}]),
        ([("id", "MIT"), ("name", "mit")], [{"license": {"id": "MIT"}}]),
    ],
)
def test_licences_take_the_form_that_the_schema_allows(licences: list[tuple[str, str]], written: object) -> None:
    stated = tuple(Licence(LicenceForm(form), value) for form, value in licences)
    assert one(component("left", licences=stated))["licenses"] == written


def test_licence_identifiers_are_all_in_the_official_list() -> None:
    assert set(SPDX_IDS.values()) <= set(schema("spdx")["enum"])
    assert len(SPDX_IDS) > 600
    assert licence_choice([Licence(LicenceForm.ID, "Classpath-exception-2.0")]) == [
        {"license": {"name": "Classpath-exception-2.0"}}
    ]


def test_hashes_go_where_the_schema_knows_them_and_others_are_kept() -> None:
    hashes = (f"sha256:{'a' * 64}", f"sha512:{'b' * 128}", "sha256:short", "h1:abc=", f"sha224:{'c' * 56}")
    part = one(component("left", hashes=hashes))
    assert part["hashes"] == [{"alg": "SHA-256", "content": "a" * 64}, {"alg": "SHA-512", "content": "b" * 128}]
    assert [value for name, value in properties(part) if name == "hash"] == list(hashes[2:])


def test_references_keep_their_kind_and_what_is_no_address_is_kept_as_a_property() -> None:
    references = (
        Reference("vcs", "https://code.example/left"),
        Reference("vcs", "git@code.example:left"),
        Reference("download", "https://a.example/b c"),
        Reference("homepage", "https://left.example"),
        Reference("cpe", "cpe:2.3:a:left:left:1.0:*:*:*:*:*:*:*"),
    )
    part = one(component("left", references=references, registry="https://packages.example/simple"))
    assert part["externalReferences"] == [
        {"url": "https://packages.example/simple", "type": "distribution"},
        {"url": "https://code.example/left", "type": "vcs"},
        {"url": "https://left.example", "comment": "homepage", "type": "other"},
    ]
    assert part["cpe"] == references[4].url
    assert [value for name, value in properties(part) if name == "reference"] == [
        "vcs git@code.example:left",
        "download https://a.example/b c",
    ]


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("https://a.example/b?c=d#e", True),
        ("git+ssh://git@code.example/left.git", True),
        ("//api.example", True),
        ("licences/MIT.txt", True),
        ("urn:uuid:1", True),
        ("https://a.example:8443/", True),
        ("https://müller.example/ü", True),
        ("", False),
        ("git@code.example:left", False),
        ("ssh://git@code.example:left/x", False),
        ("https://a.example/b c", False),
        ("https://a.example/%zz", False),
        ("https://a.example/#a#b", False),
        ("https://[a/", False),
        ("https://a.example/\u00e9", True),
    ],
)
def test_addresses(text: str, holds: bool) -> None:
    assert is_address(text) is holds


@given(st.text(alphabet=st.sampled_from("ab1:/?#[]@%2f +.-é<\\{\u00a0\U0001f600"), max_size=14))
def test_what_counts_as_an_address_does_so_for_the_schema_too(text: str) -> None:
    if is_address(text):
        rules = {"type": "string", "format": "iri-reference"}
        assert jsonschema_rs.Draft7Validator(rules, validate_formats=True).is_valid(text)


def test_roles_become_scopes_and_stay_as_written() -> None:
    parts_of = {role: one(component("left", role=role)) for role in Role}
    assert {role: part["scope"] for role, part in parts_of.items()} == {
        Role.RUNTIME: "required",
        Role.BUILD: "excluded",
        Role.DEVELOPMENT: "excluded",
    }
    assert all(("role", role.value) in properties(part) for role, part in parts_of.items())


def test_places_are_occurrences_and_conflicts_are_told() -> None:
    origins = (Origin("a.lock", 7), Origin("b.json", 0, "/components/1"))
    conflicts = (Named("licence", "GPL-3.0-only", origins[1]),)
    part = one(component("left", origins=origins, conflicts=conflicts, evidence="it is imported"))
    assert part["evidence"]["occurrences"] == [
        {"location": "a.lock", "line": 7},
        {"location": "b.json", "additionalContext": "/components/1"},
    ]
    assert ("conflict:licence", "GPL-3.0-only (b.json#/components/1)") in properties(part)
    assert ("evidence", "it is imported") in properties(part)


@pytest.mark.parametrize("kind", [kind for kind in ComponentKind if kind is not ComponentKind.SERVICE])
def test_every_kind_has_a_type(kind: ComponentKind) -> None:
    part = one(component("left", kind=kind))
    assert part["type"] in schema("bom-1.6")["definitions"]["component"]["properties"]["type"]["enum"]
    assert (("kind", "unknown") in properties(part)) is (kind is ComponentKind.UNKNOWN)


def test_services_stand_apart_with_their_provider_and_hosts() -> None:
    key = ComponentKey("app.py#maps")
    maps = Component(
        key=key,
        name="maps",
        kind=ComponentKind.SERVICE,
        supplier="Maps GmbH",
        hosts=("api.maps.example", "no host"),
        origins=(Origin("app.py", 3),),
    )
    document = report(maps, edges=(Dependency(ROOT.key, key),))
    (service,) = document["services"]
    assert document["components"] == []
    assert service["provider"] == {"name": "Maps GmbH"}
    assert service["endpoints"] == ["//api.maps.example"]
    assert {("host", "no host"), ("origin", "app.py:3")} <= set(properties(service))


def test_groups_are_split_off_where_tools_expect_them() -> None:
    scoped = one(component("x", key="pkg:npm/%40a/b@1", purls=("pkg:npm/%40a/b@1",), name="@a/b"))
    module = one(
        component("x", key="pkg:golang/a.example/b@1", purls=("pkg:golang/a.example/b@1",), name="a.example/b")
    )
    assert (scoped["group"], scoped["name"]) == ("@a", "b")
    assert module["name"] == "a.example/b"
    assert "group" not in module


def test_what_is_contained_nests_but_neither_in_circles_nor_too_deep() -> None:
    chain = [component("p0")]
    for number in range(1, DEEPEST + 20):
        chain.append(component(f"p{number}", contained_in=chain[-1].key))
    one_way = component("a", contained_in="pkg:pypi/b@1.0")
    other_way = component("b", contained_in="pkg:pypi/a@1.0")
    document = report(*chain, one_way, other_way)
    assert {part["bom-ref"] for part in parts(document)} == {
        ROOT.key,
        one_way.key,
        other_way.key,
        *(c.key for c in chain),
    }
    nested = [part for part in parts(document) for _ in part.get("components", ())]
    told = [value for part in parts(document) for name, value in properties(part) if name == "contained-in"]
    assert nested
    assert len(nested) + len(told) == len(chain) - 1 + 2


def test_several_roots_hang_on_one_that_stands_for_them() -> None:
    other = msgspec.structs.replace(ROOT, key=ComponentKey("web#"), name="web")
    document = report(other, component("left"))
    assert document["metadata"]["component"]["bom-ref"] == STAND_IN
    assert {"ref": STAND_IN, "dependsOn": [".#", "web#"]} in document["dependencies"]
    assert ("root", "true") in properties(document["components"][0])


def test_what_is_missing_is_said() -> None:
    listed = component("left", origins=(Origin("requirements.txt", 1),))
    skips = (Skip(Origin("pnpm-lock.yaml"), "is not read", "give an SBOM"),)
    document = report(listed, files=(FileRead("requirements.txt", "pip", 1, 0),), skips=skips)
    assert document["compositions"] == [
        {"aggregate": "incomplete", "assemblies": [".#"]},
        {"aggregate": "unknown", "dependencies": [listed.key]},
    ]
    assert properties(document) == [("skipped", "pnpm-lock.yaml: is not read (give an SBOM)")]
    assert "compositions" not in report(component("left", origins=(Origin("a.lock", 1),)))


def test_a_version_longer_than_the_schema_allows_becomes_a_property() -> None:
    part = one(component("left", version="1" * 1025))
    assert "version" not in part
    assert ("version", "1" * 1025) in properties(part)


def test_names_that_are_no_unicode_and_markup_do_no_harm() -> None:
    part = one(component("left", name="<script>\u202e\x1b[31m", origins=(Origin("b\udcffd.lock", 1),)))
    assert part["name"] == "<script>\u202e\x1b[31m"
    assert part["evidence"]["occurrences"][0]["location"] == "b\\udcffd.lock"


def test_the_shop_reads_back_the_same(tmp_path: Path) -> None:
    inventory = read_paths([REPOSITORY / "examples" / "web-shop"])
    written = cyclonedx_report(inventory, STAMP)
    assert faults(written) == []
    assert read_back(written, tmp_path) == expected(inventory)
