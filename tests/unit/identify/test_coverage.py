"""Distinct components are counted once, with the best grade of each answer and the weakest link of each chain."""

from __future__ import annotations

from freehold.identify.coverage import coverage
from freehold.model.component import Component, ComponentKey, ComponentKind
from freehold.model.fact import Fact, Grade
from freehold.model.stack import ChannelFacts, Identified, Reach, Rights, Stack, SupplierFacts
from freehold.model.subject import Project

US = Reach("US", "seat", Fact("US", Grade.ASSUMED))


def item(purl: str, **known: object) -> Identified:
    component = Component(ComponentKey(purl), purl, purls=(purl,) if purl.startswith("pkg:") else ())
    return Identified(component, **known)  # type: ignore[arg-type]


def stack(*items: Identified) -> Stack:
    suppliers = {"acme": SupplierFacts("acme", "Acme", reach=(US,)), "nobody": SupplierFacts("nobody", "Nobody")}
    channels = {
        "hub": ChannelFacts("hub", "Hub", operator=Fact("acme", Grade.RECORDED)),
        "lost": ChannelFacts("lost", "Lost", operator=Fact("nobody", Grade.RECORDED)),
    }
    return Stack(Project(), items, suppliers=suppliers, channels=channels)


def grades(found: Stack, question: str) -> dict[str, int]:
    return {known.question: known.by_grade for known in coverage([found]).total.known}[question]


def test_versions_of_one_component_are_one() -> None:
    one = item("pkg:npm/a@1", supplier=Fact("nobody", Grade.INFERRED))
    two = item("pkg:npm/a@2?arch=x", supplier=Fact("acme", Grade.RECORDED))
    found = coverage([stack(one, two), stack(one)])
    assert [(group.group, group.components) for group in found.groups] == [("npm", 1)]
    assert grades(stack(one, two), "supplier") == {"recorded": 1}


def test_a_channel_counts_with_its_operators_jurisdiction_only() -> None:
    assert grades(stack(item("pkg:npm/a", channels=(Fact("hub", Grade.INFERRED),))), "channel") == {"assumed": 1}
    assert grades(stack(item("pkg:npm/a", channels=(Fact("lost", Grade.INFERRED),))), "channel") == {}
    assert grades(stack(item("pkg:npm/a", channels=(Fact("unheard-of", Grade.STATED),))), "channel") == {}


def test_roots_and_files_are_no_components() -> None:
    root = Identified(Component(ComponentKey("root"), "root", is_root=True))
    file = Identified(Component(ComponentKey("file"), "file", kind=ComponentKind.FILE))
    assert coverage([stack(root, file)]).total.components == 0


def test_the_reasons_are_counted_by_distinct_component() -> None:
    unknown = [item(f"pkg:npm/a@{n}", unidentified=("supplier: none",)) for n in range(3)]
    assert coverage([stack(*unknown)]).reasons == (("supplier: none", 1),)


def test_rights_and_the_components_own_jurisdiction_count() -> None:
    rights = Rights(terms=("MIT",), grade=Grade.STATED)
    found = stack(item("a.txt#x", rights=rights, hosting=(Fact("DE", Grade.STATED),)))
    assert grades(found, "licence") == {"stated": 1}
    assert grades(found, "jurisdiction") == {"stated": 1}
