"""The rules that records keep beyond their format: within one record, and between records.

A rule is a function from a record and its setting to the places where it is broken. ``check`` runs all over a folder;
``python -m freehold.catalog.rules FOLDER`` does so from the command line. The format itself is the work of ``loading``;
what two records may not both claim is in ``claimed_once``.
"""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from pathlib import Path

from freehold.catalog import rules_between as between
from freehold.catalog import rules_of_migrations as of_migrations
from freehold.catalog import rules_of_rows as of_rows
from freehold.catalog import rules_within as within
from freehold.catalog.claimed import claimed_once
from freehold.catalog.loading import Problem, RecordFile, Records, load_folder
from freehold.catalog.rule import Rule, Setting
from freehold.model.records import (
    FOLDERS,
    Bloc,
    Channel,
    Function,
    Incident,
    Offering,
    Packages,
    Record,
    Standard,
    Supplier,
    Terms,
)

_ALL = tuple(FOLDERS.values())

RULES: dict[Rule, tuple[type[Record], ...]] = {
    between.id_is_file_name: _ALL,
    between.references_exist: (Supplier, Offering, Terms, Channel, Function, Standard, Incident),
    between.alternatives_are_offered: (Function,),
    between.no_ownership_loop: (Supplier,),
    between.jurisdictions_exist: (Supplier, Offering, Terms, Channel, Function, Incident, Bloc),
    between.derived_not_written: _ALL,
    within.dates_in_order: _ALL,
    within.checked_in_the_past: _ALL,
    within.sources_exist: _ALL,
    within.sources_are_addresses: _ALL,
    within.purls_parse: (Supplier, Offering, Standard),
    within.versions_parse: (Offering,),
    within.ranges_in_order: (Supplier, Channel, Function),
    within.hosts_are_names: (Supplier, Offering, Channel),
    within.clues_are_names: (Offering,),
    within.channels_are_not_guessed: (Channel,),
    within.endings_are_read: (Terms,),
    within.services_are_read: (Offering,),
    of_migrations.migration_dates_in_order: (Function,),
    of_migrations.migrations_were_read: (Function,),
    of_migrations.unfinished_migrations_say_as_of_when: (Function,),
    of_migrations.migrations_fulfil_the_function: (Function,),
    of_migrations.migrations_are_told_once: (Function,),
    of_rows.rows_in_order: (Packages,),
    of_rows.row_names_are_keys: (Packages,),
    of_rows.row_licences_have_terms: (Packages,),
    of_rows.row_owners_are_organisations: (Packages,),
    of_rows.row_ranges_parse: (Packages,),
    of_rows.row_sources_exist: (Packages,),
    of_rows.rows_agree_with_offerings: (Packages,),
}
"""Every rule with the kinds of records that it speaks about."""


def problems_of(file: RecordFile, rule: Rule, setting: Setting) -> list[Problem]:
    """Return where one record breaks one rule."""
    name = rule.__name__.replace("_", "-")
    return [Problem(file.where(path), name, reason, remedy) for path, reason, remedy in rule(file, setting)]


def check(records: Records, on: date, only: Records | None = None) -> list[Problem]:
    """Return every broken rule, in order of place. ``only`` limits the check to some records seen among all."""
    setting = Setting(records, on)
    found = [
        problem
        for file in (only or records).files()
        for rule, kinds in RULES.items()
        if type(file.record) in kinds
        for problem in problems_of(file, rule, setting)
    ]
    return sorted(found + claimed_once(records))


def check_folder(root: Path, on: date) -> tuple[Records, list[Problem]]:
    """Load a catalog folder and return its records with every problem of format and rules."""
    records, unread = load_folder(root)
    return records, sorted(unread + check(records, on))


def main(arguments: list[str]) -> int:
    """Check the folders named on the command line, print the problems, and return 1 if there are any."""
    broken = 0
    for root in arguments:
        records, problems = check_folder(Path(root), datetime.now(UTC).date())
        broken += len(problems)
        lines = [*map(str, problems), f"{root}: {records.count} records, {len(problems)} problems"]
        sys.stdout.write("\n".join(lines) + "\n")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
