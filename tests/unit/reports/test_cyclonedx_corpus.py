"""Every application and SBOM of the shared corpus, written as CycloneDX: valid, nothing lost, the same when read back."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from cyclonedx_checks import STAMP, expected, faults, parts, read_back

from freehold.errors import InputError
from freehold.inventory.folder import read_paths
from freehold.reports.cyclonedx import STAND_IN, cyclonedx_report

SHARED = Path(os.environ.get("FREEHOLD_SHARED") or Path(__file__).parents[4] / "shared" / "data")
APPS = SHARED / "corpus" / "apps"
SBOMS = SHARED / "corpus" / "sbom"
LARGEST_SBOM_BYTES = 200_000
"""Larger documents hold more of the same; they would take a test run minutes."""


@pytest.mark.skipif(not APPS.is_dir(), reason=f"no shared corpus at {APPS} (set FREEHOLD_SHARED)")
@pytest.mark.parametrize("app", sorted(path.name for path in APPS.iterdir()) if APPS.is_dir() else ["absent"])
def test_every_application_of_the_corpus_is_valid_and_reads_back_the_same(app: str, tmp_path: Path) -> None:
    inventory = read_paths([APPS / app])
    if not inventory.components:
        pytest.skip("nothing in this folder is read yet")
    written = cyclonedx_report(inventory, STAMP)
    assert faults(written) == []
    assert read_back(written, tmp_path) == expected(inventory)


def small_sboms() -> list[str]:
    """Return the SBOMs of the corpus, the very large ones left out."""
    found = (path for path in SBOMS.rglob("*") if path.is_file() and path.stat().st_size <= LARGEST_SBOM_BYTES)
    return sorted(str(path.relative_to(SBOMS)) for path in found)


@pytest.mark.skipif(not SBOMS.is_dir(), reason=f"no shared corpus at {SBOMS} (set FREEHOLD_SHARED)")
def test_every_sbom_of_the_corpus_is_written_as_a_valid_one() -> None:
    written = 0
    for name in small_sboms():
        try:
            inventory = read_paths([SBOMS / name])
        except InputError:
            continue
        document = cyclonedx_report(inventory, STAMP)
        assert faults(document) == [], name
        refs = {part["bom-ref"] for part in parts(json.loads(document))}
        assert refs - {STAND_IN} == {found.key for found in inventory.components}, name
        written += 1
    assert written > 100
