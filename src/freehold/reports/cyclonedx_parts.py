"""One component or service as CycloneDX 1.6: what has a field goes there, what has none becomes a ``freehold:`` property.

Only values that the official schema accepts are written into its fields; any other is kept as a property, so that nothing
is lost and nothing invented. Nesting, edges and the document around it are left to ``cyclonedx``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from freehold.model.component import Component, ComponentKind, Licence, LicenceForm, Origin, Role
from freehold.reports.spdx_ids import SPDX_IDS

Json = dict[str, Any]

_KINDS = """
vcs issue-tracker website advisories bom mailing-list social chat documentation support source-distribution
distribution distribution-intake license build-meta build-system release-notes security-contact model-card log
configuration evidence formulation attestation threat-model adversary-model risk-assessment
vulnerability-assertion exploitability-statement pentest-report static-analysis-report dynamic-analysis-report
runtime-analysis-report component-analysis-report maturity-report certification-report codified-infrastructure
quality-metrics poam electronic-signature digital-signature rfc-9116 other
"""
REFERENCE_KINDS = frozenset(_KINDS.split())
"""The types of external references of CycloneDX 1.6."""
_TYPES = {
    ComponentKind.MODEL: "machine-learning-model",
    ComponentKind.DATASET: "data",
    ComponentKind.UNKNOWN: "library",
    ComponentKind.SERVICE: "application",
}
"""Kinds with another word in CycloneDX; ``library`` is what the specification recommends where the type is not known."""
_SCOPES = {Role.RUNTIME: "required", Role.BUILD: "excluded", Role.DEVELOPMENT: "excluded"}
_ALGORITHMS = {
    "md5": ("MD5", 32),
    "sha1": ("SHA-1", 40),
    "sha256": ("SHA-256", 64),
    "sha384": ("SHA-384", 96),
    "sha512": ("SHA-512", 128),
    "sha3-256": ("SHA3-256", 64),
    "sha3-384": ("SHA3-384", 96),
    "sha3-512": ("SHA3-512", 128),
    "blake2b-256": ("BLAKE2b-256", 64),
    "blake2b-384": ("BLAKE2b-384", 96),
    "blake2b-512": ("BLAKE2b-512", 128),
    "blake3": ("BLAKE3", 64),
}
_GROUPED = ("pkg:npm/", "pkg:maven/", "pkg:composer/")
"""Purl types whose namespace CycloneDX tools expect in ``group``; both parts are joined by a slash again on reading."""
_ADDRESS = re.compile(
    r"(?:[A-Za-z][A-Za-z0-9+.-]*:|(?=[/?#])|(?=[^:/?#]*(?:[/?#]|$)))"
    r"(?://(?:[^\s/?#@\[\]:]*(?::[^\s/?#@\[\]]*)?@)?[^\s/?#@:\[\]%]*(?::\d*)?(?=[/?#]|$)|(?!//))"
    r"[^\s#\[\]]*(?:\#[^\s#\[\]]*)?"
)
_FORBIDDEN = re.compile(r"[\x00-\x20\x7f-\x9f<>\"{}|\\^`\ue000-\uf8ff\ufff0-\uffff]|%(?![0-9A-Fa-f]{2})|[^\x00-\uffff]")
_LONGEST_VERSION = 1024
_LONGEST_NAME = 100


def component_part(component: Component, ref: str) -> Json:
    """Return a component with ``ref`` as its bom-ref; nested ones are not in it."""
    group, name = _group_and_name(component)
    part: Json = {"type": _TYPES.get(component.kind, component.kind.value), "bom-ref": ref}
    part |= _said("supplier", {"name": component.supplier} if component.supplier else None)
    part |= _said("group", group) | {"name": name} | _said("version", _version(component))
    part["scope"] = _SCOPES[component.role]
    part |= _said("hashes", _hashes(component.hashes)) | _said("licenses", licence_choice(component.licences))
    part |= _said("cpe", next(_cpes(component), None))
    part |= _said("purl", component.key if component.key in component.purls else None)
    part |= _said("externalReferences", _references(component))
    part |= _said(
        "evidence", {"occurrences": [_occurrence(o) for o in component.origins]} if component.origins else None
    )
    return part | _said("properties", _properties(component))


def service_part(component: Component, ref: str) -> Json:
    """Return a service; its endpoints are hosts without a scheme (``//api.example``), as no file says more."""
    endpoints = [address for host in component.hosts if is_address(address := f"//{host}")]
    part: Json = {"bom-ref": ref}
    part |= _said("provider", {"name": component.supplier} if component.supplier else None)
    part |= {"name": component.name or ref} | _said("version", _version(component)) | _said("endpoints", endpoints)
    part |= _said("licenses", licence_choice(component.licences))
    part |= _said("externalReferences", _references(component))
    return part | _said("properties", [*_properties(component), *_origin_properties(component)])


def licence_choice(licences: Iterable[Licence]) -> list[Json]:
    """Return licence statements side by side: one expression alone, or a list of ids and names.

    The schema allows an expression only by itself: beside others it becomes a name.
    """
    stated = list(licences)
    if len(stated) == 1 and stated[0].form is LicenceForm.EXPRESSION:
        return [{"expression": stated[0].value}]
    return _unique({"license": _licence(licence)} for licence in stated)


def is_address(text: str) -> bool:
    """Tell whether a text is an IRI reference (RFC 3987) as the schema wants it; unusual ones may be refused."""
    return bool(text) and not _FORBIDDEN.search(text) and bool(_ADDRESS.fullmatch(text))


def named(name: str, value: str) -> Json:
    """Return one property of ours."""
    return {"name": f"freehold:{name}", "value": value}


def _licence(licence: Licence) -> Json:
    value = licence.value
    match licence.form:
        case LicenceForm.ID | LicenceForm.NAME if value.lower() in SPDX_IDS:
            return {"id": SPDX_IDS[value.lower()]}
        case LicenceForm.URL if is_address(value):
            return {"name": value, "url": value}
        case LicenceForm.TEXT:
            first = next((line.strip() for line in value.splitlines() if line.strip()), "")
            return {"name": first[:_LONGEST_NAME], "text": {"content": value}}
        case _:
            return {"name": value}


def _group_and_name(component: Component) -> tuple[str, str]:
    group, slash, name = component.name.rpartition("/")
    if slash and group and name and component.key.startswith(_GROUPED):
        return group, name
    return "", component.name or component.key


def _version(component: Component) -> str:
    return component.version if len(component.version) <= _LONGEST_VERSION else ""


def _hashes(hashes: Iterable[str]) -> list[Json]:
    return _unique(found for one in hashes if (found := _hash(one)))


def _hash(text: str) -> Json | None:
    """Return a checksum if the schema knows its algorithm and it is a value of that one."""
    name, _, digest = text.partition(":")
    algorithm, length = _ALGORITHMS.get(name, ("", 0))
    fits = algorithm and len(digest) == length and re.fullmatch(r"[0-9a-fA-F]+", digest)
    return {"alg": algorithm, "content": digest} if fits else None


def _cpes(component: Component) -> Iterator[str]:
    return (one.url for one in component.references if one.kind == "cpe")


def _references(component: Component) -> list[Json]:
    """Return external references; the place the bytes come from is the first ``distribution``."""
    stated = [(one.kind, one.url) for one in component.references if one.kind != "cpe"]
    place = [("distribution", component.registry)] if component.registry else []
    return _unique(_reference(kind, url) for kind, url in [*place, *stated] if is_address(url))


def _reference(kind: str, url: str) -> Json:
    known = kind in REFERENCE_KINDS
    return {"url": url} | ({} if known else {"comment": kind}) | {"type": kind if known else "other"}


def _occurrence(origin: Origin) -> Json:
    found: Json = {"location": origin.file}
    return found | _said("line", origin.line) | _said("additionalContext", origin.pointer)


def _properties(component: Component) -> list[Json]:
    """Return what has no field of its own, or a value that its field does not take."""
    return _unique(named(name, value) for name, value in _left_over(component))


def _left_over(component: Component) -> Iterator[tuple[str, str]]:
    yield "role", component.role.value
    if component.kind is ComponentKind.UNKNOWN or (component.kind is ComponentKind.SERVICE and component.is_root):
        yield "kind", component.kind.value
    if component.evidence:
        yield "evidence", component.evidence
    if not _version(component) and component.version:
        yield "version", component.version
    for purl in component.purls:
        if purl != component.key:
            yield "purl", purl
    yield from (("hash", one) for one in component.hashes if _hash(one) is None)
    yield from (("cpe", one) for one in list(_cpes(component))[1:])
    if component.registry and not is_address(component.registry):
        yield "registry", component.registry
    for one in component.references:
        if one.kind != "cpe" and not is_address(one.url):
            yield "reference", f"{one.kind} {one.url}"
    if component.kind is not ComponentKind.SERVICE or component.is_root:
        yield from (("host", host) for host in component.hosts)
    else:
        yield from (("host", host) for host in component.hosts if not is_address(f"//{host}"))
    for other in component.conflicts:
        yield f"conflict:{other.field}", f"{other.value} ({other.origin})"


def _origin_properties(component: Component) -> list[Json]:
    """Return the origins of a service, which has no ``evidence`` in the schema."""
    return [named("origin", str(origin)) for origin in component.origins]


def _said(name: str, value: object) -> Json:
    """Return a field if there is something to say."""
    return {name: value} if value else {}


def _unique(items: Iterable[Json]) -> list[Json]:
    """Return the items, each once, in order."""
    return list({repr(item): item for item in items}.values())
