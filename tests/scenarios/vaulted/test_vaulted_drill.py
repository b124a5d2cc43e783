"""``examples/vaulted`` from end to end, with nobody to ask: it builds from the vault, fails without it, and never from a copy
of which one byte is another."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import freehold
from freehold.drill.running import available

EXAMPLES = Path(__file__).parents[3] / "examples"
INDEX = "index.example"
_REASON = available()
pytestmark = [
    pytest.mark.skipif(bool(_REASON), reason=f"namespaces: {_REASON}"),
    pytest.mark.enable_socket,
]
PIP = (
    sys.executable,
    "-m",
    "pip",
    "install",
    "-q",
    "--no-cache-dir",
    "--require-hashes",
    "-r",
    "ringing/requirements.txt",
)
NPM = shutil.which("npm")


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """Lay the example out with a vault filled from the example's own registry."""
    shutil.copytree(EXAMPLES / "vaulted", tmp_path / "vaulted")
    pulled = run(tmp_path, sys.executable, "vaulted/registry.py", *command("vault", "pull", "vaulted"))
    assert pulled.returncode == 0, pulled.stderr
    return tmp_path


def command(*words: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "freehold", *words)


def run(desk: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a command in the folder, with no settings but the lockfiles' own registry."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(desk / "home"),
        "XDG_CACHE_HOME": os.environ.get("XDG_CACHE_HOME", str(desk / "cache")),
        "PYTHONPATH": str(Path(freehold.__file__).parents[1]),
        "PIP_INDEX_URL": f"https://{INDEX}/simple",
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }
    return subprocess.run(words, cwd=desk, env=environment, capture_output=True, text=True, timeout=300, check=False)


def drill(desk: Path, *build: str) -> tuple[int, dict[str, Any]]:
    """Run a build with the registries unreachable, and return the exit code and the evidence."""
    scenario = f"channel-down:{INDEX}+channel-down:packages.example"
    words = ("drill", "--scenario", scenario, "vaulted", "--timeout", "120", "-o", "evidence.json", "--", *build)
    done = run(desk, *command(*words))
    return done.returncode, json.loads((desk / "evidence.json").read_text())


def served(desk: Path, *build: str) -> tuple[str, ...]:
    return (*command("vault", "serve", "--vault", str(desk / ".freehold-vault")), "--", *build)


def test_without_the_vault_the_build_fails_and_the_party_is_named(desk: Path) -> None:
    code, evidence = drill(desk, *PIP, "--target", str(desk / "built"), "--retries", "0")
    assert code == 1
    assert evidence["standing"] == "proved"
    assert INDEX in json.dumps(evidence["runs"])
    assert not (desk / "built" / "bell_tower.py").exists()


def test_from_the_vault_the_python_project_builds_and_nobody_is_asked(desk: Path) -> None:
    code, evidence = drill(desk, *served(desk, *PIP, "--target", str(desk / "built")))
    assert code == 0
    assert evidence["standing"] == "proved"
    assert {contact["decision"] for contact in evidence["runs"][0]["contacts"]} == {"inside"}
    assert (desk / "built" / "bell_tower.py").exists()


@pytest.mark.skipif(NPM is None, reason="npm is not installed")
def test_from_the_vault_the_npm_project_builds(desk: Path) -> None:
    build = "cd ringing/web && npm ci --no-audit --no-fund && test -d node_modules/change-order"
    assert drill(desk, *served(desk, "sh", "-c", build))[0] == 0
    assert drill(desk, "sh", "-c", build.replace("npm ci", "npm ci --fetch-retries=0"))[0] == 1


def test_one_flipped_byte_is_refused(desk: Path) -> None:
    for blob in (desk / ".freehold-vault" / "blobs").rglob("*"):
        if blob.is_file():
            content = bytearray(blob.read_bytes())
            content[len(content) // 2] ^= 1
            blob.chmod(0o600)
            blob.write_bytes(content)
    assert drill(desk, *served(desk, *PIP, "--target", str(desk / "built"), "--retries", "0"))[0] == 1
    assert not (desk / "built" / "bell_tower.py").exists()
    assert run(desk, *command("vault", "verify")).returncode == 1


def test_the_assessment_says_what_the_drill_shows(desk: Path) -> None:
    question = command("assess", "vaulted", "--scenario", f"channel-down:{INDEX}", "-f", "json")
    with_vault = json.loads(run(desk, *question).stdout)
    shutil.rmtree(desk / ".freehold-vault")
    without = json.loads(run(desk, *question).stdout)
    assert [verdict_of(found) for found in (without, with_vault)] == ["no known way back", "safe"]


def verdict_of(found: dict[str, Any]) -> str:
    """Return the verdict on building in the only scenario."""
    (verdict,) = (result["verdict"] for result in found["scenarios"][0]["results"] if result["ability"] == "build")
    return str(verdict)
