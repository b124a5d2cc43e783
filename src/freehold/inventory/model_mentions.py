"""Where a text names AI models: the patterns, and the places around a few plain words to which they are applied.

Only well-defined places count: loading calls, ``model=`` and its kin, ``base_url=`` and its kin, hub addresses, outside
comments. What a name must look like is in ``model_names``; what a mention means for the inventory, in ``models``.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

import msgspec

from freehold.inventory.addresses import clean_url
from freehold.inventory.model_names import hosted_name, is_bare_id, is_hosted_name, is_hub_id, is_ollama_name
from freehold.inventory.sbom.places import host_of

HOSTED = "hosted"
"""The kind of a mention that names a model behind an API."""
ADDRESS = "address"
"""The kind of a mention that names an API's address. The other kinds are hubs, by purl type."""
OLLAMA = "ollama"
"""The kind of a mention that names weights as Ollama does."""
DATASET = "dataset"
"""The kind of a mention that names a data set of a hub."""

_LONGEST_LINE = 4000
_BEFORE, _AFTER = 120, 600
"""Characters around a word in which patterns are looked for."""

WORDS = (
    "model",
    "from_pretrained",
    "snapshot_download",
    "hf_hub_download",
    "sentencetransformer",
    "crossencoder",
    "huggingface",
    "hf download",
    "hf://",
    "pipeline",
    "ollama",
    "load_dataset",
    "hf-repo",
    " -hf ",
    "repo_id",
    "deployment",
    "base_ur",
    "baseur",
    "api_base",
    "apibase",
    "api_url",
    "apiurl",
    "endpoint",
    "api_host",
    "apihost",
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
_FLAG = re.compile(
    rf"(?<![\w-])(?:--(?:[a-z]{{2,12}}-)?model(?:-id|-name|-path|-name-or-path|_name_or_path)?|--hf-repo|-hf)[\s=\"',\[-]{{1,16}}{_TEXT}"
)
"""Flags of programs that serve or train models (vLLM, TGI, llama.cpp...), also split over a list."""
_OLLAMA = re.compile(
    r"\bollama\s+(?:pull|run|create)\s+([\w./:-]{2,120})|[\"'](?:ollama|ollama_chat)/([\w./:-]{2,120})[\"']"
)
_DATASET = re.compile(rf"\bload_dataset\s*\(\s*(?:path\s*=\s*)?{_Q}([\w.-]{{2,96}}(?:/[\w.-]{{2,96}})?){_Q}")
_BUILDERS = frozenset(
    {
        "csv",
        "json",
        "text",
        "parquet",
        "arrow",
        "pandas",
        "imagefolder",
        "audiofolder",
        "webdataset",
        "generator",
        "xml",
        "sql",
    }
)
"""What ``load_dataset`` takes for files of your own."""
_MODELSCOPE = re.compile(r"^\s*(?:from|import)\s+modelscope\b", re.MULTILINE)
_OTHER_HUB = re.compile(r"^\s*(?:from|import)\s+(?:huggingface_hub|transformers|diffusers)\b", re.MULTILINE)
_COMMENT = re.compile(r"\s*(?:#|//|\*|/\*|--|<!--|;)")
_LOCAL = re.compile(
    r"^(localhost|.*\.(local|localhost|internal|invalid|test|svc|cluster\.local)|127\..*|10\..*|192\.168\..*|172\.(1[6-9]|2\d|3[01])\..*|0\.0\.0\.0|::1|[^.]+)$"
)


class Mention(msgspec.Struct, frozen=True):
    """One place: the name or host, its kind, its line (1-based), what is written there, and the revision asked for."""

    name: str
    kind: str
    line: int
    evidence: str
    revision: str


def mentions_in(text: str) -> Iterator[Mention]:
    """Yield every mention in a text, once a place. Linear but for the patterns, which see only windows of it."""
    spans = list(_windows(text))
    if not spans:
        return
    starts = [0, *(at + 1 for at in _places(text, "\n"))]
    from_modelscope = bool(_MODELSCOPE.search(text)) and not _OTHER_HUB.search(text)
    hub = "modelscope" if from_modelscope else "huggingface"
    for start, end in spans:
        for found, name, kind in _matches(text, hub, start, end):
            number = bisect_right(starts, found.start())
            line_start, line_end = starts[number - 1], starts[number] - 1 if number < len(starts) else len(text)
            if line_end - line_start > _LONGEST_LINE or _COMMENT.match(text, line_start, line_end):
                continue
            after = text[found.end() : found.end() + 300].partition(")")[0]
            revision = _REVISION.search(after) if found.re in {_CALL, _PIPELINE} else None
            evidence = f"{found[1]} {name}" if kind == ADDRESS else " ".join(found[0].split())[:160]
            yield Mention(name, kind, number, evidence, revision[1] if revision else "")


def is_served_here(text: str) -> bool:
    """Tell whether the APIs that a text names all lie on hosts of its own: then the models run on weights held there."""
    hosts = [host_of(clean_url(found[2])) for found in _BASE.finditer(text)]
    return bool(hosts) and all(host and _LOCAL.match(host) for host in hosts)


def _windows(text: str) -> Iterator[tuple[int, int]]:
    """Yield the stretches around the words, joined where they overlap."""
    lower = text.lower()
    if len(lower) != len(text):
        yield 0, len(text)
        return
    places = sorted(place for word in WORDS for place in _places(lower, word))
    start, end = 0, -1
    for place in places:
        if place - _BEFORE > end:
            if end >= 0:
                yield start, end
            start = max(0, place - _BEFORE)
        end = min(len(text), place + _AFTER)
    if end >= 0:
        yield start, end


def _places(lower: str, word: str) -> Iterator[int]:
    place = lower.find(word)
    while place >= 0:
        yield place
        place = lower.find(word, place + len(word))


def _matches(text: str, hub: str, start: int, end: int) -> Iterator[tuple[re.Match[str], str, str]]:
    """Yield each match with the name and kind it states: a hub's name, ``HOSTED``, or ``ADDRESS``."""
    for pattern, group in ((_CALL, 2), (_PIPELINE, 1)):
        for found in pattern.finditer(text, start, end):
            if is_hub_id(found[group]) or is_bare_id(found[group]):
                yield found, found[group], hub
    for found in (*_NAMED.finditer(text, start, end), *_DEFAULT.finditer(text, start, end)):
        name = found[found.lastindex or 0]
        if is_hosted_name(name):
            yield found, hosted_name(name), HOSTED
        elif is_hub_id(name):
            yield found, name, hub
        elif is_ollama_name(name):
            yield found, name, OLLAMA
    for found in _FLAG.finditer(text, start, end):
        if is_hub_id(found[1]):
            yield found, found[1], hub
    for found in _OLLAMA.finditer(text, start, end):
        yield found, found[1] or found[2], OLLAMA
    for found in _DATASET.finditer(text, start, end):
        if found[1] not in _BUILDERS and (is_hub_id(found[1]) or "/" not in found[1]):
            yield found, found[1], DATASET
    for found in _HUB_ADDRESS.finditer(text, start, end):
        yield found, found[2], "modelscope" if "modelscope" in found[1] else "huggingface"
    for found in _COMMAND.finditer(text, start, end):
        yield found, (found[1] or found[2]).rstrip("."), "huggingface"
    for found in _BASE.finditer(text, start, end):
        host = host_of(clean_url(found[2]))
        if host and not _LOCAL.match(host) and ("api" in found[1].lower() or _API_LIKE.search(found[2])):
            yield found, host, ADDRESS
