"""Keeping a number of versions of each package: what is superseded and named by nobody any more is removed.

Versions that a pull named last stay longest; among those named on the same day the later ones. Fewer than five are never
kept: a rollback needs them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator

from freehold.errors import UsageError
from freehold.model.vault import Artifact, KeepReport
from freehold.system.store import not_written
from freehold.vault.checking import package_of, version_of
from freehold.vault.manifest import Vault
from freehold.vault.versions import order

FEWEST = 5


def kept(vault: Vault, versions: int, named: Collection[str] = (), *, dry_run: bool = False) -> KeepReport:
    """Remove the versions of each package beyond the last ``versions``; ``named`` purls stay whatever their number.

    Raises ``UsageError`` for fewer than five versions.
    """
    if versions < FEWEST:
        raise UsageError(f"{versions} versions are too few to go back to", remedy=f"keep {FEWEST} or more")
    try:
        with vault.lock():
            entries = vault.entries()
            removed = [one for one in _beyond(list(entries.values()), versions) if one.purl not in named]
            going = {one.key for one in removed}
            staying = [one for key, one in entries.items() if key not in going]
            blobs = {one.sha256: one.size_bytes for one in removed}
            for one in staying:
                blobs.pop(one.sha256, None)
            if removed and not dry_run:
                vault.rewrite(staying)
                for sha256 in blobs:
                    vault.blobs.remove(sha256)
    except OSError as error:
        raise not_written(error, vault.folder) from error
    return KeepReport(str(vault.folder), versions, tuple(removed), sum(blobs.values()), dry_run)


def _beyond(entries: Collection[Artifact], versions: int) -> Iterator[Artifact]:
    """Yield the files of every version that is not among the last ones of its package."""
    packages: dict[str, dict[str, list[Artifact]]] = defaultdict(lambda: defaultdict(list))
    for one in entries:
        packages[package_of(one.purl)][version_of(one.purl)].append(one)
    for held in packages.values():
        ranked = sorted(held, key=lambda version: (max(one.named_on for one in held[version]), order(version)))
        for version in ranked[:-versions]:
            yield from held[version]
