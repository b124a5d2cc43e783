"""flake.lock (Nix, versions 5 to 7): the inputs of a flake with commit, content hash and the inputs they have in turn.

Format: https://nix.dev/manual/nix/latest/command-ref/new-cli/nix3-flake.html#lock-files. An input is what a build is
made from; which packages of it end up in the product the file does not say.
"""

from __future__ import annotations

from freehold.inventory.addresses import base_of, clean_url, git_url
from freehold.inventory.lockfiles.lines import object_lines
from freehold.inventory.notes import Notes
from freehold.inventory.packages import Draft, git_purl, own_project, package, purl_of, sri_hashes
from freehold.inventory.reader import Document, Reading, UnreadableError
from freehold.inventory.values import Table, read_json
from freehold.model.component import Component, Origin, Reference, Role

_FORGES = {"github": "github.com", "gitlab": "gitlab.com", "sourcehut": "git.sr.ht"}
_DEEPEST = 50


class FlakeLock:
    """The reader of flake.lock."""

    name = "nix-flake-lock"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether the name is Nix'."""
        return name.lower() == "flake.lock"

    def read(self, document: Document) -> Reading:
        """Read the document; raises ``UnreadableError`` if it is broken or of a version that is not known."""
        notes = Notes(document.path)
        lock = read_json(document, notes)
        version = lock.text("version")
        if version not in {"5", "6", "7"}:
            raise UnreadableError(
                f"flake.lock version {version[:20]!r} is not supported", remedy="write it again: nix flake lock"
            )
        draft = Draft(document, notes)
        nodes = dict(lock.table("nodes").inner_tables())
        lines = object_lines(document.data)
        top = lock.text("root") or "root"
        for name, node in nodes.items():
            origin = Origin(document.path, lines.get(name, 0), node.pointer)
            draft.add(name, own_project("", "", origin) if name == top else _input(name, node, origin, notes))
        for name, node in nodes.items():
            for found in _targets(node, nodes, top, notes):
                draft.need(name, found, Role.BUILD)
        return draft.reading(f"{self.name} {version}")


def _input(name: str, node: Table, origin: Origin, notes: Notes) -> Component:
    """Return one input by its type; one that lies in a folder is the project's own."""
    locked = node.table("locked")
    kind, commit = locked.text("type"), locked.text("rev")
    address, url = "", ""
    if kind in _FORGES:
        host = locked.text("host") or _FORGES[kind]
        address = git_url(f"https://{host}/{locked.text('owner')}/{locked.text('repo')}#{commit}")
    elif kind in {"git", "hg", "mercurial"}:
        address = git_url(f"{locked.text('url')}#{commit}")
    elif kind in {"tarball", "file"}:
        url = clean_url(locked.text("url"))
    elif kind == "path":
        return own_project(name, "", origin)
    if not address and not url:
        notes.add("inputs without a place", f"input {name[:80]!r} of type {kind[:20]!r} names no place", origin)
    purl = (
        git_purl(address, name, commit)
        if address
        else purl_of("generic", name, commit, download_url=url)
        if url
        else ""
    )
    return package(
        purl,
        address.removeprefix("git+").partition("@")[0].rpartition("/")[2].removesuffix(".git") or name,
        commit,
        origin,
        hashes=sri_hashes(locked.text("narHash")),
        registry=base_of(address.removeprefix("git+") or url),
        references=(Reference("vcs", address),) if address else (Reference("distribution", url),) if url else (),
        role=Role.BUILD,
    )


def _targets(node: Table, nodes: dict[str, Table], top: str, notes: Notes) -> list[str]:
    """Return the nodes that a node's inputs lead to; a list is a path of inputs from the root (``follows``)."""
    found: list[str] = []
    inputs = node.table("inputs") if "inputs" in node else node.table("")
    for name in inputs:
        target = _followed(inputs.texts(name), nodes, top) if inputs.is_list(name) else inputs.text(name)
        if target in nodes:
            found.append(target)
        else:
            notes.add("inputs without an entry", f"input {name[:80]!r} leads to no entry")
    return found


def _followed(path: list[str], nodes: dict[str, Table], top: str) -> str:
    """Return the node that a path of inputs leads to; empty if it leads nowhere."""
    steps, at, count = list(reversed(path)), top, 0
    while steps:
        count += 1
        step = steps.pop()
        inputs = nodes[at].table("inputs") if at in nodes and "inputs" in nodes[at] else None
        if inputs is None or step not in inputs or count > _DEEPEST:
            return ""
        if inputs.is_list(step):
            steps += reversed(inputs.texts(step))
            at = top
        else:
            at = inputs.text(step)
    return at
