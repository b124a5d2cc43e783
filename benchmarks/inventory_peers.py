"""What Freehold finds in folders beside what other SBOM generators find: counts, CPU time, and every difference by purl.

    python benchmarks/inventory_peers.py                       # a sample of the corpus, the example, a made repository
    python benchmarks/inventory_peers.py --all --missed 20     # every application; 20 missed purls a folder and peer
    python benchmarks/inventory_peers.py FOLDER ...            # these folders instead
    python benchmarks/inventory_peers.py --all -o docs/inventory-peers.md

Peers are taken from PATH, and said to be absent where they are: ``cdxgen`` and ``cyclonedx-npm`` (npm packages
``@cyclonedx/cdxgen`` and ``@cyclonedx/cyclonedx-npm``), ``pixi-sbom``, ``cyclonedx-py`` (Python packages ``pixi-sbom`` and
``cyclonedx-bom``), ``syft``. Each runs on a copy of the folder, in a network namespace without a network where the machine
allows one, with a PATH on which there are no package managers: what is compared is what the files say. All are
counted by the same function on the CycloneDX that they write. A count is no fact about a product (scanners count
different things); a missed purl is a question to be looked at.

The corpus lies at ``../shared/data``, or where ``FREEHOLD_SHARED`` says; without it only the rest is compared.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from counted import Counted, counted, unversioned
from inventory_speed import make_repository

ROOT = Path(__file__).resolve().parent.parent
SHARED = Path(os.environ.get("FREEHOLD_SHARED", ROOT.parent / "shared")) / "data"
SAMPLE = 8
COLUMNS = ("packages", "licensed", "edges", "registries", "images", "actions", "providers", "services", "models")
TIMEOUT_SECONDS = 600
RUNNER = """
import resource, subprocess, sys
limit, *command = sys.argv[1:]
try:
    code = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=float(limit)).returncode
except subprocess.TimeoutExpired:
    code = 124
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, code)
"""


@dataclass(frozen=True)
class Peer:
    """A generator: its command, and how it is told to write the SBOM of a folder; None where it has nothing to read."""

    name: str
    command: str
    arguments: Callable[[Path, Path], list[str] | None]


def cdxgen(folder: Path, output: Path) -> list[str]:
    """Return cdxgen's arguments: no installation, no shell-outs to build tools it could avoid."""
    return [
        *("-r", "--no-install-deps", "--lifecycle", "pre-build", "--spec-version", "1.6", "--no-banner"),
        *("-o", str(output), str(folder)),
    ]


def cyclonedx_npm(folder: Path, output: Path) -> list[str] | None:
    """Return cyclonedx-npm's arguments, for a folder with npm's lockfile."""
    if not (folder / "package-lock.json").is_file():
        return None
    return ["--package-lock-only", "--ignore-npm-errors", "-o", str(output), str(folder / "package.json")]


def cyclonedx_py(folder: Path, output: Path) -> list[str] | None:
    """Return cyclonedx-py's arguments, for what it reads of a folder."""
    if (folder / "poetry.lock").is_file() and (folder / "pyproject.toml").is_file():
        return ["poetry", "-o", str(output), str(folder)]
    if (folder / "requirements.txt").is_file():
        return ["requirements", "-o", str(output), str(folder / "requirements.txt")]
    return None


def pixi_sbom(folder: Path, output: Path) -> list[str]:
    """Return pixi-sbom's arguments."""
    return ["--scan", str(folder), "--merge", "--output", str(output)]


def syft(folder: Path, output: Path) -> list[str]:
    """Return syft's arguments."""
    return ["scan", f"dir:{folder}", "-o", f"cyclonedx-json={output}"]


PEERS = (
    Peer("cdxgen", "cdxgen", cdxgen),
    Peer("pixi-sbom", "pixi-sbom", pixi_sbom),
    Peer("cyclonedx-npm", "cyclonedx-npm", cyclonedx_npm),
    Peer("cyclonedx-py", "cyclonedx-py", cyclonedx_py),
    Peer("syft", "syft", syft),
)


def ours(folder: Path, output: Path) -> list[str]:
    """Return our own arguments."""
    return ["-m", "freehold", "inventory", str(folder), "-f", "cyclonedx", "-o", str(output)]


def run(command: list[str], folder: Path, output: Path, environment: dict[str, str]) -> Counted:
    """Run a generator and count what it wrote."""
    isolated = [shutil.which("unshare") or "unshare", "-rn"] if can_isolate() else []
    measured = [*isolated, sys.executable, "-c", RUNNER, str(TIMEOUT_SECONDS), *command]
    done = subprocess.run(measured, capture_output=True, text=True, env=environment, cwd=folder, check=False)
    seconds, megabytes, status = (done.stdout.split() or ["0", "0", "1"])[:3]
    try:
        found = counted(json.loads(output.read_bytes()))
    except (OSError, ValueError):
        found = Counted(failed=f"found nothing (exit {status})")
    found.seconds, found.megabytes = float(seconds), float(megabytes)
    return found


def can_isolate() -> bool:
    """Tell whether a process can be given a network namespace of its own."""
    if shutil.which("unshare") is None:
        return False
    return subprocess.run(["unshare", "-rn", "true"], capture_output=True, check=False).returncode == 0


def bare_path(scratch: Path, peer: str) -> str:
    """Return a PATH on which there is a runtime for the peer, and no package manager (npm only for the peer that is one)."""
    folder = scratch / f"bin-{peer}"
    folder.mkdir(exist_ok=True)
    for name in ("node", "env", "sh", *(("npm",) if peer == "cyclonedx-npm" else ())):
        found = shutil.which(name)
        if found and not (folder / name).exists():
            (folder / name).symlink_to(Path(found).resolve())
    return str(folder)


def folders(given: list[Path], scratch: Path, *, everything: bool) -> Iterator[tuple[str, Path]]:
    """Yield the folders to compare, with a name for each."""
    if given:
        yield from ((path.name, path.resolve()) for path in given)
        return
    yield "examples/web-shop", ROOT / "examples" / "web-shop"
    yield "a made repository", make_repository(scratch / "made")
    script = SHARED / "unpack.py"
    if not script.is_file():
        print(f"no corpus at {SHARED} (set FREEHOLD_SHARED): its applications are left out\n")
        return
    subprocess.run([sys.executable, str(script), str(scratch / "corpus")], check=True, stdout=subprocess.DEVNULL)
    apps = sorted(path for path in (scratch / "corpus" / "apps").iterdir() if path.is_dir())
    step = 1 if everything else max(1, len(apps) // SAMPLE)
    yield from ((path.name, path) for path in apps[::step])


INTRODUCTION = """\
# What the inventory finds beside what other generators find

Made by `benchmarks/inventory_peers.py` on {on}: {versions}.

Each generator ran on a copy of the same folder, without a network and without package managers, and wrote CycloneDX; one
function counted all of it. `packages` are different purls of package registries without qualifiers, the folder's own project
left out; `licensed` those with a licence in the files; `edges` pairs of purls; `registries` hosts named as the place of
bytes; then components that are images, actions, providers, services and models by purl type or kind. CPU time and peak
memory are those of the whole process.

**A count is no fact about a product.** Scanners count different things: versions that are only looked at while resolving,
the lower end of a range as a version, a workspace's own parts as packages. What can be checked is a purl that one tool has and
another has not: those stand below the rows, and how many names both have in another version (none, a range, its lower end).

"""
READ_BY_HAND = """
## What only others list, and why

What was looked up in the files; a name in the rows above that no line here explains is an open question.

| what | who | why it is not in ours |
|---|---|---|
{reasons}
"""
REASONS = (
    (
        "projects of the repository itself: `commercial.core`, `mall-common`, `meilisearch`, `netbox-graphiql`, `v1`...",
        "cdxgen, cyclonedx-npm",
        "they are the project's own code, which no registry serves: roots, without a purl",
    ),
    (
        "`${project.parent.groupId}/...`",
        "cdxgen",
        "a property that was not put in; the module it means is the project's own",
    ),
    (
        "`golang/./...`, `golang/v3.0.83+incompatible`, a module beside its `replace`",
        "cdxgen",
        "no modules: a local folder, a line of `exclude`, and what `replace` puts another in place of",
    ),
    (
        "`string-width-cjs`, `strip-ansi-cjs`, `wrap-ansi-cjs`",
        "pixi-sbom",
        "aliases in the lockfile: the packages are `string-width`, `strip-ansi` and `wrap-ansi`, which are listed",
    ),
    (
        "edges from the project to every package of its lockfile (2,096 of outline)",
        "cdxgen",
        "the project asks for some; the others are needed by those, and hang on them",
    ),
    (
        "`dotenv`, `tzinfo-data` of huginn",
        "cdxgen",
        "a folder of the project (`PATH` in `Gemfile.lock`); asked for on another platform only, and locked nowhere",
    ),
)


def version_of(command: str) -> str:
    """Return what a peer says its version is."""
    done = subprocess.run([command, "--version"], capture_output=True, text=True, check=False)
    found = re.search(r"\d+(?:\.\d+)+", done.stdout + done.stderr)
    return found[0] if found else "of an unknown version"


def page(table: str, peers: list[Peer], on: date) -> str:
    """Return the table with what it counts, who ran, and what was looked up."""
    names = [f"Freehold {freehold_version()}", *(f"{one.name} {version_of(one.command)}" for one in peers)]
    reasons = "\n".join(f"| {' | '.join(row)} |" for row in REASONS)
    return (
        INTRODUCTION.format(on=on, versions=", ".join(names))
        + table.strip()
        + "\n"
        + READ_BY_HAND.format(reasons=reasons)
    )


def freehold_version() -> str:
    """Return our own version, as the package states it."""
    found = re.search(r'__version__ = "([^"]+)"', (ROOT / "src" / "freehold" / "__init__.py").read_text("utf-8"))
    return found[1] if found else "of an unknown version"


def compare(name: str, folder: Path, peers: list[Peer], scratch: Path, shown: int) -> dict[str, Counted]:
    """Run everybody on one folder, print a row each and what we miss; return the counts."""
    rows: dict[str, Counted] = {}
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "src"), "HOME": str(scratch)}
    output = scratch / "ours.cdx.json"
    output.unlink(missing_ok=True)
    rows["freehold"] = run([sys.executable, *ours(folder, output)], folder, output, environment)
    for peer in peers:
        output = scratch / f"{peer.name}.cdx.json"
        output.unlink(missing_ok=True)
        copy = scratch / "copy" / folder.name
        shutil.rmtree(copy.parent, ignore_errors=True)
        shutil.copytree(folder, copy, symlinks=True)
        arguments = peer.arguments(copy, output)
        command = shutil.which(peer.command)
        if arguments is not None and command is not None:
            limited = {"PATH": bare_path(scratch, peer.name), "HOME": str(scratch), "CDXGEN_TELEMETRY": "false"}
            rows[peer.name] = run([command, *arguments], copy, output, limited)
    for tool, row in rows.items():
        cells = [row.failed, *[""] * (len(COLUMNS) - 1)] if row.failed else [f"{row.numbers[one]:,}" for one in COLUMNS]
        print(f"| {name} | {tool} | {' | '.join(cells)} | {row.seconds:.2f} | {row.megabytes:.0f} |", flush=True)
        name = ""
    print_missed(rows, shown)
    return rows


def print_missed(rows: dict[str, Counted], shown: int) -> None:
    """Print, as rows of the table, the names that a peer lists and we do not, and how many it has in another version.

    A version of a range (``~=1.2`` as 1.2) is a guess of the peer's: where we have the name, the version is not missed.
    """
    own = {unversioned(purl) for purl in rows["freehold"].purls}
    for tool, row in rows.items():
        others = row.purls - rows["freehold"].purls
        missed = sorted(purl for purl in others if unversioned(purl) not in own)
        if others and shown:
            more = f" and {len(missed) - shown} more" if len(missed) > shown else ""
            listed = ", ".join(missed[:shown]) or "-"
            versions = f"in another version: {len(others) - len(missed)}"
            print(f"| | only {tool}: {len(missed)} | {listed}{more} | {versions} |", flush=True)


def main() -> None:
    """Compare and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=Path, metavar="FOLDER")
    parser.add_argument("--all", action="store_true", help="every application of the corpus")
    parser.add_argument("--missed", type=int, default=8, metavar="N", help="purls shown that only a peer has")
    parser.add_argument("-o", "--output", type=Path, metavar="FILE", help="write the page there")
    args = parser.parse_args()
    if args.output is None:
        report(args)
        return
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        peers = report(args)
    table = printed.getvalue()
    args.output.write_text(page(table[table.index("| folder |") :], peers, date.today()), encoding="utf-8")


def report(args: argparse.Namespace) -> list[Peer]:
    """Compare and print; return the peers that were there."""
    peers = [peer for peer in PEERS if shutil.which(peer.command)]
    for peer in PEERS:
        if peer not in peers:
            print(f"{peer.name}: not installed, left out")
    if not can_isolate():
        print("no network namespace can be made here: peers are merely kept from package managers")
    print(f"\n| folder | tool | {' | '.join(COLUMNS)} | CPU s | MB |")
    print(f"|---|---|{'---:|' * (len(COLUMNS) + 2)}")
    total: dict[str, Counted] = {}
    with tempfile.TemporaryDirectory(prefix="freehold-") as folder:
        scratch = Path(folder)
        for name, path in folders(args.folders, scratch, everything=args.all):
            for tool, row in compare(name, path, peers, scratch, args.missed).items():
                held = total.setdefault(tool, Counted(dict.fromkeys(COLUMNS, 0)))
                held.numbers = {one: held.numbers[one] + row.numbers.get(one, 0) for one in COLUMNS}
                held.seconds += row.seconds
                held.megabytes = max(held.megabytes, row.megabytes)
    for tool, row in total.items():
        cells = " | ".join(f"{row.numbers[one]:,}" for one in COLUMNS)
        print(f"| **all** | {tool} | {cells} | {row.seconds:.2f} | {row.megabytes:.0f} |")
    return peers


if __name__ == "__main__":
    main()
