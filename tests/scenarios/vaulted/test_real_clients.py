"""Cargo and apt themselves, against what the vault serves of simulated registries."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import apt_archive
import crate_registry
import pytest
from example_registry import registry
from loopback import Loopback
from vault_cases import pull, wanted

from freehold.system.serving import Server
from freehold.vault.client_settings import snippets
from freehold.vault.manifest import Vault
from freehold.vault.shelves import answering

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

CARGO, APT = shutil.which("cargo"), shutil.which("apt-get")


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Serve a vault and give its address."""
    with Server("127.0.0.1", 0, answering(Vault(folder))) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield server.url
        server.shutdown()


def cargo_works() -> bool:
    """Tell whether cargo is there and starts."""
    return CARGO is not None and subprocess.run([CARGO, "-V"], capture_output=True, check=False).returncode == 0


@pytest.mark.skipif(not cargo_works(), reason="cargo is not installed")
def test_cargo_fetches_a_locked_crate(tmp_path: Path) -> None:
    files = {
        "bells-1.0.0/Cargo.toml": b'[package]\nname = "bells"\nversion = "1.0.0"\nedition = "2021"\n',
        "bells-1.0.0/src/lib.rs": b"pub const RUNG: u32 = 1;\n",
    }
    crate = registry.stored_gzip(registry.tar_of(files))
    with Loopback() as server:
        checksum = crate_registry.add_crate(server, "bells", "1.0.0", crate)
        pull(tmp_path / "v", server, wanted("pkg:cargo/bells@1.0.0", f"sha256:{checksum}"))
    project = tmp_path / "p"
    (project / "src").mkdir(parents=True)
    (project / "src" / "main.rs").write_text("fn main() { assert_eq!(bells::RUNG, 1) }\n", "utf-8")
    manifest = '[package]\nname = "p"\nversion = "0.1.0"\nedition = "2021"\n[dependencies]\nbells = "=1.0.0"\n'
    (project / "Cargo.toml").write_text(manifest, "utf-8")
    with serving(tmp_path / "v") as url:
        (project / ".cargo").mkdir()
        (project / ".cargo" / "config.toml").write_text(snippets(url)[".cargo/config.toml"], "utf-8")
        env = {**os.environ, "CARGO_HOME": str(tmp_path / "cargo"), "CARGO_NET_RETRY": "0"}
        done = subprocess.run(
            [str(CARGO), "fetch"], cwd=project, env=env, capture_output=True, text=True, check=False, timeout=60
        )
        assert done.returncode == 0, done.stderr
    assert f'checksum = "{checksum}"' in (project / "Cargo.lock").read_text("utf-8")


@pytest.mark.skipif(APT is None, reason="apt-get is not installed")
def test_apt_updates_from_the_flat_archive_and_downloads(tmp_path: Path) -> None:
    data = apt_archive.package("bells", "1.0-1")
    with Loopback() as server:
        apt_archive.add_suite(server, "bookworm", [apt_archive.stanza("bells", "1.0-1", data)])
        apt_archive.add_package(server, "bells", "1.0-1", data)
        item = wanted("pkg:deb/debian/bells@1.0-1?arch=all&distro=bookworm", version="1.0-1")
        pull(tmp_path / "v", server, item)
    for name in ("state/lists/partial", "cache/archives/partial", "etc", "log"):
        (tmp_path / "apt" / name).mkdir(parents=True)
    (tmp_path / "apt" / "status").touch()
    options = {
        "Dir::State": tmp_path / "apt/state",
        "Dir::State::status": tmp_path / "apt/status",
        "Dir::Cache": tmp_path / "apt/cache",
        "Dir::Etc": tmp_path / "apt/etc",
        "Dir::Log": tmp_path / "apt/log",
        "Dir::Etc::sourcelist": tmp_path / "apt/etc/vault.list",
        "Acquire::http::Proxy": "DIRECT",
        "APT::Sandbox::User": "",
        "APT::Architecture": "amd64",
    }
    flags = [word for name, value in options.items() for word in ("-o", f"{name}={value}")]
    env = {**os.environ, "APT_CONFIG": "/dev/null", "no_proxy": "127.0.0.1"}
    with serving(tmp_path / "v") as url:
        (tmp_path / "apt/etc/vault.list").write_text(snippets(url)["/etc/apt/sources.list.d/vault.list"], "utf-8")
        for words in (["update"], ["download", "bells"]):
            done = subprocess.run(
                [str(APT), *flags, *words],
                cwd=tmp_path,
                env=env,
                capture_output=True,
                text=True,
                check=False,
                timeout=60,
            )
            assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "bells_1.0-1_all.deb").read_bytes() == data
