"""What a pull costs beside the clients' own download commands, from the same registry on this machine.

    python benchmarks/vault.py [--packages 200] [--runs 3]

One registry serves generated packages; ``freehold vault pull`` (which also hashes, keeps and writes a manifest), ``pip
download --require-hashes --no-deps`` and ``npm pack`` fetch all of them. Ratios count; a second pull shows what holding costs.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from types import ModuleType

import freehold

ROOT = Path(__file__).resolve().parent.parent


def registry() -> ModuleType:
    """Return the registry of the example as a module."""
    spec = importlib.util.spec_from_file_location("registry", ROOT / "examples" / "vaulted" / "registry.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def fill(module: ModuleType, count: int, size_bytes: int, folder: Path) -> None:
    """Make ``count`` packages of each kind, and a project that names them."""
    body = "#" * size_bytes
    wheels = {f"bell-{n}": dict([module.wheel(f"bell-{n}", "1.0", [], body)]) for n in range(count)}
    archives = {
        f"rounds-{n}": ("1.0.0", {}, *module.npm_archive(f"rounds-{n}", "1.0.0", {}, body)) for n in range(count)
    }
    module.python_files = lambda: wheels
    module.npm_files = lambda: archives
    module.ARCHIVES = {name: ("1.0.0", {}) for name in archives}
    pins = [
        f"{name}==1.0 --hash=sha256:{hashlib.sha256(data).hexdigest()}"
        for name, f in wheels.items()
        for data in f.values()
    ]
    (folder / "python").mkdir(parents=True)
    (folder / "python" / "requirements.txt").write_text("\n".join([*pins, ""]), encoding="utf-8")
    packages: dict[str, object] = {"": {"name": "x", "version": "1.0.0"}}
    for name, (version, _, _, data) in archives.items():
        packages[f"node_modules/{name}"] = {"version": version, "integrity": module.integrity(data)}
    lock = {"name": "x", "version": "1.0.0", "lockfileVersion": 3, "packages": packages}
    (folder / "npm").mkdir()
    (folder / "npm" / "package-lock.json").write_text(json.dumps(lock), encoding="utf-8")


def seconds(command: list[str], env: dict[str, str], folder: Path) -> float:
    """Return how long a command takes in an empty folder; it must succeed."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    begun = time.perf_counter()
    done = subprocess.run(command, env=env, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    taken = time.perf_counter() - begun
    if done.returncode:
        sys.exit(f"{' '.join(command)[:200]} ended with exit code {done.returncode}\n{done.stdout.decode()[-2000:]}")
    return taken


def compare(kind: str, name: str, pull: list[str], peer: list[str], env: dict[str, str], work: Path, runs: int) -> None:
    """Print the medians of both, and the ratio."""
    pulls = [seconds([*pull, "--vault", "v"], env, work / "vault") for _ in range(runs)]
    peers = [seconds(peer, env, work / "peer") for _ in range(runs)]
    seconds([*pull, "--vault", str(work / "kept")], env, work / "vault")
    again = [seconds([*pull, "--vault", str(work / "kept")], env, work / "vault") for _ in range(runs)]
    shutil.rmtree(work / "kept")
    own, other, held = map(statistics.median, (pulls, peers, again))
    print(
        f"  {kind:<8}{'freehold vault pull':<22}{own:>7.2f} s   {name:<26}{other:>7.2f} s"
        f"{own / other:>8.2f} x   pulled again {held:>6.2f} s",
        flush=True,
    )


def main() -> None:
    """Print every figure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--packages", type=int, default=200)
    parser.add_argument("--kilobytes", type=int, default=100)
    parser.add_argument("--runs", type=int, default=3)
    args = parser.parse_args()
    module = registry()
    with tempfile.TemporaryDirectory(prefix="freehold-") as name, module.server() as server:
        work = Path(name)
        fill(module, args.packages, args.kilobytes * 1000, work / "project")
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_address[1]}"
        (work / "home").mkdir()
        env = {
            "PATH": os.environ["PATH"],
            "HOME": str(work / "home"),
            "PYTHONPATH": str(Path(freehold.__file__).parents[1]),
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "PIP_NO_CACHE_DIR": "1",
            "npm_config_cache": str(work / "npm-cache"),
            **module.environment(url),
        }
        print(
            f"{args.packages} packages of {args.kilobytes} kB each, medians of {args.runs} runs, {os.cpu_count()} cores"
        )
        pull = [sys.executable, "-m", "freehold", "vault", "pull"]
        requirements = work / "project" / "python" / "requirements.txt"
        pip = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--require-hashes", "-r", str(requirements)]
        compare("Python", "pip download", [*pull, str(work / "project" / "python")], pip, env, work, args.runs)
        if shutil.which("npm"):
            specs = [f"{name}@1.0.0" for name in module.ARCHIVES]
            npm = ["npm", "pack", "--silent", "--prefer-online", *specs]
            compare("npm", "npm pack", [*pull, str(work / "project" / "npm")], npm, env, work, args.runs)
        else:
            print("  npm is not installed: skipped")
        server.shutdown()


if __name__ == "__main__":
    main()
