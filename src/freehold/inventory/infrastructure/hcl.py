"""The HashiCorp configuration language as blocks: types, labels, values that are written out, and the line of each.

Expressions are not evaluated: what is no plain text, list or object of them is ``None``.
Format: https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping

import msgspec

from freehold.inventory.reader import UnreadableError

DEEPEST = 60
_PIECE = re.compile(
    r"(?P<blank>[ \t\r]+)|(?P<line>\n)|(?P<note>#[^\n]*|//[^\n]*|/\*(?:.*?\*/|.*))|(?P<heredoc><<-?(?P<until>[\w.-]+)[^\n]*\n)"
    r"|(?P<word>[^\W\d][\w-]*)|(?P<quote>\")|(?P<open>[{\[(])|(?P<close>[}\])])|(?P<sign>=>|[=!<>]=|[=:,])|(?P<other>\d[\w.]*|.)",
    re.DOTALL,
)
_IN_TEXT = re.compile(r"(?:[^\"\\$%\n]|\\.|[$%](?!\{))*", re.DOTALL)
_ESCAPES = {"\\n": "\n", "\\t": "\t", "\\r": "\r", '\\"': '"', "\\\\": "\\"}
_ESCAPE = re.compile(r"\\.")


class Value(msgspec.Struct, frozen=True):
    """A value and its line. ``held`` is text, a list or a mapping of values, or ``None`` where it must be computed."""

    held: object
    line: int

    @property
    def text(self) -> str:
        """Return a plain text, or the empty string."""
        return self.held if isinstance(self.held, str) else ""

    @property
    def table(self) -> Mapping[str, Value]:
        """Return the values of an object; none for anything else."""
        return self.held if isinstance(self.held, dict) else {}


class Block(msgspec.Struct):
    """One block: ``resource "aws_s3_bucket" "logs" { ... }``."""

    type: str
    labels: tuple[str, ...]
    line: int
    values: dict[str, Value]
    blocks: list[Block]

    def text(self, name: str) -> str:
        """Return a value that is plain text, or the empty string."""
        value = self.values.get(name)
        return value.text if value is not None else ""

    def of(self, kind: str) -> Iterator[Block]:
        """Yield the inner blocks of a type."""
        return (block for block in self.blocks if block.type == kind)


class _Piece(msgspec.Struct, frozen=True):
    kind: str
    text: str
    line: int
    plain: bool = True


def read_hcl(text: str) -> Block:
    """Return a file as one block without type. Linear. Raises ``UnreadableError`` with the line for text that is no HCL."""
    parser = _Parser(list(_pieces(text)))
    return parser.body("", (), 1, 0)


def _pieces(text: str) -> Iterator[_Piece]:
    """Yield the pieces of a text; a text in quotes and a here-document are one piece each."""
    ends = [found.start() for found in re.finditer("\n", text)]
    at = 0
    while found := _PIECE.match(text, at):
        line = bisect_left(ends, at) + 1
        kind, at = found.lastgroup or "", found.end()
        if found["quote"]:
            content, plain, at = _quoted(text, at, line)
            yield _Piece("text", content, line, plain)
        elif found["until"]:
            end = re.compile(rf"^[ \t]*{re.escape(found['until'])}[ \t\r]*$", re.MULTILINE).search(text, at)
            content = text[at : end.start() if end else len(text)]
            yield _Piece("text", content, line, "${" not in content and "%{" not in content)
            at = end.end() if end else len(text)
        elif kind not in ("blank", "note"):
            yield _Piece(kind, found[0], line)


def _quoted(text: str, start: int, line: int) -> tuple[str, bool, int]:
    """Return the content of a quoted text, whether it holds nothing to compute, and where it ends."""
    at, depth, plain = start, 0, True
    while at < len(text):
        if depth == 0:
            at = _IN_TEXT.match(text, at).end()  # type: ignore[union-attr]
            letter = text[at : at + 1]
            if letter == '"':
                content = text[start:at]
                return _ESCAPE.sub(lambda found: _ESCAPES.get(found[0], found[0]), content), plain, at + 1
            if letter not in ("$", "%"):
                break
            depth, plain, at = 1, False, at + 2
        else:
            found = re.compile(r"[{}\"]").search(text, at)
            if found is None:
                break
            at = found.end()
            if found[0] == '"':
                inner = re.compile(r"(?:[^\"\\\n]|\\.)*\"").match(text, at)
                at = inner.end() if inner else at
            depth += {"{": 1, "}": -1}.get(found[0], 0)
    raise UnreadableError(
        "broken HCL: a text in quotes does not end", line=line, remedy="run the formatter of its tool"
    )


class _Parser:
    """Goes through the pieces once."""

    def __init__(self, pieces: list[_Piece]) -> None:
        self._pieces = pieces
        self._at = 0

    def body(self, kind: str, labels: tuple[str, ...], line: int, depth: int) -> Block:
        """Read a body up to its closing brace, or to the end for the file itself."""
        block = Block(kind, labels, line, {}, [])
        if depth > DEEPEST:
            raise UnreadableError(f"nested more than {DEEPEST} levels deep", line=line)
        while (piece := self._next()) is not None:
            if piece.kind == "close" and piece.text == "}" and depth:
                return block
            if piece.kind == "line":
                continue
            if piece.kind not in ("word", "text"):
                raise UnreadableError(f"broken HCL: {piece.text[:20]!r} where a name should stand", line=piece.line)
            self._entry(block, piece, depth)
        if depth:
            raise UnreadableError("broken HCL: a block does not end", line=line, remedy="run the formatter of its tool")
        return block

    def _entry(self, block: Block, name: _Piece, depth: int) -> None:
        """Read ``name = value`` or ``name "label" { ... }`` into a block."""
        labels: list[str] = []
        while (piece := self._next()) is not None:
            if piece.kind == "sign" and piece.text == "=" and not labels:
                block.values.setdefault(name.text, self._value(depth))
                return
            if piece.kind == "open" and piece.text == "{":
                block.blocks.append(self.body(name.text, tuple(labels), name.line, depth + 1))
                return
            if piece.kind not in ("text", "word"):
                break
            labels.append(piece.text)
        raise UnreadableError(f"broken HCL: {name.text[:40]!r} has neither a value nor a body", line=name.line)

    def _value(self, depth: int) -> Value:
        """Read an expression to its end: the end of the line, a comma, or a closing bracket, outside brackets."""
        first = self._peek()
        if first is None:
            return Value(None, 0)
        held = self._held(first, depth)
        if held is not None and self._ends():
            return Value(held, first.line)
        self._skip()
        return Value(None, first.line)

    def _held(self, first: _Piece, depth: int) -> object:
        """Read a text, a list or an object; None if the expression begins otherwise, with nothing read."""
        if first.kind == "text":
            self._at += 1
            return first.text if first.plain else None
        if first.kind == "open" and first.text == "[" and depth < DEEPEST:
            self._at += 1
            return self._list(depth + 1)
        if first.kind == "open" and first.text == "{" and depth < DEEPEST:
            self._at += 1
            return self._object(depth + 1)
        return None

    def _list(self, depth: int) -> list[Value]:
        found: list[Value] = []
        while (piece := self._peek()) is not None:
            if piece.kind == "close":
                self._at += 1
                break
            if piece.kind == "line" or piece.text == ",":
                self._at += 1
                continue
            found.append(self._value(depth))
        return found

    def _object(self, depth: int) -> dict[str, Value]:
        """Read ``{ key = value, ... }``; a comprehension is passed over."""
        found: dict[str, Value] = {}
        while (piece := self._next()) is not None and piece.kind != "close":
            if piece.kind == "line" or piece.text == ",":
                continue
            sign = self._peek()
            if piece.kind in ("word", "text") and sign is not None and sign.text in ("=", ":"):
                self._at += 1
                found.setdefault(piece.text, self._value(depth))
            else:
                self._at -= 1
                self._skip()
        return found

    def _ends(self) -> bool:
        """Tell whether an expression ends here."""
        piece = self._peek()
        return piece is None or piece.kind in ("line", "close") or piece.text == ","

    def _skip(self) -> None:
        """Pass over the rest of an expression, brackets and what is in them whole."""
        depth = 0
        while (piece := self._peek()) is not None:
            if depth == 0 and (piece.kind in ("line", "close") or piece.text == ","):
                return
            depth += {"open": 1, "close": -1}.get(piece.kind, 0)
            self._at += 1

    def _next(self) -> _Piece | None:
        piece = self._peek()
        self._at += 1
        return piece

    def _peek(self) -> _Piece | None:
        return self._pieces[self._at] if self._at < len(self._pieces) else None
