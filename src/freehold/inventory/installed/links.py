"""Addresses that installed packages name for themselves, as references in CycloneDX' words.

Labels of Python projects follow https://packaging.python.org/en/latest/specifications/well-known-project-urls/.
"""

from __future__ import annotations

import re
from typing import Final

from freehold.inventory.addresses import clean_url, git_url
from freehold.model.component import Reference

_KINDS: Final = {
    "homepage": "website",
    "home": "website",
    "website": "website",
    "source": "vcs",
    "sourcecode": "vcs",
    "repository": "vcs",
    "repo": "vcs",
    "code": "vcs",
    "github": "vcs",
    "gitlab": "vcs",
    "download": "distribution",
    "changelog": "release-notes",
    "changes": "release-notes",
    "releasenotes": "release-notes",
    "whatsnew": "release-notes",
    "history": "release-notes",
    "documentation": "documentation",
    "docs": "documentation",
    "issues": "issue-tracker",
    "bugs": "issue-tracker",
    "issue": "issue-tracker",
    "tracker": "issue-tracker",
    "issuetracker": "issue-tracker",
    "bugtracker": "issue-tracker",
    "bugreports": "issue-tracker",
    "reportissues": "issue-tracker",
    "chat": "chat",
    "discord": "chat",
    "mailinglist": "mailing-list",
    "securitypolicy": "security-contact",
    "upstream": "vcs",
}


def labelled(label: str, url: str) -> tuple[Reference, ...]:
    """Return the reference that a label and an address make; nothing if it is no address with a host."""
    plain = re.sub(r"[^a-z]", "", label.lower())
    return reference(_KINDS.get(plain, "other"), url)


def reference(kind: str, url: str) -> tuple[Reference, ...]:
    """Return a reference without user names and tokens; nothing if the text is no address with a host."""
    address = clean_url(url)
    return (Reference(kind, address),) if address.partition(":")[0] in {"http", "https", "ftp", "git", "ssh"} else ()


def repository(text: str) -> tuple[Reference, ...]:
    """Return the source repository that a package names, in any of git's and npm's spellings."""
    address = git_url(text if ":" in text or not re.fullmatch(r"[\w.-]+/[\w.-]+", text) else f"github:{text}")
    return (Reference("vcs", address),) if address else ()


def gathered(*groups: tuple[Reference, ...]) -> tuple[Reference, ...]:
    """Return all references, each once, in order."""
    return tuple(dict.fromkeys(one for group in groups for one in group))
