"""DNS messages: the question of a query, and answers with one address, with nothing, or with no such name.

https://www.rfc-editor.org/rfc/rfc1035#section-4
"""

from __future__ import annotations

import ipaddress
import struct
from enum import IntEnum

import msgspec

TIME_TO_LIVE_SECONDS = 5
_HEADER = struct.Struct("!6H")
_LONGEST_NAME = 253
_POINTER_TO_QUESTION = 0xC00C


class RecordType(IntEnum):
    """The record types that are answered; all others exist for no name."""

    A = 1
    AAAA = 28


class ReturnCode(IntEnum):
    """How an answer ends (RFC 1035 section 4.1.1)."""

    NO_ERROR = 0
    SERVER_FAILURE = 2
    NO_SUCH_NAME = 3


class Question(msgspec.Struct, frozen=True):
    """What a query asks. ``raw`` is the question section as sent, which the answer repeats."""

    number: int
    name: str
    record_type: int
    raw: bytes


def question_of(message: bytes) -> Question | None:
    """Return the question of a query; None for what is no query with one question, or is malformed."""
    if len(message) < _HEADER.size:
        return None
    number, flags, questions = _HEADER.unpack_from(message)[:3]
    if flags & 0xF800 or questions != 1:
        return None
    labels: list[str] = []
    at = _HEADER.size
    while at < len(message) and message[at]:
        end = at + 1 + message[at]
        if message[at] > 63 or end > len(message):
            return None
        labels.append(message[at + 1 : end].decode("ascii", "replace").lower())
        at = end
    if at + 5 > len(message) or sum(len(label) + 1 for label in labels) > _LONGEST_NAME + 1:
        return None
    (record_type,) = struct.unpack_from("!H", message, at + 1)
    return Question(number, ".".join(labels), record_type, message[_HEADER.size : at + 5])


def answer(question: Question, address: str = "", code: ReturnCode = ReturnCode.NO_ERROR) -> bytes:
    """Return an answer: the address, or no record of the type asked (empty address), or the code of an error."""
    record = b""
    if address and code is ReturnCode.NO_ERROR:
        packed = ipaddress.ip_address(address).packed
        kind = RecordType.A if len(packed) == 4 else RecordType.AAAA
        record = struct.pack("!HHHIH", _POINTER_TO_QUESTION, kind, 1, TIME_TO_LIVE_SECONDS, len(packed)) + packed
    return _HEADER.pack(question.number, 0x8180 | code, 1, 1 if record else 0, 0, 0) + question.raw + record
