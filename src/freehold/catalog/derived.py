"""Hosts of registries that the purl library and the clients know: derived at run time, never written down.

``packageurl.contrib.purl2url`` gives a registry's site and download address from a sample purl; pip's own model gives
the index and file host of the Python index. What a user has configured comes from ``freehold.system.clients``.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

_SAMPLES = {
    "deb/debian": "pkg:deb/debian/a@1-1?arch=amd64",
    "deb/ubuntu": "pkg:deb/ubuntu/a@1-1?arch=amd64",
    "apk/alpine": "pkg:apk/alpine/a@1?arch=x86_64&repo=main&alpine_version=v3.20",
    "alpm/arch": "pkg:alpm/arch/a@1?arch=x86_64",
    "conda": "pkg:conda/a@1?channel=main&subdir=noarch&type=conda",
}

_FORMER = ("python.org", "io")
"""Domains under which the Python index was reached before; SBOMs still name it so."""


@functools.cache
def derived_hosts(served: str) -> tuple[str, ...]:
    """Return the hosts that serve a purl type, or ``type/namespace``, where the libraries know them; else nothing."""
    urls = _purl2url(_SAMPLES.get(served, f"pkg:{served}/a@1"))
    if not urls:
        urls = _purl2url(f"pkg:{served}/a/b@1")
    hosts = [urlsplit(url).hostname or "" for url in urls]
    if served == "pypi":
        hosts += _pip()
    return tuple(sorted({host for host in hosts if "." in host}))


def hosts_of(served: Iterable[str]) -> dict[str, str]:
    """Return the derived hosts of several purl types, each with the type that it serves."""
    return {host: kind for kind in served for host in derived_hosts(kind)}


def _purl2url(sample: str) -> list[str]:
    """Return the addresses that purl2url gives; it raises for types and namespaces that it does not know."""
    from packageurl.contrib import purl2url

    routes: tuple[Callable[[str], str | None], ...] = (purl2url.get_repo_url, purl2url.get_download_url)
    found: list[str] = []
    for route in routes:
        try:
            url = route(sample)
        except (NotImplementedError, ValueError):
            continue
        if url:
            found.append(url)
    return found


def _pip() -> list[str]:
    """Return the hosts of the Python index as pip has them, where pip is there."""
    try:
        from pip._internal.models.index import PyPI
    except ImportError:
        return []
    host = urlsplit(PyPI.simple_url).hostname or ""
    label = host.partition(".")[0]
    return [host, PyPI.file_storage_domain, *(f"{label}.{domain}" for domain in _FORMER)]


_PATHS = {
    "npm": ("pkg:npm/a@1", "/a/-/a-1.tgz"),
    "maven": ("pkg:maven/g/a@1", "/g/a/1/a-1.jar"),
    "golang": ("pkg:golang/a/b@v1", "/a/b/@v/v1.zip"),
    "deb/debian": (_SAMPLES["deb/debian"], "/pool/main/a/a/a_1-1_amd64.deb"),
    "deb/ubuntu": (_SAMPLES["deb/ubuntu"], "/pool/main/a/a/a_1-1_amd64.deb"),
}
"""A sample purl and the path that its protocol puts behind a registry's address."""
_BEGINNINGS = {"cargo": "index.", "docker": "registry-", "oci": "registry-"}
"""How the host that clients ask begins, where a registry has several."""


def default_addresses(served: str, hosts: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the address that clients of a purl type ask when nothing is configured; nothing where it is not known.

    ``hosts`` are those that the catalog records for the type's default channel.
    """
    if served == "pypi":
        return _pip_index()
    if served in _PATHS:
        sample, path = _PATHS[served]
        urls = [url for url in _purl2url(sample) if url.endswith(path)]
        return tuple(url.removesuffix(path) for url in urls[:1])
    beginning = _BEGINNINGS.get(served, "")
    return tuple(f"https://{host}" for host in hosts if host.startswith(beginning) and not host.startswith("."))[:1]


def _pip_index() -> tuple[str, ...]:
    """Return the Python index as pip has it, else beside the site that the purl library knows."""
    try:
        from pip._internal.models.index import PyPI
    except ImportError:
        return tuple(f"https://{urlsplit(url).hostname}/simple" for url in _purl2url("pkg:pypi/a@1")[:1])
    return (PyPI.simple_url,)
