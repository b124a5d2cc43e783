"""What several runs amount to: the environment they ran in, the clauses they speak to, what they leave open."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import freehold
from freehold.model.evidence import Clause, Kind, Run, Standing, weakest
from freehold.system.commands import CommandError, output_of, program

VERSIONED = (
    "pip", "pip3", "uv", "poetry", "python", "python3", "npm", "npx", "node", "yarn", "pnpm", "cargo", "rustc", "mvn", "gradle",
    "java", "make", "cmake", "gcc", "git", "docker", "podman", "apt-get", "apt", "bundle", "ruby", "composer", "php", "dotnet",
)  # fmt: skip
"""Programs that answer ``--version`` without doing anything else."""
_LONGEST_VERSION = 120
_DISCONNECTION = "a documented, yearly tested disconnection from all parties outside the bloc"
_RECONNECTION = "after up to 90 days cut off, updates can be installed again, and this is tested"
_EXIT_PLAN = "exit plans that are documented, sufficiently tested and reviewed periodically"
C3A = "BSI C3A v1.0"
DORA = "DORA (EU) 2022/2554"


def environment(command: Sequence[str], variables: Mapping[str, str]) -> dict[str, str]:
    """Return the system and the versions of what runs: kernel, Python, Freehold, the command's program and openssl."""
    programs = [name for name in dict.fromkeys(Path(word).name for word in _words(command)) if name in VERSIONED]
    facts = {
        "kernel": f"{platform.system()} {platform.release()} {platform.machine()}",
        "python": platform.python_version(),
        "freehold": freehold.__version__,
        "user": "root" if os.geteuid() == 0 else "unprivileged",
    }
    for name in [*programs, "openssl"]:
        if version := _version(name, variables):
            facts[name] = version
    return facts


def clauses(kind: Kind, runs: Sequence[Run]) -> tuple[Clause, ...]:
    """Return the clauses that this evidence speaks to, in our paraphrase; none for learn mode or where a run is void."""
    if kind == "observe" or weakest(runs) is Standing.VOID:
        return ()
    shown = "; ".join(f"{run.name}: {run.ending}, {run.standing}" for run in runs)
    exit_plan = Clause(DORA, "Article 28(8)", _EXIT_PLAN, shown)
    if kind == "mirror":
        return (exit_plan,)
    if kind == "rejoin":
        return Clause(C3A, "SOV-4-10", _RECONNECTION, shown), exit_plan
    return Clause(C3A, "SOV-4-09", _DISCONNECTION, shown), exit_plan


def on_loopback(declared: Iterable[str], variables: Mapping[str, str]) -> tuple[str, ...]:
    """Return the servers on this machine's loopback that clients are told to use: inside, loopback is the command's own."""
    hosts = [host for host in declared if _is_local(host)]
    proxies = [
        name for name, value in variables.items() if name.lower().endswith("_proxy") and _is_local(_host_of(value))
    ]
    return (*hosts, *proxies)


def _host_of(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def _is_local(host: str) -> bool:
    return host in ("localhost", "::1") or host.startswith("127.")


def caveats(warm: Iterable[str], local: Sequence[str], *, caches_are_warm: bool) -> tuple[str, ...]:
    """Return what the reader must know about the state that the command started from."""
    found_warm = list(warm)
    said = (
        ["the command ran with your own home and caches: what they hold hides who is needed"] if caches_are_warm else []
    )
    if found_warm:
        said.append(f"the project already held {', '.join(found_warm)}: what lies there was not asked for again")
    if local:
        offer = "offer it with --offer localhost=127.0.0.1:PORT"
        said.append(
            f"clients are pointed at this machine's loopback ({', '.join(local)}), which is not the one inside: {offer}"
        )
    said.append("AF_VSOCK and hardware are not cut off; hosts are blocked by name, addresses without a name all")
    return tuple(said)


def _words(command: Sequence[str]) -> list[str]:
    """Return the words of a command that may be programs, those inside one shell argument too."""
    return [word for argument in command for word in re.split(r"[\s;&|()]+", argument) if word]


def _version(name: str, variables: Mapping[str, str]) -> str:
    tool = program(name)
    if not tool:
        return ""
    flag = "version" if name == "openssl" else "--version"
    try:
        text = output_of([tool, flag], timeout_seconds=10, environment=variables).decode("utf-8", "replace")
    except (CommandError, OSError):
        return ""
    first = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return re.sub(r"[^\x20-\x7e]|\s/[\w./-]+", "", re.sub(r"\s+from\s.*", "", first))[:_LONGEST_VERSION]
