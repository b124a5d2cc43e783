"""What each SPDX relationship type means, and how roles settle on edges."""

from __future__ import annotations

import pytest
from sbom_cases import edges, read_json

from freehold.inventory.sbom.entries import Link
from freehold.inventory.sbom.joining import strongest
from freehold.inventory.sbom.spdx_relations import MEANINGS, link_of, type_name
from freehold.model.component import Role


@pytest.mark.parametrize(
    ("kind", "link"),
    [
        ("DEPENDS_ON", Link("A", "B", Role.RUNTIME)),
        ("DEPENDENCY_OF", Link("B", "A", Role.RUNTIME)),
        ("RUNTIME_DEPENDENCY_OF", Link("B", "A", Role.RUNTIME)),
        ("BUILD_DEPENDENCY_OF", Link("B", "A", Role.BUILD)),
        ("DEV_DEPENDENCY_OF", Link("B", "A", Role.DEVELOPMENT)),
        ("TEST_DEPENDENCY_OF", Link("B", "A", Role.DEVELOPMENT)),
        ("GENERATED_FROM", Link("A", "B", Role.BUILD)),
        ("GENERATES", Link("B", "A", Role.BUILD)),
        ("CONTAINS", Link("A", "B", contains=True)),
        ("CONTAINED_BY", Link("B", "A", contains=True)),
        ("PACKAGE_OF", Link("B", "A", contains=True)),
        ("VARIANT_OF", None),
        ("", None),
    ],
)
def test_direction_and_role(kind: str, link: Link | None) -> None:
    assert link_of("A", kind, "B") == link


def test_a_life_cycle_scope_settles_the_role() -> None:
    assert link_of("A", "DEPENDS_ON", "B", "test") == Link("A", "B", Role.DEVELOPMENT)
    assert link_of("A", "DEPENDS_ON", "B", "build") == Link("A", "B", Role.BUILD)
    assert link_of("A", "DEPENDS_ON", "B", "other") == Link("A", "B", Role.RUNTIME)


@pytest.mark.parametrize("text", ["dependsOn", "DEPENDS_ON", "depends-on", " Depends_On "])
def test_spellings_of_a_type(text: str) -> None:
    assert type_name(text) == "DEPENDS_ON"


def test_every_known_type_is_spelled_as_type_name_spells_it() -> None:
    assert all(type_name(kind) == kind for kind in MEANINGS)


def test_the_strongest_role_wins_between_two_components() -> None:
    packages = [{"SPDXID": f"SPDXRef-{name}", "name": name} for name in "ab"]
    relations = [
        {"spdxElementId": "SPDXRef-b", "relationshipType": kind, "relatedSpdxElement": "SPDXRef-a"}
        for kind in ("DEV_DEPENDENCY_OF", "BUILD_DEPENDENCY_OF", "TEST_DEPENDENCY_OF")
    ]
    found = edges(read_json({"spdxVersion": "SPDX-2.3", "packages": packages, "relationships": relations}))
    assert ("a", "b", Role.BUILD) in found
    assert strongest([]) is Role.RUNTIME
