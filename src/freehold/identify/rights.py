"""What the terms of a component grant: licence statements and catalog terms joined into ``Rights``.

A choice (OR) takes the set that grants most and excludes least; what must be kept together (AND) grants only what all of
it grants. A statement in the component goes before the catalog; where both are known and differ, the limits of both count
and the difference is reported.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache

import msgspec

from freehold.catalog.claims import current, fact_of, granted
from freehold.catalog.matching import How
from freehold.catalog.purls import key_of, source_packages
from freehold.catalog.query import Catalog
from freehold.catalog.repacked import DEBIAN, projects_of
from freehold.catalog.scanned import is_scan
from freehold.model.component import Component, ComponentKind, Licence, LicenceForm
from freehold.model.fact import Grade
from freehold.model.records import Claim, Grant, Granted, Offering, Source, Terms, YesNo
from freehold.model.stack import Answer, Limit, Rights

_ORDER: tuple[Answer, ...] = ("no", "unknown", "conditional", "yes")
_DEMANDED = frozenset({"LicenseRef-DFSG"})
"""Terms that stand for what a distributor demands of all its packages: that one of them has these is inferred."""
ANY_LICENCE = "no licence is stated and no record knows one"


class Licensing:
    """Resolves rights; each terms record is read once."""

    def __init__(self, catalog: Catalog, on: date) -> None:
        self._catalog = catalog
        self._on = on
        self._of_terms = cache(self._read)
        self._of_choice = cache(self._choose)

    def of_component(self, component: Component, offering: Offering | None, stated: str = "") -> tuple[Rights, str]:
        """Return the rights of a component, and a conflict in words (empty: none).

        ``stated`` is a licence that the user states in ``freehold.toml``; it goes before everything.
        """
        own, left_out = self._stated(component.licences, stated)
        recorded = self._recorded(component, offering)
        if own is None or not own.terms:
            listed = recorded or self._listed(component) or self._repacked(component)
            return listed or own or Rights(reason=ANY_LICENCE), left_out
        nameless = any(self._catalog.get(Terms, terms) is None for terms in own.terms)
        if recorded is None and own.run == "unknown" and nameless and not stated:
            recorded = self._listed(component)
        if recorded is None or set(recorded.terms) == set(own.terms):
            return own, left_out
        return self._conflicting(component, own, recorded, bool(stated))

    def _conflicting(self, component: Component, own: Rights, recorded: Rights, mine: bool) -> tuple[Rights, str]:
        """Return the stated rights with the recorded limits; for weights, what the catalog read goes before a bare label."""
        conflict = f"the files say {own.expression}, the catalog {recorded.expression}"
        if component.kind is ComponentKind.MODEL and not mine and recorded.grade is Grade.RECORDED:
            return recorded, conflict
        if own.grade is Grade.ASSUMED and own.run == "unknown" and not mine:
            return recorded, conflict
        limits = own.limits if mine else tuple(sorted({*own.limits, *recorded.limits}))
        return _replace_limits(own, limits), conflict

    def of_offering(self, offering: Offering, version: str, part: str) -> Rights | None:
        """Return the rights that the catalog records for a version of an offering, with the limits of its base models."""
        claims = granted(offering.terms, version, self._on, part)
        if not claims:
            return None
        chosen = [self._granted(claim, offering.sources) for claim in claims]
        joined = joined_rights(chosen) if len(chosen) > 1 else chosen[0]
        limits = {*joined.limits, *self._base_limits(offering, frozenset({offering.id}))}
        return _replace_limits(joined, tuple(sorted(limits)))

    def _stated(self, licences: Sequence[Licence], stated: str) -> tuple[Rights | None, str]:
        """Return the rights by the statements in a component, and in words which statement was left out.

        What a scanner found in single files takes away nothing that the package itself states; the limits in it count.
        """
        statements = (Licence(LicenceForm.EXPRESSION, stated),) if stated else tuple(sorted(set(licences)))
        scans = [licence for licence in statements if len(statements) > 1 and is_scan(licence)]
        own = self._joined([licence for licence in statements if licence not in scans])
        if not scans:
            return own, ""
        if own is None or own.run == "unknown":
            return self._joined(statements), ""
        found = [self._catalog.terms_of(licence) for licence in scans]
        limits = {limit for match in found if match.any_of for limit in self._of_choice(match.any_of).limits}
        nameless = sorted({name for match in found for name in match.unknown})
        told = f"a scan of its files also found {', '.join(nameless[:5])}" if nameless else ""
        return _replace_limits(own, tuple(sorted({*own.limits, *limits}))), told

    def _joined(self, statements: Sequence[Licence]) -> Rights | None:
        """Return what all of some statements grant together; None for no statement."""
        if not statements:
            return None
        matched = [self._catalog.terms_of(licence) for licence in statements]
        known = [(m, self._of_choice(m.any_of)) for m in matched if m.any_of]
        written = " AND ".join(licence.value[:60] for licence in statements)
        if not known:
            return Rights(expression=written, reason=matched[0].reason)
        joined = joined_rights([rights for _, rights in known])
        grade = _worst([joined.grade, *(m.grade for m, _ in known)])
        reason = "; ".join(dict.fromkeys(text for text in (joined.reason, *(m.reason for m in matched)) if text))
        return _with(joined, expression=written, grade=grade, reason=reason, origin="stated in the component")

    def _recorded(self, component: Component, offering: Offering | None) -> Rights | None:
        if offering is None:
            return None
        part = {ComponentKind.MODEL: "weights", ComponentKind.SERVICE: "service"}.get(component.kind, "code")
        part = {"model": "weights", "service": "service"}.get(offering.kind, part)
        return self.of_offering(offering, component.version, part)

    def _listed(self, component: Component) -> Rights | None:
        """Return the rights by the first package table that states a licence for one of the component's purls.

        Where none does, by the source package that the component is built of, as Debian and RPM name it: inferred.
        """
        for purl in component.purls:
            if (rights := self._of_row(purl, component.version)) is not None:
                return rights
        for source, purl in ((s, p) for s in source_packages(component) for p in component.purls[:1]):
            rights = self._of_row(f"{key_of(purl).rpartition('/')[0]}/{source}", component.version)
            if rights is not None:
                origin = f"{rights.origin} (of the source package {source})"
                return _with(rights, grade=_worst([rights.grade, Grade.INFERRED]), origin=origin)
        return None

    def _of_row(self, purl: str, version: str) -> Rights | None:
        """Return the rights by the row of a package table for one purl."""
        fact = self._catalog.packages.licence_of(purl, version)
        any_of = self._catalog.terms_of(Licence(LicenceForm.EXPRESSION, fact.value)).any_of if fact else ()
        if fact is None or not any_of:
            return None
        rights = self._of_choice(any_of)
        grades = [rights.grade, fact.grade, *([Grade.INFERRED] if _DEMANDED & set(rights.terms) else [])]
        origin = f"{fact.source}, {fact.note}" if fact.grade is Grade.INFERRED and fact.note else fact.source
        return _with(rights, expression=fact.value, grade=_worst(grades), origin=origin)

    def _repacked(self, component: Component) -> Rights | None:
        """Return the rights of the project that a conda package packs: inferred from its name, None where two disagree."""
        lines = [line for purl in component.purls for line in projects_of(purl)]
        found = [
            rights
            for line in lines
            if (rights := next(filter(None, (self._of_project(purl, component) for purl in line)), None)) is not None
        ]
        return found[0] if found and len({rights.terms for rights in found}) == 1 else None

    def _of_project(self, purl: str, component: Component) -> Rights | None:
        """Return what the catalog knows about a project by its purl; Debian numbers versions in its own way."""
        version = "" if purl.startswith(DEBIAN) else component.version
        project = msgspec.structs.replace(component, purls=(purl,), version=version)
        match = next((m for m in self._catalog.match(project) if m.how == How.PURL), None)
        offering = self._catalog.get(Offering, match.id) if match else None
        rights = self._recorded(project, offering) or self._listed(project)
        if rights is None or rights.run == "unknown":
            return None
        origin = f"{rights.origin}: of {purl}, which the name says it packs"
        return _with(rights, grade=_worst([rights.grade, Grade.INFERRED]), origin=origin)

    def _granted(self, claim: Granted, sources: dict[str, Source]) -> Rights:
        rights = self._of_terms(claim.value)
        fact = fact_of(claim, claim.value, sources)
        return _with(rights, grade=_worst([rights.grade, fact.grade]), origin=fact.source or "catalog, source not read")

    def _base_limits(self, offering: Offering, seen: frozenset[str]) -> set[Limit]:
        """Return the limits that a fine-tune inherits from the models it is based on."""
        found: set[Limit] = set()
        for claim in current(offering.base_model, self._on):
            base = self._catalog.get(Offering, claim.value)
            if base is not None and base.id not in seen:
                for terms in granted(base.terms, "", self._on, "weights"):
                    found |= set(self._of_terms(terms.value).limits)
                found |= self._base_limits(base, seen | {base.id})
        return found

    def _choose(self, any_of: tuple[tuple[str, ...], ...]) -> Rights:
        return max((joined_rights([self._of_terms(t) for t in terms]) for terms in any_of), key=_generosity)

    def _read(self, identifier: str) -> Rights:
        """Return the rights that one terms record grants; unknown terms grant nothing that we know."""
        record = self._catalog.get(Terms, identifier)
        if record is None:
            return Rights((identifier,), identifier, reason=f"no terms record for {identifier}")
        grades: list[Grade] = []
        run, irrevocable = self._grant(record.run, record, grades)
        modify, _ = self._grant(record.modify, record, grades)
        copy, _ = self._grant(record.copy, record, grades)
        redistribute, _ = self._grant(record.redistribute, record, [])
        return Rights(
            terms=(record.id,),
            expression=record.id,
            run=run,
            irrevocable=irrevocable,
            modify=modify,
            copy=copy,
            redistribute=redistribute,
            source=self._answer(record.source_available, record, "yes" if record.osi_approved else "unknown"),
            key=self._answer(record.key, record, "no" if record.osi_approved else "unknown"),
            patent_grant=self._answer(record.patent_grant, record, "unknown"),
            limits=tuple(sorted(self._limits(record))),
            grade=_worst(grades) if grades else Grade.ASSUMED,
            reason="" if record.run else f"the record of {record.id} does not say what may be run",
        )

    def _grant(self, claims: tuple[Grant, ...], record: Terms, grades: list[Grade]) -> tuple[Answer, Answer]:
        """Return (granted, irrevocable). What the text of an OSI-approved licence leaves silent is inferred, not assumed."""
        held = current(claims, self._on)
        if not held:
            return ("yes", "yes") if record.osi_approved else ("unknown", "unknown")
        facts = [fact_of(claim, claim, record.sources) for claim in held]
        fact = min(facts, key=lambda f: f.grade.rank)
        osi = record.osi_approved and fact.grade is Grade.ASSUMED
        grades.append(Grade.INFERRED if osi else fact.grade)
        irrevocable = fact.value.irrevocable
        return fact.value.value, "yes" if record.osi_approved and irrevocable == "unknown" else irrevocable

    def _answer(self, claims: tuple[YesNo, ...], record: Terms, otherwise: Answer) -> Answer:
        held = current(claims, self._on)
        return held[0].value if held else otherwise

    def _limits(self, record: Terms) -> Iterable[Limit]:
        for excluded in current(record.territory_excluded, self._on):
            text = f"excludes {', '.join(excluded.value)}"
            yield _limit("territory", record, text, excluded, territories=excluded.value, basis=excluded.basis)
        for field in current(record.field_excluded, self._on):
            yield _limit("field", record, f"not for {field.value}", field)
        for cap in current(record.user_cap, self._on):
            kind = "users" if cap.unit == "monthly-users" else "revenue"
            yield _limit(kind, record, f"above {cap.value:,} {cap.unit.replace('-', ' ')}", cap, above=cap.value)


def _limit(
    kind: str,
    record: Terms,
    text: str,
    claim: Claim,
    *,
    territories: tuple[str, ...] = (),
    basis: str = "use",
    above: int = 0,
) -> Limit:
    source = record.sources[claim.source].url if claim.source in record.sources else record.url
    values = {"territory": "territory", "field": "field", "users": "users", "revenue": "revenue"}
    return Limit(values[kind], record.id, f"{record.name} {text}", territories, basis, above, source)  # type: ignore[arg-type]


def joined_rights(rights: Sequence[Rights]) -> Rights:
    """Return what all of ``rights`` grant together: the least of each right, the limits of all."""
    if len(rights) == 1:
        return rights[0]
    return Rights(
        terms=tuple(sorted({t for r in rights for t in r.terms})),
        expression=" AND ".join(dict.fromkeys(r.expression for r in rights)),
        run=_least(r.run for r in rights),
        irrevocable=_least(r.irrevocable for r in rights),
        modify=_least(r.modify for r in rights),
        copy=_least(r.copy for r in rights),
        redistribute=_least(r.redistribute for r in rights),
        source=_least(r.source for r in rights),
        key=_greatest(r.key for r in rights),
        patent_grant=_least(r.patent_grant for r in rights),
        limits=tuple(sorted({limit for r in rights for limit in r.limits})),
        grade=_worst([r.grade for r in rights]),
        reason="; ".join(dict.fromkeys(r.reason for r in rights if r.reason)),
    )


def _least(answers: Iterable[Answer]) -> Answer:
    return min(answers, key=_ORDER.index, default="unknown")


def _greatest(answers: Iterable[Answer]) -> Answer:
    return max(answers, key=_ORDER.index, default="unknown")


def _worst(grades: Sequence[Grade]) -> Grade:
    return max(grades, key=lambda grade: grade.rank)


def _generosity(rights: Rights) -> tuple[int, ...]:
    answers = (rights.run, rights.irrevocable, rights.modify, rights.source)
    return (-len(rights.limits), *(_ORDER.index(answer) for answer in answers), -rights.grade.rank)


def _replace_limits(rights: Rights, limits: tuple[Limit, ...]) -> Rights:
    return _with(rights, limits=limits)


def _with(rights: Rights, **changes: object) -> Rights:
    return msgspec.structs.replace(rights, **changes)
