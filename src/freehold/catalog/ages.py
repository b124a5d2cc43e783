"""How well a catalog's claims are sourced, and how long ago their sources were read.

A claim is read, unread (it names a source that nobody read) or assumed. Only read ones have an age, in days.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from freehold.catalog.loading import Records, identifier_of
from freehold.catalog.walking import claims_of
from freehold.model.findings import Ages, KindAges, OldSource
from freehold.model.records import FOLDERS, Function, Incident, Record, Source


def ages(records: Records, on: date, max_age_days: int) -> Ages:
    """Return how the claims stand on a day. Linear in the claims."""
    kinds: list[KindAges] = []
    old: list[OldSource] = []
    for folder, kind in FOLDERS.items():
        found = [file.record for file in records.files(kind)]
        old += [source for record in found for source in _old(folder, record, on, max_age_days)]
        kinds.append(_kind(folder, found, on, max_age_days))
    return Ages(max_age_days, tuple(kinds), tuple(sorted(old)))


def _kind(folder: str, found: list[Record], on: date, max_age_days: int) -> KindAges:
    sources = [source for record in found for source in _sources_of_claims(record)]
    read = [source for source in sources if source is not None and source.checked_on is not None]
    days = sorted((on - source.checked_on).days for source in read if source.checked_on is not None)
    return KindAges(
        kind=folder,
        records=len(found),
        claims=len(sources),
        read_by_grade=dict(sorted(Counter(source.grade for source in read).items())),
        unread=sum(source is not None and source.checked_on is None for source in sources),
        assumed=sum(source is None for source in sources),
        over_age=sum(age > max_age_days for age in days),
        median_age_days=days[len(days) // 2] if days else None,
        oldest_age_days=days[-1] if days else None,
    )


def _sources_of_claims(record: Record) -> Iterator[Source | None]:
    """Yield the source of each claim; None for one that is assumed."""
    sources: dict[str, Source] = getattr(record, "sources", {})
    for _, claim in claims_of(record):
        yield sources.get(claim.source)
    if isinstance(record, Incident):
        yield sources.get(record.source)


def _old(folder: str, record: Record, on: date, max_age_days: int) -> Iterator[OldSource]:
    sources: dict[str, Source] = getattr(record, "sources", {})
    used = Counter(claim.source for _, claim in claims_of(record))
    if isinstance(record, Incident):
        used[record.source] += 1
    if isinstance(record, Function):
        used.update(claim.closeness_source for claim in record.alternatives if claim.closeness_source)
    for name, source in sources.items():
        if source.checked_on is not None and (on - source.checked_on).days > max_age_days:
            yield OldSource(source.checked_on, folder, identifier_of(record), name, used[name])
