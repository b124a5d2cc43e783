"""Drills of several runs: the modes in turn, cut off and rejoined, a mirror asked for everything a lockfile names."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
from packageurl import PackageURL

import freehold
from freehold.drill.catching import LOCAL
from freehold.drill.copies import copied, frozen
from freehold.drill.mirror_check import Task
from freehold.drill.mirror_reading import Wanted
from freehold.drill.running import Order, run_once
from freehold.errors import UsageError
from freehold.model.component import Inventory
from freehold.model.evidence import Check, DeniedHost, DrillPlan, Ending, Mode, Run, Standing

MIRRORED = ("pypi", "npm", "docker", "oci", "deb")
"""purl types whose registries the honesty test speaks."""
UNNAMED = ("pypi", "npm")
"""Those that a mirror's address may stand for without a name."""
START_SECONDS = 60.0
NOBODY_ELSE = DeniedHost("somebody-else.freehold-drill.test", "everybody else", "only the mirror may be asked")
OUTSIDE = (
    "the mirror runs outside, so whether its own way to its upstream was cut is not proved: "
    "give the command that starts it, or cut it off yourself"
)


def single(order: Order, scratch: Path) -> tuple[Run, ...]:
    """Run the command once, where it is."""
    return (run_once(order, _made(scratch / "run")),)


def matrix(order: Order, modes: Sequence[Mode], scratch: Path) -> tuple[Run, ...]:
    """Run the command once a mode, each in a fresh copy of the project, so that no run finds what another one fetched."""
    runs = []
    for mode in modes:
        folder = copied(order.folder, scratch / mode / "project")
        runs.append(run_once(replace(order, mode=mode, folder=folder), _made(scratch / mode / "run")))
    return tuple(runs)


def rejoin(order: Order, days: int, scratch: Path) -> tuple[Run, ...]:
    """Run an update command twice on the state of ``days`` ago: cut off, then with everybody back.

    The clock stays: state of then meets the servers of now, as it will on the day of reconnection. Whether updates can be
    applied is what the second run shows. What stands in for something that cannot be had makes both runs partial.
    """
    folder, stand_in = frozen(order.folder, scratch / "then", days, datetime.now(UTC))
    reasons: tuple[str, ...] = (stand_in,) if stand_in else ()
    if order.home is None:
        reasons += (f"no state of clients from {days} days ago was given (--state): a clean home stands in for it",)
    home = copied(order.home, scratch / "home-then") if order.home is not None else None
    there = replace(order, folder=folder, home=home)
    cut_off = run_once(there, _made(scratch / "cut-off"), "cut off")
    if cut_off.standing is Standing.VOID:
        return (cut_off,)
    rejoined = run_once(replace(there, mode=None), _made(scratch / "rejoined"), "rejoined")
    return _doubted(cut_off, reasons), _doubted(rejoined, reasons)


def sealed(plan: DrillPlan, url: str) -> DrillPlan:
    """Return a plan that denies everybody but a mirror, and first of all the hosts that the project names itself."""
    host, _ = _place(url)
    upstream = (DeniedHost(name, "upstream", NOBODY_ELSE.why) for name in plan.declared if name != host)
    return msgspec.structs.replace(plan, denied=(*upstream, NOBODY_ELSE))


def mirror(
    order: Order, url: str, kinds: Sequence[str], inventory: Inventory, scratch: Path
) -> tuple[tuple[Run, ...], tuple[Check, ...]]:
    """Ask a mirror for everything that lockfiles name, under a plan that is ``sealed``.

    With a command, that starts the mirror inside, and its upstream is really dead; without, the mirror is asked where it is
    and the run is partial. Raises ``UsageError`` for an address that is none, or where there is nothing to ask for.
    """
    wanted = tuple(one for one in _wanted(inventory) if one.kind in kinds)
    spoken = {one.kind for one in wanted}
    if len(spoken) != 1:
        raise UsageError(
            f"lockfiles here name packages of {' and '.join(sorted(spoken))}"
            if spoken
            else "no lockfile names a package",
            where="--mirror",
            remedy=f"name the project, and which kind the mirror serves: --mirror {MIRRORED[0]}=URL",
        )
    host, port = _place(url)
    task = Task(url, wanted, order.command, START_SECONDS if order.command else 0.0)
    files = _made(scratch / "mirror")
    (files / "task.json").write_bytes(msgspec.json.encode(task))
    source = str(Path(freehold.__file__).parents[1])
    environment = {
        **order.environment,
        "PYTHONPATH": os.pathsep.join([source, order.environment.get("PYTHONPATH", "")]),
    }
    checking = replace(
        order,
        command=(
            sys.executable,
            "-m",
            "freehold.drill.mirror_check",
            str(files / "task.json"),
            str(files / "answer.json"),
        ),
        environment=environment,
    )
    if not order.command and _is_local(host):
        checking = replace(checking, offered={**order.offered, f"{LOCAL}{port}": ("127.0.0.1", port)})
    elif not order.command:
        checking = replace(checking, allowed=(*order.allowed, host), ports=(*order.ports, port))
    run = run_once(checking, _made(scratch / "run"), "mirror")
    answer = files / "answer.json"
    checks = tuple(msgspec.json.decode(answer.read_bytes(), type=list[Check])) if answer.is_file() else ()
    return (run if order.command else _doubted(run, (OUTSIDE,)),), checks


def succeeded(runs: Sequence[Run], *, last_alone: bool) -> bool:
    """Tell whether the command succeeded: in every run, or in the last (rejoining: cut off it may well fail)."""
    return all(run.ending is Ending.SUCCEEDED for run in (runs[-1:] if last_alone else runs))


def _doubted(run: Run, reasons: tuple[str, ...]) -> Run:
    if not reasons or run.standing is Standing.VOID:
        return run
    return msgspec.structs.replace(run, standing=Standing.PARTIAL, reasons=(*run.reasons, *reasons))


def _wanted(inventory: Inventory) -> Iterable[Wanted]:
    """Yield what lockfiles name of the kinds that are spoken, each once."""
    for component in inventory.components:
        if component.is_root or not component.purls:
            continue
        purl = PackageURL.from_string(component.purls[0])
        if purl.type in MIRRORED and purl.version:
            name = f"{purl.namespace}/{purl.name}" if purl.namespace else purl.name
            yield Wanted(component.purls[0], purl.type, name, purl.version, component.hashes)


def _place(url: str) -> tuple[str, int]:
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        parts, port = urlsplit(""), 0
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UsageError(
            f"{url!r} is no address of a mirror", where="--mirror", remedy="for instance https://host/simple/"
        )
    return parts.hostname, port


def _is_local(host: str) -> bool:
    return host == "localhost" or host.startswith("127.") or host == "::1"


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder
