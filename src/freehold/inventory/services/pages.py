"""Hosts that pages load from in the reader's browser: scripts, style sheets, fonts, frames and connections opened early.

A page that loads a script from somebody's host runs only while that host answers, and runs what it sends; whether the
page holds it to a hash (subresource integrity) is noted. Links to read, icons and pictures are no use of a service.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from freehold.inventory.reader import Document, Reading
from freehold.inventory.services.findings import Findings, searchable

_NAME = re.compile(
    r"\.(?:html?|xhtml|erb|ejs|hbs|handlebars|mustache|jinja2?|j2|twig|liquid|njk|cshtml|razor|blade\.php|vue|svelte|astro|haml|slim|pug|phtml|gohtml|tmpl|ftl|jsp|css|scss|less|sass|tsx|jsx)$",
    re.IGNORECASE,
)
_TAGS = ("<script", "<link", "<iframe")
_LONGEST_TAG = 1500
_ATTRIBUTE = re.compile(r"\b(src|href|rel|integrity)\s{0,4}=\s{0,4}\{?[\"'`]?\s{0,4}([^\s\"'`>]{1,400})", re.IGNORECASE)
_REL = re.compile(r"\brel\s{0,4}=\s{0,4}[\"']?([^\"'>]{1,80})", re.IGNORECASE)
_HOST = re.compile(r"^(?:https?:)?//([^\s/:?#\"'`<>\\]{3,253})", re.IGNORECASE)
_IMPORT = re.compile(r"@import\s{1,4}(?:url\(\s{0,4})?[\"']?(?:https?:)?//([^\s/:?#\"')<>\\;]{3,253})", re.IGNORECASE)
_FONT = re.compile(
    r"\burl\(\s{0,4}[\"']?(?:https?:)?//([^\s/:?#\"')<>\\;]{3,253})[^\s\"')]{0,300}\.(?:woff2?|ttf|otf|eot)\b",
    re.IGNORECASE,
)
_LOADING = frozenset({"stylesheet", "preconnect", "dns-prefetch", "preload", "modulepreload", "prefetch"})


class _Load(msgspec.Struct, frozen=True):
    """One thing that a page loads: its host as written, its place in the text, and what it is."""

    host: str
    at: int
    what: str


class ServicePages:
    """The reader of pages, templates of pages, and style sheets."""

    name = "service-pages"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether a file of this name is a page, a template of one, or a style sheet."""
        return bool(_NAME.search(name)) and not name.lower().endswith(".min.css")

    def read(self, document: Document) -> Reading:
        """Read the document; text that cannot be decoded gives a note."""
        if b"//" not in document.data:
            return Reading(self.name)
        findings = Findings(document, self.name)
        text = searchable(document, findings.notes)
        at, line = 0, 1
        for load in sorted((*_tags(text), *_styles(text)), key=lambda one: one.at):
            line += text.count("\n", at, load.at)
            at = load.at
            findings.service(load.host, line, f"a page loads {load.what} from it")
        return findings.reading()


def _tags(text: str) -> Iterator[_Load]:
    """Yield what tags load. Each tag is looked at up to a fixed length: linear."""
    lower = text.lower()
    if len(lower) != len(text):
        lower = text
    for name in _TAGS:
        at = lower.find(name)
        while at >= 0:
            tag = text[at : at + _LONGEST_TAG].partition(">")[0]
            yield from _tag(name[1:], tag, at)
            at = lower.find(name, at + len(name))


def _tag(name: str, tag: str, at: int) -> Iterator[_Load]:
    values = {found[1].lower(): found[2] for found in _ATTRIBUTE.finditer(tag)}
    found = _HOST.match(values.get("href" if name == "link" else "src", ""))
    if found is None:
        return
    if name == "script":
        yield _Load(found[1], at, f"a script ({'held to a hash' if 'integrity' in values else 'no integrity hash'})")
    elif name == "iframe":
        yield _Load(found[1], at, "a frame")
    else:
        rel = _REL.search(tag)
        kinds = set(rel[1].lower().split()) if rel else set()
        if kinds & {"preconnect", "dns-prefetch"}:
            yield _Load(found[1], at, "something (a connection is opened early)")
        elif kinds & _LOADING:
            what = "a style sheet" if "stylesheet" in kinds else "a file"
            yield _Load(found[1], at, f"{what} ({'held to a hash' if 'integrity' in values else 'no integrity hash'})")


def _styles(text: str) -> Iterator[_Load]:
    """Yield the style sheets and fonts that styles load."""
    for pattern, what in ((_IMPORT, "a style sheet"), (_FONT, "a font")):
        for found in pattern.finditer(text):
            yield _Load(found[1], found.start(), what)


READERS = (ServicePages(),)
