"""One run: the namespace made, the block proved, the command run, everything recorded, everything ended.

Leaves to ``assess`` who is denied, to ``evidence`` what several runs amount to.
"""

from __future__ import annotations

import contextlib
import resource
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from freehold.drill import furnishing
from freehold.drill.addresses import AddressBook
from freehold.drill.artefacts import built, snapshot
from freehold.drill.askers import Askers
from freehold.drill.authority import Authority
from freehold.drill.catching import FIRST_REQUEST_ONLY, LOCAL, Catcher
from freehold.drill.failing import NEEDS_AUTHORITY, Failure
from freehold.drill.inside import Room
from freehold.drill.launching import ForbiddenError, Inside
from freehold.drill.naming import Naming
from freehold.drill.policy import CONTROL, Address, Policy, is_address, matches
from freehold.drill.probing import Target
from freehold.drill.proving import HTTP, HTTPS, MOST_PROBED, Control, probed_hosts, prove
from freehold.drill.recording import Recorder
from freehold.drill.serving import FrontDesk
from freehold.drill.tap import Tap
from freehold.errors import FreeholdError
from freehold.model.evidence import Contact, DeniedHost, DrillPlan, Ending, Mode, Proof, Run, Standing, with_culprits

PORTS = (22, 80, 443, 9418)
"""What is relayed from the start: ssh, the web, git; others once a named host is asked at them. A server that the command
starts inside can have any of those."""
DEFAULT_TIMEOUT_SECONDS = 1800.0
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")


@dataclass(frozen=True)
class Order:
    """What is to be run, where, and under which conditions. ``mode`` is None where nothing is denied (learn mode).

    ``allowed`` are hosts allowed whatever the plan says; ``offered`` names that lead to an address outside, ``routes`` where
    allowed names really are; ``only_allowed`` denies everybody else. ``environment`` is that of the caller.
    """

    plan: DrillPlan
    command: tuple[str, ...]
    folder: Path
    environment: Mapping[str, str]
    mode: Mode | None = "reset"
    timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS
    warm: bool = False
    allowed: tuple[str, ...] = ()
    offered: Mapping[str, Address] = field(default_factory=dict)
    routes: Mapping[str, Address] = field(default_factory=dict)
    only_allowed: bool = False
    ports: tuple[int, ...] = ()
    artefacts: tuple[str, ...] = ()
    home: Path | None = None
    """A home to use in place of a clean one: the state of an earlier day."""


def run_once(order: Order, scratch: Path, name: str = "") -> Run:
    """Run the command once; ``scratch`` is an empty folder for the home and the certificates. Raises nothing of a drill's own.

    Where the system forbids what is needed, the run is void and the command was not started.
    """
    label = name or order.mode or "observe"
    before = snapshot(order.folder)
    try:
        with _Stage(order, scratch) as stage:
            run = stage.perform(label)
    except FreeholdError as error:
        reason = f"{error.reason}; {error.remedy}" if error.remedy else error.reason
        return _void(order, label, (reason,))
    made, remark = built(order.folder, before, order.artefacts)
    return msgspec.structs.replace(run, artefacts=made, reasons=(*run.reasons, remark) if remark else run.reasons)


def _void(order: Order, name: str, reasons: tuple[str, ...], proof: tuple[Proof, ...] = ()) -> Run:
    return Run(
        name=name,
        mode=order.mode or "observe",
        standing=Standing.VOID,
        ending=Ending.NOT_STARTED,
        timeout_seconds=order.timeout_seconds,
        proof=proof,
        reasons=reasons,
    )


class _Stage:
    """Everything that stands while one command runs. A context manager: leaving it ends all of it."""

    def __init__(self, order: Order, scratch: Path) -> None:
        self._order = order
        self._scratch = scratch
        self._exit = contextlib.ExitStack()
        self._over = threading.Event()
        self._recorder = Recorder()
        self._environment = furnishing.environment(order.environment, scratch / "home", warm=order.warm)

    def __enter__(self) -> _Stage:
        try:
            self._set()
        except BaseException:
            self._exit.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._exit.close()

    def _set(self) -> None:
        """Make the namespace and everything that serves it. Raises ``FreeholdError`` where something is not to be had."""
        order = self._order
        _allow_many_descriptors()
        self._prepare_home()
        self._authority = Authority(self._scratch / "certificates") if order.mode in NEEDS_AUTHORITY else None
        if self._authority is not None:
            self._authority.expect(probed_hosts(_probed(order)), expired=order.mode == "expired-tls")
            self._environment |= self._authority.settings(order.environment)
        self._control = Control()
        self._exit.callback(self._control.close)
        policy = self._policy()
        ports = self._ports(policy)
        self._inside = self._exit.enter_context(
            Inside(furnishing.room(self._scratch, ports, order.environment, warm=order.warm))
        )
        self._exit.callback(self._over.set)
        six = any(label.startswith("tcp6") for label in self._inside.sockets)
        book, askers = AddressBook(six=six), Askers(self._inside.pid)
        mode: Mode = order.mode or "reset"
        opener = self._inside.open if self._inside.on_demand else None
        self._tap = Tap(policy, frozenset(ports), book, askers, self._recorder, opener)
        self._desk = FrontDesk(
            self._inside.sockets,
            Naming(policy, mode, book, askers, self._recorder),
            Catcher(policy, Failure(mode, self._authority, self._over), book, askers, self._recorder),
            self._tap,
        )
        self._inside.on_opened = self._desk.add
        self._exit.callback(self._desk.close)

    def _prepare_home(self) -> None:
        order = self._order
        if order.home is not None:
            self._environment |= {"HOME": str(order.home)}
        elif not order.warm:
            furnishing.furnish_home(order.environment, self._scratch / "home")

    def _policy(self) -> Policy:
        order = self._order
        return Policy(
            denied=order.plan.denied,
            allowed=order.allowed,
            offered={**order.offered, CONTROL: self._control.address},
            routes=order.routes,
            only_allowed=order.only_allowed,
            everything=order.mode is None,
        )

    def _ports(self, policy: Policy) -> tuple[int, ...]:
        """Return the ports to relay: the usual ones, those asked for, those of offers and of the caller's proxies."""
        offered = [port for name, (_, port) in policy.offered.items() if name != CONTROL]
        proxies = [_port_of(self._environment.get(name, "")) for name in _PROXIES]
        return tuple(sorted({*PORTS, *self._order.ports, *self._order.plan.ports, *offered, *proxies} - {0}))

    def perform(self, name: str) -> Run:
        """Prove the block, then run the command under it."""
        order = self._order
        proof = self._proof()
        failed = tuple(f"{p.subject}: expected {p.expected}, met {p.met}" for p in proof if not p.held)
        if failed:
            return _void(order, name, ("the block could not be proved, so the command was not run", *failed), proof)
        self._desk.settle()
        self._recorder.restart()
        begun = time.monotonic()
        code = self._inside.run(order.command, order.folder.resolve(), self._environment, order.timeout_seconds)
        seconds = time.monotonic() - begun
        self._inside.kill()
        self._desk.settle()
        self._tap.conclude()
        contacts = self._recorder.contacts()
        reasons = self._doubts(contacts)
        run = Run(
            name=name,
            mode=order.mode or "observe",
            standing=Standing.PARTIAL if reasons else Standing.PROVED,
            ending=Ending.HUNG if code is None else Ending.SUCCEEDED if code == 0 else Ending.FAILED,
            exit_code=code,
            seconds=round(seconds, 3),
            timeout_seconds=order.timeout_seconds,
            proof=proof,
            contacts=contacts,
            reasons=reasons,
        )
        return with_culprits(run)

    def _proof(self) -> tuple[Proof, ...]:
        order = self._order
        authority = str(self._authority.certificate) if self._authority is not None else ""
        return prove(self._inside, self._control, _probed(order), order.mode, _answering(order), authority)

    def _doubts(self, contacts: tuple[Contact, ...]) -> tuple[str, ...]:
        """Return why what was seen is not the whole truth."""
        order = self._order
        found = [f"{entry.party} is not enforceable: {entry.why}" for entry in order.plan.not_enforceable if order.mode]
        found += [f"could not be covered, so it leads outside as before: {path}" for path in self._inside.uncovered]
        found += [f"{c.host}: {FIRST_REQUEST_ONLY}" for c in contacts if FIRST_REQUEST_ONLY in c.notes]
        if self._recorder.overflowed:
            found.append("more hosts were asked than are recorded")
        return tuple(found)


def _probed(order: Order) -> tuple[DeniedHost, ...]:
    """Return the denied hosts that the proof asks: those that the project names first, nothing that is allowed anyway."""
    open_to = (*order.allowed, *order.offered)
    blocked = [e for e in order.plan.denied if not any(matches(pattern, e.pattern.lstrip(".")) for pattern in open_to)]
    named = set(order.plan.declared)
    blocked.sort(key=lambda entry: (entry.pattern not in named, entry.pattern))
    return tuple(blocked[:MOST_PROBED])


def _answering(order: Order) -> list[Target]:
    """Return what must answer: every host that the caller allows by its whole name, and every offer."""
    whole = [host for host in order.allowed if not host.startswith(".") and not is_address(host)]
    targets = [Target(host, port, tls=port == HTTPS) for host in whole for port in (HTTPS, HTTP)]
    for name, (_, port) in order.offered.items():
        targets.append(Target("127.0.0.1" if name.startswith(LOCAL) else name, port, tls=False))
    return targets


def _port_of(address: str) -> int:
    try:
        return urlsplit(address).port or 0
    except ValueError:
        return 0


def _allow_many_descriptors() -> None:
    """Raise our own limit of open descriptors as far as we may: every relayed connection takes six."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = hard if hard != resource.RLIM_INFINITY else 65536
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, 65536), hard))


def available() -> str:
    """Return why no drill can be run here; empty where one can."""
    try:
        with Inside(Room((80,))):
            return ""
    except ForbiddenError as error:
        return error.reason
