"""Programs built by Go: the modules that the linker wrote into them.

Format: https://pkg.go.dev/debug/buildinfo (Go 1.18 and later, where the strings stand inline). The information is looked
for by its mark; a program is never run. Older programs, which hold pointers instead, are noted.
"""

from __future__ import annotations

import struct
from typing import BinaryIO, Final

import msgspec

from freehold.inventory.installed.readings import joined_reading
from freehold.inventory.installed.trees import TreeView
from freehold.inventory.notes import Notes
from freehold.inventory.packages import package, purl_of
from freehold.inventory.reader import Reading
from freehold.model.component import Component, ComponentKey, ComponentKind, Dependency

FORMAT: Final = "go-binary"
MARK: Final = b"\xff Go buildinf:"
ELF: Final = b"\x7fELF"
PROGRAM_BYTES: Final = 1 << 18
"""Below this no program of Go's is: its runtime alone is larger."""
_HEADER_BYTES: Final = 32
_FRAME_BYTES: Final = 16
_LONGEST_BYTES: Final = 8 << 20
_INLINE: Final = 2
_SECTION: Final = b".go.buildinfo"
_MOST_SECTIONS: Final = 1_000


def build_information(data: bytes) -> bytes:
    """Return the part of a program that holds its modules; empty if it was not built by Go."""
    at = data.find(MARK)
    while at >= 0:
        part = data[at : at + _HEADER_BYTES]
        if at % 16 == 0 and len(part) == _HEADER_BYTES:
            _, first = _string(data, at + _HEADER_BYTES)
            _, end = _string(data, first)
            return data[at : min(end, at + _LONGEST_BYTES)]
        at = data.find(MARK, at + 1)
    return b""


def read_go(view: TreeView, path: str) -> tuple[Reading, dict[str, ComponentKey]]:
    """Return the program and the modules it was built from; nothing for a program that was not built by Go."""
    part = _part(view, path)
    if len(part) < _HEADER_BYTES:
        return Reading(FORMAT), {}
    notes = Notes(view.shown(path))
    if not part[15] & _INLINE:
        notes.once("built by Go before 1.18: its modules are not read", "build it again, or give its go.mod")
        return Reading(FORMAT, notes=notes.listed()), {}
    version, end = _string(part, _HEADER_BYTES)
    modules, _ = _string(part, end)
    text = modules[_FRAME_BYTES:-_FRAME_BYTES].decode("utf-8", "replace")
    own, components = _modules(view, path, text, version.decode("utf-8", "replace"))
    edges = [Dependency(own.key, one.key) for one in components]
    return joined_reading(FORMAT, [own, *components], edges, notes), {path: own.key}


def _part(view: TreeView, path: str) -> bytes:
    """Return the build information of a file: found by section, or, in an image, as it was kept."""
    stream = view.stream(path)
    if stream is None:
        return b""
    with stream:
        try:
            start = stream.read(64)
            if start.startswith(MARK):
                return start + stream.read(_LONGEST_BYTES)
            return _section(stream, start) if start.startswith(ELF) and len(start) == 64 else b""
        except (OSError, struct.error, ValueError, OverflowError):
            return b""


def _section(stream: BinaryIO, head: bytes) -> bytes:
    """Return the content of Go's section of an ELF file (https://refspecs.linuxfoundation.org/elf/gabi4+/contents.html)."""
    order = "<" if head[5] == 1 else ">"
    is_wide = head[4] == 2
    offset = struct.unpack_from(f"{order}Q", head, 40)[0] if is_wide else struct.unpack_from(f"{order}I", head, 32)[0]
    size, count, names_at = struct.unpack_from(f"{order}HHH", head, 58 if is_wide else 46)
    if count > _MOST_SECTIONS or names_at >= count or size != (64 if is_wide else 40):
        return b""
    stream.seek(offset)
    table = stream.read(size * count)
    form, at = (f"{order}QQ", 24) if is_wide else (f"{order}II", 16)
    places = [struct.unpack_from(form, table, number * size + at) for number in range(count)]
    stream.seek(places[names_at][0])
    names = stream.read(min(places[names_at][1], 1 << 16))
    for number, (start, length) in enumerate(places):
        begin = struct.unpack_from(f"{order}I", table, number * size)[0]
        if names[begin : begin + len(_SECTION) + 1] == _SECTION + b"\0":
            stream.seek(start)
            return stream.read(min(length, _LONGEST_BYTES))
    return b""


def _string(data: bytes, at: int) -> tuple[bytes, int]:
    """Return a string that follows its length, and where it ends; the length is base 128 and is not believed."""
    length = shift = 0
    while at < len(data) and shift < 63:
        byte = data[at]
        at += 1
        length |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            break
    return data[at : at + length], at + length


def _modules(view: TreeView, path: str, text: str, go_version: str) -> tuple[Component, list[Component]]:
    """Return the program and its modules: ``mod``, ``dep`` and ``=>`` (what stands in for the one before) lines."""
    origin = view.origin(path)
    name, version = path.rpartition("/")[2], ""
    found: list[Component] = []
    for line in text.splitlines():
        kind, *parts = line.split("\t")
        if kind == "mod" and parts:
            name, version = parts[0], parts[1] if len(parts) > 1 else ""
        elif kind in {"dep", "=>"} and len(parts) > 1:
            if kind == "=>" and found:
                found.pop()
            found.append(_module(view, path, parts[0], parts[1]))
    standard = go_version.partition(" ")[0].removeprefix("go")
    if standard:
        found.append(_module(view, path, "stdlib", standard))
    own = Component(
        key=ComponentKey(f"{origin.file}#"),
        name=name,
        version="" if version == "(devel)" else version,
        kind=ComponentKind.APPLICATION,
        origins=(origin,),
    )
    held = [msgspec.structs.replace(one, contained_in=own.key) for one in found]
    return own, held


def _module(view: TreeView, path: str, name: str, version: str) -> Component:
    namespace, _, last = name.rpartition("/")
    local = name.startswith(("./", "../", "/"))
    purl = "" if local else purl_of("golang", last, version, namespace=namespace)
    return package(purl, name, version, view.origin(path, 0, f"/{name}"))
