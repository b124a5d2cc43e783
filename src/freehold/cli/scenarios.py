"""``freehold scenarios``: list the scenarios, or show one."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TextIO

from freehold.model.scenario import Scenario
from freehold.reports.layout import Block, Cell, Heading, Table, Text


def configure(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command and its own commands."""
    parser = subparsers.add_parser("scenarios", help="list the scenarios, or show one")
    actions = parser.add_subparsers(dest="action", required=True, metavar="list|show")
    listing = actions.add_parser("list", help="one line a scenario")
    show = actions.add_parser("show", help="who denies whom through what, from which day, and why")
    show.add_argument("id", metavar="ID[:VALUE]")
    for action in (listing, show):
        action.add_argument(
            "--catalog", action="append", default=[], metavar="FOLDER", help="folders of your own records"
        )
        action.add_argument("-f", "--format", choices=("terminal", "json"), default="terminal")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:
    """List or show, and return 0."""
    from freehold.catalog.scenario_files import load_scenarios
    from freehold.cli.render import render_text
    from freehold.reports.json import json_text
    from freehold.scenarios.parameters import resolve

    shipped = load_scenarios([Path(folder) for folder in args.catalog])
    if args.action == "list":
        found: list[Scenario] = list(shipped.values())
        blocks = _listing(found)
    else:
        known = shipped.get(args.id)
        found = [known if known is not None and known.parameter else resolve(args.id, shipped)]
        blocks = _one(found[0])
    if args.format == "json":
        stdout.write(json_text({"schema_version": "1.0", "scenarios": found}))
    else:
        stdout.write(render_text(blocks, stdout))
    return 0


def _listing(scenarios: list[Scenario]) -> list[Block]:
    rows = tuple((Cell(_usage(s)), Cell(s.title.replace("{", "").replace("}", ""))) for s in scenarios)
    return [
        Table((("scenario", "left"), ("what happens", "left")), rows, 1),
        Text("Join with +, set days with @onset=N, @notice=N, @end=N: us-denies@notice=30+channel-down:github", "dim"),
    ]


def _usage(scenario: Scenario) -> str:
    return f"{scenario.id}:{scenario.parameter.upper()}" if scenario.parameter else scenario.id


def _one(scenario: Scenario) -> list[Block]:
    blocks: list[Block] = [Heading(f"{scenario.title}  [{_usage(scenario)}]"), Text(scenario.description.strip())]
    for d in scenario.disruption:
        who = f" by {d.by}" if d.by else ""
        on = f" on {', '.join(d.on)}" if d.on else ""
        against = f" against {', '.join(d.denies)}" if d.denies else ""
        through = f" through {', '.join(d.nexus)}" if d.kind == "denial" else ""
        end = f", until day {d.end_days:g}" if d.end_days is not None else ""
        when = f" from day {d.onset_days:g} with {d.notice_days:g} days' notice{end}"
        blocks.append(Text(f"{d.kind}{who}{on}{against}{through}{when}", indent=2))
    blocks += [Text(f"{s.title} ({s.grade}): {s.url}", "dim", 2) for s in scenario.sources]
    return blocks
