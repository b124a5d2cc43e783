"""Commands of a shell text, taken apart far enough to see which program is called with which words, and on which line.

Nothing is run or expanded. Loops, conditions and functions are seen as the commands inside them; here-documents are data,
unless a shell reads them. Format: POSIX.1-2017, Shell Command Language, 2.3 and 2.9.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

_TOKEN = re.compile(
    r"(?P<join>\\\r?\n)|(?P<heredoc><<-?\s*[\"']?\w+[\"']?)|(?P<end>\n|[;|&()]|[{}](?=\s|$))|(?P<note>(?<!\S)#[^\n]*)"
    r"|(?P<word>(?:\"(?:\\.|[^\"\\])*\"|'[^']*'|\$\{[^}\n]*\}|\$\([^()\n]*\)|`[^`\n]*`|\\.|[^\s;|&()`\"'\\])+|[\"'`])"
    r"|(?P<blank>[^\S\n]+)|(?P<odd>.)",
    re.DOTALL,
)
_QUOTED = re.compile(r"\"((?:\\.|[^\"\\])*)\"|'([^']*)'|\\(.)", re.DOTALL)
_SUBSTITUTED = re.compile(r"\$\(([^()]*)\)|`([^`]*)`")
_ASSIGNED = re.compile(r"[A-Za-z_]\w*=")
_BEFORE = frozenset(
    {
        *(
            "sudo",
            "env",
            "exec",
            "time",
            "nice",
            "ionice",
            "nohup",
            "command",
            "eval",
            "if",
            "then",
            "else",
            "elif",
            "while",
        ),
        *(
            "until",
            "do",
            "!",
            "set",
            "export",
            "xargs",
            "timeout",
            "retry",
            "doas",
            "arch-chroot",
            "travis_retry",
            "call",
        ),
    }
)
"""Words that may stand before the program that is meant."""
_SHELLS = frozenset({"sh", "bash", "ash", "dash", "zsh", "/bin/sh", "/bin/bash", "/bin/ash"})
_LONGEST = 200_000
_DEEPEST = 3


class Command(msgspec.Struct, frozen=True):
    """One command: its words without quotes, the program first, and the line of the text on which it begins (0-based)."""

    words: tuple[str, ...]
    line: int

    @property
    def program(self) -> str:
        """Return the name of the program without its folder."""
        return self.words[0].rpartition("/")[2]


def commands_in(text: str, depth: int = 0) -> Iterator[Command]:
    """Yield the commands of a text in order, those of ``sh -c`` in place of it. Linear.

    Text beyond 200,000 letters is left out.
    """
    for command in _split(text[:_LONGEST]):
        for found in _substituted(command) if depth < _DEEPEST else ():
            yield from (Command(one.words, command.line) for one in commands_in(found, depth + 1))
        words = _meant(command.words)
        if not words:
            continue
        inner = _inner(words)
        if inner and depth < _DEEPEST:
            yield from (Command(one.words, command.line + one.line) for one in commands_in(inner, depth + 1))
        else:
            yield Command(words, command.line)


def _split(text: str) -> Iterator[Command]:
    """Yield the commands as they stand."""
    words: list[str] = []
    line = start = at = 0
    until = ""
    while found := _TOKEN.match(text, at):
        at = found.end()
        kind, piece = found.lastgroup, found[0]
        match kind:
            case "word":
                start = start if words else line
                words.append(_plain(piece))
            case "heredoc":
                until = piece.lstrip("<-").strip(" \t\"'")
            case "end":
                if words:
                    yield Command(tuple(words), start)
                words = []
            case _:
                pass
        line += piece.count("\n")
        if until and piece == "\n":
            body = re.compile(rf"^[ \t]*{re.escape(until)}[ \t]*\r?$", re.MULTILINE).search(text, at)
            end = body.end() if body else len(text)
            line += text.count("\n", at, end)
            at, until = end, ""
    if words:
        yield Command(tuple(words), start)


def _substituted(command: Command) -> Iterator[str]:
    """Yield the commands whose output stands in the words of another."""
    for word in command.words:
        if "$(" in word or "`" in word:
            yield from (found[1] or found[2] or "" for found in _SUBSTITUTED.finditer(word))


def _plain(piece: str) -> str:
    """Return a word without its quotes."""

    def bare(found: re.Match[str]) -> str:
        return found[1] if found[1] is not None else found[2] if found[2] is not None else found[3] or ""

    return _QUOTED.sub(bare, piece) if "'" in piece or '"' in piece or "\\" in piece else piece


def _meant(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words from the program on: assignments, ``sudo`` and its kin, and their options go."""
    at = 0
    while at < len(words) and (
        words[at] in _BEFORE or _ASSIGNED.match(words[at]) or (at and re.match(r"-|\d+[smh]?$", words[at]))
    ):
        at += 1
    return words[at:]


def _inner(words: tuple[str, ...]) -> str:
    """Return the text that a shell is given with ``-c``; empty for anything else."""
    if words[0] not in _SHELLS:
        return ""
    for at, word in enumerate(words[1:], 1):
        if re.fullmatch(r"-\w*c", word) and at + 1 < len(words):
            return words[at + 1]
        if not word.startswith("-"):
            break
    return ""
