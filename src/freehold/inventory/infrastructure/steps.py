"""The instructions of a container file: continuations, comments and here-documents taken apart, lines kept.

Format: https://docs.docker.com/reference/dockerfile/#format
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

_STEP = re.compile(r"^\s*([A-Za-z]+)\s+(.*)$", re.DOTALL)
_HEREDOC = re.compile(r"<<-?[\"']?(\w+)[\"']?")
_TAKES_HEREDOC = re.compile(r"\s*(RUN|COPY|ADD)\b", re.IGNORECASE)
_DIRECTIVE = re.compile(r"^#\s*(\w+)\s*=\s*(\S+)\s*$")
_FLAGS = re.compile(r"^(?:--\w[\w-]*(?:=\S+)?\s+)+")
_EXEC_FORM = re.compile(r"^\[\s*\".*\]\s*$", re.DOTALL)
_QUOTED = re.compile(r"\"((?:\\.|[^\"\\])*)\"")


class Step(msgspec.Struct, frozen=True):
    """One instruction: its word, its text on one line, its first line, and its text as written, line by line."""

    word: str
    text: str
    line: int
    written: str

    @property
    def script(self) -> str:
        """Return the shell text of a ``RUN``: without flags, out of its here-document, words joined if it is a list."""
        flags = _FLAGS.match(self.written)
        text = self.written[flags.end() :] if flags else self.written
        if _EXEC_FORM.match(text):
            return " ".join(f"'{word}'" for word in _QUOTED.findall(text))
        heredoc = _HEREDOC.match(text)
        if heredoc is None:
            return "\n" * self.written[: flags.end() if flags else 0].count("\n") + text
        body = text[heredoc.end() :]
        first = body.lstrip().partition("\n")[0]
        is_shell = not first.startswith("#!") or re.search(r"\b(?:ba|da|a|z)?sh\b", first)
        return body.removesuffix(heredoc[1]) if is_shell else ""


def steps_of(text: str) -> Iterator[Step]:
    """Yield the instructions in order. Linear."""
    parts: list[str] = []
    start = 0
    until = ""
    for number, line in enumerate(text.splitlines(), 1):
        if until:
            parts.append(line)
            until = "" if line.strip() == until else until
        elif line.lstrip().startswith("#") or (not line.strip() and parts):
            if parts:
                parts.append("\\")
            continue
        else:
            start = start or number
            going_on = line.rstrip().endswith(("\\", "`"))
            parts.append(line.rstrip().removesuffix("`") + "\\" if line.rstrip().endswith("`") else line.rstrip())
            heredoc = _HEREDOC.search(line)
            until = heredoc[1] if heredoc and _TAKES_HEREDOC.match(parts[0]) else ""
            if not until and going_on:
                continue
        if not until:
            yield from _step("\n".join(parts), start)
            parts, start = [], 0
    if parts:
        yield from _step("\n".join(parts), start)


def directives_of(text: str) -> dict[str, str]:
    """Return the parser directives at the top (``# syntax=...``), in lower case."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        directive = _DIRECTIVE.match(line.strip())
        if directive is None:
            break
        found.setdefault(directive[1].lower(), directive[2])
    return found


def _step(text: str, line: int) -> Iterator[Step]:
    found = _STEP.match(text)
    if found:
        written = found[2].strip()
        yield Step(found[1].upper(), re.sub(r"\\\n", " ", written).rstrip("\\"), line, written)
