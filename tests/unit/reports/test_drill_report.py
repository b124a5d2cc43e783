"""The report of a drill, the signed statement and the fragment for the register: what they say and what they leave out."""

from __future__ import annotations

import json
import tomllib

import msgspec

from freehold.cli.render import render_text
from freehold.model.evidence import (
    Check,
    Contact,
    Decision,
    DeniedHost,
    DrillPlan,
    Ending,
    Evidence,
    Learned,
    NotEnforceable,
    Proof,
    Run,
    Standing,
    with_culprits,
)
from freehold.model.subject import ServiceEntry
from freehold.reports.attestation import envelope, signed_bytes, statement
from freehold.reports.drill import drill_report, plan_report
from freehold.reports.learned import fragment

DENIED = Contact("a.example", 443, "tls", Decision.DENIED, "Acme", "npm", last_seconds=2.0)
OTHER = Contact("b.example", 443, "tls", Decision.DENIED, "Other", "pip", last_seconds=9.0)
RUN = Run(
    name="reset",
    mode="reset",
    standing=Standing.PROVED,
    ending=Ending.FAILED,
    exit_code=1,
    proof=(Proof("a.example", "reset", "reset", True),),
    contacts=(DENIED, OTHER),
)
EVIDENCE = Evidence(
    freehold_version="0",
    kind="drill",
    standing=Standing.PROVED,
    plan=DrillPlan("s", "Somebody denies you"),
    command=("make",),
    started_at="2026-11-23T00:00:00+00:00",
    caches="clean",
    runs=(RUN,),
)


def said(evidence: Evidence, *, everything: bool = False) -> str:
    """Return the report as one line, who was asked in vain worked out."""
    evidence = msgspec.structs.replace(evidence, runs=tuple(with_culprits(run) for run in evidence.runs))
    return " ".join(render_text(drill_report(evidence, everything=everything), None).split())


def test_whose_absence_broke_it_last_asked_first() -> None:
    text = said(EVIDENCE)
    assert "Drill (Somebody denies you): make The command failed (exit code 1)" in text
    assert "Whose absence broke it: Other, the last that it asked in vain; denied as well: Acme." in text
    assert "The evidence is proved: 1 of 1 proofs held" in text


def test_nobody_is_blamed_where_others_failed_too() -> None:
    direct = Contact("203.0.113.7", 443, "tls", Decision.DIRECT)
    gone = Contact("gone.example", 443, "tls", Decision.ALLOWED, reached=False, notes=("no such name outside either",))
    text = said(
        msgspec.structs.replace(EVIDENCE, runs=(msgspec.structs.replace(RUN, contacts=(DENIED, direct, gone)),))
    )
    assert "Whose absence" not in text
    assert "Acme (denied), and 203.0.113.7, gone.example (not denied, see below)" in text
    text = said(msgspec.structs.replace(EVIDENCE, runs=(msgspec.structs.replace(RUN, contacts=(gone,)),)))
    assert "It asked nobody who is denied" in text
    assert "It did not reach gone.example" in text


def test_partial_and_void_say_why() -> None:
    void = msgspec.structs.replace(RUN, standing=Standing.VOID, ending=Ending.NOT_STARTED, reasons=("no namespaces",))
    text = said(msgspec.structs.replace(EVIDENCE, runs=(void,)))
    assert "was not started" in text
    assert "evidence is void" in text
    assert "no namespaces" in text


def test_names_are_data() -> None:
    evil = Contact("a\x1b[31m[bold]x", 443, "tls", Decision.DENIED, tool="\x07")
    text = said(msgspec.structs.replace(EVIDENCE, runs=(msgspec.structs.replace(RUN, contacts=(evil,)),)))
    assert "\x1b" not in text
    assert "[bold]x" in text


def test_long_tables_are_cut_and_say_so() -> None:
    many = tuple(Contact(f"{n}.example", 443, "tls", Decision.ALLOWED) for n in range(20))
    evidence = msgspec.structs.replace(EVIDENCE, runs=(msgspec.structs.replace(RUN, contacts=many),))
    assert "and 8 more (--all)" in said(evidence)
    assert "19.example" in said(evidence, everything=True)
    checks = tuple(Check(f"pkg:npm/{n}@1", False, "answered 404") for n in range(13))
    assert "The mirror served 0 of 13 entries" in said(msgspec.structs.replace(EVIDENCE, kind="mirror", checks=checks))


def test_the_same_contact_in_several_runs_is_one_row() -> None:
    text = said(msgspec.structs.replace(EVIDENCE, runs=(RUN, msgspec.structs.replace(RUN, name="nxdomain"))))
    assert text.count("b.example 443 tls pip denied 2") == 1


def test_the_plan_names_parties_and_those_that_cannot_be_blocked() -> None:
    plan = DrillPlan(
        "s",
        "Somebody denies you",
        (DeniedHost("a.example", "Acme", "why"), DeniedHost("z.example", "Zeta", "why")),
        (NotEnforceable("Shy", "no host of it is known"),),
        ("z.example",),
        ("house.example",),
    )
    text = " ".join(render_text(plan_report(plan), None).split())
    assert "2 host names of 2 parties" in text
    assert text.index("Zeta") < text.index("Acme"), "what the project names comes first"
    assert "Shy: no host of it is known" in text
    assert "house.example" in text


def test_the_statement_of_a_run_that_made_nothing_is_about_the_evidence() -> None:
    value = json.loads(statement(EVIDENCE))
    assert value["_type"] == "https://in-toto.io/Statement/v1"
    assert value["subject"][0]["name"] == "evidence.json"
    assert value["predicate"]["runs"][0]["ending"] == "failed"


def test_the_signed_bytes_are_those_of_the_specification() -> None:
    assert signed_bytes(b"{}") == b"DSSEv1 28 application/vnd.in-toto+json 2 {}"
    wrapped = json.loads(envelope(b"{}", "key", b"signature"))
    assert wrapped["signatures"] == [{"keyid": "key", "sig": "c2lnbmF0dXJl"}]


def test_the_fragment_is_toml_and_repeats_nothing() -> None:
    found = [
        Learned("api.example", "acme", "thing", "npm"),
        Learned("known.example"),
        Learned('evil"\n[x]', ""),
        Learned("eu.api.example", "acme", "thing", "npm"),
    ]
    text = fragment(found, [ServiceEntry(name="known.example")], "2026-11-23")
    services = tomllib.loads(text)["service"]
    assert services == [{"name": "api.example", "offering": "thing", "supplier": "acme", "role": "build"}]
    assert fragment([Learned("known.example")], [ServiceEntry(name="known.example")], "x") == ""
