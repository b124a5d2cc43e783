"""DNS messages, the address book, and who may be talked to."""

from __future__ import annotations

import ipaddress
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.drill.addresses import AddressBook
from freehold.drill.dns import Question, ReturnCode, answer, question_of
from freehold.drill.policy import RESOLVERS, Policy, closest, matches
from freehold.model.evidence import Decision, DeniedHost


def query(name: str, record_type: int = 1, flags: int = 0x0100, questions: int = 1) -> bytes:
    """Return a query as clients send it."""
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split(".")) + b"\0"
    return struct.pack("!6H", 7, flags, questions, 0, 0, 0) + labels + struct.pack("!2H", record_type, 1)


def test_a_question_and_its_answer() -> None:
    question = question_of(query("Registry.Example"))
    assert question is not None
    assert (question.number, question.name, question.record_type) == (7, "registry.example", 1)
    reply = answer(question, "198.18.0.16")
    number, flags, questions, answers = struct.unpack_from("!4H", reply)
    assert (number, flags, questions, answers) == (7, 0x8180, 1, 1)
    assert reply[12 : 12 + len(question.raw)] == question.raw
    assert reply.endswith(struct.pack("!HHHIH", 0xC00C, 1, 1, 5, 4) + ipaddress.ip_address("198.18.0.16").packed)


def test_answers_without_a_record() -> None:
    question = Question(7, "a.example", 28, query("a.example", 28)[12:])
    assert struct.unpack_from("!4H", answer(question)) == (7, 0x8180, 1, 0)
    assert struct.unpack_from("!4H", answer(question, code=ReturnCode.NO_SUCH_NAME)) == (7, 0x8183, 1, 0)


@pytest.mark.parametrize(
    "message", [b"", query("a.example", flags=0x8000), query("a", questions=2), query("a" * 64), query("a")[:-3]]
)
def test_what_is_no_question_gets_no_answer(message: bytes) -> None:
    assert question_of(message) is None


@given(st.binary(max_size=120))
def test_no_message_breaks_the_reading(noise: bytes) -> None:
    question_of(noise)
    question_of(query("a.example")[:12] + noise)


def test_each_name_has_addresses_of_its_own() -> None:
    book = AddressBook()
    found = {name: book.addresses_of(name) for name in ("a.example", "b.example")}
    assert len({address for pair in found.values() for address in pair}) == 4
    assert all(book.name_of(address) == name for name, pair in found.items() for address in pair)
    assert book.addresses_of("a.example") == found["a.example"]
    four, six = book.addresses_of("a.example", nowhere=True)
    assert ipaddress.ip_address(four) in ipaddress.ip_network("198.19.0.0/16")
    assert (six, book.name_of(four), book.name_of("203.0.113.1")) == ("", "a.example", "")


def test_addresses_stay_in_their_ranges() -> None:
    book = AddressBook()
    for number in range(60_000):
        four, six = book.addresses_of(f"{number}.example")
    assert ipaddress.ip_address(four) in ipaddress.ip_network("198.18.0.0/16")
    assert ipaddress.ip_address(six) in ipaddress.ip_network("fd66:7265:6568::/48")
    assert book.addresses_of("one-too-many.example") == ("", "")


DENIED = (DeniedHost(".cloud.example", "Cloud", "x"), DeniedHost("eu.cloud.example", "Its EU arm", "x"))


def test_patterns_take_a_name_or_what_lies_below() -> None:
    assert matches("a.example", "a.example")
    assert not matches("a.example", "b.a.example")
    assert matches(".a.example", "b.a.example")
    assert not matches(".a.example", "a.example")
    assert not matches(".a.example", "ba.example")
    found = closest(DENIED, "eu.cloud.example")
    assert found is not None and found.party == "Its EU arm"


@pytest.mark.parametrize(
    ("name", "decision"),
    [
        ("www.cloud.example", Decision.DENIED),
        ("WWW.Cloud.Example.", Decision.DENIED),
        ("open.cloud.example", Decision.ALLOWED),
        ("other.example", Decision.ALLOWED),
        ("203.0.113.1", Decision.DIRECT),
        ("2001:db8::1", Decision.DIRECT),
        ("203.0.113.2", Decision.ALLOWED),
        ("vault.cloud.example", Decision.ALLOWED),
        (RESOLVERS[0], Decision.RESOLVER),
    ],
)
def test_who_may_be_talked_to(name: str, decision: Decision) -> None:
    offered = {"vault.cloud.example": ("127.0.0.1", 1)}
    policy = Policy(DENIED, ("open.cloud.example", "203.0.113.2"), offered)
    assert policy.of(name).decision is decision


def test_the_worst_of_several_names_counts() -> None:
    policy = Policy(DENIED)
    assert policy.decide(["other.example", "www.cloud.example"]).host == "www.cloud.example"
    assert policy.decide(["www.cloud.example", "other.example"]).decision is Decision.DENIED
    assert policy.decide(["", "other.example"]).decision is Decision.ALLOWED
    assert policy.decide([""]).decision is Decision.DIRECT


def test_everybody_and_nobody_else() -> None:
    assert Policy(DENIED, everything=True).of("www.cloud.example").decision is Decision.ALLOWED
    assert Policy(only_allowed=True, allowed=("a.example",)).of("b.example").decision is Decision.DENIED
    assert Policy(only_allowed=True, allowed=("a.example",)).of("a.example").decision is Decision.ALLOWED


def test_routes_and_offers_say_where_a_name_is() -> None:
    policy = Policy(offered={"a.example": ("127.0.0.1", 8)}, routes={"b.example": ("127.0.0.1", 9)})
    assert policy.upstream("a.example", 443) == ("127.0.0.1", 8)
    assert policy.upstream("b.example", 443) == ("127.0.0.1", 9)
    assert policy.upstream("c.example", 443) == ("c.example", 443)
