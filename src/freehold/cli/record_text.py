"""One catalog record as text of at most 80 columns: every claim with its grade, source and dates."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import msgspec

from freehold.catalog.claims import fact_of
from freehold.model.fact import Fact
from freehold.model.records import Claim, Migration, Packages, Record, Source, folder_of

WIDTH = 80
LABEL = 19
_CLAIM_FIELDS = frozenset(Claim.__struct_fields__)


def record_lines(record: Record) -> Iterator[str]:
    """Yield the lines of one record."""
    plain = msgspec.structs.asdict(record)
    sources: Mapping[str, Source] = plain.pop("sources", {})
    if isinstance(record, Packages):
        plain["rows"] = f"{len(record.rows):,}"
    title = plain.pop("name", "") or plain.pop("title", "")
    yield clean(f"{title}  ({folder_of(type(record))}/{plain.pop('id')})")
    for field, value in plain.items():
        if value in ("", (), None, False) or value == {}:
            continue
        yield from _field(field.replace("_", " "), value, sources)
    yield from _source_lines(sources)


def package_lines(purl: str, facts: Mapping[str, Fact[str]]) -> Iterator[str]:
    """Yield the lines of what the package tables state about a purl."""
    yield clean(f"{purl}  (packages)")
    for field, fact in facts.items():
        known = f"{fact.grade}: {urlsplit(fact.source).hostname or 'source not named'} ({fact.source_grade})"
        how = ", ".join(part for part in (known, f"checked {fact.checked_on}" if fact.checked_on else "") if part)
        yield from _wrapped(field, f"{fact.value} [{how}]" + (f" {fact.note}" if fact.note else ""))
    yield "sources"
    yield from (clean(f"    {source}") for source in dict.fromkeys(fact.source for fact in facts.values()))


def clean(text: str) -> str:
    """Return a text without control characters: records of others may hold terminal escapes."""
    return "".join(character if character.isprintable() else " " for character in text)


def _field(label: str, value: Any, sources: Mapping[str, Source]) -> Iterator[str]:
    """Yield the lines of one field."""
    items = value if isinstance(value, tuple) else (value,)
    if all(isinstance(item, Claim) for item in items):
        for item in items:
            yield from _wrapped(label, _claim(item, sources))
            label = ""
    elif isinstance(value, Record):
        for inner in value.__struct_fields__:
            if getattr(value, inner):
                yield from _field(f"{label} {inner}".replace("_", " "), getattr(value, inner), sources)
    else:
        yield from _wrapped(label, _shown(value))


def _claim(claim: Claim, sources: Mapping[str, Source]) -> str:
    """Return one claim in one sentence: value, particulars, grade, source, dates, note."""
    value: Any = getattr(claim, "value", "")
    said = {"value"}
    if isinstance(claim, Migration):
        value = f"{claim.value}: {claim.what}"
        said |= {"what"}
    fact = fact_of(claim, value, sources)
    source = sources.get(claim.source)
    stated = msgspec.to_builtins(claim)  # leaves out what has its default
    particulars = [
        f"{field.replace('_', ' ')} {_shown(getattr(claim, field))}"
        for field in claim.__struct_fields__
        if field in stated and field not in _CLAIM_FIELDS | said
    ]
    dates = [
        f"{field.replace('_', ' ')} {getattr(claim, field)}"
        for field in ("since", "until", "as_of")
        if getattr(claim, field)
    ]
    known = f"{fact.grade}" + (f": {urlsplit(source.url).hostname} ({source.grade})" if source else "")
    checked = f"checked {fact.checked_on}" if fact.checked_on else ""
    how = ", ".join(part for part in (known, checked, *dates) if part)
    return f"{_shown(value)}{''.join(f', {part}' for part in particulars)} [{how}]" + (
        f" {fact.note}" if fact.note else ""
    )


def _source_lines(sources: Mapping[str, Source]) -> Iterator[str]:
    """Yield the sources; addresses stay whole, so that they can be followed."""
    if sources:
        yield "sources"
    for name, source in sources.items():
        read = f"read {source.checked_on}" if source.checked_on else "not read"
        yield clean(f"  {name} ({source.grade}, {read})")
        yield clean(f"    {source.url}")


def _shown(value: Any) -> str:
    """Return a plain value as text."""
    if isinstance(value, tuple):
        if len(value) == 3 and all(isinstance(item, float) for item in value):
            return "/".join(f"{item:g}" for item in value)
        return ", ".join(map(_shown, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _wrapped(label: str, text: str) -> list[str]:
    """Return a labelled text in lines."""
    first = f"{clean(label):<{LABEL}}" if len(label) < LABEL else f"{clean(label)} "
    return textwrap.wrap(
        clean(text),
        width=WIDTH,
        initial_indent=first,
        subsequent_indent=" " * LABEL,
        break_long_words=False,
        break_on_hyphens=False,
    ) or [first.rstrip()]
