"""Maven repositories: the archive, its POM, and the POMs that this one inherits from or imports.

https://maven.apache.org/repositories/layout.html. Without a hash in the project the checksum file beside an archive decides,
the strongest that there is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from defusedxml import ElementTree
from packageurl import PackageURL

from freehold.model.vault import Holds, Wanted
from freehold.system.web import Web, WebError
from freehold.vault.protocol import Finding, Remote, Sources, plain_name

MOST_POM_BYTES = 8 << 20
MOST_POMS = 32
_SIDECARS = ("sha512", "sha256", "sha1")
_HEX = re.compile(r"\b[0-9a-fA-F]{40,128}\b")
_NO_ARCHIVE = frozenset({"pom"})
Place = tuple[str, str, str]
"""Group, artifact, version."""


class Maven:
    """Finds archive and POMs."""

    def find(self, wanted: Wanted, sources: Sources, web: Web) -> Finding:
        """Return the files in the first repository that has the POM."""
        purl = PackageURL.from_string(wanted.purl)
        place = (purl.namespace or "", purl.name, wanted.version)
        options = purl.qualifiers if isinstance(purl.qualifiers, dict) else {}
        reasons = []
        for repository in sources.of(wanted, "maven"):
            try:
                poms = _Poms(repository.rstrip("/"), web)
                packaging = poms.read(place)
            except WebError as error:
                reasons.append(str(error))
                continue
            remotes = poms.remotes
            kind = options.get("type") or ("jar" if packaging not in _NO_ARCHIVE else "")
            if kind and kind not in _NO_ARCHIVE:
                remotes.insert(0, _archive(wanted, place, kind, options.get("classifier", ""), poms))
            return Finding(tuple(remotes), together=True)
        return Finding(reasons=tuple(reasons) or ("no repository is known",))


class _Poms:
    """The POMs behind one archive, from one repository."""

    def __init__(self, repository: str, web: Web) -> None:
        self.repository = repository
        self.remotes: list[Remote] = []
        self._web = web

    def read(self, place: Place) -> str:
        """Find a POM and all that it needs; return what kind of archive it describes. Raises ``WebError``."""
        seen: set[Place] = set()
        waiting, packaging = [place], ""
        while waiting and len(seen) < MOST_POMS:
            at = waiting.pop(0)
            path = _path(at, f"{at[1]}-{at[2]}.pom")
            if at in seen or not path:
                continue
            seen.add(at)
            page = self._web.page(f"{self.repository}/{path}", limit_bytes=MOST_POM_BYTES)
            self.remotes.append(self.remote(path, (), (Holds.INDEX,)))
            kind, needed = _read(page.body, page.url)
            packaging = packaging or kind
            waiting += needed
        return packaging

    def remote(self, path: str, hashes: tuple[str, ...], holds: tuple[Holds, ...]) -> Remote:
        """Return a file of the repository, with the hashes of the project or those beside it."""
        url = f"{self.repository}/{path}"
        return Remote(file=path, urls=(url,), hashes=hashes or self._beside(url), pinned=bool(hashes), holds=holds)

    def _beside(self, url: str) -> tuple[str, ...]:
        for algorithm in _SIDECARS:
            try:
                text = self._web.page(f"{url}.{algorithm}", limit_bytes=4096).body.decode("ascii", "replace")
            except WebError:
                continue
            if found := _HEX.search(text):
                return (f"{algorithm}:{found[0].lower()}",)
        return ()


def _archive(wanted: Wanted, place: Place, kind: str, classifier: str, poms: _Poms) -> Remote:
    name = f"{place[1]}-{place[2]}{f'-{classifier}' if classifier else ''}.{kind}"
    holds = (Holds.SOURCE,) if classifier == "sources" else (Holds.ARTIFACTS,)
    return poms.remote(_path(place, name), wanted.hashes, holds)


def _path(place: Place, file: str) -> str:
    """Return the path in the layout; empty where a part of it could do harm."""
    parts = [*place[0].split("."), place[1], place[2], file]
    return "/".join(parts) if all(plain_name(part) for part in parts) else ""


def _read(body: bytes, url: str) -> tuple[str, list[Place]]:
    """Return packaging, parent and imported POMs. Raises ``WebError`` for what is no POM."""
    try:
        root = ElementTree.fromstring(body)
    except Exception as error:
        raise WebError(url, f"is no POM that can be read: {type(error).__name__}") from error
    for element in root.iter():
        if isinstance(element.tag, str):
            element.tag = element.tag.rpartition("}")[2]
    return (root.findtext("packaging") or "jar").strip(), list(_needed(root))


def _needed(root: ElementTree.Element) -> Iterator[Place]:
    """Yield the parent, and the POMs imported for their versions, where they are named outright."""
    managed = root.findall("dependencyManagement/dependencies/dependency")
    imported = [one for one in managed if (one.findtext("scope") or "").strip() == "import"]
    for element in (*root.findall("parent"), *imported):
        place = tuple((element.findtext(name) or "").strip() for name in ("groupId", "artifactId", "version"))
        if all(place) and not any("${" in part for part in place):
            yield place[0], place[1], place[2]
