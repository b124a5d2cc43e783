"""pip's requirements files: pins, hashes, direct addresses, the index they name, and what pip-compile noted about why.

What is not pinned has no version and is noted. ``-r`` files are read on their own where the folder holds them;
constraints limit versions and add nothing. The grammar is in ``requirement_lines``.
"""

from __future__ import annotations

import re

from freehold.inventory.addresses import base_of, clean_url, git_url
from freehold.inventory.lockfiles.requirement_lines import Line, Option, Wanted, logical_lines, read_line, via, wanted
from freehold.inventory.notes import Notes
from freehold.inventory.packages import Draft, package, pypi_name, pypi_purl
from freehold.inventory.reader import Document, Lock, Reading, text_of
from freehold.inventory.sbom.claims import head_text
from freehold.model.component import Component, Origin, Reference, Role

_NAME = re.compile(r"^(?:.*[-_.])?requirements?(?:[-_.].*)?\.(?:txt|pip)$|^requirements?/[^/]*\.txt$")
_CONSTRAINTS = re.compile(r"(?:^|[-_./])constraints?(?:[-_.].*)?\.txt$")
_DEVELOPMENT = re.compile(
    r"(?:^|[-_./])(?:dev|devel|develop|development|tests?|testing|lint|linting|docs?|ci|typing|mypy|precommit|bench"
    r"|benchmarks?|qa|debug)(?:[-_.]|$)"
)
_BUILD = re.compile(r"(?:^|[-_./])build(?:[-_.]|$)")
_PINNED_LINE = re.compile(r"^[A-Za-z0-9][\w.-]*(?:\[[^\]]*\])?\s*===?\s*\d", re.MULTILINE)
_SILENT_OPTIONS = frozenset(
    {"--trusted-host", "--pre", "--prefer-binary", "--require-hashes", "--no-binary", "--only-binary", "--use-feature"}
)


class Requirements:
    """The reader of pip's requirements files."""

    name = "pip-requirements"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether the name is usual for one, or a text file holds nothing but requirements, one of them pinned."""
        plain = name.lower()
        if _NAME.search(plain) or _CONSTRAINTS.search(plain):
            return True
        return plain.endswith(".txt") and _looks_pinned(head)

    def read(self, document: Document) -> Reading:
        """Read the document; raises ``UnreadableError`` if it is no text. Lines that are no requirement are noted."""
        notes = Notes(document.path)
        lines = list(logical_lines(text_of(document.data)))
        if _CONSTRAINTS.search(document.path.lower()):
            notes.once("constraints limit versions and add no dependency: nothing is taken from this file")
            return Reading("pip-constraints", notes=notes.listed())
        return _File(document, notes).read(lines, self.name)


class _File:
    """One requirements file being read."""

    def __init__(self, document: Document, notes: Notes) -> None:
        self._draft = Draft(document, notes)
        self._notes = notes
        self._path = document.path
        self._role = role_of_name(document.path)
        self._index = ""
        self._extra: list[str] = []
        self._pinned = self._open = 0

    def read(self, lines: list[Line], format_name: str) -> Reading:
        """Read options first, since an index holds for the whole file wherever it stands; then requirements."""
        parsed = [(line, read_line(line.text)) for line in lines]
        for line, item in parsed:
            if isinstance(item, Option):
                self._option(line, item)
        reasons: list[tuple[str, str]] = []
        for line, item in parsed:
            if isinstance(item, Option) and item.name == "--editable":
                item = wanted(item.value) or Wanted("", "", item.value, ())
            if isinstance(item, Wanted):
                self._add(line, item)
                reasons += [(pypi_name(reason), pypi_name(item.name)) for reason in via(line.comments)]
            elif item is None:
                reason = f"not a requirement: {line.text[:80]!r}"
                self._notes.add("lines that are no requirement", reason, self._origin(line))
        for parent, child in reasons:
            self._draft.need(parent, child)
        is_locked = bool(self._pinned) and not self._open
        ecosystems = ("pip", "pypi") if self._role is Role.RUNTIME else ("pip",)
        return self._draft.reading(format_name, lock=Lock(ecosystems) if is_locked else None)

    def _option(self, line: Line, option: Option) -> None:
        """Take in an option that holds for the whole file."""
        match option.name:
            case "--index-url":
                self._index = clean_url(option.value)
            case "--extra-index-url":
                self._extra.append(clean_url(option.value))
                self._once(line, "a second index is named: which package comes from which is not known")
            case "--requirement":
                reason = f"includes {option.value[:80]!r}, which is read on its own if it lies in the given folder"
                self._notes.add("included files", reason, self._origin(line))
            case "--find-links" | "--no-index":
                self._once(line, f"{option.name} is set: packages may come from a folder or page of your own")
            case name if name not in _SILENT_OPTIONS and name not in {"--constraint", "--editable"}:
                self._notes.add("unknown options", f"option {name[:40]!r} is not understood", self._origin(line))
            case _:
                pass

    def _add(self, line: Line, item: Wanted) -> None:
        """Add one requirement."""
        origin = self._origin(line)
        url = git_url(item.url) if item.url.startswith(("git+", "git:", "git@")) else clean_url(item.url)
        if item.url and not url:
            self._notes.add("local requirements", f"{_shown(item)} is a local path: your own code", origin)
            return
        self._pinned += bool(item.version)
        self._open += not item.version and not item.url
        if not item.name:
            self._notes.add("requirements without a name", f"no name can be read from {url[:120]!r}", origin)
        elif not item.version and not item.url:
            reason = f"{item.name} is not pinned to one version"
            self._notes.add("unpinned requirements", reason, origin, "pin it, or give the lockfile")
        self._draft.add(pypi_name(item.name) or url, self._component(item, url, origin))

    def _component(self, item: Wanted, url: str, origin: Origin) -> Component:
        """Return the component of one requirement; ``url`` is its cleaned direct address."""
        is_git = url.startswith("git+")
        qualifiers = {("vcs_url" if is_git else "download_url"): url} if url else {}
        purl = pypi_purl(item.name, item.version, **qualifiers) if item.name else ""
        references = [Reference("vcs" if is_git else "distribution", url)] if url else []
        references += [Reference("extra-index", extra) for extra in self._extra if extra and not url]
        return package(
            purl,
            pypi_name(item.name) or url,
            item.version,
            origin,
            fallback=f"L{origin.line}",
            hashes=item.hashes,
            registry=base_of(url.removeprefix("git+")) if url else self._index,
            references=tuple(references),
            role=self._role,
        )

    def _origin(self, line: Line) -> Origin:
        return Origin(self._path, line.number)

    def _once(self, line: Line, reason: str) -> None:
        self._notes.add(reason, reason, self._origin(line))


def role_of_name(path: str) -> Role:
    """Return the role that a requirements file's name, or the folder ``requirements`` with it, states."""
    folder, _, name = path.lower().rpartition("/")
    stem = re.sub(r"\.(txt|in|pip)$", "", name)
    if folder.rpartition("/")[2] in {"requirements", "requirement"} or "requirement" in stem:
        if _DEVELOPMENT.search(stem):
            return Role.DEVELOPMENT
        if _BUILD.search(stem):
            return Role.BUILD
    return Role.RUNTIME


def _looks_pinned(head: bytes) -> bool:
    """Tell whether every complete line of a text's head is a requirement, an option or a comment, one being pinned."""
    text = head_text(head)
    if not _PINNED_LINE.search(text):
        return False
    complete = text if len(head) < 4096 else text.rpartition("\n")[0]
    return all(read_line(line.text) is not None for line in logical_lines(complete))


def _shown(item: Wanted) -> str:
    """Return a local requirement as text without an absolute folder."""
    path = item.url.partition("#")[0]
    return repr((path.rpartition("/")[2] if path.startswith(("/", "file:")) else path)[:80])
