"""Container images over the distribution protocol: manifests and blobs by digest, for this machine's platform.

https://github.com/opencontainers/distribution-spec. A tag is asked for once and its digest recorded; a digest in the
project is compared before anything in the manifest is believed. Registries that want a token get an anonymous one.
"""

from __future__ import annotations

import hashlib
import platform
import re
from typing import Any
from urllib.parse import urlencode

import msgspec
from packageurl import PackageURL

from freehold.model.vault import Holds, Wanted
from freehold.system.web import Page, Web, WebError
from freehold.vault.protocol import HARMFUL, Finding, Remote, Sources, decoded, plain_name, plain_path

INDEXES = frozenset(
    {"application/vnd.oci.image.index.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json"}
)
MANIFESTS = frozenset(
    {"application/vnd.oci.image.manifest.v1+json", "application/vnd.docker.distribution.manifest.v2+json"}
)
ACCEPT = ", ".join(sorted(INDEXES | MANIFESTS))
MOST_MANIFEST_BYTES = 4 << 20
DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_CHALLENGE = re.compile(r'(\w+)="([^"]*)"')
_MACHINES = {"x86_64": "amd64", "aarch64": "arm64", "armv7l": "arm"}


class Oci:
    """Finds the manifests and blobs of an image."""

    def find(self, wanted: Wanted, sources: Sources, web: Web) -> Finding:
        """Return the files of the image in the first registry that has it."""
        purl = PackageURL.from_string(wanted.purl)
        name = f"{purl.namespace}/{purl.name}" if purl.namespace else purl.name
        if not plain_path(name) or not plain_name(wanted.version.replace(":", "-")):
            return Finding(reasons=(HARMFUL,))
        reasons = []
        for registry in sources.of(wanted, purl.type):
            asking = _Asking(registry.rstrip("/"), name, web)
            try:
                return Finding(tuple(asking.image(wanted.version)), together=True)
            except WebError as error:
                reasons.append(str(error))
        return Finding(reasons=tuple(reasons) or ("no registry is known",))


class _Asking:
    """Questions about one image to one registry."""

    def __init__(self, registry: str, name: str, web: Web) -> None:
        self._base = f"{registry}/v2/{name}"
        self._name = name
        self._web = web
        self._headers: dict[str, str] = {}

    def image(self, reference: str) -> list[Remote]:
        """Return the files of an image. Raises ``WebError``."""
        page = self._manifest(reference)
        digest = f"sha256:{hashlib.sha256(page.body).hexdigest()}"
        pinned = bool(DIGEST.fullmatch(reference))
        remotes = [self._remote("manifests", digest, page.media_type, pinned)]
        if not pinned:
            tag = self._remote("manifests", digest, page.media_type, pinned=False)
            remotes.append(msgspec.structs.replace(tag, file=f"tags/{reference}"))
        document = decoded(page, dict[str, Any], "manifest")
        if page.media_type in INDEXES:
            digest = _for_this_machine(document, page.url)
            page = self._manifest(digest)
            remotes.append(self._remote("manifests", digest, page.media_type, pinned))
            document = decoded(page, dict[str, Any], "manifest")
        parts = _dicts([document.get("config"), *_dicts(document.get("layers"))])
        named = [part for part in parts if DIGEST.fullmatch(str(part.get("digest")))]
        blobs = (self._remote("blobs", str(one["digest"]), str(one.get("mediaType", "")), pinned) for one in named)
        return [*remotes, *blobs]

    def _manifest(self, reference: str) -> Page:
        """Return a manifest; one asked for by digest is compared with it."""
        url = f"{self._base}/manifests/{reference}"
        headers = {"Accept": ACCEPT, "Accept-Encoding": "identity"}
        try:
            page = self._web.page(url, {**headers, **self._headers}, MOST_MANIFEST_BYTES)
        except WebError as error:
            if error.status != 401 or self._headers:
                raise
            self._headers = self._token(error.challenge)
            page = self._web.page(url, {**headers, **self._headers}, MOST_MANIFEST_BYTES)
        if DIGEST.fullmatch(reference) and reference != f"sha256:{hashlib.sha256(page.body).hexdigest()}":
            raise WebError(url, "gives a manifest of another digest")
        return page

    def _token(self, challenge: str) -> dict[str, str]:
        """Return the header with an anonymous token from where the registry says."""
        parts = dict(_CHALLENGE.findall(challenge))
        realm = parts.get("realm", "")
        if not challenge.lower().startswith("bearer") or not realm.startswith(("https://", "http://")):
            raise WebError(self._base, "asks for a login", 401)
        scope = {"service": parts.get("service", ""), "scope": f"repository:{self._name}:pull"}
        found = decoded(self._web.page(f"{realm}?{urlencode(scope)}"), dict[str, Any], "manifest")
        token = found.get("token") or found.get("access_token") or ""
        return {"Authorization": f"Bearer {token}"}

    def _remote(self, kind: str, digest: str, media_type: str, pinned: bool) -> Remote:
        return Remote(
            file=f"{kind}/{digest.replace(':', '-')}",
            urls=(f"{self._base}/{kind}/{digest}",),
            hashes=(digest,),
            pinned=pinned,
            holds=(Holds.ARTIFACTS,) if kind == "blobs" else (Holds.INDEX,),
            entry=media_type,
            headers={"Accept": ACCEPT, **self._headers} if kind == "manifests" else self._headers,
        )


def _for_this_machine(index: dict[str, Any], url: str) -> str:
    """Return the digest of the manifest for this machine. Raises ``WebError`` where there is none."""
    machine = _MACHINES.get(platform.machine(), platform.machine())
    for one in _dicts(index.get("manifests")):
        place = one.get("platform")
        fits = isinstance(place, dict) and (place.get("os"), place.get("architecture")) == ("linux", machine)
        if fits and DIGEST.fullmatch(str(one.get("digest"))):
            return str(one["digest"])
    raise WebError(url, f"has no image for linux/{machine}")


def _dicts(value: object) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
