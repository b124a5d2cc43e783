"""Registers of services written by hand: columns, values, and what is wrong with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from freehold.errors import InputError
from freehold.inventory.folder import read_paths
from freehold.inventory.reader import Document, Reading, UnreadableError
from freehold.inventory.services.register import COLUMNS, ServiceRegister
from freehold.model.component import ComponentKind, Role

TABLE = """Name;Supplier;Offering;URL;Workloads;Role;Stateful;Export;Hosting;Supplier country;Parent;Contract end;Notes
Ledger;Ledger Ltd;;https://api.ledger.example/v1;shop, studio;;yes;conditional;DE IE;United Kingdom;Acme;2027-01-31;"a; b"
Builder;;circleci;;;build;no;;;;;;
"""


def read(text: str, name: str = "freehold-register.csv") -> Reading:
    return ServiceRegister().read(Document(name, text.encode()))


def test_a_table() -> None:
    ledger, builder = read(TABLE).components
    assert (ledger.name, ledger.kind, ledger.supplier, ledger.hosts) == (
        "Ledger",
        ComponentKind.SERVICE,
        "Ledger Ltd",
        ("api.ledger.example",),
    )
    assert (ledger.origins[0].line, ledger.evidence, ledger.role) == (2, "", Role.RUNTIME)
    assert [(one.field, one.value) for one in ledger.statements] == [
        ("owner", "Acme"),
        ("workload", "shop"),
        ("workload", "studio"),
        ("stateful", "yes"),
        ("export", "conditional"),
        ("hosting", "DE"),
        ("hosting", "IE"),
        ("seat", "GB"),
        ("term-end", "2027-01-31"),
    ]
    assert (builder.role, builder.states("offering"), builder.states("stateful")) == (
        Role.BUILD,
        ("circleci",),
        ("no",),
    )


def test_toml() -> None:
    text = '\n[[service]]\nname = "Ledger"\nsupplier = "L"\nworkloads = ["a", "b"]\nstateful = true\nexport = false\n'
    text += 'hosting = ["DE"]\nterm_end = "2027-01-31"\n'
    (found,) = read(text, "freehold-register.toml").components
    assert (found.origins[0].line, found.states("workload"), found.states("export")) == (2, ("a", "b"), ("no",))
    with pytest.raises(UnreadableError, match="no key 'colour'") as caught:
        read('[[service]]\nname = "L"\ncolour = "red"\n', "freehold-register.toml")
    assert caught.value.line == 1


@pytest.mark.parametrize(
    ("row", "reason", "line"),
    [
        (",Ledger Ltd,,,", "without a name", 2),
        ("Ledger,,maybe,,", "'maybe' is no answer", 2),
        ("Ledger,,,Atlantis,", "'Atlantis' is no country", 2),
        ("Ledger,,,,soon", "'soon' is no date", 2),
        ("A,,,,\nLedger,,,,,,more", "more cells than the header", 3),
        ('Ledger,,,,"open', "broken table", 2),
    ],
)
def test_mistakes_are_refused_with_their_line(row: str, reason: str, line: int) -> None:
    with pytest.raises(UnreadableError, match=reason) as caught:
        read(f"name,supplier,stateful,hosting,term end\n{row}\n")
    assert caught.value.line == line


def test_roles_and_addresses_are_checked() -> None:
    with pytest.raises(UnreadableError, match="no role is called 'sometimes'"):
        read("name,supplier,role\nA,B,sometimes\n")
    with pytest.raises(UnreadableError, match="without a host"):
        read("name,supplier,url\nA,B,///\n")


def test_columns_that_nothing_reads_are_noted() -> None:
    assert "columns that nothing reads: colour" in read("name,supplier,colour\nA,B,red\n").notes[0].reason


@pytest.mark.parametrize(
    ("name", "head", "accepted"),
    [
        ("freehold-register.csv", "", True),
        ("services.csv", "name,supplier,colour\n", True),
        ("services.csv", "id,price\n", False),
        ("contracts.csv", "Service name,Vendor,Contract end\n", True),
        ("products.csv", "name,supplier,price\n", False),
        ("x.csv", "name,supplier\n", False),
        ("services.toml", "[[service]]\n", True),
        ("services.toml", "[services]\n", False),
        ("x.toml", "[[service]]\n", False),
        ("a.txt", "name,supplier,role\n", False),
    ],
)
def test_what_is_a_register(name: str, head: str, accepted: bool) -> None:
    assert ServiceRegister().accepts(name, head.encode()) is accepted


def test_hostile_cells_stay_text() -> None:
    (found,) = read('name,supplier,offering\n"<img src=x onerror=alert(1)>\x1b[31m",=cmd|x,\n').components
    assert "\x1b" not in repr(found.name)
    assert found.name.startswith("<img")
    with pytest.raises(UnreadableError):
        read("name,supplier,role\n" + '"' + "x" * 400_000 + '",B,\n')


def test_a_register_named_on_the_command_line_says_where_it_is_wrong(tmp_path: Path) -> None:
    file = tmp_path / "contracts.csv"
    file.write_text("name,vendor,stateful\nA,B,perhaps\n")
    with pytest.raises(InputError, match="'perhaps' is no answer") as caught:
        read_paths([file])
    assert str(caught.value.where).endswith("contracts.csv:2")
    file.write_text("name,vendor,stateful\nA,B,yes\n")
    (service,) = (one for one in read_paths([file]).components if not one.is_root)
    assert service.supplier == "B"


def test_every_column_is_read() -> None:
    assert {"name", "supplier", "offering", "url", "workload", "role", "stateful", "export", "hosting"} <= set(COLUMNS)
