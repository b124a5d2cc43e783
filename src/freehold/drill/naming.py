"""Answers to names from inside: one address a name, none for what is missing outside, none for a party that has vanished."""

from __future__ import annotations

import re
import socket

from freehold.drill import dns
from freehold.drill.addresses import AddressBook
from freehold.drill.askers import Askers
from freehold.drill.policy import CANARY, Policy
from freehold.drill.recording import Recorder
from freehold.model.evidence import Decision, Mode

_NAME = re.compile(r"[a-z0-9._-]*")
_LOCAL = ("localhost", "")
DNS_PORT = 53
NOT_THERE = "no such name outside either"


class Naming:
    """The resolver of one run. Allowed names are looked up outside once, to learn whether they exist; denied ones never."""

    def __init__(self, policy: Policy, mode: Mode, book: AddressBook, askers: Askers, recorder: Recorder) -> None:
        self._policy = policy
        self._mode = mode
        self._book = book
        self._askers = askers
        self._recorder = recorder
        self._known: dict[str, bool] = {}

    def answer(self, question: dns.Question, protocol: str, asker: tuple[str, int]) -> bytes:
        """Return the answer to one question; ``asker`` is the client's address and port."""
        name = question.name
        if not _NAME.fullmatch(name):
            return dns.answer(question, code=dns.ReturnCode.NO_SUCH_NAME)
        if name in _LOCAL:
            address = "127.0.0.1" if name and question.record_type == dns.RecordType.A else ""
            return dns.answer(question, address)
        verdict = self._policy.of(name)
        denied = verdict.decision is Decision.DENIED
        if denied and self._mode in ("nxdomain", "blackhole"):
            tool = self._askers.tool_of(protocol, asker)
            self._recorder.note(verdict, DNS_PORT, "dns", tool)
        if name == CANARY or name.startswith("_") or name.endswith(".arpa"):
            return dns.answer(question, code=dns.ReturnCode.NO_SUCH_NAME)
        if verdict.decision is Decision.ALLOWED and not self._exists(name):
            tool = self._askers.tool_of(protocol, asker)
            self._recorder.missed(self._recorder.note(verdict, DNS_PORT, "dns", tool), NOT_THERE)
            return dns.answer(question, code=dns.ReturnCode.NO_SUCH_NAME)
        if denied and self._mode == "nxdomain":
            return dns.answer(question, code=dns.ReturnCode.NO_SUCH_NAME)
        four, six = self._book.addresses_of(name, nowhere=denied and self._mode == "blackhole")
        by_type = {dns.RecordType.A.value: four, dns.RecordType.AAAA.value: six}
        return dns.answer(question, by_type.get(question.record_type, ""))

    def _exists(self, name: str) -> bool:
        """Tell whether an allowed name exists outside. Where no resolver answers, that shows when it is connected to."""
        if self._policy.upstream(name, 0) != (name, 0):
            return True
        if name not in self._known:
            try:
                socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
                self._known[name] = True
            except socket.gaierror as error:
                self._known[name] = error.errno not in (socket.EAI_NONAME, socket.EAI_NODATA)
            except UnicodeError:
                self._known[name] = False
        return self._known[name]
