"""Which files of a folder are looked at: the rule, stated once, and what it left out.

* Links are never followed; one that leads out of the folder, or nowhere, is a counted skip.
* Not entered: hidden folders (except those of CI services, development containers and build tools, ``SHOWN_HIDDEN``);
  installed trees (``node_modules``, ``site-packages``, virtual environments...); vendored copies (``vendor``,
  ``third_party``); test data (``testdata``, ``fixtures``...). The lockfiles beside them list the same packages. Each is
  counted in a note. Where no lockfile stands for a ``node_modules``, its packages are read after all (``installed.beside``).
* A given path that is itself an installed tree is read as such; ``installed.places`` says which those are.
* Entered, but everything in it is needed for development only: folders named ``test``, ``tests``, ``docs``...
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

import msgspec

from freehold.model.component import Origin, Skip
from freehold.system.files import EntryKind, RootedFolder

SHOWN_HIDDEN: Final = frozenset(
    {
        ".github",
        ".gitlab",
        ".devcontainer",
        ".circleci",
        ".forgejo",
        ".gitea",
        ".woodpecker",
        ".buildkite",
        ".semaphore",
        ".azure-pipelines",
        ".azuredevops",
        ".ci",
        ".mvn",
        ".cargo",
    }
)
REQUIREMENTS: Final = frozenset({"requirements", "requirement"})
"""Folders of which every text file lists Python packages."""
PIPELINES: Final = frozenset(
    {"workflows", ".circleci", ".woodpecker", ".azure-pipelines", ".azuredevops", ".buildkite", ".semaphore"}
)
"""Folders of which every YAML file tells a CI service what to do."""
INSTALLED: Final = frozenset(
    {"node_modules", "bower_components", "jspm_packages", "site-packages", "dist-packages", "__pycache__", "venv"}
)
VENDORED: Final = frozenset({"vendor", "third_party", "third-party", "thirdparty"})
TEST_DATA: Final = frozenset({"testdata", "test-data", "test_data", "fixtures", "__fixtures__", "__snapshots__"})
TEST_FOLDERS: Final = frozenset(
    {
        "test",
        "tests",
        "__tests__",
        "e2e",
        "spec",
        "specs",
        "docs",
        "doc",
        "examples",
        "example",
        "samples",
        "benchmark",
        "benchmarks",
    }
)
NEVER_READ: Final = re.compile(
    r"\.(?:png|jpe?g|gif|webp|svg|ico|bmp|tiff?|avif|pdf|woff2?|ttf|otf|eot|mp[34]|mov|avi|mkv|webm|ogg|wav|flac|so|dll|dylib"
    r"|exe|o|a|lib|obj|class|py[cod]|wasm|node|bin|dat|db|sqlite3?|np[yz]|pkl"
    r"|glb|gltf|fbx|blend|psd|ai|eps|map)$",
    re.IGNORECASE,
)
"""Suffixes of files that no reader can be for; they are passed over unopened. Weights are looked at: they may be pointers."""
ARCHIVES: Final = re.compile(
    r"\.(?:zip|tar(?:\.\w+)?|tgz|tbz2|txz|jar|war|ear|whl|egg|nupkg|crate|7z|rar|deb|rpm|apk)$", re.IGNORECASE
)


class Limits(msgspec.Struct, frozen=True):
    """What is too much: bytes of one file as stored and unpacked, files looked at, levels of folders."""

    file_bytes: int = 128 << 20
    unpacked_bytes: int = 256 << 20
    files: int = 200_000
    levels: int = 64


class Walk:
    """One walk over a folder: yields files, and keeps what was left out and why."""

    def __init__(self, folder: RootedFolder, label: str, limits: Limits) -> None:
        self._folder = folder
        self._label = label
        self._limits = limits
        self._left_out: Counter[str] = Counter()
        self.skips: list[Skip] = []
        self.modules: list[str] = []
        """Every ``node_modules`` that was left out: ``installed.beside`` decides which are looked at after all."""

    def files(self) -> Iterator[str]:
        """Yield the relative path of every file to look at, folder by folder, in order of name."""
        count = 0
        open_folders = [""]
        while open_folders:
            folder = open_folders.pop()
            inner: list[str] = []
            for name, kind in self._entries(folder):
                path = f"{folder}/{name}" if folder else name
                if kind is EntryKind.FOLDER and self._enters(path, name):
                    inner.append(path)
                elif kind is EntryKind.LINK and self._folder.link_leaves(path):
                    self.skip(path, "a link that leads out of the given folder, or nowhere, is not followed")
                elif kind is EntryKind.FILE and self._looks_at(name):
                    count += 1
                    if count > self._limits.files:
                        self.skip("", f"more than {self._limits.files:,} files: the rest was not looked at")
                        return
                    yield path
            open_folders.extend(reversed(inner))

    def notes(self) -> tuple[Skip, ...]:
        """Return one remark on everything that the rule left out."""
        if not self._left_out:
            return ()
        listed = ", ".join(f"{name} ({count})" for name, count in sorted(self._left_out.items()))
        return (Skip(Origin(self._label or "."), f"left out by rule: {listed}"),)

    def skip(self, path: str, reason: str, remedy: str = "") -> None:
        """Count something as skipped."""
        self.skips.append(Skip(Origin(join_label(self._label, path)), reason, remedy))

    def _entries(self, folder: str) -> Iterator[tuple[str, EntryKind]]:
        try:
            found = self._folder.entries(folder)
        except OSError as error:
            self.skip(folder, f"the folder cannot be read: {error.strerror or error}")
            return
        if folder and any(entry.name == "pyvenv.cfg" for entry in found):
            self._left_out["virtual environments"] += 1
            return
        for entry in found:
            yield entry.name, entry.kind

    def _enters(self, path: str, name: str) -> bool:
        """Apply the rule to a folder."""
        plain = name.lower()
        if plain in INSTALLED | VENDORED | TEST_DATA:
            self._left_out[plain] += 1
            if plain == "node_modules":
                self.modules.append(path)
        elif plain.startswith(".") and plain not in SHOWN_HIDDEN:
            self._left_out[plain if plain == ".git" else "hidden folders"] += 1
        elif path.count("/") >= self._limits.levels:
            self.skip(path, f"more than {self._limits.levels} levels of folders")
        else:
            return True
        return False

    def _looks_at(self, name: str) -> bool:
        """Apply the rule to a file."""
        if ARCHIVES.search(name):
            self._left_out["archives"] += 1
            return False
        return not NEVER_READ.search(name)


def join_label(label: str, path: str) -> str:
    """Return a file's name as shown: under the given path's label, if there is one."""
    return "/".join(part for part in (label, path) if part) or "."


def is_for_development(path: str) -> bool:
    """Tell whether a relative path lies in a folder whose content is needed for development only."""
    return any(part.lower() in TEST_FOLDERS for part in path.split("/")[:-1])
