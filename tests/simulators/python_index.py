"""A Python index: project pages in JSON or HTML, and files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

from loopback import Answer, Loopback

JSON = "application/vnd.pypi.simple.v1+json"


def add_project(
    server: Loopback,
    name: str,
    files: Mapping[str, bytes],
    *,
    claimed: Mapping[str, str] | None = None,
    html: bool = False,
) -> None:
    """Serve a project; ``claimed`` gives the hashes that the index states where they are not the true ones."""
    hashes = {file: hashlib.sha256(data).hexdigest() for file, data in files.items()} | dict(claimed or {})
    urls = {file: f"/files/{name}/{file.rpartition('/')[2]}" for file in files}
    for file, data in files.items():
        server.routes[urls[file]] = data
    if html:
        links = "".join(f'<a href="../..{urls[file]}#sha256={hashes[file]}">{file}</a>' for file in files)
        server.routes[f"/simple/{name}/"] = Answer(f"<html><body>{links}</body></html>".encode())
        return
    listed = [{"filename": file, "url": urls[file], "hashes": {"sha256": hashes[file]}} for file in files]
    page = json.dumps({"meta": {"api-version": "1.0"}, "name": name, "files": listed}).encode()
    server.routes[f"/simple/{name}/"] = Answer(page, headers={"Content-Type": JSON})
