"""Elixir terms as data: the maps, tuples, lists, texts, atoms and numbers of which mix.lock is made, never evaluated.

Tuples and lists come as ``tuple`` and ``list``; keyword pairs in a list as a pair whose first item is the key; atoms and
texts as ``str``. https://hexdocs.pm/elixir/syntax-reference.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from freehold.inventory.reader import UnreadableError

Term = object
_TOKEN = re.compile(
    r"""\s+|\#[^\n]*|(?P<open>%\{|\{|\[)|(?P<close>[}\]])|(?P<comma>,)|(?P<arrow>=>)
    |(?P<text>"(?:[^"\\]|\\.)*")(?P<colon>:(?=\s))?|(?P<key>[a-z_][\w@]*[?!]?):(?=\s)
    |:(?P<quoted>"(?:[^"\\]|\\.)*")|:(?P<atom>[A-Za-z_][\w@]*[?!]?)|(?P<plain>[\w.+-]+)""",
    re.VERBOSE | re.DOTALL,
)
_DEEPEST = 60


class Entry(msgspec.Struct, frozen=True):
    """One entry of the outermost map: its key, its value, and the line the key stands on."""

    key: str
    value: Term
    line: int


class _Open(msgspec.Struct):
    """A container being read."""

    mark: str
    items: list[Term]
    keys: list[tuple[str, int] | None]
    key: tuple[str, int] | None = None


def read_map(text: str) -> Iterator[Entry]:
    """Yield the entries of the map that a text holds. Raises ``UnreadableError`` with the line for anything else."""
    stack: list[_Open] = []
    at, line = 0, 1
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise UnreadableError(f"not an Elixir term: {text[at : at + 20]!r}", line=line)
        kind, here = found.lastgroup, line
        at, line = found.end(), line + found[0].count("\n")
        if kind is None or kind == "comma":
            continue
        if kind == "open":
            if len(stack) >= _DEEPEST:
                raise UnreadableError("nested too deeply to be read safely", line=here)
            stack.append(_Open(found[0], [], []))
        elif not stack:
            raise UnreadableError("the term is no map", line=here)
        elif kind == "close":
            done = stack.pop()
            if not stack:
                yield from _entries(done, here)
                return
            _put(stack[-1], _value(done))
        else:
            _take(stack[-1], kind, found, here)
    raise UnreadableError("the term ends too early" if stack else "the text holds no term", line=line)


def _take(inner: _Open, kind: str, found: re.Match[str], line: int) -> None:
    """Take in a token that is no container: a key, the arrow after one, or a value."""
    if kind == "arrow":
        if inner.items:
            inner.key = (str(inner.items.pop()), line)
            inner.keys.pop()
    elif kind == "key":
        inner.key = (found["key"], line)
    elif kind == "colon":
        inner.key = (_unquoted(found["text"]), line)
    else:
        _put(inner, _unquoted(found["text"] or found["quoted"] or found["atom"] or found["plain"] or ""))


def _put(container: _Open, value: Term) -> None:
    container.items.append(value)
    container.keys.append(container.key)
    container.key = None


def _value(done: _Open) -> Term:
    """Return a finished container; keyword pairs become pairs."""
    items = [item if key is None else (key[0], item) for item, key in zip(done.items, done.keys, strict=True)]
    return tuple(items) if done.mark == "{" else items


def _entries(done: _Open, line: int) -> Iterator[Entry]:
    if done.mark != "%{":
        raise UnreadableError("the term is no map", line=line)
    for item, key in zip(done.items, done.keys, strict=True):
        if key is not None:
            yield Entry(key[0], item, key[1])


def _unquoted(text: str) -> str:
    return text[1:-1].replace('\\"', '"') if len(text) > 1 and text[0] == text[-1] == '"' else text
