"""Conda packages are read out of pixi's lockfiles, and left out where recipe and packed distribution contradict each other."""

from __future__ import annotations

from pathlib import Path

import pytest

from freehold.model.package_row import PackageRow
from survey import conda

LOCK = """\
version: 7
environments:
  default:
    packages:
      linux-64: []
packages:
- conda: https://conda.anaconda.org/conda-forge/noarch/leaf-py-1.2.0-pyhd8ed1ab_0.conda
  license: BSD-3-Clause
  purls:
  - pkg:pypi/Leaf?source=hash-mapping
- conda: https://conda.anaconda.org/conda-forge/linux-64/libleaf-3.0-h1234567_0.conda
  license: MIT
- conda: https://conda.anaconda.org/conda-forge/noarch/pair-1.0-pyhd8ed1ab_0.conda
  license: MIT
  purls:
  - pkg:pypi/pair
  - pkg:pypi/pear
- conda: https://conda.anaconda.org/conda-forge/linux-64/bare-1.0-h1234567_0.conda
- conda: https://conda.anaconda.org/other/linux-64/foreign-1.0-h1234567_0.conda
  license: MIT
"""


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    path = tmp_path / "pixi.lock"
    path.write_text(LOCK)
    return path


def test_packages_of_conda_forge_state_the_licence_of_their_recipe(lock: Path) -> None:
    found = [(s.purl, s.version, [licence.value for licence in s.licences]) for s in conda.conda_packages(lock)]
    assert found == [
        ("pkg:conda/leaf-py", "1.2.0", ["BSD-3-Clause"]),
        ("pkg:conda/libleaf", "3.0", ["MIT"]),
        ("pkg:conda/pair", "1.0", ["MIT"]),
    ]


def test_a_recipe_speaks_of_the_one_distribution_that_it_packs(lock: Path) -> None:
    assert [(s.purl, s.version) for s in conda.packed_distributions(lock)] == [("pkg:pypi/leaf", "1.2.0")]
    assert conda.packs(lock) == {"leaf-py": "leaf"}


@pytest.mark.parametrize(
    ("recipe", "packed", "kept"),
    [
        ("BSD-3-Clause", "BSD-3-Clause", True),
        ("BSD-3-Clause", "LicenseRef-BSD", True),
        ("LicenseRef-Apache", "Apache-2.0 OR MIT", True),
        ("Apache-2.0 AND MIT", "MIT", True),
        ("(MIT AND Zlib) OR GPL-2.0-only", "Zlib", True),
        ("ISC", "MPL-2.0", False),
        ("BSD-3-Clause", "LicenseRef-GPL", False),
        ("MIT", "", True),
    ],
)
def test_a_recipe_that_shares_no_licence_with_what_it_packs_is_left_out(recipe: str, packed: str, kept: bool) -> None:
    rows, python = [PackageRow("leaf-py", recipe)], [PackageRow("leaf", packed)]
    assert conda.without_contradictions(rows, python, {"leaf-py": "leaf"}) == (rows if kept else [])
    assert conda.without_contradictions(rows, python, {}) == rows
