"""The match tables: from what a component carries (purl, image, host, name, licence) to record ids, computed once.

``index`` stores them beside the records; ``matching`` and ``licences`` read them. Keys are in the spelling of
``purls.key_of``, ``purls.image_key`` or ``name_key``; a trailing ``*`` of a pattern is dropped and puts it in the
table of prefixes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from freehold.catalog.loading import Records, identifier_of
from freehold.catalog.purls import MAVEN, image_pattern_key, key_of
from freehold.model.records import FOLDERS, Channel, Offering, Standard, Supplier, Terms

Table = dict[str, list[str]]

NAMED_KINDS = frozenset({"service", "model", "application", "operating-system", "dataset", "image"})
"""Kinds of offerings whose own name and id recognise a component without purl; names of libraries are too common."""

TABLES = (
    "purls",
    "purl_prefixes",
    "implied",
    "implied_prefixes",
    "images",
    "image_prefixes",
    "models",
    "model_prefixes",
    "variables",
    "variable_prefixes",
    "calls",
    "call_prefixes",
    "service_hosts",
    "names",
    "kinds",
    "namespaces",
    "own_names",
    "domains",
    "supplier_names",
    "channel_hosts",
    "defaults",
    "derived",
    "terms_names",
    "terms_urls",
    "implementers",
    "implementer_prefixes",
    "providers",
    "resources",
    "resource_prefixes",
)

_SPACES = re.compile(r"[\s_]+")


def name_key(name: str) -> str:
    """Return a name as compared: case and runs of blanks do not matter."""
    return _SPACES.sub(" ", name).strip().casefold()


def url_key(url: str) -> str:
    """Return an address as compared: without scheme, ``www.``, trailing slash and file suffix."""
    bare = url.strip().casefold().partition("://")[2] or url.strip().casefold()
    return bare.removeprefix("www.").rstrip("/").removesuffix(".html").removesuffix(".txt").removesuffix(".php")


def tables_from(records: Records) -> dict[str, Table]:
    """Compute every table."""
    tables = _Tables()
    for file in records.files(Offering):
        assert isinstance(file.record, Offering)
        tables.offering(file.record)
    for file in records.files(Supplier):
        assert isinstance(file.record, Supplier)
        tables.supplier(file.record)
    for file in records.files(Channel):
        assert isinstance(file.record, Channel)
        tables.channel(file.record)
    for file in records.files(Terms):
        assert isinstance(file.record, Terms)
        tables.terms(file.record)
    for file in records.files(Standard):
        assert isinstance(file.record, Standard)
        tables.patterns("implementers", "implementer_prefixes", file.record.implemented_by, key_of, file.record.id)
    return tables.all


def search_rows(records: Records) -> list[tuple[str, str, str, str]]:
    """Return (folder, id, name, lower-case text to search) of every record, in order of folder and id."""
    return [
        (folder, identifier_of(file.record), _name(file.record), _text(file.record))
        for folder, kind in FOLDERS.items()
        for file in records.files(kind)
    ]


class _Tables:
    """The tables while they are filled."""

    def __init__(self) -> None:
        self.all: dict[str, Table] = {name: {} for name in TABLES}

    def put(self, table: str, key: str, identifier: str) -> None:
        """Add an id under a key, once."""
        if key:
            ids = self.all[table].setdefault(key, [])
            if identifier not in ids:
                ids.append(identifier)

    def patterns(
        self, exact: str, prefix: str, patterns: Iterable[str], key: Callable[[str], str], identifier: str
    ) -> None:
        """Add patterns to the table of whole keys or to that of prefixes."""
        for pattern in patterns:
            if pattern.endswith("*"):
                self.put(prefix, key(pattern[:-1]), identifier)
            else:
                self.put(exact, key(pattern), identifier)

    def offering(self, offering: Offering) -> None:
        """Add everything that recognises an offering."""
        match, identifier = offering.match, offering.id
        self.patterns("purls", "purl_prefixes", match.purls, key_of, identifier)
        self.patterns("implied", "implied_prefixes", match.implied_by, key_of, identifier)
        self.patterns("images", "image_prefixes", match.images, image_pattern_key, identifier)
        self.patterns("models", "model_prefixes", match.models, str.casefold, identifier)
        self.patterns("resources", "resource_prefixes", match.resources, str.casefold, identifier)
        self.patterns("variables", "variable_prefixes", match.variables, str.upper, identifier)
        self.patterns("calls", "call_prefixes", match.calls, str.casefold, identifier)
        own = (offering.name, identifier) if offering.kind in NAMED_KINDS else ()
        for name in (*match.names, *own):
            self.put("names", name_key(name), identifier)
        for host in match.hosts:
            self.put("service_hosts", host, identifier)
        for function in offering.functions:
            self.put("providers", function, identifier)
        self.put("kinds", identifier, offering.kind)

    def supplier(self, supplier: Supplier) -> None:
        """Add everything that recognises a supplier."""
        for namespace in supplier.namespaces:
            self._namespace(namespace, supplier.id)
        for domain in supplier.domains:
            self.put("domains", domain.removeprefix("."), supplier.id)
        for name in (supplier.name, supplier.id, *supplier.aliases):
            self.put("supplier_names", name_key(name), supplier.id)

    def _namespace(self, namespace: str, identifier: str) -> None:
        """Add a prefix if it ends at a boundary or in ``*``; else the name itself and what lies below it.

        Below a Maven group lie the groups that begin with it and a dot: who proves a domain to Maven Central holds them
        all, https://central.sonatype.org/register/namespace/. So ``org.acme`` and ``org.acme.`` name the same groups.
        """
        key = key_of(namespace.removesuffix("*"))
        if namespace.startswith(MAVEN) and namespace.endswith("."):
            self.put("namespaces", key.removesuffix(".") + "/", identifier)
        if namespace.endswith(("*", "/", ".", "-")):
            self.put("namespaces", key, identifier)
            return
        self.put("own_names", key, identifier)
        self.put("namespaces", key + "/", identifier)
        if namespace.startswith(MAVEN) and "/" not in namespace.removeprefix(MAVEN):
            self.put("namespaces", key + ".", identifier)

    def channel(self, channel: Channel) -> None:
        """Add everything that recognises a channel."""
        for host in channel.hosts:
            self.put("channel_hosts", host, channel.id)
        for served in channel.default_for:
            self.put("defaults", served, channel.id)
            if channel.derived:
                self.put("derived", served, channel.id)

    def terms(self, terms: Terms) -> None:
        """Add everything that recognises terms."""
        for name in (terms.id, terms.name, *terms.aliases):
            self.put("terms_names", name_key(name), terms.id)
        for url in (terms.url, *(alias for alias in terms.aliases if "://" in alias)):
            self.put("terms_urls", url_key(url), terms.id)


def _name(record: object) -> str:
    """Return the name of a record; an incident's is its title."""
    return str(getattr(record, "name", "") or getattr(record, "title", ""))


def _text(record: object) -> str:
    """Return what a search looks through."""
    match = getattr(record, "match", None)
    parts = [
        str(getattr(record, "id", "")),
        _name(record),
        str(getattr(record, "kind", "")),
        *getattr(record, "aliases", ()),
        *getattr(record, "functions", ()),
        str(getattr(record, "description", "")),
        *(getattr(match, "names", ())),
        *(claim.value for claim in getattr(record, "supplier", ()) if not isinstance(claim, str)),
    ]
    return " ".join(parts).casefold()
