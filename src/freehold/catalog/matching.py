"""Recognising: which offering a component is or uses, who supplies it, which channel serves it.

Exact keys are as good as the record (``recorded``); prefixes, names and what a client library implies are ``inferred``.
Nothing is matched by likeness: a wrong supplier is worse than none. Licences are in ``licences``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum
from urllib.parse import urlsplit

import msgspec

from freehold.catalog.derived import hosts_of
from freehold.catalog.index import Index
from freehold.catalog.purls import (
    PrefixTable,
    image_key,
    image_of_purl,
    in_its_channel,
    key_of,
    namespace_of,
    qualifier,
    type_of,
)
from freehold.catalog.tables import name_key
from freehold.model.component import Clue, ClueKind, Component, ComponentKind
from freehold.model.fact import Grade


class How(StrEnum):
    """By what something was recognised."""

    PURL = "purl"
    PURL_PREFIX = "purl-prefix"
    IMAGE = "image"
    IMAGE_PREFIX = "image-prefix"
    MODEL = "model"
    MODEL_PREFIX = "model-prefix"
    HOST = "host"
    NAME = "name"
    IMPLIED = "implied"
    """A client library implies that the offering is used."""
    RESOURCE = "resource"
    """Infrastructure code has a resource of a type that stands for the service."""
    VARIABLE = "variable"
    """A variable that only its users set is named."""
    CALL = "call"
    """Code asks a vendor's kit or a sign-in library for it."""
    NAMESPACE = "namespace"
    DOMAIN = "domain"
    DEFAULT = "default"
    """The registry that clients of this purl type use when nothing else is configured."""


class Match(msgspec.Struct, frozen=True):
    """The ``id`` of a record, by what it was recognised, how surely, and the key or pattern (``by``) that did it.

    ``uses``: the component is not this offering but uses it (a client library, an endpoint that it talks to).
    """

    id: str
    how: How
    grade: Grade
    by: str
    uses: bool = False


_NAMED = {
    ComponentKind.SERVICE: frozenset({"service"}),
    ComponentKind.MODEL: frozenset({"model"}),
    ComponentKind.DATASET: frozenset({"dataset"}),
    ComponentKind.OPERATING_SYSTEM: frozenset({"operating-system"}),
    ComponentKind.APPLICATION: frozenset({"application", "service", "tool", "runtime"}),
    ComponentKind.PLATFORM: frozenset({"service", "runtime", "operating-system", "application"}),
    ComponentKind.UNKNOWN: frozenset({"service", "application", "model", "operating-system", "dataset"}),
}
"""Which kinds of offerings a name may stand for. Libraries, frameworks and files are never matched by name."""

_FORGES = {"github.com": "github", "gitlab.com": "gitlab", "bitbucket.org": "bitbucket"}


class Matcher:
    """Matches against the tables of one index. Cost: a few dictionary look-ups and one bisection a component."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._prefixes: dict[str, PrefixTable[list[str]]] = {}
        self._derived: dict[str, list[str]] | None = None

    def offerings(self, component: Component) -> tuple[Match, ...]:
        """Return what the component is (best evidence first; several only where records disagree), then what it uses."""
        return (*self._identity(component), *self._uses(component))

    def clue(self, clue: Clue) -> tuple[Match, ...]:
        """Return the offerings whose use a clue tells, by its whole name, else by the longest prefix of it."""
        match clue.kind:
            case ClueKind.HOST:
                found = self._host("service_hosts", clue.name)
                how, ids = How.HOST, found[1] if found else []
            case ClueKind.VARIABLE:
                how, ids = How.VARIABLE, self._known("variables", "variable_prefixes", clue.name.upper())
            case ClueKind.CALL:
                how, ids = How.CALL, self._known("calls", "call_prefixes", clue.name.casefold())
        return tuple(Match(identifier, how, Grade.INFERRED, clue.name, uses=True) for identifier in ids)

    def supplier_of_purl(self, purl: str) -> Match | None:
        """Return the supplier that names this purl among its own, or whose namespace is the longest prefix of it."""
        key = key_of(in_its_channel(purl))
        if own := self._index.table("own_names").get(key):
            return Match(own[0], How.NAMESPACE, Grade.INFERRED, key)
        found = self._prefix("namespaces").longest(key)
        return Match(found[1][0], How.NAMESPACE, Grade.INFERRED, found[0]) if found else None

    def supplier_named(self, name: str) -> Match | None:
        """Return the supplier of this name or alias; None where two share it."""
        ids = self._index.table("supplier_names").get(name_key(name), ())
        return Match(ids[0], How.NAME, Grade.INFERRED, name) if len(ids) == 1 else None

    def supplier_of_url(self, url: str) -> Match | None:
        """Return the supplier whose forge organisation or domain an address lies in."""
        host = host_of(url)
        if host in _FORGES:
            path = urlsplit(url if "://" in url else f"https://{url}").path
            return self.supplier_of_purl(f"pkg:{_FORGES[host]}{path.removesuffix('.git')}")
        for suffix in _suffixes(host):
            ids = self._index.table("domains").get(suffix, ())
            if len(ids) == 1:
                return Match(ids[0], How.DOMAIN, Grade.INFERRED, suffix)
        return None

    def channel_of_purl(self, purl: str) -> Match | None:
        """Return the channel that a purl names (``repository_url``), else the default registry of its type.

        A purl that names a registry which no record knows has no channel here: the default would be wrong.
        """
        if named := qualifier(purl, "repository_url"):
            return self.channel_of_url(named)
        kind = type_of(purl)
        defaults = self._index.table("defaults")
        namespace = namespace_of(in_its_channel(purl)).partition("/")[0]
        named_only = kind == "conda" and namespace not in ("", "defaults", "main")
        for served in (f"{kind}/{namespace}", *(() if named_only else (kind,))):
            if served in defaults:
                return Match(defaults[served][0], How.DEFAULT, Grade.INFERRED, served)
        return None

    def channel_of_url(self, url: str) -> Match | None:
        """Return the channel that serves a host: exact, by sub-domain, or by a registry's derived hosts."""
        host = host_of(url)
        if not host:
            return None
        found = self._host("channel_hosts", host)
        if found is None and host in self._derived_hosts():
            found = host, self._derived_hosts()[host]
        return Match(found[1][0], How.HOST, Grade.RECORDED, found[0]) if found else None

    def standards_of_purl(self, purl: str) -> tuple[str, ...]:
        """Return the standards whose records name this purl as an implementer."""
        key = key_of(purl)
        exact = self._index.table("implementers").get(key, [])
        prefix = self._prefix("implementer_prefixes").longest(key)
        return tuple(dict.fromkeys([*exact, *(prefix[1] if prefix else ())]))

    def _identity(self, component: Component) -> tuple[Match, ...]:
        """Return the matches by the best evidence that gives any."""
        for found in self._by_evidence(component):
            if found:
                return tuple(found)
        return ()

    def _by_evidence(self, component: Component) -> Iterator[list[Match]]:
        """Yield the matches by each kind of evidence, best first."""
        keys = [key_of(purl) for purl in component.purls]
        images, models = list(_images(component)), list(_models(component))
        if images:
            yield self._exact("images", _tagged(component, images), How.IMAGE)
        yield self._exact("purls", keys, How.PURL)
        if images or models:
            yield self._exact("images", images, How.IMAGE)
            yield self._exact("models", models, How.MODEL)
        yield self._longest("purl_prefixes", keys, How.PURL_PREFIX)
        if images or models:
            yield self._longest("image_prefixes", images, How.IMAGE_PREFIX)
            yield self._longest("model_prefixes", models, How.MODEL_PREFIX)
        if component.kind is ComponentKind.SERVICE:
            yield self._hosts(component, uses=False)
        if not component.purls:
            yield self._names(component)
            yield self._resources(component)

    def _uses(self, component: Component) -> tuple[Match, ...]:
        """Return the offerings that a client library implies and the services behind its endpoints, each once."""
        keys = [key_of(purl) for purl in component.purls]
        found: dict[str, Match] = {}
        implied = self._index.table("implied")
        prefixes = self._prefix("implied_prefixes")
        for key in keys:
            longest = prefixes.longest(key)
            for identifier in implied.get(key) or (longest[1] if longest else ()):
                found.setdefault(identifier, Match(identifier, How.IMPLIED, Grade.INFERRED, key, uses=True))
        if component.hosts and component.kind is not ComponentKind.SERVICE:
            for match in self._hosts(component, uses=True):
                found.setdefault(match.id, match)
        return tuple(found.values())

    def _exact(self, table: str, keys: Iterable[str], how: How) -> list[Match]:
        entries = self._index.table(table)
        pairs = {identifier: key for key in keys for identifier in entries.get(key, ())}
        return [Match(identifier, how, Grade.RECORDED, key) for identifier, key in pairs.items()]

    def _longest(self, table: str, keys: Iterable[str], how: How) -> list[Match]:
        entries = self._prefix(table)
        found = [match for key in keys if (match := entries.longest(key))]
        pairs = {identifier: prefix for prefix, ids in found for identifier in ids}
        return [Match(identifier, how, Grade.INFERRED, prefix) for identifier, prefix in pairs.items()]

    def _known(self, table: str, prefixes: str, key: str) -> list[str]:
        """Return the ids under a whole key, else under the longest prefix of it."""
        longest = self._prefix(prefixes).longest(key)
        return self._index.table(table).get(key) or (longest[1] if longest else [])

    def _hosts(self, component: Component, *, uses: bool) -> list[Match]:
        found = [match for host in component.hosts if (match := self._host("service_hosts", host_of(host)))]
        pairs = {identifier: host for host, ids in found for identifier in ids}
        grade = Grade.INFERRED if uses else Grade.RECORDED
        return [Match(identifier, How.HOST, grade, host, uses) for identifier, host in pairs.items()]

    def _names(self, component: Component) -> list[Match]:
        wanted = _NAMED.get(component.kind, frozenset())
        kinds = self._index.table("kinds")
        ids = self._index.table("names").get(name_key(component.name), ()) if wanted else ()
        fitting = [identifier for identifier in ids if kinds[identifier][0] in wanted]
        return [Match(identifier, How.NAME, Grade.INFERRED, component.name) for identifier in fitting]

    def _resources(self, component: Component) -> list[Match]:
        """Return the services that a type of resource stands for: the exact type, else the longest prefix of it."""
        if component.kind is not ComponentKind.SERVICE or not component.name:
            return []
        kind = component.name.casefold()
        longest = self._prefix("resource_prefixes").longest(kind)
        ids = self._index.table("resources").get(kind) or (longest[1] if longest else [])
        by = longest[0] if longest else kind
        return [Match(identifier, How.RESOURCE, Grade.INFERRED, by) for identifier in ids]

    def _host(self, table: str, host: str) -> tuple[str, list[str]] | None:
        """Return the entry for a host: its own, else that of the longest ``.suffix``."""
        entries = self._index.table(table)
        for key in (host, *(f".{suffix}" for suffix in _suffixes(host)[1:])):
            if key in entries:
                return key, entries[key]
        return None

    def _prefix(self, table: str) -> PrefixTable[list[str]]:
        if table not in self._prefixes:
            self._prefixes[table] = PrefixTable(self._index.table(table))
        return self._prefixes[table]

    def _derived_hosts(self) -> dict[str, list[str]]:
        """Return the hosts that the purl library knows for channels that say ``derived``, computed on first need."""
        if self._derived is None:
            table = self._index.table("derived")
            self._derived = {host: table[served] for host, served in hosts_of(table).items()}
        return self._derived


def host_of(address: str) -> str:
    """Return the host of a URL, ``host:port`` or ``host/path``, lower case; empty for none."""
    text = address.strip().removeprefix("git+")
    try:
        found = urlsplit(text if "://" in text else f"//{text}").hostname
    except ValueError:
        return ""
    return (found or "").rstrip(".")


def _suffixes(host: str) -> list[str]:
    """Return a host and the domains above it, longest first."""
    labels = host.split(".") if host else []
    return [".".join(labels[start:]) for start in range(len(labels) - 1)] or ([host] if host else [])


def _images(component: Component) -> Iterator[str]:
    """Yield the image keys of a component."""
    for purl in component.purls:
        if key := image_of_purl(purl):
            yield key
    if component.kind is ComponentKind.CONTAINER and not component.purls and component.name:
        yield image_key(component.name)


def _tagged(component: Component, images: Iterable[str]) -> Iterator[str]:
    """Yield the keys of a component's images with each word of their tags."""
    tags = (
        component.version,
        _after(":", component.name.partition("@")[0]),
        *(_after("@", purl.partition("?")[0]) for purl in component.purls),
        *(qualifier(purl, "tag") for purl in component.purls),
    )
    words = sorted({word for tag in tags for word in tag.casefold().split("-") if word})
    yield from (f"{image}:{word}" for image in images for word in words)


def _after(mark: str, text: str) -> str:
    """Return what stands behind the last mark; empty where there is none."""
    return text.rpartition(mark)[2] if mark in text else ""


def _models(component: Component) -> Iterator[str]:
    """Yield the model identifiers of a component: those of its hub purls, and its name if it is a model."""
    for purl in component.purls:
        if type_of(purl) in ("huggingface", "modelscope"):
            yield "/".join(key_of(purl).split("/")[1:])
    if component.kind in (ComponentKind.MODEL, ComponentKind.SERVICE) and component.name and not component.purls:
        yield component.name.casefold()
