"""``freehold config show``: the settings in force and the layer that each comes from."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TextIO

from freehold.reports.layout import Column

_COLUMNS: tuple[Column, ...] = (("setting", "left"), ("value", "left"), ("from", "left"), ("meaning", "left"))


def configure(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    parser = subparsers.add_parser("config", help="show the settings in force")
    actions = parser.add_subparsers(dest="action", required=True, metavar="show")
    show = actions.add_parser("show", help="every setting, its value and where that comes from")
    show.add_argument("path", nargs="?", type=Path, default=Path(), metavar="PATH")
    show.add_argument("-f", "--format", choices=("terminal", "json"), default="terminal")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:
    """Print the settings and return 0."""
    import msgspec

    from freehold.cli.render import render_text
    from freehold.reports.json import json_text
    from freehold.reports.layout import Cell, Table
    from freehold.settings.options import HELP, layered
    from freehold.settings.project import find_project_file, load_project

    loaded, own = load_project(find_project_file((args.path,)))
    found = layered(own, loaded.file or "freehold.toml", os.environ, {})
    values = msgspec.to_builtins(found.options)
    if args.format == "json":
        settings = {name: {"value": values[name], "from": found.origin[name]} for name in values}
        stdout.write(json_text({"schema_version": "1.0", "settings": settings}))
        return 0
    rows = tuple(
        (
            Cell(name),
            Cell(msgspec.json.encode(values[name]).decode()),
            Cell(found.origin[name]),
            Cell(HELP[name], "dim"),
        )
        for name in values
    )
    stdout.write(render_text([Table(_COLUMNS, rows, 3)], stdout))
    return 0
