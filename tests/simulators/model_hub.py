"""A model hub: the listing of a revision, and files, large ones with their SHA-256."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from loopback import Loopback

COMMIT = "5d0c1f" + "0" * 34


def add_model(
    server: Loopback, name: str, revision: str, files: Mapping[str, bytes], more: tuple[str, ...] = ()
) -> None:
    """Serve a revision of a model; ``more`` are names that the listing adds without files."""
    siblings: list[dict[str, object]] = [{"rfilename": file} for file in more]
    for file, data in files.items():
        entry: dict[str, object] = {"rfilename": file, "size": len(data)}
        if file.endswith(".safetensors"):
            entry["lfs"] = {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
        else:
            entry["blobId"] = hashlib.sha1(f"blob {len(data)}\0".encode() + data).hexdigest()
        siblings.append(entry)
        server.routes[f"/hub/{name}/resolve/{COMMIT}/{file}"] = data
    server.routes[f"/hub/api/models/{name}/revision/{revision}"] = json.dumps(
        {"id": name, "sha": COMMIT, "siblings": siblings}
    ).encode()
