"""Reading the Maven repository in Debian's Java packages: which artifact lies in which package, and that package's licences.

A POM there names the package and the version that it was made of in its properties. Packages grow old: each speaks for
versions up to its own. See https://wiki.debian.org/Java/MavenRepoHelper. What POMs state of licences themselves, ``poms``
reads.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from packageurl import PackageURL

from survey.debian import stated_in
from survey.poms import coordinates, package_of
from survey.statement import Statement


def debian_maven(path: Path) -> Iterator[Statement]:
    """Yield the main licence in the copyright file of each package, for the artifacts in it.

    What other files of the source package are under is not said of each artifact.
    """
    licences_in = cache(lambda package: stated_in(path / "usr/share/doc" / package / "copyright", main=True))
    for file in sorted((path / "usr/share/maven-repo").rglob("*.pom")):
        package, found = package_of(file), coordinates(file)
        licences = licences_in(package) if package and found else ()
        if found and licences:
            group, artifact, version = found
            purl = PackageURL("maven", group, artifact).to_string()
            yield Statement(purl, version, licences, versions=f"<={version}" if version else "")
