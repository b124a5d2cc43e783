"""Which hosts in a text may be services of somebody else: public names, without placeholders, own names and mere links."""

from __future__ import annotations

import re
from typing import Final

_LABEL: Final = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_TLD: Final = re.compile(r"[a-z]{2,24}|xn--[a-z0-9-]{2,58}")
_HELD: Final = re.compile(r"\$\{|\{\{|[{<%$*\[(]|__")
"""What stands in an address where a template puts something in."""
RESERVED: Final = frozenset(
    {
        *("example", "test", "invalid", "localhost", "local", "internal", "intranet", "lan", "home", "corp", "arpa"),
        *("localdomain", "svc", "onion", "private", "docker", "domain", "tld", "consul", "k8s"),
    }
)
"""Last labels that are nobody's on the public internet (RFC 2606, RFC 6762, RFC 8375 and habits)."""
_PLACEHOLDER: Final = re.compile(
    r"^(?:your|my|the|some|any|own)(?:$|[-_.])|^(?:your|my)[a-z]*(?:domain|site|company|app|host|server|tenant|org|name|account|bucket|project)"
    r"|^(?:x{3,}|changeme|placeholder|replace|todo|foo+|bar|baz|dummy|sample|fake|mock|unknown|undefined|none|null)(?:$|[-_.])"
    r"|(?:^|[-_.])(?:placeholder|changeme|change-me)(?:$|[-_.])"
)
_STAND_INS: Final = frozenset(
    {
        *(
            "domain",
            "mydomain",
            "yourdomain",
            "company",
            "acme",
            "foo",
            "bar",
            "baz",
            "test",
            "site",
            "mysite",
            "website",
        ),
        *("host", "hostname", "server", "myserver", "myhost", "somewhere", "something", "sample", "demo", "abc", "xyz"),
        *(
            "example",
            "examples",
            "somedomain",
            "contoso",
            "fabrikam",
            "myapp",
            "yourapp",
            "app",
            "url",
            "email",
            "mail",
        ),
    }
)
"""Second-level names that authors write, with one of ``_COMMON``, for a name that the reader shall put in."""
_COMMON: Final = frozenset({"com", "org", "net", "tld", "de", "io"})
_LINKS: Final = frozenset(
    {
        *(
            "w3.org",
            "json-schema.org",
            "schemastore.org",
            "spdx.org",
            "opensource.org",
            "creativecommons.org",
            "gnu.org",
        ),
        *("apache.org", "mozilla.org", "ietf.org", "rfc-editor.org", "iana.org", "ogp.me", "schema.org", "purl.org"),
        *(
            "xmlsoap.org",
            "openxmlformats.org",
            "xml.org",
            "maven.org",
            "springframework.org",
            "hibernate.org",
            "jcp.org",
        ),
        *(
            "wikipedia.org",
            "wikimedia.org",
            "stackoverflow.com",
            "stackexchange.com",
            "readthedocs.io",
            "readthedocs.org",
        ),
        *(
            "medium.com",
            "dev.to",
            "reddit.com",
            "ycombinator.com",
            "twitter.com",
            "x.com",
            "linkedin.com",
            "mastodon.social",
        ),
        *("instagram.com", "youtu.be", "t.co", "bit.ly", "goo.gl", "semver.org", "keepachangelog.com", "shields.io"),
        *("editorconfig.org", "prettier.io", "eslint.org", "typescriptlang.org", "nodejs.org", "python.org", "php.net"),
        *("laravel.com", "rubyonrails.org", "djangoproject.com", "kubernetes.io", "k8s.io", "docker.com", "xkcd.com"),
        *(
            "owasp.org",
            "mitre.org",
            "nist.gov",
            "doi.org",
            "arxiv.org",
            "choosealicense.com",
            "contributor-covenant.org",
        ),
        *(
            "discord.gg",
            "gitter.im",
            "opencollective.com",
            "patreon.com",
            "ko-fi.com",
            "buymeacoffee.com",
            "crowdin.com",
        ),
        *(
            "json.org",
            "yaml.org",
            "toml.io",
            "swagger.io",
            "openapis.org",
            "localhost.run",
            "rubygems.org",
            "packagist.org",
        ),
    }
)
"""Sites that are linked to, with their sub-domains: standards, manuals, communities; nothing stops without them."""
_FORGES: Final = frozenset({"github.com", "www.github.com", "gitlab.com", "bitbucket.org", "codeberg.org", "gitee.com"})
_READING: Final = re.compile(
    r"^(?:docs?|documentation|help|support|learn|developers?|blog|www-docs|wiki|forum|community|status|kb|guide|guides|faq|manual)\."
    r"|^(?:raw|gist|avatars\d*|user-images|camo)\.githubusercontent\.com$|^gist\.github\.com$|(?:^|\.)github\.io$"
)
"""Hosts that people read: manuals, blogs, status pages, pages of projects."""


def public_host(text: str) -> str:
    """Return a host's name in lower case if it can be somebody's service; empty for own, private and placeholder names.

    A first label that a template fills in becomes ``*``: ``https://{tenant}.auth.example.com`` is ``*.auth.example.com``.
    Addresses of numbers are nobody's name: empty. Linear in the text.
    """
    labels = text.strip().lower().rstrip(".").split(".")
    while labels and (_HELD.search(labels[0]) or not labels[0]):
        labels = labels[1:]
        if labels and not any(_HELD.search(label) for label in labels) and len(labels) > 1:
            return f"*.{'.'.join(labels)}" if _is_public(labels) else ""
    if not 2 <= len(labels) <= 12 or not _is_public(labels):
        return ""
    return ".".join(labels)


def is_link(host: str) -> bool:
    """Tell whether a host is one that people read or copy from, so that naming it is no use of a service."""
    labels = host.split(".")
    if host in _FORGES or _READING.search(host):
        return True
    return any(".".join(labels[start:]) in _LINKS for start in range(len(labels) - 1))


def _is_public(labels: list[str]) -> bool:
    if not all(_LABEL.fullmatch(label) for label in labels) or not _TLD.fullmatch(labels[-1]):
        return False
    if labels[-1] in RESERVED or (labels[-2] in _STAND_INS and labels[-1] in _COMMON):
        return False
    return not any(_PLACEHOLDER.search(label) for label in labels[:-1])
