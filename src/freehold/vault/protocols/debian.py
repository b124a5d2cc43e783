"""Debian archives: the ``Packages`` list of a suite, checked through its ``Release`` file, and the package in the pool.

https://wiki.debian.org/DebianRepository/Format. The signature of ``Release`` is not looked at: a list is as good as the
connection, and says so (``checked: registry``).
"""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Iterator

from packageurl import PackageURL

from freehold.errors import InputError
from freehold.graph.formats.decompress import decompressed
from freehold.model.vault import Wanted
from freehold.system.web import Web, WebError
from freehold.vault.protocol import HARMFUL, Finding, Remote, Sources, plain_name, plain_path

MOST_LIST_BYTES = 512 << 20
_SUITES = {
    "debian-11": "bullseye",
    "debian-12": "bookworm",
    "debian-13": "trixie",
    "ubuntu-22.04": "jammy",
    "ubuntu-24.04": "noble",
}
"""Suites by the names that scanners give distributions."""
_AREAS = ("main", "contrib", "non-free", "non-free-firmware", "universe", "restricted", "multiverse")
_FORMS = (".xz", ".gz", "")
Stanzas = dict[tuple[str, str], bytes]


class Debian:
    """Finds a binary package."""

    def __init__(self) -> None:
        self._lists: dict[tuple[str, str, str], list[Stanzas]] = {}
        self._lock = threading.Lock()

    def find(self, wanted: Wanted, sources: Sources, web: Web) -> Finding:
        """Return the package from the first archive whose lists hold the version."""
        purl = PackageURL.from_string(wanted.purl)
        options = purl.qualifiers if isinstance(purl.qualifiers, dict) else {}
        architecture = options.get("arch", "amd64")
        suite = _suite(options.get("distro", ""), purl.namespace or "debian")
        if not plain_name(suite) or not plain_name(architecture):
            return Finding(reasons=(HARMFUL,))
        reasons = []
        for archive in sources.of(wanted, f"deb/{purl.namespace or 'debian'}"):
            base = archive.rstrip("/")
            try:
                lists = self._of(base, suite, "amd64" if architecture == "all" else architecture, web)
            except WebError as error:
                reasons.append(str(error))
                continue
            for stanzas in lists:
                if stanza := stanzas.get((purl.name, purl.version or wanted.version)):
                    return _found(wanted, base, stanza)
            reasons.append(f"{base} lists no such version in {suite}")
        return Finding(reasons=tuple(reasons) or ("no archive is known",))

    def _of(self, base: str, suite: str, architecture: str, web: Web) -> list[Stanzas]:
        """Return the lists of a suite, read once; those of updates and security beside it where they are."""
        key = (base, suite, architecture)
        with self._lock:
            if key not in self._lists:
                self._lists[key] = list(_lists(base, suite, architecture, web))
            return self._lists[key]


def stanza_fields(stanza: str) -> dict[str, str]:
    """Return the fields of a stanza, with their first lines."""
    return dict(re.findall(r"^([A-Za-z0-9-]+):[ \t]*(.*)$", stanza, re.MULTILINE))


def _suite(distro: str, namespace: str) -> str:
    return _SUITES.get(distro) or distro or ("stable" if namespace == "debian" else "devel")


def _found(wanted: Wanted, base: str, stanza: bytes) -> Finding:
    text = stanza.decode("utf-8", "replace")
    fields = stanza_fields(text)
    path = plain_path(fields.get("Filename", ""))
    file = plain_name(path.rpartition("/")[2])
    digest = fields.get("SHA256", "").lower()
    if not file or not re.fullmatch(r"[0-9a-f]{64}", digest):
        return Finding(reasons=("the archive's list gives no usable name and hash for it",))
    remote = Remote(
        file=file,
        urls=(f"{base}/{path}",),
        hashes=wanted.hashes or (f"sha256:{digest}",),
        pinned=bool(wanted.hashes),
        entry=text.strip(),
    )
    return Finding((remote,))


def _lists(base: str, suite: str, architecture: str, web: Web) -> Iterator[Stanzas]:
    """Yield the stanzas of every list of a suite. Raises ``WebError`` where there is none of them."""
    missing: WebError | None = None
    found = 0
    for name in (suite, f"{suite}-updates", f"{suite}-security"):
        folder = f"{base}/dists/{name}"
        try:
            release = web.page(f"{folder}/Release").body.decode("utf-8", "replace")
        except WebError as error:
            missing = missing or error
            continue
        found += 1
        section = release.partition("\nSHA256:")[2]
        hashes = {path: digest for digest, path in re.findall(r"^ ([0-9a-f]{64}) +\d+ (\S+)$", section, re.MULTILINE)}
        for area in _AREAS:
            yield _list(folder, f"{area}/binary-{architecture}/Packages", hashes, web)
    if missing is not None and not found:
        raise missing


def _list(folder: str, path: str, hashes: dict[str, str], web: Web) -> Stanzas:
    """Return one list; empty where the suite has none."""
    for form in _FORMS:
        digest = hashes.get(path + form)
        if digest is None:
            continue
        page = web.page(f"{folder}/{path}{form}", {"Accept-Encoding": "identity"}, MOST_LIST_BYTES)
        if hashlib.sha256(page.body).hexdigest() != digest:
            raise WebError(page.url, "is not the list that the Release file names")
        try:
            text = decompressed(page.body, where=page.url)
        except InputError as error:
            raise WebError(page.url, error.reason) from error
        return {key: stanza for stanza in text.split(b"\n\n") if (key := _key(stanza)) is not None}
    return {}


def _key(stanza: bytes) -> tuple[str, str] | None:
    name = re.search(rb"^Package:[ \t]*(\S+)", stanza, re.MULTILINE)
    version = re.search(rb"^Version:[ \t]*(\S+)", stanza, re.MULTILINE)
    return (name[1].decode(), version[1].decode()) if name and version else None
