"""mix.lock (Elixir and Erlang): packages of Hex and of repositories, with hashes and needs. It says no roles.

The file is an Elixir term; ``elixir_terms`` reads it as data. Format: https://hexdocs.pm/mix/Mix.Tasks.Deps.html.
"""

from __future__ import annotations

from collections.abc import Iterator

from freehold.inventory.addresses import base_of, git_url
from freehold.inventory.lockfiles.elixir_terms import Entry, Term, read_map
from freehold.inventory.notes import Notes
from freehold.inventory.packages import Draft, named_hash, own_project, package, purl_of
from freehold.inventory.reader import Document, Reading, text_of
from freehold.model.component import Component, Origin, Reference

_INNER, _NEEDS, _REPOSITORY, _OUTER = 3, 5, 6, 7
"""Places in a Hex tuple; older files end earlier."""


class MixLock:
    """The reader of mix.lock."""

    name = "mix-lock"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether the name is Mix's."""
        return name.lower() == "mix.lock"

    def read(self, document: Document) -> Reading:
        """Read the document; raises ``UnreadableError`` if it is no map of Elixir terms."""
        notes = Notes(document.path)
        draft = Draft(document, notes)
        entries = list(read_map(text_of(document.data)))
        for entry in entries:
            component = _component(entry, Origin(document.path, entry.line))
            if component is None:
                notes.add(
                    "entries that cannot be read",
                    f"{entry.key[:80]!r} has no known source",
                    Origin(document.path, entry.line),
                )
            else:
                draft.add(entry.key, component)
        for entry in entries:
            for need in _needs(entry.value):
                draft.need(entry.key, need)
        if entries:
            notes.once(
                "mix.lock does not say what is needed for development only: every package counts as needed at runtime"
            )
        return draft.reading(self.name)


def _component(entry: Entry, origin: Origin) -> Component | None:
    """Return one package by its source: ``:hex``, ``:git`` or ``:path``; None if it has another."""
    value = entry.value if isinstance(entry.value, tuple) else ()
    match _text(value, 0):
        case "hex":
            return _hex(value, origin)
        case "git":
            address = git_url(f"{_text(value, 1)}#{_text(value, 2)}")
            commit = _text(value, 2)
            return package(
                purl_of("hex", entry.key, commit, vcs_url=address),
                entry.key,
                commit,
                origin,
                registry=base_of(address.removeprefix("git+")),
                references=(Reference("vcs", address),) if address else (),
            )
        case "path":
            return own_project(entry.key, "", Origin(origin.file, origin.line, f"/{entry.key}"))
        case _:
            return None


def _hex(value: tuple[Term, ...], origin: Origin) -> Component:
    """Return a package of Hex; the name of an organisation's own repository is its namespace."""
    name, version = _text(value, 1), _text(value, 2)
    repository = _text(value, _REPOSITORY)
    organisation = repository.removeprefix("hexpm").lstrip(":")
    digest = _text(value, _OUTER)
    return package(
        purl_of("hex", name, version, namespace=organisation),
        name,
        version,
        origin,
        hashes=named_hash(f"sha256:{digest}") or _inner_hash(value),
    )


def _inner_hash(value: tuple[Term, ...]) -> tuple[str, ...]:
    """Return the hash of what the archive contains, which older files give alone; it keeps a name of its own."""
    return tuple(f"hex-inner-{one}" for one in named_hash(f"sha256:{_text(value, _INNER)}"))


def _needs(value: Term) -> Iterator[str]:
    """Yield the names that a Hex package needs; optional ones are locked only if something else needs them."""
    needs = value[_NEEDS] if isinstance(value, tuple) and len(value) > _NEEDS else []
    for need in needs if isinstance(needs, list) else ():
        if isinstance(need, tuple) and need and isinstance(need[0], str):
            yield need[0]


def _text(value: tuple[Term, ...], at: int) -> str:
    item = value[at] if at < len(value) else ""
    return item if isinstance(item, str) else ""
