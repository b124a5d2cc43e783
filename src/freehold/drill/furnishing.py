"""What the command finds inside: a clean home with the clients' settings but no caches, name service files, no sockets out.

Caches fake success: what a build took from one last week is not there on the day it has to be rebuilt from nothing.
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from freehold.drill.inside import Room

KEPT_SETTINGS = (
    ".npmrc", ".yarnrc", ".yarnrc.yml", ".netrc", ".gitconfig", ".config/git", ".pip/pip.conf", ".config/pip/pip.conf",
    ".config/uv/uv.toml", ".config/pypoetry/config.toml", ".cargo/config.toml", ".cargo/config", ".m2/settings.xml",
    ".gradle/gradle.properties", ".gradle/init.gradle", ".config/go/env", ".condarc", ".gemrc", ".bundle/config",
    ".config/composer/config.json", ".nuget/NuGet/NuGet.Config",
)  # fmt: skip
"""Settings of clients, relative to the home: they decide where packages come from, so a clean home keeps them."""
INSTALLED = {
    "RUSTUP_HOME": ".rustup",
    "PYENV_ROOT": ".pyenv",
    "NVM_DIR": ".nvm",
    "SDKMAN_DIR": ".sdkman",
    "ASDF_DATA_DIR": ".asdf",
}
"""Folders of installed tools below the home, by the variable that says where they are: no caches, so they stay in reach."""
CACHES = (
    "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR", "PIP_CACHE_DIR", "UV_CACHE_DIR",
    "npm_config_cache", "NPM_CONFIG_CACHE", "YARN_CACHE_FOLDER", "PNPM_HOME", "CARGO_HOME", "GOPATH", "GOMODCACHE", "GOCACHE",
    "GRADLE_USER_HOME", "MAVEN_USER_HOME", "HF_HOME", "HF_HUB_CACHE", "TRANSFORMERS_CACHE", "TORCH_HOME", "CONDA_PKGS_DIRS",
    "CCACHE_DIR", "SCCACHE_DIR", "DENO_DIR", "BUN_INSTALL_CACHE_DIR", "COMPOSER_CACHE_DIR", "PIP_FIND_LINKS", "NUGET_PACKAGES",
)  # fmt: skip
"""Variables that lead to caches or to settings beside the home."""
SOCKET_VARIABLES = (
    "SSH_AUTH_SOCK", "SSH_AGENT_PID", "GPG_AGENT_INFO", "DBUS_SESSION_BUS_ADDRESS", "DBUS_SYSTEM_BUS_ADDRESS", "DOCKER_HOST",
    "CONTAINER_HOST", "BUILDKIT_HOST", "CONTAINERD_ADDRESS", "WAYLAND_DISPLAY", "DISPLAY", "PULSE_SERVER",
)  # fmt: skip
SYSTEM_CACHES = ("/var/cache/apt/archives", "/var/lib/apt/lists", "/var/cache/dnf", "/var/cache/apk")
WARM_FOLDERS = ("node_modules", ".venv", "venv", "target", ".gradle", "vendor", ".tox", "__pypackages__", ".yarn/cache")
"""Folders of a project in which earlier downloads lie."""
SOCKET_FOLDERS = ("/run", "/var/run", "/tmp")  # noqa: S108 looked through, never written to
DEEPEST = 4
MOST_LOOKED_AT = 20_000
_LISTENING = 0x10000


def environment(current: Mapping[str, str], home: Path, *, warm: bool) -> dict[str, str]:
    """Return the command's environment: no way to sockets of others and, unless ``warm``, a clean home without caches."""
    kept = {name: value for name, value in current.items() if name not in SOCKET_VARIABLES}
    if warm:
        return kept
    old_home = Path(current.get("HOME") or "/")
    found = {name: str(old_home / folder) for name, folder in INSTALLED.items() if (old_home / folder).is_dir()}
    return {**found, **{name: value for name, value in kept.items() if name not in CACHES}, "HOME": str(home)}


def furnish_home(current: Mapping[str, str], home: Path) -> None:
    """Make the clean home and copy the clients' settings into it; those that cannot be read are left out."""
    home.mkdir(mode=0o700, parents=True)
    old_home = Path(current.get("HOME") or "/")
    config = Path(current.get("XDG_CONFIG_HOME") or old_home / ".config")
    for name in KEPT_SETTINGS:
        source = config / name.removeprefix(".config/") if name.startswith(".config/") else old_home / name
        target = home / name
        try:
            if source.is_dir():
                shutil.copytree(source, target)
            elif source.is_file():
                target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                shutil.copy2(source, target)
        except OSError:
            continue


def room(folder: Path, ports: tuple[int, ...], current: Mapping[str, str], *, warm: bool) -> Room:
    """Write the name service files into ``folder`` and return how the namespace is to be furnished."""
    places = (*SOCKET_FOLDERS, current.get("XDG_RUNTIME_DIR", ""))
    host = os.uname().nodename
    files = {
        "resolv.conf": "nameserver 198.18.0.1\noptions timeout:5 attempts:2\n",
        "hosts": f"127.0.0.1 localhost {host}\n::1 localhost ip6-localhost\n",
        "nsswitch.conf": "passwd: files\ngroup: files\nshadow: files\nhosts: files dns\nservices: files\nprotocols: files\n",
    }
    for name, text in files.items():
        (folder / name).write_text(text, "ascii")
        (folder / name).chmod(0o644)
    over = tuple((str(folder / name), f"/etc/{name}") for name in files)
    emptied = () if warm or os.geteuid() != 0 else tuple(path for path in SYSTEM_CACHES if Path(path).is_dir())
    return Room(ports, over, sockets_of_others(places), emptied)


def sockets_of_others(folders: Sequence[str]) -> tuple[str, ...]:
    """Return the sockets in the file system that lead to others: docker, dbus, agents, name caches; each once.

    Those that the kernel lists, and those found in ``folders``: a socket handed into a container is in no list there. Abstract
    sockets belong to a network namespace and are out of reach anyway. https://man7.org/linux/man-pages/man7/unix.7.html
    """
    found = [*listening_sockets(), *(path for folder in folders if folder for path in _sockets_in(Path(folder)))]
    return tuple(dict.fromkeys(os.path.realpath(path) for path in found))


def _sockets_in(folder: Path) -> Iterator[str]:
    """Yield the sockets a few levels below a folder."""
    looked = 0
    for base, inner, files in os.walk(folder):
        if len(Path(base).relative_to(folder).parts) >= DEEPEST:
            inner.clear()
        looked += len(files)
        if looked > MOST_LOOKED_AT:
            return
        yield from (path for name in files if _is_socket(path := f"{base}/{name}"))


def listening_sockets(table: Path = Path("/proc/net/unix")) -> Iterator[str]:
    """Yield the sockets in the file system on which somebody in this network namespace listens."""
    try:
        lines = table.read_text("utf-8", errors="replace").splitlines()[1:]
    except OSError:
        return
    seen = set()
    for line in lines:
        words = line.split(maxsplit=7)
        if len(words) == 8 and words[7].startswith("/") and int(words[3], 16) & _LISTENING and words[7] not in seen:
            seen.add(words[7])
            if _is_socket(words[7]):
                yield words[7]


def _is_socket(path: str) -> bool:
    try:
        return stat.S_ISSOCK(Path(path).stat().st_mode)
    except OSError:
        return False


def warm_folders(project: Path) -> tuple[str, ...]:
    """Return the folders of a project in which earlier downloads lie, so that they can be named."""
    return tuple(name for name in WARM_FOLDERS if (project / name).is_dir())
