"""Whether a registry serves an image whole: the manifest that is named, and every blob of it for this machine's platform.

https://github.com/opencontainers/distribution-spec. A registry that asks who we are gets an anonymous token. A mirror for
images has the project or proxy in its address: ``https://harbor.example/proxy``.
"""

from __future__ import annotations

import hashlib
import json
import platform
import re
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import quote, urlencode, urlsplit

from freehold.drill.mirror_reading import NotServedError, Wanted, digest_of, read

Answer = TypeVar("Answer")
_KINDS = (
    "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json, "
    "application/vnd.docker.distribution.manifest.list.v2+json, application/vnd.docker.distribution.manifest.v2+json"
)
_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}")


def image(url: str, wanted: Wanted) -> str:
    """Return in words what was served. Raises ``NotServedError`` where a manifest or blob is missing or other bytes."""
    registry = _Registry(url, wanted.name)
    manifest = registry.manifest(wanted.hashes[0])
    if "manifests" in manifest:
        manifest = registry.manifest(_for_this_machine(manifest))
    parts = [manifest.get("config"), *_items(manifest, "layers")]
    digests = [_digest(part) for part in parts if isinstance(part, dict) and not part.get("urls")]
    for digest in dict.fromkeys(digests):
        registry.blob(digest)
    return f"same bytes (manifest and {len(set(digests))} blobs)"


class _Registry:
    """One repository of a registry, with the token that it gave."""

    def __init__(self, url: str, name: str) -> None:
        place = urlsplit(url)
        path = "/".join(part for part in (place.path.strip("/").removeprefix("v2").strip("/"), name) if part)
        self._base = f"{place.scheme}://{place.netloc}/v2/{quote(path)}"
        self._token = ""

    def manifest(self, digest: str) -> dict[str, Any]:
        """Return a manifest whose bytes have the digest."""
        address = f"{self._base}/manifests/{digest}"
        body = self._asked(lambda token: read(address, _KINDS, token))
        algorithm, _, expected = digest.partition(":")
        if algorithm not in {"sha256", "sha512"} or hashlib.new(algorithm, body).hexdigest() != expected:
            raise NotServedError("the manifest is other bytes than the project names")
        try:
            found = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise NotServedError("the manifest is no JSON") from error
        return found if isinstance(found, dict) else {}

    def blob(self, digest: str) -> None:
        """Read a blob and compare it with its digest."""
        address = f"{self._base}/blobs/{digest}"
        if self._asked(lambda token: digest_of(address, (digest,), token)) != digest:
            raise NotServedError(f"blob {digest[:19]} is other bytes than the manifest names")

    def _asked(self, ask: Callable[[str], Answer]) -> Answer:
        """Ask with the token that is held; where one is wanted, get it and ask again."""
        try:
            return ask(self._token)
        except NotServedError as error:
            if not error.challenge.lower().startswith("bearer") or self._token:
                raise
            self._token = _anonymous_token(error.challenge)
            return ask(self._token)


def _anonymous_token(challenge: str) -> str:
    said = dict(re.findall(r'(\w+)="([^"]*)"', challenge))
    query = urlencode({key: said[key] for key in ("service", "scope") if key in said})
    try:
        answer = json.loads(read(f"{said.get('realm', '')}?{query}", "application/json"))
    except (ValueError, RecursionError) as error:
        raise NotServedError("the registry wants a token and gives none to anybody") from error
    token = answer.get("token") or answer.get("access_token") if isinstance(answer, dict) else None
    return str(token or "")


def _for_this_machine(index: dict[str, Any]) -> str:
    """Return the digest of the manifest for this platform, else of the first."""
    wanted = _ARCHITECTURES.get(platform.machine(), platform.machine())
    listed = [one for one in _items(index, "manifests") if isinstance(one, dict)]
    fitting = [
        one for one in listed if isinstance(place := one.get("platform"), dict) and place.get("architecture") == wanted
    ]
    if not listed:
        raise NotServedError("the index names no manifest")
    return _digest((fitting or listed)[0])


def _items(table: dict[str, Any], key: str) -> list[Any]:
    found = table.get(key)
    return found if isinstance(found, list) else []


def _digest(part: dict[str, Any]) -> str:
    found = part.get("digest")
    if not isinstance(found, str) or not _DIGEST.fullmatch(found):
        raise NotServedError("the manifest names a part without a digest that is known")
    return found
