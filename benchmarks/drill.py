"""What a drill costs: one large allowed download, an install of many packages, and the time to set one up, as ratios.

    PYTHONPATH=src python benchmarks/drill.py [--megabytes 200] [--packages 500] [--runs 5]

Everything is on loopback, so the ratios are the worst that can be seen: a real network hides most of what a relay adds. The
same command runs alternately without and with a drill, in one session; wall seconds are medians, with the smallest and the
largest. What a drill takes to set up and prove (64 denied hosts among it) is stated apart and not part of the ratios.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "simulators"))

from far_side import FarSide, simple_index

from freehold.drill.running import Order, available, run_once
from freehold.model.evidence import DeniedHost, DrillPlan, Ending

HOST = "registry.example"
DENIED = DrillPlan(denied=tuple(DeniedHost(f"denied-{number}.example", "Denied Inc.", "") for number in range(64)))
READ = """
import http.client, sys
connection = http.client.HTTPConnection(sys.argv[1], int(sys.argv[2]))
connection.request("GET", "/big", headers={"Host": "registry.example"})
answer = connection.getresponse()
while answer.read(1 << 20):
    pass
"""


def compare(what: str, runs: int, command: Callable[[str, int], list[str]], far: FarSide, scratch: Path) -> None:
    """Run a command without and with a drill by turns and print both and their ratio."""
    plain, drilled, whole = [], [], []
    project = scratch / "project"
    project.mkdir(exist_ok=True)
    for number in range(runs):
        plain.append(plainly(command("127.0.0.1", far.port), project))
        work = scratch / f"drill-{what.split(maxsplit=1)[0]}-{number}"
        work.mkdir()
        order = Order(
            DENIED, tuple(command(HOST, 80)), project, dict(os.environ), routes={HOST: ("127.0.0.1", far.port)}
        )
        begun = time.perf_counter()
        run = run_once(order, work)
        whole.append(time.perf_counter() - begun - run.seconds)
        if run.ending is not Ending.SUCCEEDED:
            sys.exit(f"{what}: {run}")
        drilled.append(run.seconds)
    ratio = statistics.median(drilled) / statistics.median(plain)
    print(f"  {what:<44}{shown(plain)}{shown(drilled)}   x {ratio:.2f}   set up and proved {shown(whole)}")


def plainly(command: list[str], folder: Path) -> float:
    """Return the wall seconds of a command without a drill."""
    begun = time.perf_counter()
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begun


def shown(seconds: list[float]) -> str:
    """Return a median with its extremes."""
    return f"{statistics.median(seconds):>8.2f} s ({min(seconds):.2f}-{max(seconds):.2f})"


def install(host: str, port: int, names: list[str], target: Path) -> list[str]:
    """Return pip's command to install every package from an index."""
    options = ["--isolated", "--no-cache-dir", "--no-deps", "--no-compile", "--quiet", "--disable-pip-version-check"]
    index = ["--index-url", f"http://{host}:{port}/simple/", "--trusted-host", host]
    return [sys.executable, "-m", "pip", "install", *options, *index, "--upgrade", "--target", str(target), *names]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=200)
    parser.add_argument("--packages", type=int, default=500)
    parser.add_argument("--runs", type=int, default=5)
    args = parser.parse_args()
    if reason := available():
        sys.exit(reason)
    names = [f"package-{number:04}" for number in range(args.packages)]
    pages = simple_index(names)
    pages["/big"] = ("application/octet-stream", os.urandom(1 << 20) * args.megabytes)
    print(f"  {'':<44}{'without':>11}{'with a drill':>24}")
    with FarSide(pages) as far, tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        compare(
            f"download of {args.megabytes} MB",
            args.runs,
            lambda host, port: [sys.executable, "-c", READ, host, str(port)],
            far,
            scratch,
        )
        compare(
            f"install of {args.packages} packages with pip", max(1, args.runs // 2),
            lambda host, port: install(host, port, names, scratch / "target"), far, scratch,
        )  # fmt: skip


if __name__ == "__main__":
    main()
