"""AI models that code, notebooks and settings name: hub identifiers, models behind an API, and the addresses of APIs.

Everything here is inferred, from well-defined places only: loading calls, ``model=`` and its kin, ``base_url=`` and its
kin, hub addresses; each with its line as evidence. Comment lines do not count. What a name looks like is in ``model_names``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from freehold.inventory.addresses import clean_url
from freehold.inventory.joining import join_components
from freehold.inventory.lockfiles.packages import purl_of
from freehold.inventory.model_names import hosted_name, is_bare_id, is_hosted_name, is_hub_id
from freehold.inventory.reader import Document, Reading, UnreadableError, text_of
from freehold.inventory.sbom.notes import Notes
from freehold.inventory.sbom.places import host_of
from freehold.model.component import Component, ComponentKey, ComponentKind, Origin, Role

_CODE = re.compile(
    r"\.(py|pyi|js|mjs|cjs|ts|mts|cts|jsx|tsx|vue|svelte|sh|bash|go|java|kt|rb|php|rs|cs)$", re.IGNORECASE
)
_SETTINGS = re.compile(r"\.(toml|ya?ml|json|ini|cfg|conf|properties)$|^\.env(\.[\w-]+)*$|\.env$", re.IGNORECASE)
_NOT_SETTINGS = re.compile(
    r"(^|[-.])lock\.|^(freehold\.toml|pnpm-lock\.yaml|tsconfig.*\.json)$|\.schema\.json$", re.IGNORECASE
)
_TEST_NAME = re.compile(r"^(test_.*|.*_test|.*\.(test|spec|stories)|conftest)\.\w+$", re.IGNORECASE)
_LARGEST_BYTES = 4 << 20
_LONGEST_LINE = 4000

_WORDS = (
    b"model",
    b"from_pretrained",
    b"snapshot_download",
    b"hf_hub_download",
    b"sentencetransformer",
    b"crossencoder",
    b"huggingface",
    b"hf download",
    b"hf://",
    b"pipeline",
    b"repo_id",
    b"deployment",
    b"base_ur",
    b"baseur",
    b"api_base",
    b"apibase",
    b"api_url",
    b"apiurl",
    b"endpoint",
    b"api_host",
    b"apihost",
)
"""A file without any of these, in lower case, names no model: looking for plain words costs a tenth of the patterns."""
_Q = r"[\"'`]"
_TEXT = r"([\w./:@+-]{2,160})"
_CALL = re.compile(
    rf"\b(from_pretrained|snapshot_download|hf_hub_download|SentenceTransformer|CrossEncoder)\s*\(\s*"
    rf"(?:(?:repo_id|pretrained_model_name_or_path|model_name_or_path|model_id)\s*=\s*)?{_Q}{_TEXT}{_Q}"
)
_PIPELINE = re.compile(rf"\bpipeline\s*\(\s*{_Q}[\w-]{{3,40}}{_Q}\s*,\s*(?:model\s*=\s*)?{_Q}{_TEXT}{_Q}")
_REVISION = re.compile(rf"\brevision\s*=\s*{_Q}([\w./-]{{1,100}}){_Q}")
_NAMED = re.compile(
    rf"(?:model(?:_?id|_?name|_?path|_name_or_path)?|repo_id|deployment_?name)"
    rf"{_Q}?\s*(?::\s*(?:str\s*=\s*)?|=\s*){_Q}?{_TEXT}{_Q}?(?=[\s,;)\]}}#]|$)",
    re.IGNORECASE | re.MULTILINE,
)
_BASE = re.compile(
    rf"((?:base_?ur[li]|api_?base|api_?url|api_?endpoint|endpoint_url|api_?host))"
    rf"{_Q}?\s*(?::\s*|=\s*){_Q}?(https?://[^\s\"'`<>,;)\]}}]{{3,300}})",
    re.IGNORECASE,
)
_API_LIKE = re.compile(
    r"//(?:[\w-]+\.)*[\w-]*api[.-]|//[\w.-]*(?:openai|anthropic|inference|llm|[.-]ai\b)|/v\d|/api\b|/compatible-mode"
)
"""What the address of an API looks like: a ``base_url`` is as often that of a site or of its documentation."""
_DEFAULT = re.compile(
    rf"\b(?:getenv|environ\.get|env|config)\(\s*{_Q}(\w*(?:MODEL|REPO_ID)\w*){_Q}\s*,\s*(?:default\s*=\s*)?{_Q}{_TEXT}{_Q}"
    rf"|\benv\.(\w*MODEL\w*)\s*(?:\?\?|\|\|)\s*{_Q}{_TEXT}{_Q}"
)
_HUB_ADDRESS = re.compile(
    r"\bhttps?://(huggingface\.co|hf-mirror\.com|modelscope\.cn/models|www\.modelscope\.cn/models)/([\w.-]+/[\w.-]+?)(?:\.git)?/(?:resolve|blob|tree|raw|files)/"
)
_COMMAND = re.compile(r"\b(?:huggingface-cli|hf)\s+download\s+([\w.-]+/[\w.-]+)|\bhf://([\w.-]+/[\w.-]+)")
_MODELSCOPE = re.compile(r"^\s*(?:from|import)\s+modelscope\b", re.MULTILINE)
_OTHER_HUB = re.compile(r"^\s*(?:from|import)\s+(?:huggingface_hub|transformers|diffusers)\b", re.MULTILINE)
_COMMENT = re.compile(r"^\s*(?:#|//|\*|/\*|--|<!--|;)")
_LOCAL = re.compile(
    r"^(localhost|.*\.(local|localhost|internal|invalid|test|svc|cluster\.local)|127\..*|10\..*|192\.168\..*|172\.(1[6-9]|2\d|3[01])\..*|0\.0\.0\.0|::1|[^.]+)$"
)


class _Mention(msgspec.Struct, frozen=True):
    """One place where a model or address is named: what was written, its kind, line (or pointer of a cell), evidence."""

    name: str
    kind: str
    origin: Origin
    evidence: str
    revision: str = ""


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
        found = [_component(mention, role) for mention in _mentions(document, notes)]
        return Reading(self.name, tuple(join_components(found).values()), notes=notes.listed())


def _mentions(document: Document, notes: Notes) -> Iterator[_Mention]:
    """Yield every mention, in the order of the patterns."""
    try:
        text = text_of(document.data)
    except UnreadableError as error:
        notes.once(f"not searched for model names: {error.reason}")
        return
    if document.name.lower().endswith(".ipynb"):
        for pointer, source in _cells(text, notes):
            yield from _in_text(source, document.path, pointer)
    else:
        yield from _in_text(text, document.path, "")


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


def _in_text(text: str, file: str, pointer: str) -> Iterator[_Mention]:
    """Yield the mentions in one text. Comment lines and overlong (minified) lines are blanked first."""
    lines = ["" if len(line) > _LONGEST_LINE or _COMMENT.match(line) else line for line in text.split("\n")]
    clean = "\n".join(lines)
    from_modelscope = bool(_MODELSCOPE.search(clean)) and not _OTHER_HUB.search(clean)
    hub = "modelscope" if from_modelscope else "huggingface"
    for found, name, kind in _matches(clean, hub):
        line = clean.count("\n", 0, found.start()) + 1
        origin = Origin(file, 0, f"{pointer}/source/{line - 1}") if pointer else Origin(file, line)
        after = clean[found.end() : found.end() + 300].partition(")")[0]
        revision = _REVISION.search(after) if found.re in {_CALL, _PIPELINE} else None
        shown = " ".join(found[0].split())[:160]
        yield _Mention(
            name, kind, origin, shown if kind != "base" else f"{found[1]} {name}", revision[1] if revision else ""
        )


def _matches(text: str, hub: str) -> Iterator[tuple[re.Match[str], str, str]]:
    """Yield each match with the name and kind it states: a hub's name, ``hosted``, or ``base``."""
    for pattern, group in ((_CALL, 2), (_PIPELINE, 1)):
        for found in pattern.finditer(text):
            if is_hub_id(found[group]) or is_bare_id(found[group]):
                yield found, found[group], hub
    for found in (*_NAMED.finditer(text), *_DEFAULT.finditer(text)):
        name = found[found.lastindex or 0]
        if is_hosted_name(name):
            yield found, hosted_name(name), "hosted"
        elif is_hub_id(name):
            yield found, name, hub
    for found in _HUB_ADDRESS.finditer(text):
        yield found, found[2], "modelscope" if "modelscope" in found[1] else "huggingface"
    for found in _COMMAND.finditer(text):
        yield found, (found[1] or found[2]).rstrip("."), "huggingface"
    for found in _BASE.finditer(text):
        host = host_of(clean_url(found[2]))
        if host and not _LOCAL.match(host) and ("api" in found[1].lower() or _API_LIKE.search(found[2])):
            yield found, host, "base"


def _component(mention: _Mention, role: Role) -> Component:
    """Return what a mention stands for: weights on a hub, a model behind an API, or an API."""
    evidence = f"named in code or settings: {mention.evidence}"
    if mention.kind in {"hosted", "base"}:
        key = ComponentKey(f"{mention.origin.file}#{'host' if mention.kind == 'base' else 'model'}={mention.name}")
        hosts = (mention.name,) if mention.kind == "base" else ()
        kind = ComponentKind.SERVICE
        return Component(
            key=key, name=mention.name, kind=kind, hosts=hosts, role=role, origins=(mention.origin,), evidence=evidence
        )
    namespace, _, name = mention.name.rpartition("/")
    purl = purl_of(mention.kind, name, mention.revision, namespace=namespace)
    return Component(
        key=ComponentKey(purl),
        name=mention.name,
        version=mention.revision,
        kind=ComponentKind.MODEL,
        purls=(purl,),
        role=role,
        origins=(mention.origin,),
        evidence=evidence,
    )


READERS = (ModelNames(),)
