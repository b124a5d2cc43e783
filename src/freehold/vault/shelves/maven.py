"""The Maven repository of a vault: files under the paths they had, checksums beside them, lists of versions.

https://maven.apache.org/repositories/layout.html
"""

from __future__ import annotations

from xml.sax.saxutils import escape

from freehold.system.serving import Asked, Reply, not_found
from freehold.vault.digests import digests
from freehold.vault.shelf import Shelf
from freehold.vault.versions import order

_SIDECARS = ("md5", "sha1", "sha256", "sha512")
_LIST = "maven-metadata.xml"


def maven_reply(shelf: Shelf, asked: Asked, rest: list[str]) -> Reply:
    """Answer every path of a repository."""
    path = "/".join(rest)
    held = {one.file: one for files in shelf.packages.get("maven", {}).values() for one in files}
    if path in held:
        return shelf.reply(held[path], "text/xml" if path.endswith(".pom") else "application/java-archive")
    stem, _, algorithm = path.rpartition(".")
    if algorithm in _SIDECARS and stem in held:
        file = shelf.path(held[stem])
        if file is None:
            return shelf.reply(held[stem])
        found = shelf.remembered(f"{algorithm} {file}", lambda: digests(file, (algorithm,)))
        return Reply(body=found[algorithm].encode())
    return _versions(path.removesuffix(f"/{_LIST}"), list(held)) if path.endswith(f"/{_LIST}") else not_found()


def _versions(folder: str, files: list[str]) -> Reply:
    """Return the list of versions in a folder ``GROUP/ARTIFACT``."""
    found = {file.removeprefix(f"{folder}/").partition("/")[0] for file in files if file.startswith(f"{folder}/")}
    if not found:
        return not_found()
    group, _, artifact = folder.rpartition("/")
    lines = "".join(f"<version>{escape(version)}</version>" for version in sorted(found, key=order))
    text = (
        f"<metadata><groupId>{escape(group.replace('/', '.'))}</groupId><artifactId>{escape(artifact)}</artifactId>"
        f"<versioning><versions>{lines}</versions></versioning></metadata>\n"
    )
    return Reply(media_type="text/xml", body=text.encode())
