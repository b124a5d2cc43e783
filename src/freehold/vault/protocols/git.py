"""Git repositories: one commit with its history as a bundle, and its Software Heritage identifiers.

https://git-scm.com/docs/git-bundle, https://docs.softwareheritage.org/devel/swh-model/persistent-identifiers.html. The
repository is not trusted: nothing is checked out, no hook, filter, helper or submodule runs, every object is checked.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from packageurl import PackageURL
from packageurl.contrib import purl2url

from freehold.model.vault import Wanted
from freehold.system.commands import CommandError, output_of, program
from freehold.system.web import Web, shown
from freehold.vault.protocol import Finding, Made, Sources

COMMIT = re.compile(r"[0-9a-f]{40}")
_SCHEMES = frozenset({"https", "http", "ssh", "git"})
_REF = re.compile(r"[A-Za-z0-9][\w./+-]{0,200}")
_PIN = "refs/heads/freehold"
_CAREFUL = (
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.askPass=true",
    "credential.helper=",
    "fetch.recurseSubmodules=false",
    "fetch.fsckObjects=true",
    "transfer.fsckObjects=true",
    "http.followRedirects=initial",
    "protocol.ext.allow=never",
    "protocol.file.allow=never",
    "gc.auto=0",
    "maintenance.auto=false",
)
_ENVIRONMENT = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ALLOW_PROTOCOL": "https:http:ssh:git",
    "GIT_SSH_COMMAND": "ssh -o BatchMode=yes -o StrictHostKeyChecking=yes",
    "GIT_OPTIONAL_LOCKS": "0",
    "LC_ALL": "C",
}
TIMEOUT_S = 1800.0


class Git:
    """Makes a bundle of one commit."""

    def find(self, wanted: Wanted, sources: Sources, web: Web) -> Finding:
        """Return the bundle, made in the scratch folder; a branch or tag is what it names today."""
        url, reference = repository_of(wanted)
        if urlsplit(url).scheme not in _SCHEMES or not urlsplit(url).hostname:
            return Finding(reasons=("no address of a repository is known",))
        if not _REF.fullmatch(reference) or ".." in reference:
            return Finding(reasons=("the commit, tag or branch is not named in a way that can be asked for",))
        if not program("git"):
            return Finding(reasons=("git is not installed",))
        folder = Path(tempfile.mkdtemp(prefix="git-", dir=sources.scratch))
        try:
            return Finding(made=(_bundle(folder, url, reference),))
        except CommandError as error:
            return Finding(reasons=(f"{shown(url)}: {error}",))


def repository_of(wanted: Wanted) -> tuple[str, str]:
    """Return the address of a repository and the commit, tag or branch that is wanted of it; empty where not known."""
    purl = PackageURL.from_string(wanted.purl)
    options = purl.qualifiers if isinstance(purl.qualifiers, dict) else {}
    vcs_url = options.get("vcs_url", "").removeprefix("git+")
    if vcs_url:
        url, _, reference = vcs_url.rpartition("@")
        return (url, reference) if "/" in url.partition("://")[2] else (vcs_url, wanted.version)
    site: Callable[[str], str | None] = purl2url.get_repo_url
    return site(PackageURL(purl.type, purl.namespace, purl.name).to_string()) or "", purl.version or wanted.version


def is_pinned(wanted: Wanted) -> str:
    """Return the commit that a component names outright; empty where it names a branch or tag."""
    reference = repository_of(wanted)[1]
    return reference if COMMIT.fullmatch(reference) else ""


def _bundle(folder: Path, url: str, reference: str) -> Made:
    """Fetch one commit with its history into an empty repository and bundle it. Raises ``CommandError``."""
    _git(folder, "init", "--quiet", "--bare", "--template=", ".")
    try:
        _git(folder, "fetch", "--quiet", "--no-tags", "--", url, f"+{reference}:{_PIN}")
    except CommandError:
        if not COMMIT.fullmatch(reference):
            raise
        _git(folder, "fetch", "--quiet", "--no-tags", "--", url, "+refs/heads/*:refs/all/*", "+refs/tags/*:refs/tag/*")
        _git(folder, "update-ref", _PIN, reference)
    commit = _git(folder, "rev-parse", "--verify", "--end-of-options", f"{_PIN}^{{commit}}").decode().strip()
    if COMMIT.fullmatch(reference) and commit != reference:
        raise CommandError(["git"], f"the repository gave {commit} for {reference}")
    _git(folder, "update-ref", _PIN, commit)
    file = f"{commit}.bundle"
    _git(folder, "bundle", "create", "--quiet", file, _PIN)
    return Made(
        file=file,
        path=folder / file,
        url=url,
        swhids=swhids(commit, _git(folder, "cat-file", "commit", commit)),
        pinned=bool(COMMIT.fullmatch(reference)),
    )


def swhids(commit: str, content: bytes) -> tuple[str, ...]:
    """Return the identifiers of a commit and its folder, after computing the commit's hash anew from its content.

    Raises ``CommandError`` where they do not agree.
    """
    own = hashlib.sha1(f"commit {len(content)}\0".encode() + content, usedforsecurity=False).hexdigest()
    tree = re.match(rb"tree ([0-9a-f]{40})\n", content)
    if own != commit or tree is None:
        raise CommandError(["git"], f"the content of {commit} is not what its name says")
    return f"swh:1:rev:{commit}", f"swh:1:dir:{tree[1].decode()}"


def _git(folder: Path, *words: str) -> bytes:
    careful = [word for setting in _CAREFUL for word in ("-c", setting)]
    variables = {**os.environ, **_ENVIRONMENT}
    return output_of(["git", *careful, *words], folder=folder, environment=variables, timeout_seconds=TIMEOUT_S)
