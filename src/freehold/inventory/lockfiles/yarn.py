"""yarn.lock, both kinds: version 1 (its own syntax) and berry (2 and later: a small part of YAML).

Both are read line by line, so nothing of YAML's power (anchors, tags, types) is ever used. Neither says what is needed
for development only; version 1 does not name the project either.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote

import msgspec

from freehold.inventory.lockfiles.npm_sources import Source, source_of
from freehold.inventory.notes import Notes
from freehold.inventory.packages import Draft, npm_purl, own_project, package, sri_hashes
from freehold.inventory.reader import Document, Lock, Reading, UnreadableError, text_of
from freehold.model.component import Component, ComponentKey, Origin, Reference, Skip

_PAIR = re.compile(r"^(\"(?:[^\"\\]|\\.)*\"|[^\s:\"]+)(?::\s*|\s+)(.*)$")
_SHA_512 = re.compile(r"[0-9a-f]{128}")
_LISTS = frozenset({"dependencies", "optionalDependencies"})
_OWN = re.compile(r"@workspace:(.+)$")
_NO_ROLES = "yarn.lock does not say what is needed for development only: every package counts as needed at runtime"


class _Entry(msgspec.Struct):
    """One block: the descriptors it answers, its fields, the needs in it, its line."""

    descriptors: list[str]
    line: int
    fields: dict[str, str]
    needs: list[tuple[str, str]]


class YarnLock:
    """The reader of yarn.lock, version 1 and berry."""

    name = "yarn-lock"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether the name is yarn's."""
        return name.lower() == "yarn.lock"

    def read(self, document: Document) -> Reading:
        """Read the document; raises ``UnreadableError`` if it is no text or no yarn.lock."""
        text = text_of(document.data)
        entries = list(_entries(text))
        berry = next((entry for entry in entries if entry.descriptors == ["__metadata"]), None)
        if berry is None and "yarn lockfile v1" not in text[:500] and not any("version" in e.fields for e in entries):
            raise UnreadableError(
                "no yarn.lock: neither its version 1 mark nor __metadata", remedy="run yarn install again"
            )
        notes = Notes(document.path)
        draft = Draft(document, notes)
        entries = [entry for entry in entries if entry is not berry]
        for entry in entries:
            draft.add(entry.descriptors[0], _component(entry, document.path, draft))
        _add_needs(entries, draft)
        lock = Lock(("npm",), _own(entries, draft), Skip(Origin(document.path), _NO_ROLES), _answers(entries, draft))
        return draft.reading(f"{self.name} {berry.fields.get('version', '2') if berry else '1'}", lock=lock)


def _answers(entries: list[_Entry], draft: Draft) -> dict[str, ComponentKey]:
    """Return what is locked for each descriptor; berry writes ``npm:`` before the limits."""
    found: dict[str, ComponentKey] = {}
    for entry in entries:
        key = draft.key_of(entry.descriptors[0])
        if key is not None:
            pairs = map(_split, entry.descriptors)
            found.update({f"{name}@{limits.removeprefix('npm:')}": key for name, limits in pairs})
    return found


def _own(entries: list[_Entry], draft: Draft) -> dict[str, ComponentKey]:
    """Return the folders of the workspace with their roots; only berry lists them."""
    own: dict[str, ComponentKey] = {}
    for entry in entries:
        found = _OWN.search(entry.fields.get("resolution", ""))
        key = draft.key_of(entry.descriptors[0])
        if found and key is not None:
            own["" if found[1] == "." else found[1]] = key
    return own


def _entries(text: str) -> Iterator[_Entry]:
    """Yield the blocks of a lockfile."""
    entry: _Entry | None = None
    section = ""
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        indent = len(line) - len(line.lstrip(" "))
        if not stripped or stripped.startswith("#"):
            continue
        if indent == 0:
            if entry is not None:
                yield entry
            entry, section = _Entry(_descriptors(stripped.rstrip(":")), number, {}, []), ""
        elif entry is not None and (found := _PAIR.match(stripped)):
            key, value = _unquoted(found[1]), _unquoted(found[2].strip())
            if indent <= 2:
                section = key if not value else ""
                entry.fields[key] = value
            elif section in _LISTS:
                entry.needs.append((key, value))
        elif entry is not None and indent <= 2:
            section = stripped.rstrip(":")
    if entry is not None:
        yield entry


def _descriptors(text: str) -> list[str]:
    """Return the descriptors that a block's first line lists; berry quotes them all together."""
    whole = _unquoted(text)
    return [_unquoted(part.strip()) for part in whole.split(",") if part.strip()] or [whole]


def _component(entry: _Entry, file: str, draft: Draft) -> Component:
    """Return the package of a block; a workspace or linked folder is the project's own code."""
    origin = Origin(file, entry.line)
    name, version, source = _berry(entry) if "resolution" in entry.fields else _version_1(entry)
    if source.is_local:
        origin = Origin(file, entry.line, f"/{entry.descriptors[0]}")
        return own_project(name, version, origin)
    purl = npm_purl(name, version, source.vcs_url)
    if not purl:
        draft.notes.add("names no purl can hold", f"no purl can be made of {name[:100]!r}", origin)
    return package(
        purl,
        name,
        version,
        origin,
        fallback=f"L{entry.line}",
        hashes=sri_hashes(entry.fields.get("integrity", "")) or _zip_hash(entry.fields.get("checksum", "")),
        registry=source.registry,
        references=(Reference(source.kind, source.place),) if source.place else (),
    )


def _zip_hash(text: str) -> tuple[str, ...]:
    """Return berry's checksum (``10c0/HEX``): of the archive that yarn packs itself, not the registry's; named so."""
    digest = text.rpartition("/")[2]
    return (f"yarn-zip-sha512:{digest}",) if _SHA_512.fullmatch(digest) else ()


def _version_1(entry: _Entry) -> tuple[str, str, Source]:
    """Return name, version and source of a version 1 block; the hash after ``#`` is no commit for a registry's archive."""
    name, target = _split(entry.descriptors[0])
    if target.startswith("npm:"):
        name, _ = _split(target[4:])
    resolved = entry.fields.get("resolved", "") or (target if target.startswith(("file:", "link:")) else "")
    plain = resolved.partition("#")[0] if "/-/" in resolved else resolved
    return name, entry.fields.get("version", ""), source_of(name, plain)


def _berry(entry: _Entry) -> tuple[str, str, Source]:
    """Return name, version and source of a berry block by its ``resolution``; a patch is what it patches."""
    name, target = _split(entry.fields["resolution"])
    if target.startswith("patch:"):
        name, target = _split(unquote(target[6:].partition("#")[0]))
    version = entry.fields.get("version", "")
    if target.startswith("npm:"):
        archive = re.search(r"__archiveUrl=([^&]+)", target)
        real = _split(target[4:].partition("::")[0])
        return (real[0] if real[1] else name), version, source_of(name, unquote(archive[1])) if archive else Source()
    return name, version, source_of(name, target.replace("#commit=", "#").partition("::")[0])


def _add_needs(entries: list[_Entry], draft: Draft) -> None:
    """Add the needs: each is a descriptor that some block answers.

    Where ``resolutions`` put another version in place of it, none does: then the one block of that name is meant.
    """
    answers = {descriptor: entry.descriptors[0] for entry in entries for descriptor in entry.descriptors}
    named: dict[str, set[str]] = {}
    for entry in entries:
        named.setdefault(_split(entry.descriptors[0])[0], set()).add(entry.descriptors[0])
    for entry in entries:
        for name, limits in entry.needs:
            found = answers.get(f"{name}@{limits}") or answers.get(f"{name}@npm:{limits}")
            if found is None and len(named.get(name, ())) == 1:
                (found,) = named[name]
            if found:
                draft.need(entry.descriptors[0], found)


def _split(descriptor: str) -> tuple[str, str]:
    """Split ``@scope/name@target`` at the ``@`` that ends the name."""
    at = descriptor.find("@", 1)
    return (descriptor, "") if at < 0 else (descriptor[:at], descriptor[at + 1 :])


def _unquoted(text: str) -> str:
    return text[1:-1].replace('\\"', '"') if len(text) > 1 and text[0] == text[-1] == '"' else text
