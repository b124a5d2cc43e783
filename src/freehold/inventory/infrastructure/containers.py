"""Container files (Dockerfile, Containerfile): base images, images copied from, and what build steps fetch.

Stages are not images; ``scratch`` is nothing. The last stage and what it is built on is what runs; images of other stages,
and of ``COPY --from=``, are needed to build. The image that is built is a root; packages installed in it are contained in
it. Variables stand for their default; one without a default leaves the name unread.
Format: https://docs.docker.com/reference/dockerfile/
"""

from __future__ import annotations

import re
from collections import ChainMap
from collections.abc import Iterable
from typing import NoReturn

import msgspec

from freehold.inventory.infrastructure.fetched import REGISTRY_VARIABLES, Fetched
from freehold.inventory.infrastructure.images import add_image, read_image
from freehold.inventory.infrastructure.parts import add_host, add_repository
from freehold.inventory.infrastructure.steps import Step, directives_of, steps_of
from freehold.inventory.infrastructure.variables import filled
from freehold.inventory.notes import Notes
from freehold.inventory.packages import Draft, own_project
from freehold.inventory.reader import Document, Reading, UnreadableError, text_of
from freehold.model.component import ComponentKey, Dependency, Origin, Role

_NAME = re.compile(r"^(dockerfile|containerfile)([-_.].*)?$|.\.(dockerfile|containerfile)$", re.IGNORECASE)
_OTHER = re.compile(r"\.(md|rst|py|go|js|ts|sh|json|ya?ml|toml|dockerignore)$", re.IGNORECASE)
_TEMPLATE = re.compile(r"\.(in|j2|jinja2?|tmpl|tpl|erb|template|mustache|hbs|ejs|liquid)$", re.IGNORECASE)
_FROM = re.compile(r"^((?:--\w+=\S+\s+)*)(\S+)(?:\s+as\s+(\S+))?\s*$", re.IGNORECASE)
_COPIED = re.compile(r"(?:^|\s)--from=[\"']?([^\s\"']+)")
_MOUNTED = re.compile(r"--mount=\S{0,1000}\bfrom=([^\s,\"']+)")
_URL = re.compile(r"\b(?:https?|ftp|ssh)://[^\s\"'`<>|;&()\\,\]]+|\bgit@[\w.-]+:[^\s\"'\]]+")
_PAIR = re.compile(r"(\w+)(?:=(\"[^\"]*\"|'[^']*'|\S*))?")
_MOST_VARIABLES = 1000
_LONGEST_VALUE = 4000
_GIT = re.compile(r"\.git(?:#|$)|^git@|^ssh://")


class _Stage(msgspec.Struct):
    """One stage: what it is built on, its line, what it takes from elsewhere, its commands, and its variables."""

    base: str
    line: int
    values: dict[str, str]
    taken: list[tuple[str, int]] = []
    runs: list[tuple[str, int, dict[str, str]]] = []


class ContainerFile:
    """The reader of container files."""

    name = "container-file"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether the name is a container file's and no template of one."""
        other = _OTHER.search(name) or _TEMPLATE.search(name)
        return bool(_NAME.search(name)) and (not other or name.lower().endswith("dockerfile"))

    def read(self, document: Document) -> Reading:
        """Read the document; raises ``UnreadableError`` if it is no text."""
        text = text_of(document.data)
        return _File(document, directives_of(text).get("syntax", "")).read(steps_of(text))


class ContainerTemplate:
    """Templates of container files: what they become is known only to the tool that fills them in."""

    name = "container-file-template"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether the name is that of a template."""
        plain = _TEMPLATE.sub("", name)
        return plain != name and bool(_NAME.search(plain)) and not _OTHER.search(plain)

    def read(self, document: Document) -> NoReturn:
        """Refuse the document with an ``UnreadableError``."""
        raise UnreadableError("a template of a container file is not read", remedy="give the file that is made from it")


class _File:
    """One container file being read."""

    def __init__(self, document: Document, frontend: str) -> None:
        self._notes = Notes(document.path)
        self._draft = Draft(document, self._notes)
        self._path = document.path
        self._frontend = frontend
        self._defaults: dict[str, str] = {}
        self._stages: list[_Stage] = []
        self._by_name: dict[str, int] = {}

    def read(self, steps: Iterable[Step]) -> Reading:
        """Go through the instructions, then say which stages run."""
        for step in steps:
            values = self._stages[-1].values if self._stages else self._defaults
            match step.word:
                case "ARG" | "ENV":
                    self._set(values, step)
                case "FROM":
                    self._from(step)
                case "COPY" | "ADD" | "RUN" if self._stages:
                    self._take(step, self._stages[-1])
                case _:
                    pass
        if self._frontend:
            self._add(self._frontend, 1, Role.BUILD)
        if not self._stages:
            return self._draft.reading("container-file")
        root = self._add_stages()
        reading = self._draft.reading("container-file")
        needs = tuple(Dependency(root, one.key, one.role) for one in reading.components if not one.is_root)
        return msgspec.structs.replace(reading, dependencies=needs)

    def _add_stages(self) -> ComponentKey:
        """Add the image that is built, and what its stages need; return its key."""
        built = own_project(f"image of {self._path}", "", Origin(self._path))
        self._draft.add("", built)
        fetched = Fetched(self._draft, holder=built.key)
        running = self._running()
        for number, stage in enumerate(self._stages):
            role = Role.RUNTIME if number in running else Role.BUILD
            self._add(stage.base, stage.line, role)
            for name, line in stage.taken:
                self._add(name, line, Role.BUILD)
            fetched.base = read_image(self._root(number))
            for script, line, values in stage.runs:
                fetched.add(script, line, role, values)
        return built.key

    def _set(self, values: dict[str, str], step: Step) -> None:
        """Take in variables with their values; an ``ARG`` without one keeps the file's default."""
        written = _PAIR.findall(step.text)
        if step.word == "ENV" and re.match(r"\w+\s+[^=\s]+", step.text):
            name, _, value = step.text.partition(" ")
            written = [(name, value.strip())]
        for name, value in written:
            if len(values) > _MOST_VARIABLES:
                self._notes.once(f"more than {_MOST_VARIABLES} variables: the rest is left out")
                return
            if value:
                values[name] = self._resolved(value.strip("\"'"), values)[:_LONGEST_VALUE]
            elif step.word == "ARG" and name in self._defaults:
                values.setdefault(name, self._defaults[name])

    def _from(self, step: Step) -> None:
        """Begin a stage."""
        found = _FROM.match(self._resolved(step.text.strip(), self._defaults))
        if found is None:
            self._notes.add(
                "unreadable FROM lines", f"FROM {step.text[:80]!r} is not understood", Origin(self._path, step.line)
            )
            return
        base = found[2].strip("\"'")
        earlier = self._by_name.get(base.lower(), len(self._stages))
        known = earlier < len(self._stages)
        values = self._stages[earlier].values if known else self._defaults
        if found[3]:
            self._by_name[found[3].lower()] = len(self._stages)
        self._stages.append(_Stage(f"#{earlier}" if known else base, step.line, dict(values)))

    def _take(self, step: Step, stage: _Stage) -> None:
        """Note what an instruction takes from elsewhere; stages are told from images by name or number."""
        pattern = _MOUNTED if step.word == "RUN" else _COPIED
        for name in pattern.findall(step.text):
            name = self._resolved(name, stage.values)
            if name.lower() not in self._by_name and not name.isdigit():
                stage.taken.append((name, step.line))
        if step.word == "RUN":
            values = {name: stage.values[name] for name in REGISTRY_VARIABLES if name in stage.values}
            stage.runs.append((self._resolved(step.script, stage.values), step.line, values))
        elif step.word == "ADD":
            for url in dict.fromkeys(_URL.findall(self._resolved(step.text, stage.values))):
                self._added(url, Origin(self._path, step.line))

    def _added(self, url: str, origin: Origin) -> None:
        """Add what ``ADD`` fetches: a repository, or something from a host."""
        if _GIT.search(url):
            add_repository(self._draft, url, "", origin)
        elif "$" not in url.partition("://")[2].partition("/")[0]:
            add_host(self._draft, url, origin, "a build step downloads from")

    def _running(self) -> set[int]:
        """Return the numbers of the last stage and those it is built on."""
        running: set[int] = set()
        number = len(self._stages) - 1
        while number >= 0 and number not in running:
            running.add(number)
            base = self._stages[number].base
            number = int(base[1:]) if base.startswith("#") else -1
        return running

    def _root(self, number: int) -> str:
        """Return the image at the bottom of a stage; stages are only ever built on earlier ones."""
        while (base := self._stages[number].base).startswith("#"):
            number = int(base[1:])
        return base

    def _add(self, name: str, line: int, role: Role) -> None:
        """Add an image, unless it is a stage or nothing."""
        if not name.startswith("#") and name.lower() != "scratch":
            add_image(self._draft, name, Origin(self._path, line), role)

    def _resolved(self, text: str, values: dict[str, str]) -> str:
        return filled(text, ChainMap(values, self._defaults))


READERS = (ContainerFile(), ContainerTemplate())
