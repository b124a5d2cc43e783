"""Reading the lists of licences that a person read: in source repositories, and in packages as published.

``licences_read.csv`` has an address a row: ``url`` (the licence file, manifest or notice that was read, at a commit; the
repository, where a package made of it was read that names it), ``licence`` (as an expression), ``packages`` (purls, with
spaces between), ``read_on`` (the day).
``reviewed.csv`` has a package a row: ``purl``, ``version``, ``licence``, and the ``file`` in it with its ``sha256``.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

from packageurl import PackageURL

from freehold.model.component import Licence, LicenceForm
from survey.statement import Statement


def read_licences(path: Path) -> Iterator[tuple[str, str, str, list[Statement]]]:
    """Yield id, address, day and statements of each row."""
    counted: dict[str, int] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            steps = row["url"].split("/")
            name = re.sub(r"[^a-z0-9]+", "-", "-".join(steps[3:5]).lower()).strip("-")
            counted[name] = counted.get(name, 0) + 1
            named = f"read-{name}" if counted[name] == 1 else f"read-{name}-{counted[name]}"
            licences = (Licence(LicenceForm.EXPRESSION, row["licence"]),)
            yield named, row["url"], row["read_on"], [_statement(purl, licences) for purl in row["packages"].split()]


def reviewed(path: Path) -> Iterator[Statement]:
    """Yield the rows of ``reviewed.csv``: each licence file was read, and compared with the text of its terms."""
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield Statement(row["purl"], row["version"], (Licence(LicenceForm.EXPRESSION, row["licence"]),))


def _statement(purl: str, licences: tuple[Licence, ...]) -> Statement:
    parts = PackageURL.from_string(purl)
    return Statement(parts._replace(version=None).to_string(), parts.version or "", licences)
