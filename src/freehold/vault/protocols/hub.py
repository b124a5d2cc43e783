"""Model hubs that speak the Hugging Face protocol: every file of a revision, large ones with their SHA-256.

https://huggingface.co/docs/hub/api. A small file's hash is that of its git object.
"""

from __future__ import annotations

from urllib.parse import quote

import msgspec
from packageurl import PackageURL

from freehold.model.vault import Holds, Wanted
from freehold.system.web import Web, WebError
from freehold.vault.protocol import Finding, Remote, Sources, decoded, plain_path

MOST_FILES = 10_000


class _Large(msgspec.Struct, frozen=True):
    """A file in large-file storage."""

    sha256: str


class _Sibling(msgspec.Struct, frozen=True, rename="camel"):
    """One file of a repository."""

    rfilename: str
    blob_id: str = ""
    lfs: _Large | None = None


class _Model(msgspec.Struct, frozen=True):
    """A revision of a repository."""

    sha: str
    siblings: tuple[_Sibling, ...] = ()


class Hub:
    """Finds the files of a model or data set."""

    def find(self, wanted: Wanted, sources: Sources, web: Web) -> Finding:
        """Return every file of the revision; of a name without revision, that of today."""
        purl = PackageURL.from_string(wanted.purl)
        name = f"{purl.namespace}/{purl.name}" if purl.namespace else purl.name
        revision = wanted.version or purl.version or "main"
        reasons = []
        for hub in sources.of(wanted, "huggingface"):
            base = hub.rstrip("/")
            try:
                url = f"{base}/api/models/{quote(name)}/revision/{quote(revision, safe='')}?blobs=true"
                model = decoded(web.page(url), _Model, "answer of a model hub")
            except WebError as error:
                reasons.append(str(error))
                continue
            return _found(wanted, f"{base}/{quote(name)}/resolve/{quote(model.sha, safe='')}", model)
        return Finding(reasons=tuple(reasons) or ("no hub is known",))


def _found(wanted: Wanted, base: str, model: _Model) -> Finding:
    remotes, reasons = [], []
    for one in model.siblings[:MOST_FILES]:
        file = plain_path(one.rfilename)
        if not file:
            reasons.append(f"the hub lists a name that could do harm: {one.rfilename[:80]!r}")
            continue
        own = f"sha256:{one.lfs.sha256.lower()}" if one.lfs else f"git-blob:{one.blob_id}" if one.blob_id else ""
        remotes.append(
            Remote(
                file=file,
                urls=(f"{base}/{quote(file)}",),
                hashes=(own,) if own else (),
                pinned=own in wanted.hashes,
                holds=(Holds.ARTIFACTS,),
                entry=model.sha,
            )
        )
    return Finding(tuple(remotes), reasons=tuple(reasons), together=True)
