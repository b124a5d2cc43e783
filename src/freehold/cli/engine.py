"""``freehold engine``: the engine alone, on fault trees and package lists that came from elsewhere."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from freehold.errors import InputError, UsageError

if TYPE_CHECKING:
    from freehold.engine.diagrams.analysis import FaultTreeResult
    from freehold.engine.package_loss import By
    from freehold.graph.formats.faulttree import FaultTree
    from freehold.reports.layout import Block

SHOWN = 20
"""Rows of each table on a terminal; JSON gives up to the engine's own limit."""
MISSION_HOURS = 8760.0
_FAULT_TREES_ONLY = ("order", "top", "budget", "mission_time")
_PACKAGES_ONLY = ("vanished", "by")


def configure(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "engine", help="cut sets, probability and importances of a fault tree; losses in a package list"
    )
    parser.add_argument(
        "file",
        nargs="+",
        metavar="FILE",
        help="Open-PSA fault trees (several files: one model) or a JSON graph; -: stdin",
    )
    parser.add_argument("--top", metavar="NAME", help="the gate to ask about (default: every gate that no gate uses)")
    parser.add_argument("--order", type=_whole, metavar="K", help="list cut sets of at most K leaves")
    parser.add_argument("--most", type=_whole, metavar="N", help=f"rows of each list (default {SHOWN}); 0: counts only")
    parser.add_argument("--budget", type=_whole, metavar="NODES", help="diagram nodes allowed in one module")
    parser.add_argument(
        "--mission-time", type=float, metavar="HOURS", help=f"for rates in Open-PSA (default {MISSION_HOURS:g})"
    )
    parser.add_argument("--debian", action="store_true", help="FILE is a Debian package list (plain, gz or xz)")
    parser.add_argument("--vanished", metavar="NAME[,NAME]", help="with --debian: what is lost with these packages")
    parser.add_argument(
        "--by", choices=("package", "maintainer", "source"), help="with --debian: whose loss, or how losses are grouped"
    )
    parser.add_argument("--strict", action="store_true", help="exit 4 if an answer stayed incomplete or text unread")
    parser.add_argument("-f", "--format", choices=("terminal", "json"), default="terminal")
    parser.add_argument("-o", "--output", metavar="FILE", default="-", help="write to FILE (- for stdout)")
    parser.add_argument("--color", choices=("auto", "always", "never"), default="auto")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:
    """Answer, print or write, and return 0, or 4 under ``--strict`` where something is missing."""
    _refuse(args, _FAULT_TREES_ONLY if args.debian else _PACKAGES_ONLY)
    blocks, json, complete = _packages(args) if args.debian else _fault_trees(args)
    if args.format == "json":
        text = json().decode()
    else:
        from freehold.cli.render import render_text

        text = render_text(blocks(), stdout if args.output == "-" else None, args.color)
    if args.output == "-":
        stdout.write(text)
    else:
        from freehold.system.files import write_text

        write_text(Path(args.output), text)
    return 0 if complete or not args.strict else 4


_Answer = tuple[Callable[[], "list[Block]"], Callable[[], bytes], bool]
"""How to lay it out, how to write it as JSON, whether nothing is missing."""


def _fault_trees(args: argparse.Namespace) -> _Answer:
    from freehold.engine.diagrams.analysis import DEFAULT_LISTED, analyse
    from freehold.engine.diagrams.budgets import DEFAULT_BUDGET
    from freehold.engine.subtree import named_top
    from freehold.reports.engine import fault_tree_blocks, fault_tree_json

    trees = _read_trees(args.file, args.mission_time if args.mission_time is not None else MISSION_HOURS)
    if args.top is not None:
        trees = (named_top(trees, args.top),)
    default = SHOWN if args.format == "terminal" else DEFAULT_LISTED
    most = args.most if args.most is not None else default
    budget = args.budget if args.budget is not None else DEFAULT_BUDGET
    results = [analyse(tree, max_order=args.order, limit=most, budget=budget) for tree in trees]
    complete = all(_complete(result) for result in results)
    return (lambda: fault_tree_blocks(results, most)), (lambda: fault_tree_json(results)), complete


def _complete(result: FaultTreeResult) -> bool:
    return result.counts is not None and result.probability is not None


def _read_trees(files: Sequence[str], mission_time: float) -> tuple[FaultTree, ...]:
    """Read what the content says it is."""
    from freehold.graph.formats.graphjson import read_graph_json
    from freehold.graph.formats.openpsa import read_open_psa

    documents = [(_shown(file), _content(file)) for file in files]
    starts = [content.lstrip()[:1] for _, content in documents]
    if all(start == b"<" for start in starts):
        return read_open_psa(documents, mission_time=mission_time)
    if starts == [b"{"]:
        return (read_graph_json(*documents[0]),)
    name = next((name for (name, _), start in zip(documents, starts, strict=True) if start != b"<"), "")
    if starts.count(b"{") > 1 or {b"{", b"<"} == set(starts):
        raise UsageError("a JSON graph is one file", where=name, remedy="name it alone")
    raise InputError(
        "neither Open-PSA XML nor a JSON graph",
        where=name,
        remedy="give one of them; a Debian package list needs --debian",
    )


def _packages(args: argparse.Namespace) -> _Answer:
    from freehold.engine.package_loss import if_vanished, impacts
    from freehold.graph.formats.debian import read_packages
    from freehold.graph.order import evaluation_order
    from freehold.reports import packages

    if len(args.file) > 1:
        raise UsageError("--debian reads one package list", where=args.file[1], remedy="join the lists into one file")
    listed = read_packages(_content(args.file[0]), where=_shown(args.file[0]))
    order = evaluation_order(listed.graph)
    most = args.most if args.most is not None else SHOWN
    complete = not listed.unread and not listed.outside
    if args.vanished is None:
        by: By = args.by or "package"
        found = impacts(listed, order, by)
        return (
            (lambda: packages.impact_blocks(listed, found, by, most)),
            (lambda: packages.impact_json(listed, found, by, args.most)),
            complete,
        )
    names = [name.strip() for name in args.vanished.split(",") if name.strip()]
    if not names:
        raise UsageError("--vanished names no package", remedy="--vanished NAME[,NAME]")
    lost = if_vanished(listed, order, names)
    grouped: By = args.by or "source"
    return (
        (lambda: packages.vanished_blocks(listed, names, lost, grouped, most)),
        (lambda: packages.vanished_json(listed, names, lost)),
        complete,
    )


def _content(file: str) -> bytes:
    """Return the unpacked bytes of a file or of standard input."""
    from freehold.graph.formats.decompress import LIMIT_BYTES, decompressed
    from freehold.system.files import read_at_most

    where = _shown(file)
    try:
        if file == "-":
            data = read_at_most(sys.stdin.buffer, LIMIT_BYTES)
        else:
            with Path(file).open("rb") as stream:
                data = read_at_most(stream, LIMIT_BYTES)
    except OSError as error:
        raise InputError(
            f"cannot be read: {error.strerror or error}", where=where, remedy="name a file that can be read"
        ) from error
    if data is None:
        raise InputError(f"is longer than {LIMIT_BYTES:,} bytes", where=where, remedy="check where the file comes from")
    return decompressed(data, where=where).removeprefix(b"\xef\xbb\xbf")


def _shown(file: str) -> str:
    return "standard input" if file == "-" else file


def _refuse(args: argparse.Namespace, names: Sequence[str]) -> None:
    for name in names:
        if getattr(args, name) is not None:
            option = f"--{name.replace('_', '-')}"
            reason = "asks about fault trees" if args.debian else "asks about a package list"
            remedy = "leave it out" if args.debian else "add --debian, or leave it out"
            raise UsageError(f"{option} {reason}", remedy=remedy)


def _whole(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number")
    return int(text)
