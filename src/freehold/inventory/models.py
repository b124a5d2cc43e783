"""AI models that code, notebooks and settings name: hub identifiers, models behind an API, and the addresses of APIs.

Everything here is inferred, each with its line and what stands there as evidence. Which places count is in
``model_mentions``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from freehold.inventory.joining import join_components
from freehold.inventory.model_mentions import (
    ADDRESS,
    DATASET,
    HOSTED,
    OLLAMA,
    WORDS,
    Mention,
    is_served_here,
    mentions_in,
)
from freehold.inventory.model_names import is_vendors_alone
from freehold.inventory.model_parts import data_set, ollama_model
from freehold.inventory.notes import Notes
from freehold.inventory.packages import purl_of, used_host
from freehold.inventory.reader import Document, Reading, UnreadableError, text_of
from freehold.model.component import Component, ComponentKey, ComponentKind, Origin, Role

_CODE = re.compile(
    r"\.(py|pyi|js|mjs|cjs|ts|mts|cts|jsx|tsx|vue|svelte|sh|bash|go|java|kt|rb|php|rs|cs)$", re.IGNORECASE
)
_SETTINGS = re.compile(r"\.(toml|ya?ml|json|ini|cfg|conf|properties)$|^\.env(\.[\w-]+)*$|\.env$", re.IGNORECASE)
_NOT_SETTINGS = re.compile(
    r"(^|[-.]|py)lock\.|^(freehold\.toml|pnpm-lock\.yaml|tsconfig.*\.json)$|\.schema\.json$", re.IGNORECASE
)
_TEST_NAME = re.compile(r"^(test_.*|.*_test|.*\.(test|spec|stories)|conftest)\.\w+$", re.IGNORECASE)
SERVED_HERE = "served-here"
"""The kind of a mention whose model is reached at an address of your own: weights, no service."""
_LARGEST_BYTES = 4 << 20
_WORDS = tuple(word.encode() for word in WORDS)


class ModelNames:
    """The reader of code, notebooks and settings that may name AI models."""

    name = "model-names"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether a file of this name may name a model."""
        plain = name.rpartition("/")[2]
        if plain.lower().endswith(".ipynb") or _CODE.search(plain):
            return not plain.lower().endswith(".min.js")
        return bool(_SETTINGS.search(plain)) and not _NOT_SETTINGS.search(plain)

    def read(self, document: Document) -> Reading:
        """Read the document. Files that say nothing of models give nothing; text that cannot be decoded likewise."""
        data = document.data if b"\0" not in document.data[:64] else document.data.replace(b"\0", b"")
        lower = data.lower()
        if not any(word in lower for word in _WORDS):
            return Reading(self.name)
        notes = Notes(document.path)
        if len(document.data) > _LARGEST_BYTES:
            notes.once(f"larger than {_LARGEST_BYTES >> 20} MiB: not searched for model names")
            return Reading(self.name, notes=notes.listed())
        role = Role.DEVELOPMENT if _TEST_NAME.match(document.name) else Role.RUNTIME
        found = [_component(mention, origin, role) for mention, origin in _mentions(document, notes)]
        return Reading(self.name, tuple(join_components(found).values()), notes=notes.listed())


def is_code(name: str) -> bool:
    """Tell whether a file of this name is source code, which is neither lockfile nor SBOM."""
    return bool(_CODE.search(name))


def _mentions(document: Document, notes: Notes) -> Iterator[tuple[Mention, Origin]]:
    """Yield every mention with its place: the line, or the line in a cell of a notebook."""
    try:
        text = text_of(document.data)
    except UnreadableError as error:
        notes.once(f"not searched for model names: {error.reason}")
        return
    if not document.name.lower().endswith(".ipynb"):
        mentions = list(mentions_in(text))
        served_here = any(mention.kind == HOSTED for mention in mentions) and is_served_here(text)
        for mention in mentions:
            if served_here and mention.kind == HOSTED and not is_vendors_alone(mention.name):
                mention = msgspec.structs.replace(mention, kind=SERVED_HERE)
            yield mention, Origin(document.path, mention.line)
        return
    for pointer, source in _cells(text, notes):
        for mention in mentions_in(source):
            yield mention, Origin(document.path, 0, f"{pointer}/source/{mention.line - 1}")


def _cells(text: str, notes: Notes) -> Iterator[tuple[str, str]]:
    """Yield the code cells of a notebook with their pointers."""
    try:
        book = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        notes.once("not searched for model names: broken notebook")
        return
    cells = book.get("cells") if isinstance(book, dict) else None
    for index, cell in enumerate(cells if isinstance(cells, list) else []):
        source = cell.get("source") if isinstance(cell, dict) and cell.get("cell_type") == "code" else None
        lines = source if isinstance(source, list) else [source]
        yield f"/cells/{index}", "".join(line for line in lines if isinstance(line, str))


def _component(mention: Mention, origin: Origin, role: Role) -> Component:
    """Return what a mention stands for: weights on a hub, a model behind an API, or an API."""
    evidence = f"named in code or settings: {mention.evidence}"
    if mention.kind in {HOSTED, ADDRESS}:
        key = used_host(mention.name, role) if mention.kind == ADDRESS else ComponentKey(f"model:{mention.name}")
        hosts = (mention.name,) if mention.kind == ADDRESS else ()
        kind = ComponentKind.SERVICE
        return Component(
            key=key, name=mention.name, kind=kind, hosts=hosts, role=role, origins=(origin,), evidence=evidence
        )
    if mention.kind == DATASET:
        return data_set(mention.name, origin, evidence, role)
    if mention.kind in {OLLAMA, SERVED_HERE}:
        found = ollama_model(mention.name, origin, evidence) if mention.kind == OLLAMA else None
        return msgspec.structs.replace(found or _served_here(mention.name, origin, evidence), role=role)
    namespace, _, name = mention.name.rpartition("/")
    purl = purl_of(mention.kind, name, mention.revision, namespace=namespace)
    return Component(
        key=ComponentKey(purl),
        name=mention.name,
        version=mention.revision,
        kind=ComponentKind.MODEL,
        purls=(purl,),
        role=role,
        origins=(origin,),
        evidence=evidence,
    )


def _served_here(name: str, origin: Origin, evidence: str) -> Component:
    """Return weights that a server of your own holds."""
    key = ComponentKey(f"{origin.file}#model={name}")
    return Component(
        key=key, name=name, kind=ComponentKind.MODEL, origins=(origin,), evidence=f"{evidence} (served here)"
    )


READERS = (ModelNames(),)
