"""A container registry: an image with an index, manifests for two platforms, layers; it wants an anonymous token."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable

from loopback import Answer, Headers, Loopback

INDEX = "application/vnd.oci.image.index.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar+gzip"
TOKEN = "anonymous-token"


def digest_of(data: bytes) -> str:
    """Return the digest of a blob."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def add_image(server: Loopback, name: str, tag: str, machine: str, layers: list[bytes]) -> str:
    """Serve an image and return the digest of its index."""
    manifests = []
    for architecture in (machine, "s390x"):
        config = json.dumps({"architecture": architecture, "os": "linux"}).encode()
        parts = [{"mediaType": LAYER, "digest": digest_of(data), "size": len(data)} for data in layers]
        for blob in (config, *layers):
            server.routes[f"/v2/{name}/blobs/{digest_of(blob)}"] = _guarded(server, blob, "application/octet-stream")
        about = {
            "mediaType": "application/vnd.oci.image.config.v1+json",
            "digest": digest_of(config),
            "size": len(config),
        }
        manifest = json.dumps({"schemaVersion": 2, "mediaType": MANIFEST, "config": about, "layers": parts}).encode()
        server.routes[f"/v2/{name}/manifests/{digest_of(manifest)}"] = _guarded(server, manifest, MANIFEST)
        place = {"os": "linux", "architecture": architecture}
        manifests.append(
            {"mediaType": MANIFEST, "digest": digest_of(manifest), "size": len(manifest), "platform": place}
        )
    index = json.dumps({"schemaVersion": 2, "mediaType": INDEX, "manifests": manifests}).encode()
    for reference in (tag, digest_of(index)):
        server.routes[f"/v2/{name}/manifests/{reference}"] = _guarded(server, index, INDEX)
    server.routes["/token"] = json.dumps({"token": TOKEN}).encode()
    return digest_of(index)


def _guarded(server: Loopback, body: bytes, kind: str) -> Callable[[Headers], Answer]:
    def answer(headers: Headers) -> Answer:
        if headers.get("Authorization") != f"Bearer {TOKEN}":
            challenge = f'Bearer realm="{server.url}/token",service="images"'
            return Answer(b"", 401, {"WWW-Authenticate": challenge})
        return Answer(body, headers={"Content-Type": kind})

    return answer
