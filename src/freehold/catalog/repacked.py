"""Which project a conda package packs, told by its name: a Python distribution, or a source package of Debian.

A build string says what a package is for: ``py312h2c4edbf_0`` and ``pyhd8ed1ab_1`` hold a Python distribution, and conda-forge
names such packages as the Python index does (https://conda-forge.org/docs/maintainer/adding_pkgs/). Names of other packages
are those of the projects, which Debian's source packages use too. Names that stand for different things are named here.
"""

from __future__ import annotations

import re

from freehold.catalog.purls import PYTHON, key_of, qualifier, type_of

DEBIAN = "pkg:deb/debian/"
_FOR_PYTHON = re.compile(r"(?:^|_|cuda\d*|cpu)(?:np\d+)?py(?:\d|h[0-9a-f]|_\d)")
_PART = re.compile(r"-(?:base|core|default|standard|with-[a-z-]+)$")
"""conda-forge splits some distributions: the one without the needs of others gets an ending."""
_ON_THE_INDEX = {
    "h3-py": "h3",
    "msgpack-python": "msgpack",
    "python-blosc": "blosc",
    "python-duckdb": "duckdb",
    "python-eccodes": "eccodes",
    "python-graphviz": "graphviz",
    "python-tzdata": "tzdata",
    "python-xxhash": "xxhash",
    "pytorch": "torch",
    "tiledb-py": "tiledb",
}
_PARTS_OF = {
    "duckdb-cli": "duckdb",
    "libduckdb": "duckdb",
    "libgdal": "gdal",
    "libml_dtypes": "ml-dtypes",
    "libopenvino": "openvino",
    "libtensorflow": "tensorflow",
    "libtorch": "torch",
    "libxgboost": "xgboost",
}
"""How the names of native parts begin that are built from the repository of a Python distribution."""
_IN_DEBIAN = {
    "flatbuffers": "flatbuffers",
    "freeglut": "freeglut",
    "hdf4": "libhdf4",
    "libegl": "libglvnd",
    "libegl-devel": "libglvnd",
    "libgcrypt-lib": "libgcrypt20",
    "libgirepository": "gobject-introspection",
    "libgd": "libgd2",
    "libgl": "libglvnd",
    "libgl-devel": "libglvnd",
    "libglx": "libglvnd",
    "libglx-devel": "libglvnd",
    "libnetcdf": "netcdf",
    "libopengl": "libglvnd",
    "libpnetcdf": "pnetcdf",
    "libpng": "libpng1.6",
    "libusb": "libusb-1.0",
    "sdl2": "libsdl2",
    "sdl3": "libsdl3",
    "xorg-libxscrnsaver": "libxss",
}
_OTHER_PROJECTS = frozenset({"arrow", "build", "esmf", "graphviz", "h3", "orc", "pot", "proj", "snappy", "tiledb"})
"""Names that Debian gives to something else, or that the Python index gives to a binding under other terms."""
_R = {"r-": "r-cran-", "bioconductor-": "r-bioc-"}


def projects_of(purl: str) -> tuple[tuple[str, ...], ...]:
    """Return what a conda package may pack, as purls without version; nothing for other types.

    Each inner tuple is one line of evidence, its purls in order of preference; lines must agree. Without a build string a
    package may be of either kind, and so may one that is the same everywhere (``noarch``) but not for Python.
    """
    if type_of(purl) != "conda":
        return ()
    name = key_of(purl).rpartition("/")[2]
    build = qualifier(purl, "build")
    whole = next(
        (whole for part, whole in _PARTS_OF.items() if name == part or name.startswith((f"{part}-", f"{part}_"))), ""
    )
    if whole or _FOR_PYTHON.search(build):
        return (_distributions(whole or name),)
    for beginning, prefix in _R.items():
        if name.startswith(beginning):
            return ((f"{DEBIAN}{prefix}{name.removeprefix(beginning)}",),)
    if name in _OTHER_PROJECTS:
        return ()
    debian = (f"{DEBIAN}{_IN_DEBIAN.get(name, name)}",)
    return (_distributions(name), debian) if not build or qualifier(purl, "subdir") == "noarch" else (debian,)


def _distributions(name: str) -> tuple[str, ...]:
    whole = _ON_THE_INDEX.get(name, name)
    return tuple(dict.fromkeys(key_of(PYTHON + part) for part in (whole, _PART.sub("", whole))))
