"""A vault in a temporary folder, pulls into it from a loopback server, and what it serves."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

from loopback import Loopback

from freehold.model.vault import Artifact, Outcome, Permission, Pulled, PullReport, Wanted
from freehold.system.serving import Asked, Reply
from freehold.system.web import Web
from freehold.vault.manifest import Vault, made_vault
from freehold.vault.protocol import Sources
from freehold.vault.pulling import Pull
from freehold.vault.shelves import answering

DAY = date(2026, 11, 23)
BASE = "http://vault.example"


def sha256(data: bytes) -> str:
    """Return a hash as lockfiles write it."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def wanted(purl: str, *hashes: str, name: str = "", version: str = "", registry: str = "", url: str = "") -> Wanted:
    """Return a component of which a copy is wanted."""
    rest = purl.rpartition("/")[2].partition("?")[0]
    return Wanted(
        purl=purl,
        name=name or rest.partition("@")[0],
        version=version or rest.partition("@")[2],
        hashes=hashes,
        registry=registry,
        url=url,
        licence="MIT",
        keep=Permission("yes", "MIT (recorded)"),
        pass_on=Permission("yes", "MIT (recorded)"),
    )


def sources(server: Loopback, **more: tuple[str, ...]) -> Sources:
    """Return every registry of the simulators on one server."""
    url = server.url
    return Sources(
        {
            "pypi": (f"{url}/simple",),
            "npm": (url,),
            "cargo": (f"{url}/index",),
            "golang": (f"{url}/goproxy",),
            "maven": (f"{url}/maven",),
            "deb/debian": (f"{url}/debian",),
            "docker": (url,),
            "huggingface": (f"{url}/hub",),
            **more,
        }
    )


def pull(
    folder: Path, server: Loopback, *things: Wanted, on: date = DAY, dry_run: bool = False, wheels: tuple[str, ...] = ()
) -> PullReport:
    """Pull into a vault in ``folder``."""
    asked = Sources(sources(server).addresses, wheels)
    web = Web(timeout_s=5.0, tries=2)
    return Pull(made_vault(folder), asked, web, on, dry_run=dry_run).pull(things, jobs=4)


def outcomes(report: PullReport) -> dict[str, Outcome]:
    """Return the outcome by file."""
    return {item.file: item.outcome for item in report.items}


def only(report: PullReport) -> Pulled:
    """Return the one item of a report."""
    assert len(report.items) == 1, report.items
    return report.items[0]


def held(folder: Path) -> dict[str, Artifact]:
    """Return the files of a vault by name."""
    return {one.file: one for one in Vault(folder).entries().values()}


def served(folder: Path, path: str, accept: str = "") -> Reply:
    """Return the answer for a path of the served vault."""
    return answering(Vault(folder))(Asked(path, accept=accept, base=BASE))


def body(reply: Reply) -> bytes:
    """Return the bytes of an answer."""
    assert reply.status == 200, reply
    return reply.file.read_bytes() if reply.file is not None else reply.body
