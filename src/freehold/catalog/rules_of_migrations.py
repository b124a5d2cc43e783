"""The rules that documented migrations keep: dates in order, a source that was read, as of when, told once, of the function."""

from __future__ import annotations

from collections.abc import Iterator

from freehold.catalog.loading import RecordFile
from freehold.catalog.rule import Broken, Setting
from freehold.catalog.rules_within import date_broken
from freehold.model.records import Function, Migration, Offering
from freehold.system.toml_lines import TomlPath

_OPEN = ("announced", "under-way")
_UNFINISHED = (*_OPEN, "partly-completed")
_GRADES = ("A", "B")


def migration_dates_in_order(file: RecordFile, setting: Setting) -> Iterator[Broken]:
    """A migration began before it ended, both in the past; one that is announced or under way has no end."""
    for path, migration in _migrations(file):
        for field in ("started", "ended"):
            day = getattr(migration, field)
            broken = list(date_broken(day, (*path, field)))
            yield from broken
            if not broken and day > setting.on.isoformat():
                yield (*path, field), f"{day} is in the future", "record what has happened; plans belong in `what`"
        started, ended = migration.started, migration.ended
        if started and ended and ended < started[: len(ended)]:
            yield (*path, "ended"), f"ends ({ended}) before it begins ({started})", "exchange them"
        if ended and migration.outcome in _OPEN:
            yield (*path, "outcome"), f"{migration.outcome}, but it ended ({ended})", "say how it ended"


def migrations_were_read(file: RecordFile, setting: Setting) -> Iterator[Broken]:
    """A migration stands on a source of grade A or B that was read: it is evidence, never an assumption."""
    sources = getattr(file.record, "sources", {})
    for path, migration in _migrations(file):
        source = sources.get(migration.source)
        if source is None or source.checked_on is None or source.grade not in _GRADES:
            yield (
                (*path, "source"),
                f"{migration.source!r} is no source of grade A or B that was read",
                "read one and give it `checked_on`, or leave the migration out",
            )


def unfinished_migrations_say_as_of_when(file: RecordFile, setting: Setting) -> Iterator[Broken]:
    """A migration that is announced, under way or partly completed says as of when: it may be over by now."""
    for path, migration in _migrations(file):
        if migration.outcome in _UNFINISHED and not migration.as_of:
            yield (
                (*path, "outcome"),
                f"{migration.outcome}, but not said as of when",
                "give `as_of`: the date of the source, or one by which it was there",
            )


def migrations_fulfil_the_function(file: RecordFile, setting: Setting) -> Iterator[Broken]:
    """What was left or taken names this function or is one of its alternatives; one of the two sides is a record."""
    known = {claim.value for claim in getattr(file.record, "alternatives", ())}
    for path, migration in _migrations(file):
        if not migration.moved_from and not migration.moved_to:
            yield path, "names no offering", "name the record that was left, or taken"
        for field in ("moved_from", "moved_to"):
            for index, identifier in enumerate(getattr(migration, field)):
                if identifier not in known and not _fulfils(identifier, file, setting):
                    yield (
                        (*path, field, index),
                        f"{identifier} does not fulfil this function",
                        "add it to the alternatives, or say it in `what`",
                    )
        for identifier in set(migration.moved_from) & set(migration.moved_to):
            yield (*path, "moved_to"), f"{identifier} was both left and taken", "leave one out"


def migrations_are_told_once(file: RecordFile, setting: Setting) -> Iterator[Broken]:
    """One organisation leaves the same offerings for the same others once, or the times are told apart by `started`."""
    seen: set[tuple[str, tuple[str, ...], tuple[str, ...], str]] = set()
    for path, migration in _migrations(file):
        key = (migration.value.casefold(), migration.moved_from, migration.moved_to, migration.started)
        if key in seen:
            yield path, f"this migration of {migration.value} is there already", "keep one of them"
        seen.add(key)


def _migrations(file: RecordFile) -> Iterator[tuple[TomlPath, Migration]]:
    """Yield the migrations of a function's record with their paths."""
    if isinstance(file.record, Function):
        for index, migration in enumerate(file.record.migrations):
            yield ("migrations", index), migration


def _fulfils(identifier: str, file: RecordFile, setting: Setting) -> bool:
    """Tell whether an offering names this function; one that does not exist is the business of ``references_exist``."""
    offering = setting.records.get(Offering, identifier)
    return offering is None or getattr(file.record, "id", "") in offering.functions
