"""Where the catalog comes from: packaged with Freehold, or the checkout's folder, with an organisation's own records over it.

An overlay is a folder of the same layout. A record with the same kind and id replaces ours; others are added. Overlays are
checked by every rule, because nobody else reviews them.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from freehold.catalog.cache import cache_folder, cached, key_of_folders
from freehold.catalog.index import MAGIC, Index, compile_index
from freehold.catalog.loading import Problem, Records, load_folder
from freehold.errors import CatalogError
from freehold.model.records import FOLDERS

PACKAGE = Path(__file__).resolve().parent.parent
PACKAGED = PACKAGE / "_data" / "catalog.index"
SHOWN = 5
"""Problems shown in one error."""


def open_index(overlays: Sequence[Path] = (), env: Mapping[str, str] | None = None) -> Index:
    """Return the index of the catalog with overlays over it, compiled if no compiled one is at hand.

    Raises ``CatalogError`` when there is no catalog, when an overlay is no folder, or when records are broken.
    """
    folder = cache_folder(os.environ if env is None else env)
    missing = [path for path in overlays if not path.is_dir()]
    if missing:
        raise CatalogError("is no folder", where=str(missing[0]), remedy="correct catalog_overlays in freehold.toml")
    base = None if PACKAGED.is_file() else checkout_folder()
    if base is None and not overlays:
        return Index(PACKAGED.read_bytes(), str(PACKAGED))
    roots = [*([base] if base else []), *overlays]
    folders = [root.resolve() / name for root in roots for name in FOLDERS]
    folders += [PACKAGED.parent] if base is None else [PACKAGE / "catalog", PACKAGE / "model"]
    key = key_of_folders(folders, salt=MAGIC.decode())
    return Index(cached(folder, key, lambda: _compile(base, overlays), lambda data: data.startswith(MAGIC)))


def checkout_folder() -> Path:
    """Return the ``catalog`` folder of a source checkout. Raises ``CatalogError`` where there is none."""
    folder = PACKAGE.parent.parent / "catalog"
    if not (folder / "suppliers").is_dir():
        raise CatalogError("there is no catalog here", where=str(folder), remedy="reinstall Freehold")
    return folder


def _compile(base: Path | None, overlays: Sequence[Path]) -> bytes:
    """Compile the base records with the overlays over them."""
    if base is None:
        records = Index(PACKAGED.read_bytes(), str(PACKAGED)).records()
    else:
        records, problems = load_folder(base)
        _refuse(problems)
    for root in overlays:
        over, problems = load_folder(root)
        _refuse(problems)
        records = records.overlaid(over)
        _refuse_broken(records, over)
    return compile_index(records)


def _refuse_broken(records: Records, over: Records) -> None:
    """Run the rules over an overlay's records."""
    from freehold.catalog.rules import check

    _refuse(check(records, datetime.now(UTC).date(), only=over))


def _refuse(problems: Sequence[Problem]) -> None:
    """Raise the first problems as one error."""
    if not problems:
        return
    more = f"\n(and {len(problems) - SHOWN} more: freehold catalog check)" if len(problems) > SHOWN else ""
    others = "".join(f"\n{problem}" for problem in problems[1:SHOWN])
    raise CatalogError(problems[0].reason + others + more, where=problems[0].where, remedy=problems[0].remedy)
