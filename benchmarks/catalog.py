"""How long the catalog takes: compile, load and match, over synthetic records of the size that the catalog is to have.

Run ``python benchmarks/catalog.py``: CPU seconds of this process. Targets: load under 0.06, 20,000 components under 1.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

from freehold.catalog.index import Index, compile_index
from freehold.catalog.loading import RecordFile, Records
from freehold.catalog.query import Catalog, open_catalog
from freehold.model.component import Component, ComponentKey, ComponentKind, Licence, LicenceForm
from freehold.model.records import Channel, Granted, Match, Offering, Related, Source, Supplier, Terms

SUPPLIERS, OFFERINGS, TERMS, CHANNELS, COMPONENTS = 450, 1300, 120, 80, 20_000


def records() -> Records:
    """Make as many records as the catalog is to have."""
    sources = {"site": Source("https://registry.example/", "A")}
    made: list[Any] = [
        Supplier(
            id=f"s{n}",
            name=f"Supplier {n}",
            kind="company",
            namespaces=(f"pkg:npm/%40s{n}/", f"pkg:golang/s{n}.example/"),
        )
        for n in range(SUPPLIERS)
    ]
    made += [
        Offering(
            id=f"o{n}",
            name=f"Offering {n}",
            kind="library",
            supplier=(Related(f"s{n % SUPPLIERS}", source="site"),),
            terms=(Granted(f"LicenseRef-{n % TERMS}", source="site"),),
            match=Match(
                purls=(f"pkg:npm/o{n}", f"pkg:pypi/o{n}", f"pkg:maven/org.o{n}/*"), implied_by=(f"pkg:npm/%40o{n}/*",)
            ),
            sources=sources,
        )
        for n in range(OFFERINGS)
    ]
    made += [Terms(id=f"LicenseRef-{n}", name=f"Terms {n}", category="permissive") for n in range(TERMS)]
    made += [
        Channel(id=f"c{n}", name=f"Channel {n}", kind="mirror", hosts=(f"c{n}.example",), default_for=(f"t{n}",))
        for n in range(CHANNELS)
    ]
    return Records(RecordFile(f"{record.id}.toml", "", record) for record in made)


def components() -> list[Component]:
    """Make components of which two in three are known."""
    found = []
    for n in range(COMPONENTS):
        purl = (f"pkg:npm/o{n % 2000}@1.{n}", f"pkg:npm/%40s{n % 900}/p{n}@2", f"pkg:maven/org.o{n % 2000}/a{n}@3")[
            n % 3
        ]
        licence = Licence(LicenceForm.EXPRESSION, f"LicenseRef-{n % 150} OR LicenseRef-{n % 70}")
        found.append(
            Component(ComponentKey(purl), f"p{n}", kind=ComponentKind.LIBRARY, purls=(purl,), licences=(licence,))
        )
    return found


def match_all(catalog: Catalog, inventory: list[Component]) -> int:
    """Match every component in every way and return how many offerings were recognised."""
    known = 0
    for component in inventory:
        matches = catalog.match(component)
        known += bool(matches)
        if matches:
            catalog.get(Offering, matches[0].id)
        catalog.supplier_of_purl(component.purls[0])
        catalog.channel_of_purl(component.purls[0])
        catalog.packages.licence_of(component.purls[0], "1.0")
        catalog.packages.owner_of(component.purls[0])
        for licence in component.licences:
            catalog.terms_of(licence)
    return known


def timed(label: str, work: Callable[[], Any]) -> Any:
    """Run and print the CPU time."""
    start = time.process_time()
    result = work()
    print(f"{label:<58}{time.process_time() - start:8.3f} s")
    return result


def main() -> None:
    """Print every figure."""
    made = records()
    data = timed(f"compile {sum(1 for _ in made.files())} records", lambda: compile_index(made))
    print(f"index size{len(data) / 1e6:56.2f} MB")
    catalog = timed("load the index", lambda: Catalog(Index(data)))
    inventory = components()
    known = timed(
        f"match {COMPONENTS} components, licences included, first time", lambda: match_all(catalog, inventory)
    )
    print(f"of which recognised{known:47}")
    timed("decode every record", lambda: [record for kind in (Supplier, Offering) for record in catalog.all(kind)])
    real = timed("open this checkout's catalog, compiling it", lambda: open_catalog(env={}))
    with tempfile.TemporaryDirectory() as folder:
        env = {"XDG_CACHE_HOME": folder}
        open_catalog(env=env)
        timed("open this checkout's catalog through the cache", lambda: open_catalog(env=env))
    timed(f"match {COMPONENTS} components against this catalog", lambda: match_all(real, inventory))
    for module in ("msgspec", "freehold.model.records", "freehold.catalog"):
        code = f"import time; t=time.process_time(); import {module}; print(time.process_time()-t)"
        runs = [
            float(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout)
            for _ in range(7)
        ]
        print(f"import {module:<51}{min(runs):8.3f} s (best of 7)")


if __name__ == "__main__":
    main()
