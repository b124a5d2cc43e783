"""In a namespace with no way out: a Python and an npm project build from the vault, and fail without it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from cli_runs import freehold
from example_registry import EXAMPLE, registry

import freehold as package

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

UNSHARE, NPM, IP = shutil.which("unshare"), shutil.which("npm"), shutil.which("ip")
SOURCE = str(Path(package.__file__).parents[1])


def closed(script: str, home: Path, timeout_s: float = 120) -> subprocess.CompletedProcess[str]:
    """Run a shell script where nothing but this machine's own loopback is there, with clean homes and caches."""
    home.mkdir(exist_ok=True)
    env = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "PYTHONPATH": SOURCE,
        "PIP_CONFIG_FILE": "/dev/null",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_NO_CACHE_DIR": "1",
        "NPM_CONFIG_USERCONFIG": str(home / "npmrc"),
        "NPM_CONFIG_GLOBALCONFIG": str(home / "npmrc-global"),
        "LC_ALL": "C.UTF-8",
    }
    words = [str(UNSHARE), "-rn", "sh", "-ec", f"{IP} link set lo up; {script}"]
    return subprocess.run(words, cwd=home, env=env, capture_output=True, text=True, timeout=timeout_s, check=False)


def can_close() -> bool:
    """Tell whether this system lets us make a network namespace."""
    if UNSHARE is None or IP is None:
        return False
    done = subprocess.run([UNSHARE, "-rn", IP, "link", "set", "lo", "up"], capture_output=True, check=False, timeout=30)
    return done.returncode == 0


needs_namespaces = pytest.mark.skipif(not can_close(), reason="network namespaces are not to be had here")
needs_npm = pytest.mark.skipif(NPM is None, reason="npm is not installed")
needs_pip = pytest.mark.skipif(
    subprocess.run([sys.executable, "-m", "pip", "--version"], capture_output=True, check=False).returncode != 0,
    reason="pip is not installed",
)


@pytest.fixture
def vault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a vault that holds what the example's lockfiles name."""
    monkeypatch.setenv("HOME", str(tmp_path / "nobody"))
    with registry.server() as server:
        for name, value in registry.environment(f"http://127.0.0.1:{server.server_address[1]}").items():
            monkeypatch.setenv(name, value)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        assert freehold("vault", "pull", EXAMPLE, "--vault", tmp_path / "v").code == 0
        server.shutdown()
    return tmp_path / "v"


def with_vault(vault: Path, command: str) -> str:
    """Return the line that runs a command beside the served vault."""
    return f"{sys.executable} -m freehold vault serve --vault {vault} --port 0 -- sh -ec '{command}'"


INSTALL = f"{sys.executable} -m pip install -q --require-hashes --target out -r {EXAMPLE}/ringing/requirements.txt"
CI = f"cp -r {EXAMPLE}/ringing/web . && cd web && npm ci --no-audit --no-fund --fetch-retries 0"


@needs_namespaces
@needs_pip
def test_pip_builds_from_the_vault_and_not_without_it(tmp_path: Path, vault: Path) -> None:
    alone = closed(f"{INSTALL} --retries 0", tmp_path / "alone")
    assert alone.returncode != 0
    assert not (tmp_path / "alone" / "out").exists()
    done = closed(with_vault(vault, INSTALL), tmp_path / "home")
    assert done.returncode == 0, done.stderr
    script = "import bell_tower, bell_rope; print(bell_tower.VERSION, bell_rope.VERSION)"
    out = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path / "home" / "out", capture_output=True, text=True, check=True
    )
    assert out.stdout == "1.2.0 3.0.1\n"


@needs_namespaces
@needs_npm
def test_npm_builds_from_the_vault_and_not_without_it(tmp_path: Path, vault: Path) -> None:
    assert closed(CI, tmp_path / "alone").returncode != 0
    done = closed(with_vault(vault, CI), tmp_path / "home")
    assert done.returncode == 0, done.stdout + done.stderr
    module = tmp_path / "home" / "web" / "node_modules" / "@ringing" / "rounds"
    assert (module / "index.js").is_file()
    assert (tmp_path / "home" / "web" / "node_modules" / "change-order" / "package.json").is_file()


@needs_namespaces
@needs_npm
def test_npm_builds_a_copy_of_the_project_that_points_at_the_vault(tmp_path: Path, vault: Path) -> None:
    script = (
        f"{sys.executable} -m freehold vault serve --vault {vault} > url & "
        "for i in 1 2 3 4 5 6 7 8 9; do test -s url && break; sleep 0.3; done; "
        f"{sys.executable} -m freehold vault point {EXAMPLE} copy --vault {vault} --url $(cat url) > said; "
        "cd copy/ringing/web && npm ci --no-audit --no-fund --replace-registry-host never; kill $!"
    )
    done = closed(script, tmp_path / "home")
    assert (tmp_path / "home/copy/ringing/web/node_modules/change-order/index.js").is_file(), done.stdout + done.stderr


@needs_namespaces
@needs_pip
def test_one_flipped_byte_is_refused(tmp_path: Path, vault: Path) -> None:
    for path in (vault / "blobs").rglob("*"):
        if path.is_file() and path.read_bytes()[:2] == b"PK":
            path.chmod(0o644)
            data = bytearray(path.read_bytes())
            data[len(data) // 2] ^= 1
            path.write_bytes(data)
    done = closed(with_vault(vault, f"{INSTALL} --only-binary :all: --retries 0"), tmp_path / "home")
    assert done.returncode != 0
    assert not (tmp_path / "home" / "out").exists()
