"""Files at an address of their own, which the project names with a hash."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from freehold.model.vault import Wanted
from freehold.system.web import Web
from freehold.vault.protocol import Finding, Remote, Sources, plain_name


class Generic:
    """Finds the one file that an address names."""

    def find(self, wanted: Wanted, sources: Sources, web: Web) -> Finding:
        """Return the file."""
        if not wanted.url.startswith(("http://", "https://")):
            return Finding(reasons=("no address is named that a copy could come from",))
        name = plain_name(unquote(urlsplit(wanted.url).path.rpartition("/")[2])) or "download"
        remote = Remote(file=name, urls=(wanted.url,), hashes=wanted.hashes, pinned=bool(wanted.hashes))
        return Finding((remote,))
