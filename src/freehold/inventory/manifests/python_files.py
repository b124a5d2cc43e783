"""Pipfile, setup.cfg and setup.py: the older manifests of Python projects. setup.py is code, and is never run.

Formats: https://pipenv.pypa.io/en/latest/pipfile.html and
https://setuptools.pypa.io/en/latest/userguide/declarative_config.html.
"""

from __future__ import annotations

import configparser
import re
from typing import NoReturn

from freehold.inventory.lockfiles.requirement_lines import Option, Wanted, limits_of, logical_lines, read_line, wanted
from freehold.inventory.lockfiles.requirements import role_of_name
from freehold.inventory.manifests.drafting import ManifestDraft, Places
from freehold.inventory.manifests.poetry_table import add_table
from freehold.inventory.manifests.python_asks import PythonAsks
from freehold.inventory.notes import Notes
from freehold.inventory.reader import Document, Reading, UnreadableError, text_of
from freehold.inventory.values import read_toml
from freehold.model.component import Origin, Role

_INPUT = re.compile(r"^(?:.*[-_.])?requirements?(?:[-_.].*)?\.in$|^requirements?/[^/]*\.in$")
_BARE_SETUP = re.compile(rb"\bsetup\(\s*\)")
_NOT_PACKAGES = frozenset({"source", "requires", "scripts", "pipenv", "pipfile", "build-system"})


class Pipfile:
    """The reader of Pipenv's Pipfile."""

    name = "pipfile"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether the name is Pipenv's."""
        return name == "Pipfile"

    def read(self, document: Document) -> Reading:
        """Read the document; raises ``UnreadableError`` if it is broken."""
        notes = Notes(document.path)
        top = read_toml(document, notes)
        draft = ManifestDraft(document, notes, "pypi")
        asks = PythonAsks(draft, Places(document))
        for group in top:
            if group not in _NOT_PACKAGES:
                role = Role.RUNTIME if group == "packages" else Role.DEVELOPMENT
                add_table(top.table(group), asks, role, [f"[{group}]"])
        return draft.reading(self.name)


class PipInput:
    """The reader of requirements.in, from which pip-compile and uv make a pinned requirements file."""

    name = "pip-input"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether the name is usual for one."""
        return bool(_INPUT.search(name.lower()))

    def read(self, document: Document) -> Reading:
        """Read the document; options and what cannot be read are left to the file that is made from it."""
        notes = Notes(document.path)
        draft = ManifestDraft(document, notes, "pip")
        asks = PythonAsks(draft, Places(document))
        role = role_of_name(document.path)
        for line in logical_lines(text_of(document.data)):
            item = read_line(line.text)
            if isinstance(item, Option) and item.name == "--editable":
                item = wanted(item.value)
            if isinstance(item, Wanted) and item.name:
                asks.add_wanted(item, limits_of(line.text), role, Origin(document.path, line.number))
        return draft.reading(self.name)


class SetupCfg:
    """The reader of setup.cfg: only what it declares."""

    name = "setup-cfg"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether the name is setuptools'."""
        return name.lower() == "setup.cfg"

    def read(self, document: Document) -> Reading:
        """Read the document; raises ``UnreadableError`` if it is broken."""
        notes = Notes(document.path)
        parser = configparser.RawConfigParser(strict=False)
        try:
            parser.read_string(text_of(document.data))
        except configparser.Error as error:
            line = getattr(error, "lineno", 0) or 0
            raise UnreadableError(f"broken configuration: {type(error).__name__}", line=line) from error
        draft = ManifestDraft(document, notes, "pypi", parser.get("metadata", "name", fallback=""))
        asks = PythonAsks(draft, Places(document))
        _add(parser, "options", "install_requires", Role.RUNTIME, asks)
        _add(parser, "options", "tests_require", Role.DEVELOPMENT, asks)
        _add(parser, "options", "setup_requires", Role.BUILD, asks)
        extras = "options.extras_require"
        for group in parser.options(extras) if parser.has_section(extras) else ():
            _add(parser, extras, group, Role.RUNTIME, asks)
        return draft.reading(self.name)


class SetupPy:
    """The refusal of setup.py: what it asks for is only known when it runs."""

    name = "setup.py"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether the name is setuptools' and the head does not just call it without arguments."""
        return name == "setup.py" and not _BARE_SETUP.search(head)

    def read(self, document: Document) -> NoReturn:
        """Refuse the document with an ``UnreadableError``."""
        raise UnreadableError(
            "setup.py is code, and project code is never run: what it asks for is not read",
            remedy="state the dependencies in pyproject.toml, or give the lockfile",
        )


def _add(parser: configparser.RawConfigParser, section: str, option: str, role: Role, asks: PythonAsks) -> None:
    """Add the requirements of one option: one a line, or with semicolons only where they begin a marker."""
    for line in parser.get(section, option, fallback="").splitlines():
        text = line.partition(" #")[0].strip()
        if text.startswith("file:"):
            reason = (
                f"{option} stands in {text[5:].strip()[:80]!r}, which is read on its own if it is a requirements file"
            )
            asks.draft.notes.add("included files", reason, asks.places.of(option))
        elif text and not text.startswith("#"):
            asks.add(text, role, [f"[{section}]", option], is_locked=role is not Role.BUILD)
