"""What one source states about one package; and addresses of repositories in one spelling."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from freehold.model.component import Licence

FORGES = frozenset({"github.com", "gitlab.com", "bitbucket.org", "codeberg.org", "gitee.com"})
_NO_ACCOUNTS = frozenset({"sponsors", "orgs", "users", "features", "marketplace", "settings"})
_SITES = ".github.io"
_PREFIX = re.compile(r"^(?:git\+)?(?:scm:)?(?:git:(?!//))?")
_SHORT = re.compile(r"^(?:(github|gitlab|bitbucket|gist):)?([\w.-]+)/([\w.-]+)$")


@dataclass(frozen=True)
class Statement:
    """``purl`` without version; ``licences`` as written; ``urls`` of the source repository and home page.

    ``otherwise`` is what the same source states less clearly; it counts only where nobody states more. ``listed``: the source
    lists licences and does not say whether any or all of them apply. ``versions`` limits for which versions it speaks
    (``<15``); empty for no limit. ``commit`` stands for the version where the source names a commit that has none.
    """

    purl: str
    version: str
    licences: tuple[Licence, ...] = ()
    urls: tuple[str, ...] = ()
    source: str = ""
    otherwise: tuple[Licence, ...] = ()
    listed: bool = False
    versions: str = ""
    commit: str = ""


def owner_of(urls: tuple[str, ...]) -> str:
    """Return the first forge account in some addresses, as ``github.com/babel``; empty for none."""
    for url in urls:
        host, path = _parts(url)
        if host in FORGES and path and path not in _NO_ACCOUNTS:
            return f"{host}/{path}".lower()
    return ""


def site_of(urls: tuple[str, ...]) -> str:
    """Return the forge account of the first site in some addresses that GitHub serves for one; empty for none."""
    for url in urls:
        host, _ = _parts(url)
        if host.endswith(_SITES):
            return f"github.com/{host.removesuffix(_SITES)}".lower()
    return ""


def _parts(url: str) -> tuple[str, str]:
    """Return host and first step of an address, or of npm's short forms and git's ``user@host:path``."""
    text = _PREFIX.sub("", url.strip())
    if short := _SHORT.match(text):
        return {"gitlab": "gitlab.com", "bitbucket": "bitbucket.org", "gist": ""}.get(short[1], "github.com"), short[2]
    if "://" not in text:
        text = "ssh://" + text.replace(":", "/", 1)
    try:
        parts = urlsplit(text)
    except ValueError:
        return "", ""
    return (parts.hostname or "").removeprefix("www."), parts.path.strip("/").partition("/")[0]
