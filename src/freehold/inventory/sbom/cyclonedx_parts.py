"""One CycloneDX component or service as an entry: kinds, needs, licences, suppliers, places.

What nests in what and what depends on what is left to ``cyclonedx_mapping``.
"""

from __future__ import annotations

from collections.abc import Iterable

from freehold.inventory.sbom.cyclonedx_values import LicenceBody, LinedPart, Organisation, Part
from freehold.inventory.sbom.decoding import present
from freehold.inventory.sbom.entries import Entry
from freehold.inventory.sbom.licences import expression_licence, plain_licence, text_licence
from freehold.inventory.sbom.places import checksum, host_of, reference
from freehold.inventory.sbom.suppliers import organisation_if_sure, organisation_name
from freehold.model.component import ComponentKind, Licence, LicenceForm, Origin, Reference, Role

_KINDS = {
    "application": ComponentKind.APPLICATION,
    "container": ComponentKind.CONTAINER,
    "crypto-asset": ComponentKind.CRYPTOGRAPHY,
    "cryptographic-asset": ComponentKind.CRYPTOGRAPHY,
    "data": ComponentKind.DATASET,
    "device": ComponentKind.DEVICE,
    "device-driver": ComponentKind.FIRMWARE,
    "file": ComponentKind.FILE,
    "firmware": ComponentKind.FIRMWARE,
    "framework": ComponentKind.FRAMEWORK,
    "library": ComponentKind.LIBRARY,
    "machine-learning-model": ComponentKind.MODEL,
    "operating-system": ComponentKind.OPERATING_SYSTEM,
    "platform": ComponentKind.PLATFORM,
}
_SCOPES = {"required": Role.RUNTIME, "optional": Role.DEVELOPMENT, "excluded": Role.DEVELOPMENT}
_DEVELOPMENT_FLAGS = frozenset({"cdx:npm:package:development", "cdx:composer:package:isDevRequirement"})
_GROUP_PROPERTIES = frozenset(
    {"cdx:poetry:group", "cdx:poetry:package:group", "cdx:pipenv:category", "cdx:pyproject:group"}
)
_DEVELOPMENT_GROUPS = frozenset({"dev", "develop", "development", "test", "tests", "testing", "lint", "docs"})


def component_entry(part: Part, file: str, place: str, container: int, *, is_root: bool = False) -> Entry:
    """Return a component as an entry; the supplier is an organisation or empty, never a person."""
    references = _references(part)
    return Entry(
        ref=part.ref or "",
        place=place,
        origin=_origin(part, file, place),
        name=_name(part),
        version=_version(part),
        kind=_KINDS.get((part.type or "").strip().lower(), ComponentKind.UNKNOWN),
        purls=(part.purl,) if part.purl and part.purl.strip() else (),
        licences=_licences(part),
        supplier=_supplier(part),
        hashes=tuple(found for item in present(part.hashes) for found in checksum(item.alg, item.content)),
        registry=_registry(references),
        references=references,
        role=_role(part),
        container=container,
        is_root=is_root,
    )


def service_entry(part: Part, file: str, place: str, container: int) -> Entry:
    """Return a service as an entry: its endpoints give hosts, its provider is the supplier."""
    hosts = (host_of(endpoint) for endpoint in present(part.endpoints))
    return Entry(
        ref=part.ref or "",
        place=place,
        origin=_origin(part, file, place),
        name=_name(part),
        version=_version(part),
        kind=ComponentKind.SERVICE,
        licences=_licences(part),
        supplier=entity_name(part.provider) if part.provider else "",
        hosts=tuple(dict.fromkeys(host for host in hosts if host)),
        references=_references(part),
        container=container,
    )


def _origin(part: Part, file: str, place: str) -> Origin:
    """Return where the part stands; XML parts know their line."""
    return Origin(file, part.line if isinstance(part, LinedPart) else 0, place)


def _name(part: Part) -> str:
    """Return the name with its group."""
    return "/".join(word for word in ((part.group or "").strip(), (part.name or "").strip()) if word)


def _version(part: Part) -> str:
    """Return the version as text."""
    return "" if part.version is None else str(part.version).strip()


def _supplier(part: Part) -> str:
    """Return the supplying organisation: supplier, else manufacturer, else a publisher that is surely no person."""
    stated = (entity_name(who) for who in (part.supplier, part.manufacturer) if who)
    return next((name for name in stated if name), "") or organisation_if_sure(part.publisher)


def entity_name(entity: Organisation) -> str:
    """Return an organisation's name; one with contacts may be a maintainer's, so a word must say that it is none."""
    return organisation_if_sure(entity.name) if present(entity.contacts) else organisation_name(entity.name)


def _references(part: Part) -> tuple[Reference, ...]:
    """Return external references and the CPE, which names a vendor."""
    found = [one for item in present(part.references) for one in reference(item.type, item.url)]
    return tuple(dict.fromkeys([*found, *reference("cpe", part.cpe)]))


def _registry(references: tuple[Reference, ...]) -> str:
    """Return the place the document names for the bytes."""
    for kind in ("distribution", "distribution-intake"):
        for found in references:
            if found.kind == kind:
                return found.url
    return ""


def _role(part: Part) -> Role | None:
    """Return what the part is needed for, as far as scope or a known property says.

    CycloneDX defines ``optional`` as "not capable of being called due to not being installed" and ``excluded`` as test
    and other non-runtime use: both are development here.
    """
    groups: set[str] = set()
    for item in present(part.properties):
        value = (item.value or "").strip().lower()
        if item.name in _DEVELOPMENT_FLAGS and value == "true":
            return Role.DEVELOPMENT
        if item.name in _GROUP_PROPERTIES and value:
            groups.add(value)
    if groups and groups <= _DEVELOPMENT_GROUPS:
        return Role.DEVELOPMENT
    return _SCOPES.get((part.scope or "").strip().lower())


def _licences(part: Part) -> tuple[Licence, ...]:
    """Return every licence statement side by side."""
    found: list[Licence] = []
    for choice in present(part.licenses):
        found.extend(expression_licence(choice.expression))
        if choice.license is not None:
            found.extend(_licence_forms(choice.license))
    return tuple(dict.fromkeys(found))


def _licence_forms(body: LicenceBody) -> Iterable[Licence]:
    """Return a licence in each form in which it is given."""
    yield from plain_licence(LicenceForm.ID, body.id)
    yield from plain_licence(LicenceForm.NAME, body.name)
    yield from plain_licence(LicenceForm.URL, body.url)
    if body.text is not None:
        yield from text_licence(body.text.content, body.text.encoding)
