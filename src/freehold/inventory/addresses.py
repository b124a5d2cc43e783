"""Addresses as files write them, made safe to keep: no user names, passwords or tokens, no control characters.

What an address means (registry, forge, endpoint) is left to the readers.
"""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit, urlunsplit

_UNSAFE = re.compile(r"[\x00-\x20\x7f-\x9f\s]+")
_SCP_LIKE = re.compile(r"^(?:[\w.+-]+@)?([\w.-]+):(?!/)([^:]*)$")
_MIRROR = re.compile(
    r"/(?:maven-)?(?:public|central|maven2|group|all|proxy)/?$|/nexus/content/groups/[\w-]+/?$", re.IGNORECASE
)
_COMMIT = re.compile(r"[0-9A-Za-z][\w./+-]*")


def clean_url(text: str) -> str:
    """Return the address without user info, query and fragment; empty if it is no URL with a host.

    Tokens stand in user info and in queries; neither says where a thing comes from.
    """
    parts = _split(text)
    if parts is None or not parts.scheme or not parts.hostname:
        return ""
    return urlunsplit((parts.scheme.lower(), _host_and_port(parts), parts.path.rstrip("/"), "", ""))


def base_of(text: str) -> str:
    """Return scheme, host and port of an address; empty if it is no URL with a host."""
    parts = _split(clean_url(text))
    return f"{parts.scheme}://{parts.netloc}" if parts is not None and parts.netloc else ""


def git_url(text: str) -> str:
    """Return a git address as ``git+https://host/path@commit``; empty if no host can be made out.

    Understands ``git+ssh://git@host/path.git#commit``, ``git@host:path``, ``github:owner/name`` (npm's short forms) and
    the ``?rev=`` and ``?tag=`` of Cargo and uv.
    """
    address, _, fragment = _UNSAFE.sub("", text).partition("#")
    fragment = fragment.partition("&")[0]
    fragment = "" if "=" in fragment else fragment
    address, _, query = address.partition("?")
    short = re.fullmatch(r"(github|gitlab|bitbucket):([\w.-]+/[\w.-]+)", address)
    if short:
        address = f"https://{short[1]}.{'org' if short[1] == 'bitbucket' else 'com'}/{short[2]}"
    address = address.removeprefix("git+")
    found = None if "://" in address else _SCP_LIKE.match(address)
    if found:
        address = f"ssh://{found[1]}/{found[2]}"
    clean = clean_url(address)
    if not clean:
        return ""
    path, at, inline = clean.rpartition("@")
    if at and "/" in path.partition("://")[2]:
        clean, fragment = path, fragment or inline
    commit = _COMMIT.match(fragment or _revision(query))
    return f"git+{clean.removeprefix('git+')}" + (f"@{commit[0]}" if commit else "")


def is_mirror(url: str) -> bool:
    """Tell whether an address, by the name of its path, is that of a repository that serves what the default one does."""
    return bool(_MIRROR.search(url))


def _revision(query: str) -> str:
    """Return what a query names as revision."""
    found = re.search(r"(?:^|&)(?:rev|tag|branch|ref)=([^&]*)", query)
    return found[1] if found else ""


def _split(text: str) -> SplitResult | None:
    """Split an address; None if it is malformed."""
    try:
        parts = urlsplit(_UNSAFE.sub("", text))
        _ = parts.port, parts.hostname
    except ValueError:
        return None
    return parts


def _host_and_port(parts: SplitResult) -> str:
    """Return host and port in lower case, IPv6 in brackets."""
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else host
    return f"{host}:{parts.port}" if parts.port else host
