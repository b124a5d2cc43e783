"""What only one record may claim: a purl, an image, a host, a resource, a namespace, an alias of terms, a default registry."""

from __future__ import annotations

from collections.abc import Iterator

from freehold.catalog.loading import Problem, RecordFile, Records, identifier_of
from freehold.catalog.purls import MAVEN, key_of
from freehold.model.records import Channel, Offering, Supplier, Terms
from freehold.system.toml_lines import TomlPath

Claimed = tuple[str, str, TomlPath]
"""What kind of thing, the thing, and where in the record."""


def claimed_once(records: Records) -> list[Problem]:
    """Return a problem for every thing that a second record claims."""
    first: dict[tuple[str, str], RecordFile] = {}
    problems: list[Problem] = []
    for file in records.files():
        for what, thing, path in _claimed(file):
            before = first.setdefault((what, thing), file)
            if before is not file:
                reason = f"{what} {thing!r} is claimed by {identifier_of(before.record)} ({before.path}) too"
                problems.append(
                    Problem(file.where(path), "claimed-once", reason, "leave it with the one that it means")
                )
    return problems


def _claimed(file: RecordFile) -> Iterator[Claimed]:
    """Yield what a record claims for itself alone."""
    match file.record:
        case Offering(match=match):
            yield from (("purl", key_of(purl), ("match", "purls")) for purl in match.purls)
            yield from (("image", image.casefold(), ("match", "images")) for image in match.images)
            yield from (("model", model.casefold(), ("match", "models")) for model in match.models)
            yield from (("service host", host, ("match", "hosts")) for host in match.hosts)
            yield from (("resource", kind.casefold(), ("match", "resources")) for kind in match.resources)
            yield from (("variable", name, ("match", "variables")) for name in match.variables)
            yield from (("call", name, ("match", "calls")) for name in match.calls)
        case Supplier(namespaces=namespaces):
            yield from (("namespace", _one_spelling(namespace), ("namespaces",)) for namespace in namespaces)
        case Terms(id=identifier, aliases=aliases):
            yield from (
                ("terms name", name.casefold(), ("aliases",))
                for name in {identifier.casefold(), *map(str.casefold, aliases)}
            )
        case Channel(hosts=hosts, default_for=types):
            yield from (("channel host", host, ("hosts",)) for host in hosts)
            yield from (("default registry of", kind, ("default_for",)) for kind in types)
        case _:
            return


def _one_spelling(namespace: str) -> str:
    """Return a namespace in one spelling: ``org.acme`` and ``org.acme.`` name the same Maven groups."""
    return namespace.removesuffix(".") if namespace.startswith(MAVEN) else namespace
