"""The main job from a cold process: start, the bundled example, and large SBOMs beside reading them alone.

    python benchmarks/assess.py [--runs 5] [--components 2000 20000]

Every run is a process of its own; wall and CPU seconds are medians, memory is the largest resident set of any run. The
first run has an empty cache folder: from a checkout it compiles the catalog, which a wheel carries compiled. Peers read
the same bytes and do nothing else with them; one that is not installed is skipped and said so.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import freehold

ROOT = Path(__file__).resolve().parent.parent
LICENCES = ("MIT", "MIT", "MIT", "Apache-2.0", "BSD-3-Clause", "ISC", "MPL-2.0", "LGPL-3.0-or-later")
KNOWN = {
    "npm": (
        "react",
        "express",
        "lodash",
        "axios",
        "webpack",
        "typescript",
        "%40babel/core",
        "%40types/node",
        "next",
        "vite",
    ),
    "pypi": ("django", "requests", "numpy", "pandas", "flask", "boto3", "torch", "pydantic", "fastapi", "sqlalchemy"),
}
READ_JSON = "import sys, json; json.loads(open(sys.argv[1], 'rb').read())"
READ_CYCLONEDX = (
    "import sys, json; from cyclonedx.model.bom import Bom; Bom.from_json(json.loads(open(sys.argv[1], 'rb').read()))"
)


@dataclass(frozen=True)
class Measured:
    """Medians of several processes, and the largest memory."""

    wall_s: float
    cpu_s: float
    peak_mb: float


def measured(command: list[str], runs: int, cache: Path | None = None) -> Measured:
    """Run ``command`` several times; without ``cache`` each run begins with an empty cache folder."""
    walls, cpus, peaks = [], [], []
    for _ in range(runs):
        with tempfile.TemporaryDirectory(prefix="freehold-") as empty:
            env = {
                **os.environ,
                "XDG_CACHE_HOME": str(cache or empty),
                "PYTHONPATH": str(Path(freehold.__file__).parents[1]),
            }
            begun = time.perf_counter()
            process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, cwd=ROOT)
            _, status, usage = os.wait4(process.pid, 0)
            walls.append(time.perf_counter() - begun)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            sys.exit(f"{' '.join(command)} ended with exit code {process.returncode}")
        cpus.append(usage.ru_utime + usage.ru_stime)
        peaks.append(usage.ru_maxrss / 1024)
    return Measured(statistics.median(walls), statistics.median(cpus), max(peaks))


def show(what: str, found: Measured, beside: Measured | None = None) -> None:
    """Print one line, with the ratio of CPU seconds to ``beside``."""
    ratio = f"{found.cpu_s / beside.cpu_s:>8.2f} x" if beside else ""
    print(f"  {what:<46}{found.wall_s:>8.2f} s{found.cpu_s:>9.2f} s{found.peak_mb:>9,.0f} MB{ratio}", flush=True)


def bom(components: int) -> dict[str, object]:
    """Return a CycloneDX 1.6 document: two thirds npm, one third PyPI, licences, and three dependencies each."""
    chance = random.Random(components)
    purls = [_purl(number) for number in range(components)]
    parts = [
        {
            "type": "library",
            "bom-ref": purl,
            "name": purl.rpartition("/")[2].partition("@")[0],
            "version": purl.rpartition("@")[2],
            "purl": purl,
            "licenses": [{"license": {"id": chance.choice(LICENCES)}}],
            "hashes": [{"alg": "SHA-256", "content": f"{chance.getrandbits(256):064x}"}],
        }
        for purl in purls
    ]
    later = range(1, components)
    edges = [
        {"ref": purl, "dependsOn": sorted({purls[n] for n in _some(chance, number, later)})}
        for number, purl in enumerate(purls)
    ]
    root = {"type": "application", "bom-ref": "root", "name": "shop", "version": "1.0.0"}
    edges.append({"ref": "root", "dependsOn": purls[: max(1, components // 20)]})
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": root},
        "components": parts,
        "dependencies": edges,
    }


def _purl(number: int) -> str:
    kind = "pypi" if number % 3 == 2 else "npm"
    known = KNOWN[kind]
    name = known[number] if number < len(known) else f"package-{number}"
    scope = f"%40team-{number % 40}/" if kind == "npm" and number % 5 == 0 and number >= len(known) else ""
    return f"pkg:{kind}/{scope}{name}@{number % 9}.{number % 23}.{number % 7}"


def _some(chance: random.Random, number: int, later: range) -> list[int]:
    """Choose up to three components after ``number``: no cycles, and everything below the root is reached."""
    rest = range(number + 1, len(later) + 1)
    near = [n for n in (2 * number + 1, 2 * number + 2) if n in rest]
    return near + ([chance.choice(rest)] if rest else [])


def start(freehold_command: list[str], runs: int, cache: Path) -> None:
    """Measure start-up and the bundled example."""
    example = [*freehold_command, "assess", "examples/web-shop"]
    bare = measured([sys.executable, "-c", "pass"], runs)
    print(f"  {'':<46}{'wall':>10}{'CPU':>11}{'peak':>12}{'CPU ratio':>10}")
    show("python, doing nothing", bare)
    show("freehold --version", measured([*freehold_command, "--version"], runs), bare)
    show("assess examples/web-shop, empty cache", measured(example, max(1, runs // 2)), bare)
    measured(example, 1, cache)
    show("assess examples/web-shop, after that", measured(example, runs, cache), bare)
    named = [*example, "--scenario", "us-denies"]
    show("the same, one scenario named, no sweep", measured(named, runs, cache), bare)


def large(freehold_command: list[str], components: int, runs: int, cache: Path) -> None:
    """Measure one generated SBOM beside the peers."""
    with tempfile.TemporaryDirectory(prefix="freehold-") as folder:
        path = Path(folder) / "shop.cdx.json"
        # Written by a process of its own: a child's peak memory counts what its parent held when it was started.
        subprocess.run([sys.executable, __file__, "--write", str(path), "--components", str(components)], check=True)
        print(f"\nCycloneDX, {components:,} components, {path.stat().st_size / 1e6:.1f} MB")
        whole = measured([*freehold_command, "assess", str(path), "--subject", "DE"], runs, cache)
        show("freehold assess (three scenarios and sweep)", whole)
        show("json.loads, reading alone", measured([sys.executable, "-c", READ_JSON, str(path)], runs), whole)
        if importlib.util.find_spec("cyclonedx") is None:
            print("  cyclonedx-python-lib is not installed: skipped (python -m pip install cyclonedx-python-lib)")
        else:
            peer = measured([sys.executable, "-c", READ_CYCLONEDX, str(path)], max(1, runs // 2))
            show("cyclonedx-python-lib, reading alone", peer, whole)


def main() -> None:
    """Print every figure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--components", type=int, nargs="*", default=[2000, 20000])
    parser.add_argument("--write", type=Path, metavar="FILE", help="only write the generated SBOM")
    args = parser.parse_args()
    if args.write:
        args.write.write_text(json.dumps(bom(args.components[0])), encoding="utf-8")
        return
    packaged = (Path(freehold.__file__).parent / "_data" / "catalog.index").is_file()
    print(
        f"Freehold {freehold.__version__}, catalog {'packaged' if packaged else 'of the checkout'}, {os.cpu_count()} cores"
    )
    with tempfile.TemporaryDirectory(prefix="freehold-") as cache:
        command = [sys.executable, "-m", "freehold"]
        start(command, args.runs, Path(cache))
        for components in args.components:
            large(command, components, args.runs, Path(cache))
    print(f"\nmedians of {args.runs} runs")


if __name__ == "__main__":
    main()
