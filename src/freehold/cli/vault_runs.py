"""What each command of ``freehold vault`` does: settings, the joined steps, one report, one exit code."""

from __future__ import annotations

import argparse
import os
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from freehold.assess.vaulting import addresses, gaps, planned, wanted
from freehold.cli.asking import assessor
from freehold.cli.vault_progress import CopyProgress, PullProgress
from freehold.errors import UsageError
from freehold.model.vault import Outcome, State
from freehold.reports.vault import VaultReport, vault_blocks, vault_json
from freehold.settings.options import Options, layered
from freehold.settings.project import find_project_file, load_project
from freehold.system.clients import effective_network
from freehold.system.files import write_text
from freehold.system.web import Web
from freehold.vault.manifest import Vault, is_vault, made_vault, open_vault

if TYPE_CHECKING:
    from freehold.system.serving import Server


def run_pull(args: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:
    """Pull; 1 where something was refused or not got, 4 under ``--strict`` where something is not covered."""
    from freehold.vault.protocol import Sources
    from freehold.vault.pulling import Pull

    asked, options = assessor(args, stderr)
    if options.offline:
        raise UsageError("a pull needs the network", where="--offline", remedy="leave --offline out")
    _check_workloads(args.workload, asked.request.project.workload)
    stack = asked.stack if args.plan is None else asked.identified(planned(_lines(args.plan), str(args.plan)))
    asked.done()
    sources = Sources(addresses(asked.catalog, asked.request.registries), tuple(args.wheels or ()))
    folder = Path(options.vault)
    vault = Vault(folder) if args.dry_run and not is_vault(folder) else made_vault(folder)
    progress = PullProgress(stderr, quiet=args.quiet)
    pull = Pull(
        vault,
        sources,
        Web(effective_network(os.environ, Path.home())),
        datetime.now(UTC).date(),
        reporter=progress,
        dry_run=args.dry_run,
    )
    try:
        report = pull.pull(wanted(stack, args.workload), max(1, args.jobs))
    finally:
        progress.clear()
    _give(report, args, options, stdout)
    if options.strict and report.count(Outcome.NOT_COVERED):
        return 4
    return 1 if report.count(Outcome.REFUSED, Outcome.FAILED) else 0


def run_gap(args: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:
    """List what is lacking; 1 where anything is."""
    asked, options = assessor(args, stderr)
    _check_workloads(args.workload, asked.request.project.workload)
    report = gaps(open_vault(Path(options.vault)), asked.stack, args.workload)
    asked.done()
    _give(report, args, options, stdout)
    return 1 if report.lacking else 0


def run_verify(args: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:
    """Verify; 1 where a copy is missing or damaged."""
    from freehold.vault.checking import verified

    options = _options(args)
    progress = CopyProgress(stderr, quiet=args.quiet)
    report = verified(open_vault(Path(options.vault)), progress.file, mend=args.mend)
    progress.clear()
    _give(report, args, options, stdout)
    return 1 if report.count(State.ROTTEN, State.MISSING) or report.broken_lines else 0


def run_serve(args: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:
    """Serve until interrupted, or print what points clients at the vault."""
    from freehold.system.serving import Server
    from freehold.vault.client_settings import settings_text
    from freehold.vault.shelves import answering

    options = _options(args)
    if args.settings:
        host = f"[{args.host}]" if ":" in args.host else args.host
        stdout.write(settings_text(f"http://{host}:{args.port}"))
        return 0

    def log(line: str) -> None:
        if args.verbose:
            stderr.write(f"{line.encode('ascii', 'replace').decode()}\n")

    with Server(args.host, args.port, answering(open_vault(Path(options.vault))), log) as server:
        if args.words:
            return _with_vault(server, args.words)
        stdout.write(f"{server.url}\n")
        stdout.flush()
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            stderr.write("freehold: no longer serving\n")
    return 0


def _with_vault(server: Server, words: list[str]) -> int:
    """Serve while a command runs that is pointed at the vault; return its exit code."""
    from freehold.system.commands import CommandError, run_through
    from freehold.vault.client_settings import variables

    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        return run_through(words[1:] if words[0] == "--" else words, variables(server.url))
    except CommandError as error:
        raise UsageError(str(error), remedy="freehold vault serve -- COMMAND") from error
    finally:
        server.shutdown()


def run_point(args: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:
    """Copy a project with its lockfiles pointing at the vault; 1 where an address could not be changed."""
    from freehold.vault.pointing import pointed

    options = _options(args)
    report = pointed(open_vault(Path(options.vault)), args.path, args.folder, args.url, dry_run=args.dry_run)
    _give(report, args, options, stdout)
    return 1 if any(file.left for file in report.files) else 0


def run_keep(args: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:
    """Remove superseded versions."""
    from freehold.inventory.folder import read_paths
    from freehold.vault.keeping import kept

    options = _options(args)
    named = read_paths(args.named_by).components if args.named_by else ()
    purls = {purl for component in named for purl in component.purls}
    report = kept(open_vault(Path(options.vault)), args.versions, purls, dry_run=args.dry_run)
    _give(report, args, options, stdout)
    return 0


def run_export(args: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:
    """Write a tar file; 1 where a copy is missing or damaged."""
    from freehold.vault.carrying import exported

    options = _options(args)
    progress = CopyProgress(stderr, quiet=args.quiet)
    report = exported(
        open_vault(Path(options.vault)),
        args.file,
        to_others=args.to_others,
        dry_run=args.dry_run,
        on_file=progress.file,
    )
    progress.clear()
    _give(report, args, options, stdout)
    return 1 if any(not one.reason.startswith("passing it on") for one in report.left_out) else 0


def run_import(args: argparse.Namespace, stdout: TextIO, stderr: TextIO) -> int:
    """Take a tar file in; 1 where something in it was refused."""
    from freehold.vault.carrying import imported

    options = _options(args)
    folder = Path(options.vault)
    progress = CopyProgress(stderr, quiet=args.quiet)
    vault = Vault(folder) if args.dry_run and not is_vault(folder) else made_vault(folder)
    report = imported(vault, args.file, dry_run=args.dry_run, on_file=progress.file)
    progress.clear()
    _give(report, args, options, stdout)
    return 1 if report.left_out else 0


def _options(args: argparse.Namespace) -> Options:
    """Return the settings in force for a command that reads no project: those of the folder we are in."""
    loaded, own = load_project(args.config or find_project_file((Path(),)))
    given = {name: value for name, value in (("vault", args.vault), ("color", args.color)) if value is not None}
    return layered(own, loaded.file or "freehold.toml", os.environ, given).options


def _check_workloads(named: list[str], known: Mapping[str, object]) -> None:
    for name in named:
        if name not in known:
            raise UsageError(f"there is no workload {name!r}", where="--workload", remedy=f"known: {', '.join(known)}")


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"cannot be read: {error}", where=str(path), remedy="a text file with one purl a line"
        ) from error


def _give(report: VaultReport, args: argparse.Namespace, options: Options, stdout: TextIO) -> None:
    """Print a report, or write it to the file asked for."""
    from freehold.cli.render import render_text

    if args.format == "json":
        text = vault_json(report).decode()
    else:
        target = stdout if args.output == "-" else None
        text = render_text(vault_blocks(report, everything=args.all), target, options.color)
    if args.output == "-":
        stdout.write(text)
    else:
        write_text(Path(args.output), text)
