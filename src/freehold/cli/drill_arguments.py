"""The arguments of ``freehold drill`` checked and turned into an order, and the order carried out."""

from __future__ import annotations

import argparse
import ipaddress
import os
import re
from collections.abc import Sequence
from pathlib import Path

import msgspec

from freehold.drill.catching import LOCAL
from freehold.drill.policy import Address
from freehold.drill.running import Order
from freehold.drill.sessions import MIRRORED, NOBODY_ELSE, UNNAMED, matrix, mirror, rejoin, sealed, single
from freehold.errors import UsageError
from freehold.inventory.folder import read_paths
from freehold.model.evidence import MODES, Check, DeniedHost, DrillPlan, Kind, Mode, Run

_HOST = re.compile(r"\.?[a-z0-9]([a-z0-9._-]{0,251}[a-z0-9])?")
_NAMED_ADDRESS = re.compile(r"(?P<name>[^=]+)=(?P<host>[^=]+):(?P<port>\d{1,5})")
ON_REQUEST = "named on the command line"


def checked(args: argparse.Namespace) -> None:
    """Raise ``UsageError`` for arguments that do not go together or mean nothing."""
    if not (args.command or args.dry_run or args.mirror):
        raise UsageError(
            "no command given", where="drill", remedy="write it behind --, as in: freehold drill ... -- make"
        )
    if args.timeout <= 0:
        raise UsageError(
            "a timeout lies after the start", where="--timeout", remedy="give a positive number of seconds"
        )
    if args.rejoin is not None and args.rejoin < 0:
        raise UsageError("days ago cannot be negative", where="--rejoin", remedy="for instance --rejoin 90")
    if args.state is not None and args.rejoin is None:
        raise UsageError("a state of then is for --rejoin", where="--state", remedy="add --rejoin DAYS")
    if args.state is not None and not args.state.is_dir():
        raise UsageError("there is no such folder", where=str(args.state), remedy="name a copy of a home folder")
    if (args.attest is None) != (args.sign_key is None):
        raise UsageError("--attest and --sign-key go together", where="drill", remedy="give both, or neither")
    for port in args.port:
        if not 0 < port < 65536 or port == 53:
            raise UsageError(f"{port} cannot be relayed", where="--port", remedy="give a TCP port other than 53")
    modes_of(args)
    for host in (*args.allow, *args.deny):
        _host(host)


def kind_of(args: argparse.Namespace) -> Kind:
    """Return which kind of drill was asked for."""
    if args.mirror:
        return "mirror"
    if args.rejoin is not None:
        return "rejoin"
    return "observe" if args.observe else "drill"


def modes_of(args: argparse.Namespace) -> tuple[Mode, ...]:
    """Return the modes of ``--matrix``, none without it. Raises ``UsageError`` for one that there is not."""
    named = [word for word in (args.matrix or "").split(",") if word]
    for word in named:
        if word not in MODES:
            raise UsageError(f"there is no mode {word!r}", where="--matrix", remedy=f"modes: {', '.join(MODES)}")
    return tuple(mode for mode in MODES if mode in named)


def with_denied(plan: DrillPlan, hosts: Sequence[str]) -> DrillPlan:
    """Return the plan with hosts denied by name on the command line as well."""
    more = tuple(DeniedHost(_host(host), host, ON_REQUEST, "host") for host in hosts)
    known = {entry.pattern for entry in more}
    return msgspec.structs.replace(plan, denied=(*more, *(e for e in plan.denied if e.pattern not in known)))


def addresses(texts: Sequence[str], option: str) -> dict[str, Address]:
    """Return ``NAME=ADDR:PORT`` as a mapping; ``localhost`` stands for its own port there. Raises ``UsageError``."""
    found: dict[str, Address] = {}
    for text in texts:
        parts = _NAMED_ADDRESS.fullmatch(text)
        port = int(parts["port"]) if parts else 0
        if parts is None or not 0 < port < 65536 or port == 53:
            raise UsageError(
                f"{text!r} is no NAME=ADDR:PORT",
                where=option,
                remedy=f"for instance {option} vault.example=127.0.0.1:8080",
            )
        name = parts["name"].lower()
        local = name == "localhost" or name.startswith("127.")
        found[f"{LOCAL}{port}" if local else _host(name)] = (parts["host"].strip("[]"), port)
    return found


def order_of(args: argparse.Namespace, plan: DrillPlan) -> Order:
    """Return what is to be run. A mirror, and rejoining without a scenario, are cut off from everybody."""
    first: Path = args.paths[0]
    alone = bool(args.mirror) or (args.rejoin is not None and not plan.denied)
    if args.mirror:
        plan = sealed(plan, _mirror_of(args)[1])
    elif alone:
        plan = msgspec.structs.replace(plan, denied=(NOBODY_ELSE,))
    return Order(
        plan=plan,
        command=tuple(args.command),
        folder=first if first.is_dir() else first.parent,
        environment=dict(os.environ),
        mode=None if args.observe else args.mode or "reset",
        timeout_seconds=args.timeout,
        warm=args.warm,
        allowed=tuple(_host(host) for host in args.allow),
        offered=addresses(args.offer, "--offer"),
        routes=addresses(args.route, "--route"),
        ports=tuple(args.port),
        artefacts=tuple(args.artefact),
        home=args.state.resolve() if args.state else None,
        only_allowed=alone,
    )


def performed(
    args: argparse.Namespace, order: Order, paths: Sequence[Path], scratch: Path
) -> tuple[tuple[Run, ...], tuple[Check, ...]]:
    """Carry the order out: once, in each mode, then and now, or against a mirror."""
    if args.mirror:
        kinds, url = _mirror_of(args)
        return mirror(order, url, kinds, read_paths(paths), scratch)
    if args.rejoin is not None:
        return rejoin(order, args.rejoin, scratch), ()
    modes = modes_of(args)
    return (matrix(order, modes, scratch) if modes else single(order, scratch)), ()


def _mirror_of(args: argparse.Namespace) -> tuple[tuple[str, ...], str]:
    """Return the kinds of packages that a mirror serves, all that are spoken where none is named, and its address."""
    kind, equals, url = args.mirror.partition("=")
    return ((kind,), url) if equals and kind in MIRRORED else (UNNAMED, args.mirror)


def _host(text: str) -> str:
    host = text.lower().rstrip(".")
    try:
        return str(ipaddress.ip_address(host.strip("[]")))
    except ValueError:
        if _HOST.fullmatch(host):
            return host
    raise UsageError(f"{text!r} is no host", where="drill", remedy="write host.example, or .example for all below it")
