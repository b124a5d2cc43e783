"""Pipelines of CI services other than GitHub's and GitLab's: images, orbs, pipes, repositories, and what scripts fetch.

Everything here is needed to build. Which keys mean what is in ``platforms``; a Jenkinsfile is code, of which only plain
calls with a name written out are seen.
"""

from __future__ import annotations

import re

import msgspec

from freehold.inventory.infrastructure.fetched import Fetched
from freehold.inventory.infrastructure.images import add_image
from freehold.inventory.infrastructure.parts import Lines, add_repository, service
from freehold.inventory.infrastructure.platforms import PLATFORMS, Platform
from freehold.inventory.notes import Notes
from freehold.inventory.packages import Draft, package, purl_of
from freehold.inventory.reader import Document, Reader, Reading, text_of
from freehold.inventory.values import Table
from freehold.inventory.yaml_values import read_yaml_documents
from freehold.model.component import ComponentKind, Origin, Role

_ORB = re.compile(r"([\w-]+/[\w-]+)@([\w.]+)")
_PIPE = re.compile(r"(?:docker://(.+)|([\w.-]+/[\w.-]+):([\w.-]+))")
_HELD = re.compile(r"<<|\$\{\{|\$\(")
"""How platforms write what is put in later."""
_JENKINS_IMAGE = re.compile(
    r"\bdocker\s*\.\s*(?:image|withRegistry)\s*\(\s*['\"]([^'\"\s]+)['\"]|\bdocker\s+['\"]([^'\"\s]+)['\"]"
    r"|\bimage\s*[:=(]?\s*['\"]([^'\"\s]+)['\"]"
)
_JENKINS_SCRIPT = re.compile(r"\b(?:sh|bat)\s*\(?\s*(?:script\s*:\s*)?('''|\"\"\"|'|\")(.*?)\1", re.DOTALL)
_JENKINS_LIBRARY = re.compile(r"@Library\s*\(\s*\[?\s*['\"]([\w./-]+)(?:@([\w./-]+))?['\"]")
_GROOVY_COMMENT = re.compile(r"^\s*(?://|\*)")


class Pipeline:
    """The reader of one CI service's files."""

    def __init__(self, platform: Platform) -> None:
        self.name = platform.key
        self._platform = platform

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether name and beginning are those of a file of this service."""
        return self._platform.accepts(name, head)

    def read(self, document: Document) -> Reading:
        """Read the document; raises ``UnreadableError`` for broken YAML."""
        notes = Notes(document.path)
        walk = _Walk(document, notes, self._platform)
        for table in read_yaml_documents(document, notes):
            walk.begin(table)
        return walk.draft.reading(self.name)


class _Walk:
    """One pipeline being read, table by table."""

    def __init__(self, document: Document, notes: Notes, platform: Platform) -> None:
        self.draft = Draft(document, notes)
        self._notes = notes
        self._platform = platform
        self._fetched = Fetched(self.draft)

    def begin(self, root: Table) -> None:
        """Read one document of the file."""
        _begin(self.draft, self._platform.key, self._platform.name, root.origin(), hosted=self._platform.hosted)
        if root.is_table("orbs"):
            self._orbs(root.table("orbs"))
        self._table(root)

    def _table(self, table: Table) -> None:
        """Read a table and everything in it."""
        if "repository" in table and table.text_or("type") in ("github", "bitbucket", "git"):
            self._repository(table, table.text_or("repository"))
        if "endpoint" in table and "name" in table and table.text_or("type") in ("github", "bitbucket"):
            self._repository(table, table.text_or("name"))
        for key in table:
            if key in self._platform.images and not table.is_list(key):
                self._image(table, key)
            if key in self._platform.scripts:
                for text, origin in table.text_items(key):
                    self._fetched.add(text, origin.line + (1 if "\n" in text.strip() else 0), Role.BUILD)
            if key == "pipe":
                self._pipe(table.text_or(key), table.origin(key))
            if table.is_table(key):
                self._table(table.table(key))
            elif table.is_list(key):
                for inner in table.tables_only(key):
                    self._table(inner)

    def _image(self, table: Table, key: str) -> None:
        """Add an image; names of machine images and those that are put in later are no names of container images."""
        wanted = self._platform.image_tables
        if wanted and not re.fullmatch(wanted, table.pointer):
            return
        inner = table.maybe_table(key)
        text = table.text_or(key) if inner is None else inner.text_or("name") or inner.text_or("image")
        if text and not (self._platform.key == "azure-pipelines" and re.fullmatch(r"[\w-]+", text)):
            add_image(self.draft, text.removeprefix("docker://"), table.origin(key), Role.BUILD)

    def _orbs(self, orbs: Table) -> None:
        """Add the orbs of CircleCI; those written in the file itself are read like the rest."""
        for text, origin in ((orbs.text_or(name), orbs.origin(name)) for name in orbs):
            found = _ORB.fullmatch(text)
            if found is None:
                continue
            namespace, _, name = found[1].partition("/")
            purl = purl_of("generic", name, found[2], namespace=f"orb/{namespace}")
            registry = "https://circleci.com"
            self.draft.add(purl, package(purl, found[1], found[2], origin, role=Role.BUILD, registry=registry))
            if not re.fullmatch(r"\d+\.\d+\.\d+", found[2]):
                self._notes.add(
                    "orbs without a fixed version", f"orb {text} can change", origin, "pin its whole version"
                )

    def _pipe(self, text: str, origin: Origin) -> None:
        """Add a pipe of Bitbucket: an image, or a repository there."""
        found = _PIPE.fullmatch(text)
        if found and found[1]:
            add_image(self.draft, found[1], origin, Role.BUILD)
        elif found:
            add_repository(self.draft, f"https://bitbucket.org/{found[2]}", found[3], origin)

    def _repository(self, table: Table, name: str) -> None:
        """Add a repository that a pipeline of Azure takes files from."""
        hosts = {"github": "https://github.com/", "bitbucket": "https://bitbucket.org/"}
        host = hosts.get(table.text_or("type"), "")
        name = table.text_or("name") or name
        if host and "/" in name and not _HELD.search(name):
            add_repository(self.draft, host + name, table.text_or("ref").removeprefix("refs/tags/"), table.origin())


class Jenkinsfile:
    """The reader of Jenkins pipelines: images, libraries and shell steps that are written out."""

    name = "jenkinsfile"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether the name is a Jenkins pipeline's."""
        return re.fullmatch(r"(?:.*[-.])?jenkinsfile(?:[-.].*)?", name, re.IGNORECASE) is not None

    def read(self, document: Document) -> Reading:
        """Read the document; raises ``UnreadableError`` if it is no text."""
        text = "\n".join("" if _GROOVY_COMMENT.match(line) else line for line in text_of(document.data).split("\n"))
        lines = Lines(document.path, text)
        notes = Notes(document.path)
        draft = Draft(document, notes)
        _begin(draft, "jenkins", "Jenkins", Origin(document.path, 1), hosted=False)
        for found in _JENKINS_IMAGE.finditer(text):
            name = found[1] or found[2] or found[3]
            if "://" not in name:
                add_image(draft, name, lines.origin(found.start()), Role.BUILD)
        for found in _JENKINS_LIBRARY.finditer(text):
            name, version = found[1], found[2] or ""
            reason = f"shared library {name}{f'@{version}' if version else ''}: where it lies is set in Jenkins"
            notes.add("shared libraries", reason, lines.origin(found.start()))
        fetched = Fetched(draft)
        for found in _JENKINS_SCRIPT.finditer(text):
            fetched.add(found[2], lines.origin(found.start(2)).line, Role.BUILD)
        return draft.reading(self.name)


def _begin(draft: Draft, key: str, name: str, origin: Origin, *, hosted: bool) -> None:
    """Add what runs a pipeline: a service, or software that somebody runs on a server which the file does not name."""
    where = "" if hosted else "; which server is not said"
    component = service(f"ci:{key}", name, origin, f"a pipeline of {name}{where}")
    if not hosted:
        component = msgspec.structs.replace(component, kind=ComponentKind.APPLICATION)
    draft.add(component.key, component)


READERS: tuple[Reader, ...] = (*(Pipeline(platform) for platform in PLATFORMS), Jenkinsfile())
