"""The model hub of a vault: the files of the revisions that are held.

https://huggingface.co/docs/hub/api; clients ask with HEAD first and read commit, size and hash from its headers.
"""

from __future__ import annotations

import msgspec

from freehold.model.vault import Artifact
from freehold.system.serving import Asked, Reply, not_found
from freehold.vault.shelf import Shelf, version_of


def hub_reply(shelf: Shelf, asked: Asked, rest: list[str]) -> Reply:
    """Answer ``api/models/NAME[/revision/R]`` and ``NAME/resolve/R/FILE``."""
    match rest:
        case ["api", "models" | "datasets", *name, "revision", revision]:
            return _model(_revision(_files(shelf, name), revision), "/".join(name))
        case ["api", "models" | "datasets", *name]:
            return _model(_revision(_files(shelf, name), "main"), "/".join(name))
        case _ if "resolve" in rest:
            at = rest.index("resolve")
            files = _revision(_files(shelf, rest[:at]), (rest[at + 1 : at + 2] or [""])[0])
            return _file(shelf, files, "/".join(rest[at + 2 :]))
    return not_found()


def _files(shelf: Shelf, name: list[str]) -> list[Artifact]:
    wanted = "/".join(name).lower()
    held = shelf.packages.get("huggingface", {})
    return [one for known, files in held.items() if known.lower() == wanted for one in files]


def _revision(files: list[Artifact], revision: str) -> list[Artifact]:
    """Return the files of a revision, by commit or by the name it was pulled under; ``main`` is the one pulled last."""
    if revision == "main" and files:
        last = max(files, key=lambda one: one.held_on)
        return [one for one in files if one.entry == last.entry]
    return [one for one in files if revision in (one.entry, version_of(one))]


def _model(files: list[Artifact], name: str) -> Reply:
    if not files:
        return not_found()
    siblings = [{"rfilename": one.file, "size": one.size_bytes, "lfs": {"sha256": one.sha256}} for one in files]
    document = {"id": name, "modelId": name, "sha": files[0].entry, "siblings": siblings}
    return Reply(media_type="application/json", body=msgspec.json.encode(document))


def _file(shelf: Shelf, files: list[Artifact], name: str) -> Reply:
    found = next((one for one in files if one.file == name), None)
    if found is None:
        return Reply(404, body=b"not held\n", headers={"X-Error-Code": "EntryNotFound"})
    headers = {"ETag": f'"{found.sha256}"', "X-Repo-Commit": found.entry, "X-Linked-Size": str(found.size_bytes)}
    return msgspec.structs.replace(shelf.reply(found), headers=headers)
