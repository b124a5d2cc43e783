"""What ``freehold drill`` gives back: the report, the evidence as JSON, the signed statement, what was learned."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import TextIO

import msgspec

from freehold.cli.render import render_text
from freehold.model.evidence import SCHEMA_VERSION, DrillPlan, Evidence
from freehold.reports.attestation import envelope, signed_bytes, statement
from freehold.reports.drill import drill_report, plan_report
from freehold.reports.json import json_text
from freehold.reports.learned import fragment
from freehold.settings.project import FILE_NAME, Loaded, load_project
from freehold.system.files import write_text
from freehold.system.signing import signed


def planned(plan: DrillPlan, args: argparse.Namespace, color: str, stdout: TextIO) -> int:
    """Print who would be denied, and return 0."""
    if args.format == "json":
        stdout.write(json_text({"schema_version": SCHEMA_VERSION, **msgspec.to_builtins(plan)}))
    else:
        stdout.write(render_text(plan_report(plan, everything=args.all), stdout, color))
    return 0


def give(evidence: Evidence, args: argparse.Namespace, color: str, stdout: TextIO) -> None:
    """Write the evidence and the signed statement, then print what was asked for."""
    text = json_text(evidence)
    if args.output and args.output != "-":
        write_text(Path(args.output), text)
    if args.attest is not None:
        payload = statement(evidence)
        key_id, signature = signed(args.sign_key, signed_bytes(payload))
        write_text(args.attest, envelope(payload, key_id, signature).decode())
    if args.format == "json" or args.output == "-":
        stdout.write(text)
    else:
        stdout.write(render_text(drill_report(evidence, everything=args.all), stdout, color))


def learn(evidence: Evidence, args: argparse.Namespace, loaded: Loaded, stderr: TextIO) -> None:
    """Say what ``freehold.toml`` would gain from what was learned, or add it. The file stays as it is otherwise."""
    found = fragment(evidence.learned, loaded.project.service, evidence.started_at[:10])
    if not found:
        stderr.write("nothing to learn: every host that was asked is named in the project\n")
        return
    folder = args.paths[0] if args.paths[0].is_dir() else args.paths[0].parent
    target = Path(loaded.file) if loaded.file else folder / FILE_NAME
    if args.learn == "show":
        stderr.write(f"# for {target}\n{found}")
        return
    before = target.read_text("utf-8") if target.is_file() else ""
    whole = f"{before.rstrip()}\n\n{found}" if before.strip() else found
    with tempfile.TemporaryDirectory() as aside:
        trial = Path(aside, FILE_NAME)
        trial.write_text(whole, "utf-8")
        load_project(trial)
    write_text(target, whole)
    stderr.write(f"added to {target}: {found.count('[[service]]')} services\n")
