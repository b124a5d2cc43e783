"""Weights made from other weights stand under the terms of both."""

from __future__ import annotations

import time
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from freehold.catalog.index import Index, compile_index
from freehold.catalog.loading import load_folder
from freehold.catalog.query import Catalog
from freehold.graph.limits import breaches
from freehold.identify.stack import identify
from freehold.inventory.folder import read_paths
from freehold.model.component import (
    Component,
    ComponentKey,
    ComponentKind,
    Dependency,
    Inventory,
    Licence,
    LicenceForm,
)
from freehold.model.records import Bloc
from freehold.model.stack import Identified
from freehold.model.subject import Project, Subject, Workload

TODAY = date(2026, 11, 23)
RECORDS, _ = load_folder(Path(__file__).parents[3] / "catalog")
CATALOG = Catalog(Index(compile_index(RECORDS)))
BLOCS = {bloc: CATALOG.members(bloc, TODAY) for bloc in CATALOG.ids(Bloc)}
BASE = "pkg:huggingface/tencent/hunyuan3d-2"


def weights(name: str, licence: str = "", *, kind: ComponentKind = ComponentKind.MODEL) -> Component:
    licences = (Licence(LicenceForm.ID, licence),) if licence else ()
    purls = (name,) if name.startswith("pkg:") else ()
    return Component(ComponentKey(name), name, kind=kind, purls=purls, licences=licences)


def known(components: list[Component], edges: list[tuple[str, str]]) -> dict[str, Identified]:
    needs = tuple(Dependency(ComponentKey(parent), ComponentKey(child)) for parent, child in edges)
    project = Project(workload={"all": Workload()})
    found = identify(Inventory(tuple(components), needs), CATALOG, project, TODAY)
    return {item.component.key: item for item in found.components}


def in_breach(item: Identified, seat: str) -> bool:
    return bool(breaches(item, Subject(seat=seat), BLOCS))


@pytest.mark.parametrize(("seat", "broken"), [("DE", True), ("KR", True), ("IN", False), ("US", False)])
def test_a_permissive_adapter_of_excluding_weights_excludes(seat: str, broken: bool) -> None:
    found = known([weights("lora", "MIT"), weights(BASE)], [("lora", BASE)])
    assert in_breach(found["lora"], seat) is broken
    assert set(found["lora"].rights.terms) == {"MIT", "LicenseRef-Tencent-Hunyuan-3D-Community"}
    assert found["lora"].rights.origin.endswith("and those of Hunyuan3D 2.0")


def test_terms_come_down_through_several_steps_and_end_in_a_circle() -> None:
    found = known(
        [weights("a", "MIT"), weights("b", "Apache-2.0"), weights(BASE)], [("a", "b"), ("b", "a"), ("b", BASE)]
    )
    assert in_breach(found["a"], "DE")
    assert in_breach(found["b"], "DE")
    assert not in_breach(known([weights("a", "MIT"), weights(BASE)], [])["a"], "DE")


def test_a_long_chain_is_read_in_a_moment() -> None:
    names = [f"m{number}" for number in range(20_000)]
    chain = list(pairwise([*names, BASE]))
    start = time.process_time()
    found = known([*(weights(name, "MIT") for name in names), weights(BASE)], chain)
    assert time.process_time() - start < 30
    assert in_breach(found["m0"], "DE")
    assert found["m0"].rights.expression.count("MIT") == 1


def test_rights_are_there_only_if_all_grant_them() -> None:
    found = known([weights("a", "MIT"), weights("b")], [("a", "b")])
    assert found["a"].rights.run == "unknown"
    assert found["b"].rights.run == "unknown"
    assert known([weights("a", "MIT"), weights("b", "MIT")], [("a", "b")])["a"].rights.run == "yes"


def test_a_program_does_not_inherit_from_the_weights_that_it_loads() -> None:
    library = weights("program", "MIT", kind=ComponentKind.LIBRARY)
    assert not in_breach(known([library, weights(BASE)], [("program", BASE)])["program"], "DE")


def test_an_adapter_found_in_a_folder_is_in_breach(tmp_path: Path) -> None:
    (tmp_path / "tuner").mkdir()
    text = '{"base_model_name_or_path": "tencent/Hunyuan3D-2", "peft_type": "LORA"}'
    (tmp_path / "tuner" / "adapter_config.json").write_text(text)
    found = identify(read_paths([tmp_path]), CATALOG, Project(workload={"all": Workload()}), TODAY)
    adapter = next(item for item in found.components if item.name == "tuner")
    assert in_breach(adapter, "DE")
    assert not in_breach(adapter, "IN")
