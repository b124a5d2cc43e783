"""The DORA register of information: its templates, one by one and put together."""

from __future__ import annotations

from pathlib import Path

import pytest

from freehold.inventory.folder import read_paths
from freehold.inventory.reader import Document, Reading, UnreadableError
from freehold.inventory.services.dora import DoraRegister
from freehold.model.component import Component, ComponentKey, Dependency

CLOUD, HOST, GROUP = "529900T8BM49AURSDO55", "5493001KJTIIGC8Y1R12", "INR2EJN1ERAN0W5ZP974"
PROVIDERS = f"""c0010,c0020,c0030,c0040,c0050,c0060,c0070,c0080,c0090,c0100,c0110,c0120
{CLOUD},eba_qCO:qx2000,,,Cloud Europe SARL,Cloud Europe SARL,eba_CT:x212,eba_GA:LU,eba_CU:EUR,100,{GROUP},eba_qCO:qx2000
{HOST},eba_qCO:qx2000,,,Halls GmbH,Halls GmbH,eba_CT:x212,eba_GA:DE,,,{HOST},
{GROUP},eba_qCO:qx2000,,,Cloud Inc,Cloud Inc,eba_CT:x212,eba_GA:US,,,,
"""
CHAINS = f"""c0010,c0020,c0030,c0040,c0050,c0060,c0070
CA-1,eba_TA:S17,{CLOUD},eba_qCO:qx2000,1,,
CA-1,eba_TA:S17,{HOST},eba_qCO:qx2000,2,{CLOUD},eba_qCO:qx2000
"""
CONTRACTS = f"""c0010,c0020,c0030,c0040,c0050,c0060,c0070,c0080,c0120,c0130,c0140,c0150,c0160,c0180
CA-1,ME,{CLOUD},eba_qCO:qx2000,F1,eba_TA:S17,2024-01-01,2027-06-30,eba_GA:IE,eba_GA:LU,eba_BT:x28,eba_GA:IE,eba_GA:qx2007,eba_ZZ:x797
CA-2,ME,{CLOUD},eba_qCO:qx2000,F2,eba_TA:S17,2024-01-01,9999-12-31,,,,,,
"""
JUDGED = f"""c0010,c0020,c0030,c0040,c0050,c0060,c0070,c0080,c0090,c0100,c0110,c0120
CA-1,{CLOUD},eba_qCO:qx2000,eba_TA:S17,eba_ZZ:x960,eba_ZZ:x964,,eba_BT:x29,eba_ZZ:x966,eba_ZZ:x793,eba_ZZ:x23,Other Cloud
"""
FILES = {"b_05.01.csv": PROVIDERS, "b_05.02.csv": CHAINS, "b_02.02.csv": CONTRACTS, "b_07.01.csv": JUDGED}


def read(name: str, text: str) -> Reading:
    return DoraRegister().read(Document(name, text.encode()))


def whole(folder: Path, files: dict[str, str]) -> tuple[dict[str, Component], tuple[Dependency, ...]]:
    for name, text in files.items():
        (folder / name).write_text(text)
    inventory = read_paths([folder])
    parts = {str(one.key): one for one in inventory.components if not one.is_root}
    return parts, tuple(edge for edge in inventory.dependencies if str(edge.parent) in parts)


def test_the_templates_put_together(tmp_path: Path) -> None:
    parts, edges = whole(tmp_path, FILES)
    assert set(parts) == {f"dora#{CLOUD}/S17", f"dora#{HOST}/S17", f"dora#{GROUP}"}
    cloud = parts[f"dora#{CLOUD}/S17"]
    assert (cloud.name, cloud.supplier) == ("cloud infrastructure of Cloud Europe SARL", "Cloud Europe SARL")
    assert {origin.file for origin in cloud.origins} == set(FILES)
    expected = {
        "contract": ("CA-1", "CA-2"),
        "workload": ("F1", "F2"),
        "term-end": ("2027-06-30",),
        "stateful": ("yes",),
        "hosting": ("IE",),
        "governing-law": ("IE",),
        "reliance": ("x797",),
        "substitutability": ("x960",),
        "substitutability-reason": ("x964",),
        "reintegration": ("x966",),
        "discontinuing-impact": ("x793",),
        "exit-plan": ("no",),
        "alternative": ("Other Cloud",),
        "seat": ("LU",),
        "owner": ("Cloud Inc",),
        "owner-seat": ("US",),
    }
    assert {field: cloud.states(field) for field in expected} == expected
    assert [(edge.parent, edge.child) for edge in edges] == [
        (ComponentKey(f"dora#{CLOUD}/S17"), ComponentKey(f"dora#{HOST}/S17"))
    ]
    assert parts[f"dora#{HOST}/S17"].states("owner") == ()


def test_providers_alone_are_services_of_their_own(tmp_path: Path) -> None:
    parts, _ = whole(tmp_path, {"b_05.01.csv": PROVIDERS})
    assert parts[f"dora#{CLOUD}"].name == "services of Cloud Europe SARL"
    assert parts[f"dora#{CLOUD}"].states("owner-seat") == ("US",)


def test_services_without_providers_keep_the_code(tmp_path: Path) -> None:
    parts, _ = whole(tmp_path, {"b_07.01.csv": JUDGED})
    assert parts[f"dora#{CLOUD}/S17"].supplier == CLOUD


def test_the_layout_from_before_the_regulation() -> None:
    text = f"c0010,c0020,c0030,c0040,c0050,c0060,c0070,c0080,c0090\n{CLOUD},x,Cloud Ltd,y,eba_GA:IE,,,{GROUP},x\n"
    (found,) = read("b_05.01.csv", text).components
    assert (found.supplier, found.states("seat"), found.states("owner")) == ("Cloud Ltd", ("IE",), (GROUP,))


@pytest.mark.parametrize(
    "header",
    [
        "B_05.01.0010;B_05.01.0050;B_05.01.0080;B_05.01.0100;B_05.01.0110",
        "RT.05.01.0010;RT.05.01.0050;RT.05.01.0080;RT.05.01.0100;RT.05.01.0110",
        "c0010 Code;c0050 Name;c0080 Country;c0100 Expense;c0110 Parent",
        "Identification code of ICT third-party service provider;Legal name of the ICT third-party service provider;"
        "Country of the ICT third-party service provider's headquarters;Total annual expense;"
        "Identification code of the ICT third-party service provider's ultimate parent undertaking",
    ],
)
def test_columns_as_people_write_them(header: str) -> None:
    (found,) = read("RT.05.01 providers.csv", f"{header}\n{CLOUD};Cloud Ltd;Ireland;7;{GROUP}\n").components
    assert (found.supplier, found.states("seat"), found.states("owner")) == ("Cloud Ltd", ("IE",), (GROUP,))


@pytest.mark.parametrize("template", ["b_06.01", "b_02.01", "b_03.02"])
def test_templates_that_name_no_service_are_noted(template: str) -> None:
    reading = read(f"{template}.csv", "c0010,c0020\nF1,x\n")
    assert reading.components == ()
    assert template.removeprefix("b_") in reading.notes[0].reason


def test_rows_that_cannot_be_joined_are_noted_and_broken_ones_refused() -> None:
    assert "no identification code" in read("b_05.01.csv", "c0010,c0050,c0100\n,Cloud Ltd,1\n").notes[0].reason
    with pytest.raises(UnreadableError, match="is no date") as caught:
        read("b_02.02.csv", f"c0010,c0030,c0060,c0080\nCA-1,{CLOUD},S17,soon\n")
    assert caught.value.line == 2


@pytest.mark.parametrize(
    ("name", "head", "accepted"),
    [
        ("b_05.01.csv", "c0010,c0020\n", True),
        ("B_05.01.csv", "\ufeffc0010;c0020\n", True),
        ("export.csv", "b_05.01.0010,b_05.01.0020\n", True),
        ("b_05.01.csv", "id,colour\n", False),
        ("b_05.01.xlsx", "c0010\n", False),
        ("sub_05.01.2024.csv", "name,amount\n", False),
    ],
)
def test_what_is_a_template(name: str, head: str, accepted: bool) -> None:
    assert DoraRegister().accepts(name, head.encode()) is accepted
