"""A conda package has the licence of the project that its name says it packs: inferred, and none where two disagree."""

from __future__ import annotations

from datetime import date

import pytest
from small_catalog import SOURCE, open_small

from freehold.catalog.query import Catalog
from freehold.catalog.repacked import projects_of
from freehold.identify.stack import identify
from freehold.model.component import Component, ComponentKey, ComponentKind, Inventory
from freehold.model.fact import Grade
from freehold.model.stack import Rights
from freehold.model.subject import Project

HEAD = "name,licence,owner,versions,seen,source\n"
TABLES = {
    "conda": "own,MIT,,*,1,site\nturned,MIT,,<=1.10.0,1,site\nturned,Apache-2.0,,>=1.11.0,2,site\n",
    "pypi": "ffmpeg,MIT,,*,1,site\nleaf,MIT,,*,1,site\nown,Apache-2.0,,*,1,site\nplain,MIT,,*,1,site\n",
    "deb": "debian/clib,Apache-2.0,,*,1:2-1,site\ndebian/ffmpeg,GPL-2.0-only,,*,1,site\n"
    "debian/r-cran-leaf,MIT,,*,1,site\n",
}


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    files = {f"packages/{kind}.csv": HEAD + rows for kind, rows in TABLES.items()}
    files |= {f"packages/{kind}.toml": f'id = "{kind}"\nname = "{kind}"\n{SOURCE}' for kind in TABLES}
    for terms in ("MIT", "Apache-2.0", "GPL-2.0-only"):
        files[f"terms/{terms}.toml"] = (
            f'id = "{terms}"\nname = "{terms} text"\ncategory = "permissive"\n'
            f'run = [{{ value = "yes", irrevocable = "yes", source = "site" }}]\n{SOURCE}'
        )
    files["offerings/ringer.toml"] = (
        'id = "ringer"\nname = "Ringer"\nkind = "library"\nterms = [{ value = "Apache-2.0", source = "site" }]\n'
        f'[match]\npurls = ["pkg:pypi/ringer"]\n{SOURCE}'
    )
    return open_small(tmp_path_factory.mktemp("repacked"), files)


def rights(catalog: Catalog, purl: str) -> Rights:
    version = purl.partition("?")[0].rpartition("@")[2]
    component = Component(ComponentKey(purl), "x", version, kind=ComponentKind.LIBRARY, purls=(purl,))
    return identify(Inventory((component,)), catalog, Project(), date(2026, 6, 1)).components[0].rights


FORGE = "channel=conda-forge"


@pytest.mark.parametrize(
    ("purl", "terms", "grade"),
    [
        (f"pkg:conda/own@1.0?build=py312h1_0&{FORGE}", ("MIT",), Grade.RECORDED),
        ("pkg:conda/own@1.0?build=py312h1_0&channel=other", ("MIT",), Grade.INFERRED),
        (f"pkg:conda/turned@1.9?{FORGE}", ("MIT",), Grade.RECORDED),
        (f"pkg:conda/turned@1.10.5?build=py312h1_0&{FORGE}", (), None),
        (f"pkg:conda/leaf@1.0?build=py312h1_0&{FORGE}", ("MIT",), Grade.INFERRED),
        (f"pkg:conda/leaf-base@1.0?build=pyhd8ed1ab_0&{FORGE}", ("MIT",), Grade.INFERRED),
        (f"pkg:conda/leaf@1.0?build=h1234567_0&{FORGE}&subdir=linux-64", (), None),
        (f"pkg:conda/ringer@1.0?build=cpu_py312h1_0&{FORGE}", ("Apache-2.0",), Grade.INFERRED),
        (f"pkg:conda/clib@2.0?build=h1234567_0&{FORGE}&subdir=linux-64", ("Apache-2.0",), Grade.INFERRED),
        (f"pkg:conda/ffmpeg@7.0?{FORGE}", (), None),
        (f"pkg:conda/plain@1.0?{FORGE}", ("MIT",), Grade.INFERRED),
        (f"pkg:conda/r-leaf@1.0?build=r44h1_0&{FORGE}", ("MIT",), Grade.INFERRED),
        (f"pkg:conda/none@1.0?build=py312h1_0&{FORGE}", (), None),
    ],
)
def test_what_a_package_packs_tells_its_licence(
    catalog: Catalog, purl: str, terms: tuple[str, ...], grade: Grade | None
) -> None:
    found = rights(catalog, purl)
    assert found.terms == terms
    if grade is Grade.INFERRED and "own" not in purl:
        assert "which the name says it packs" in found.origin
    if grade is Grade.RECORDED:
        assert "packs" not in found.origin


@pytest.mark.parametrize(
    ("purl", "projects"),
    [
        ("pkg:npm/leaf@1.0", ()),
        ("pkg:conda/pytorch@2.0?build=cuda126py312h1_0", (("pkg:pypi/torch",),)),
        ("pkg:conda/python-eccodes@2.0?build=np2py312h1_0", (("pkg:pypi/eccodes",),)),
        ("pkg:conda/libgdal-hdf5@3.0?build=h1_0&subdir=linux-64", (("pkg:pypi/gdal",),)),
        ("pkg:conda/libgl@1.0?build=h1_0&subdir=linux-64", (("pkg:deb/debian/libglvnd",),)),
        ("pkg:conda/orc@2.0?build=h1_0&subdir=linux-64", ()),
        ("pkg:conda/bioconductor-leaf@2.0?build=r44h1_0", (("pkg:deb/debian/r-bioc-leaf",),)),
        ("pkg:conda/leaf-core@2.0?build=hd8ed1ab_0&subdir=noarch",
         (("pkg:pypi/leaf-core", "pkg:pypi/leaf"), ("pkg:deb/debian/leaf-core",))),
    ],
)  # fmt: skip
def test_the_name_and_the_build_string_tell_the_project(purl: str, projects: tuple[tuple[str, ...], ...]) -> None:
    assert projects_of(purl) == projects
