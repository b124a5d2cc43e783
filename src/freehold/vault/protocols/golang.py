"""Go modules over the GOPROXY protocol: the archive of a version, checked by the hash of its file tree in go.sum.

https://go.dev/ref/mod#goproxy-protocol. ``go.mod`` and the version's information are made from the archive when it is
served, so they are as good as its hash.
"""

from __future__ import annotations

import re

from packageurl import PackageURL

from freehold.model.vault import Holds, Wanted
from freehold.system.web import Web
from freehold.vault.protocol import HARMFUL, Finding, Remote, Sources, plain_path

MOST_ARCHIVE_BYTES = 600 << 20
"""Go itself refuses archives over 500 MiB."""


class Golang:
    """Finds the archive of a module."""

    def find(self, wanted: Wanted, sources: Sources, web: Web) -> Finding:
        """Return the archive at each proxy, in order; without a hash in go.sum it is compared with nothing."""
        module = module_path(wanted)
        if not plain_path(module) or not plain_path(wanted.version):
            return Finding(reasons=(HARMFUL,))
        tail = f"{escaped(module)}/@v/{escaped(wanted.version)}.zip"
        urls = tuple(f"{proxy.rstrip('/')}/{tail}" for proxy in sources.of(wanted, "golang"))
        if not urls:
            return Finding(reasons=("no module proxy is known",))
        remote = Remote(
            file=f"{module}/@v/{wanted.version}.zip",
            urls=urls,
            hashes=tuple(name for name in wanted.hashes if name.startswith("h1:")),
            pinned=bool(wanted.hashes),
            holds=(Holds.ARTIFACTS, Holds.SOURCE),
            limit_bytes=MOST_ARCHIVE_BYTES,
        )
        return Finding((remote,))


def module_path(wanted: Wanted) -> str:
    """Return the path of a module with its capitals, which a purl does not keep."""
    purl = PackageURL.from_string(wanted.purl)
    path = f"{purl.namespace}/{purl.name}" if purl.namespace else purl.name
    return wanted.name if wanted.name.lower() == path.lower() else path


def escaped(text: str) -> str:
    """Return a path as proxies spell it: a capital is ``!`` and the small letter."""
    return re.sub(r"[A-Z]", lambda found: "!" + found[0].lower(), text)
