"""What a vault holds changes the web shop's verdicts, and only those that rest on getting the bytes."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
from cli_runs import freehold

from freehold.inventory.folder import read_paths
from freehold.model.component import Component
from freehold.model.vault import Artifact, Holds
from freehold.vault.manifest import made_vault

SHOP = Path(__file__).parents[3] / "examples" / "web-shop"


def vault_with(folder: Path, kinds: tuple[str, ...], *, right_hash: bool = True, right_size: bool = True) -> Path:
    """Make a vault whose manifest lists one file for each component of these kinds; only sizes are looked at by assess."""
    vault = made_vault(folder)
    for component in read_paths([SHOP]).components:
        if component.purls and component.purls[0].startswith(kinds):
            artifact = _artifact(component, right_hash)
            vault.add(artifact)
            path = vault.blobs.path(artifact.sha256)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"x" if right_size else b"xx")
    return folder


def _artifact(component: Component, right_hash: bool) -> Artifact:
    purl = component.purls[0]
    other = hashlib.sha256(purl.encode()).hexdigest()
    named = [text.partition(":")[2] for text in component.hashes if text.startswith("sha256:")]
    return Artifact(
        purl=purl,
        file="a.whl",
        sha256=named[0] if named and right_hash else other,
        hashes=tuple(text for text in component.hashes if right_hash and not text.startswith("sha256:")),
        size_bytes=1,
        holds=(Holds.ARTIFACTS,),
        held_on="2026-11-20",
    )


def verdicts(*words: str | Path) -> dict[str, str]:
    """Return the verdict of every cell of the web shop when the United States deny."""
    run = freehold("assess", SHOP, "--as-of", "2026-11-23", "--scenario", "us-denies", "-f", "json", *words)
    assert run.code == 0, run.err
    results: list[dict[str, Any]] = run.json["scenarios"][0]["results"]
    return {f"{cell['workload']}/{cell['ability']}": cell["verdict"] for cell in results}


def test_copies_of_everything_that_installs_make_the_build_of_the_storefront_safe(tmp_path: Path) -> None:
    before = verdicts()
    after = verdicts("--vault", vault_with(tmp_path / "v", ("pkg:pypi/", "pkg:npm/")))
    assert (before["storefront/build"], after["storefront/build"]) == ("exposed", "safe")
    changed = {cell for cell in before if before[cell] != after[cell]}
    assert changed == {"storefront/build"}, "services, patches and the studio's weights and image are as they were"


@pytest.mark.parametrize("kinds", [("pkg:pypi/",), ("pkg:npm/",)])
def test_half_of_it_is_not_enough(tmp_path: Path, kinds: tuple[str, ...]) -> None:
    assert verdicts("--vault", vault_with(tmp_path / "v", kinds))["storefront/build"] == "exposed"


@pytest.mark.parametrize("wrong", [{"right_hash": False}, {"right_size": False}])
def test_files_that_are_not_what_the_locks_name_do_not_count(tmp_path: Path, wrong: dict[str, bool]) -> None:
    vault = vault_with(tmp_path / "v", ("pkg:pypi/", "pkg:npm/"), **wrong)
    assert verdicts("--vault", vault)["storefront/build"] == "exposed"


def test_the_place_of_a_copy_stands_with_its_grade_and_day(tmp_path: Path) -> None:
    vault = vault_with(tmp_path / "v", ("pkg:pypi/", "pkg:npm/"))
    words = (
        "--workload",
        "storefront",
        "--ability",
        "build",
        "--scenario",
        "us-denies",
        "--vault",
        vault,
        "-f",
        "json",
    )
    copies = freehold("explain", SHOP, *words).json[0]["copies"]
    assert [(one["grade"], one["source"]) for one in copies] == [("stated", "vault manifest 2026-11-20")]
    assert str(vault) in copies[0]["statement"]
