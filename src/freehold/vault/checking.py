"""Verifying a vault: every file read and compared with its name, what is missing, what is left over, what is superseded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable

from packageurl import PackageURL

from freehold.model.vault import Artifact, Checked, State, VerifyReport
from freehold.vault.manifest import Vault
from freehold.vault.versions import order


def verified(vault: Vault, on_file: Callable[[str], None] = lambda file: None, *, mend: bool = False) -> VerifyReport:
    """Return the state of every file; with ``mend`` damaged blobs are removed, so that the next pull fetches them again.

    Cost: one reading of every blob. Raises ``OSError`` where a blob cannot be read or removed.
    """
    entries = vault.entries()
    latest = latest_versions(entries.values())
    state_of: dict[str, tuple[State, str]] = {}
    items = []
    for one in entries.values():
        on_file(one.file)
        if one.sha256 not in state_of:
            state_of[one.sha256] = _state(vault, one)
            if mend and state_of[one.sha256][0] is State.ROTTEN:
                vault.blobs.remove(one.sha256)
        state, reason = state_of[one.sha256]
        if state is State.SOUND and (later := latest[package_of(one.purl)]) != version_of(one.purl):
            state, reason = State.SUPERSEDED, f"{later} is held"
        items.append(Checked(one.purl, one.file, state, one.sha256, reason))
    strays = tuple(name for name in vault.blobs.names() if name not in state_of)
    held = {one.sha256: one.size_bytes for one in entries.values()}
    return VerifyReport(
        str(vault.folder),
        tuple(sorted(items)),
        strays,
        len(vault.blobs.partials()),
        vault.broken_lines,
        sum(size for sha256, size in held.items() if state_of[sha256][0] is State.SOUND),
    )


def latest_versions(entries: Iterable[Artifact]) -> dict[str, str]:
    """Return the latest version that is held of each package."""
    versions: dict[str, set[str]] = defaultdict(set)
    for one in entries:
        versions[package_of(one.purl)].add(version_of(one.purl))
    return {package: max(found, key=order) for package, found in versions.items()}


def package_of(purl: str) -> str:
    """Return a purl without version, qualifiers and subpath; what is no purl as it is."""
    try:
        parts = PackageURL.from_string(purl)
    except ValueError:
        return purl
    return PackageURL(parts.type, parts.namespace, parts.name).to_string()


def version_of(purl: str) -> str:
    """Return the version in a purl; empty where it has none."""
    try:
        return PackageURL.from_string(purl).version or ""
    except ValueError:
        return ""


def _state(vault: Vault, one: Artifact) -> tuple[State, str]:
    size = vault.blobs.size(one.sha256)
    if size is None:
        return State.MISSING, "the file is gone"
    if size != one.size_bytes:
        return State.ROTTEN, f"it has {size:,} bytes, not {one.size_bytes:,}"
    if not vault.blobs.is_sound(one.sha256):
        return State.ROTTEN, "its content has changed"
    return State.SOUND, ""
