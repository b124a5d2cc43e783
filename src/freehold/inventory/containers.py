"""Container files (Dockerfile, Containerfile): base images, images copied from, and hosts that build steps download from.

Stages are not images; ``scratch`` is nothing. The last stage and what it is built on is what runs; images of other stages,
and of ``COPY --from=``, are needed to build. Variables stand for their default; one without a default leaves the name unread.
Format: https://docs.docker.com/reference/dockerfile/
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from freehold.inventory.images import image_component, read_image
from freehold.inventory.notes import Notes
from freehold.inventory.packages import Draft
from freehold.inventory.reader import Document, Reading, text_of
from freehold.inventory.sbom.places import host_of
from freehold.model.component import Component, ComponentKey, ComponentKind, Origin, Role

_NAME = re.compile(r"^(dockerfile|containerfile)([-_.].*)?$|.\.(dockerfile|containerfile)$", re.IGNORECASE)
_OTHER = re.compile(
    r"\.(md|rst|py|go|js|ts|sh|json|ya?ml|toml|dockerignore|in|j2|tmpl|tpl|erb|template)$", re.IGNORECASE
)
_STEP = re.compile(r"^\s*([A-Za-z]+)\s+(.*)$", re.DOTALL)
_FROM = re.compile(r"^((?:--\w+=\S+\s+)*)(\S+)(?:\s+as\s+(\S+))?\s*$", re.IGNORECASE)
_COPIED = re.compile(r"(?:^|\s)--from=[\"']?([^\s\"']+)")
_MOUNTED = re.compile(r"--mount=\S*\bfrom=([^\s,\"']+)")
_VARIABLE = re.compile(r"\$(?:(\w+)|\{(\w+)(?:(:?[-+])([^}]*))?\})")
_DOWNLOAD = re.compile(r"\b(?:curl|wget|aria2c)\b|\bgit\s+clone\b|\b(?:go|cargo)\s+install\b|\bpip3?\s+install\b")
_URL = re.compile(r"\b(?:https?|ftp)://[^\s\"'`<>|;&()\\]+")
_HEREDOC = re.compile(r"<<-?[\"']?(\w+)[\"']?")


class _Step(msgspec.Struct, frozen=True):
    """One instruction: its word, its text with continuations joined, its first line."""

    word: str
    text: str
    line: int


class _Stage(msgspec.Struct):
    """One stage: its names (number, alias), what it is built on, the lines where it takes from other stages or images."""

    base: str
    taken: list[tuple[str, int]]
    line: int


class ContainerFile:
    """The reader of container files."""

    name = "container-file"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether the name is a container file's and no template of one."""
        return bool(_NAME.search(name)) and (not _OTHER.search(name) or name.lower().endswith("dockerfile"))

    def read(self, document: Document) -> Reading:
        """Read the document; raises ``UnreadableError`` if it is no text."""
        return _File(document).read(_steps(text_of(document.data)))


class _File:
    """One container file being read."""

    def __init__(self, document: Document) -> None:
        self._notes = Notes(document.path)
        self._draft = Draft(document, self._notes)
        self._path = document.path
        self._defaults: dict[str, str] = {}
        self._stages: list[_Stage] = []
        self._by_name: dict[str, int] = {}

    def read(self, steps: Iterator[_Step]) -> Reading:
        """Go through the instructions, then say which stages run."""
        downloads: list[Component] = []
        values: dict[str, str] = {}
        for step in steps:
            match step.word:
                case "ARG" | "ENV":
                    self._set(values if self._stages else self._defaults, step)
                case "FROM":
                    values = dict(self._defaults)
                    self._from(step)
                case "COPY" | "ADD" | "RUN":
                    self._take(step, values)
                    downloads += self._downloads(step, values)
                case _:
                    pass
        running = self._running()
        for number, stage in enumerate(self._stages):
            role = Role.RUNTIME if number in running else Role.BUILD
            self._add(stage.base, stage.line, role)
            for name, line in stage.taken:
                self._add(name, line, Role.BUILD)
        for download in downloads:
            self._draft.add(download.key, download)
        return self._draft.reading("container-file")

    def _set(self, values: dict[str, str], step: _Step) -> None:
        """Take in variables with their values; an ``ARG`` without one keeps the file's default."""
        for name, value in re.findall(r"(\w+)(?:=(\"[^\"]*\"|'[^']*'|\S*))?", step.text):
            if value:
                values[name] = self._resolved(value.strip("\"'"), values)
            elif step.word == "ARG" and name in self._defaults:
                values.setdefault(name, self._defaults[name])

    def _from(self, step: _Step) -> None:
        """Begin a stage."""
        found = _FROM.match(self._resolved(step.text.strip(), self._defaults))
        if found is None:
            self._note("unreadable FROM lines", f"FROM {step.text[:80]!r} is not understood", step.line)
            return
        if found[3]:
            self._by_name[found[3].lower()] = len(self._stages)
        base = found[2].strip("\"'")
        earlier = self._by_name.get(base.lower(), len(self._stages))
        self._stages.append(_Stage(base if earlier >= len(self._stages) else f"#{earlier}", [], step.line))

    def _take(self, step: _Step, values: dict[str, str]) -> None:
        """Note what an instruction takes from elsewhere; stages are told from images by name or number."""
        for name in (*_COPIED.findall(step.text), *_MOUNTED.findall(step.text)):
            name = self._resolved(name, values)
            if self._stages and name.lower() not in self._by_name and not name.isdigit():
                self._stages[-1].taken.append((name, step.line))

    def _running(self) -> set[int]:
        """Return the numbers of the last stage and those it is built on."""
        running: set[int] = set()
        number = len(self._stages) - 1
        while number >= 0 and number not in running:
            running.add(number)
            base = self._stages[number].base
            number = int(base[1:]) if base.startswith("#") else -1
        return running

    def _add(self, name: str, line: int, role: Role) -> None:
        """Add an image; say why where there is none to add, or where it can change tomorrow."""
        if name.startswith("#") or name.lower() == "scratch":
            return
        image = read_image(name)
        if image is None:
            reason = f"image {name[:100]!r} cannot be read: a variable without a default, or no image's name"
            self._note("unreadable images", reason, line, "give the variable a default with ARG")
            return
        if not image.is_fixed:
            tag = f"tag {image.tag!r}" if image.tag else "no tag: 'latest'"
            self._note("images without a digest", f"{name[:100]} can change: {tag}, no digest", line, "pin its digest")
        self._draft.add(name, image_component(image, Origin(self._path, line), role))

    def _downloads(self, step: _Step, values: dict[str, str]) -> Iterator[Component]:
        """Yield the hosts that a build step downloads from, each once an instruction."""
        if (step.word == "RUN" and not _DOWNLOAD.search(step.text)) or step.word == "COPY":
            return
        for host in dict.fromkeys(host_of(self._resolved(url, values)) for url in _URL.findall(step.text)):
            if not host or "$" in host or host in {"localhost", "127.0.0.1", "0.0.0.0"}:  # noqa: S104 - names, no sockets
                continue
            origin = Origin(self._path, step.line, f"/{step.word}/{host}")
            yield Component(
                key=ComponentKey(f"{self._path}#{step.word.lower()}-{host}"),
                name=host,
                kind=ComponentKind.SERVICE,
                hosts=(host,),
                role=Role.BUILD,
                origins=(origin,),
                evidence=f"a build step downloads from {host}",
            )

    def _resolved(self, text: str, values: dict[str, str]) -> str:
        """Return a text with variables replaced by their values; those without one stay as they are."""

        def value(found: re.Match[str]) -> str:
            name = found[1] or found[2]
            held = values.get(name, self._defaults.get(name, ""))
            if found[3] and found[3].endswith("+"):
                return found[4] if held else ""
            return held or (found[4] if found[3] else "") or found[0]

        return _VARIABLE.sub(value, text)[:2000] if "$" in text else text

    def _note(self, topic: str, reason: str, line: int, remedy: str = "") -> None:
        self._notes.add(topic, reason, Origin(self._path, line), remedy)


def _steps(text: str) -> Iterator[_Step]:
    """Yield the instructions: continuations joined, comments and the bodies of here-documents handled."""
    parts: list[str] = []
    start = 0
    until = ""
    for number, line in enumerate(text.splitlines(), 1):
        if until:
            parts.append(line)
            until = "" if line.strip() == until else until
        elif line.lstrip().startswith("#") or (not line.strip() and parts):
            continue
        else:
            start = start or number
            parts.append(line.rstrip().removesuffix("\\").removesuffix("`"))
            heredoc = _HEREDOC.search(line)
            until = heredoc[1] if heredoc and re.match(r"\s*(RUN|COPY|ADD)\b", parts[0], re.IGNORECASE) else ""
            if not until and line.rstrip().endswith(("\\", "`")):
                continue
        if not until:
            yield from _step("\n".join(parts), start)
            parts, start = [], 0
    if parts:
        yield from _step("\n".join(parts), start)


def _step(text: str, line: int) -> Iterator[_Step]:
    found = _STEP.match(text)
    if found:
        yield _Step(found[1].upper(), found[2].strip(), line)


READERS = (ContainerFile(),)
