"""Which operating system a root filesystem holds, and where its package manager gets packages from.

Formats: https://www.freedesktop.org/software/systemd/man/latest/os-release.html, sources.list(5) with its deb822 form,
/etc/apk/repositories, and the ``.repo`` files of dnf, yum and zypper. Values are data: shell quoting is undone, nothing is
expanded. A repository without a fixed address (a variable for the release, a mirror list) is named as far as it goes.
"""

from __future__ import annotations

import configparser
import re
import shlex
from typing import Final

import msgspec

from freehold.inventory.addresses import clean_url
from freehold.inventory.installed.headers import stanzas
from freehold.inventory.installed.links import gathered, reference
from freehold.inventory.installed.trees import TreeView
from freehold.inventory.notes import printable
from freehold.model.component import Component, ComponentKey, ComponentKind, Origin, Reference

RELEASE_FILES: Final = ("etc/os-release", "usr/lib/os-release")
_VARIABLE: Final = re.compile(r"[A-Z][A-Z0-9_]*")
_SOURCE: Final = re.compile(r"^\s*deb(?:-src)?\s+(?:\[[^\]]*\]\s+)?(\S+)")
_REPOSITORIES: Final = ("etc/yum.repos.d", "etc/zypp/repos.d", "etc/dnf/repos.d", "usr/share/dnf5/repos.d")


class Repository(msgspec.Struct, frozen=True, order=True):
    """A place that a package manager is told to use, and where that is said."""

    url: str
    origin: Origin


class System(msgspec.Struct, frozen=True):
    """An operating system as it names itself; without a release file all is empty and there is no component."""

    id: str = ""
    version: str = ""
    component: Component | None = None
    repositories: tuple[Repository, ...] = ()

    @property
    def qualifier(self) -> str:
        """Return the ``distro`` qualifier of purls: ``debian-12``."""
        return "-".join(part for part in (self.id, self.version) if part)

    @property
    def registry(self) -> str:
        """Return the address that packages come from: the one asked first."""
        return self.repositories[0].url if self.repositories else ""


def read_system(view: TreeView) -> System:
    """Return the operating system of a root filesystem, with its repositories in the order in which they are asked."""
    path = next((path for path in RELEASE_FILES if view.is_file(path)), "")
    fields = _release(view.text(path)) if path else {}
    name = fields.get("ID", "").lower()
    version = fields.get("VERSION_ID") or fields.get("BUILD_ID") or fields.get("VERSION_CODENAME", "")
    return System(name, version, _component(view, path, fields) if fields else None, _repositories(view))


def _release(text: str) -> dict[str, str]:
    fields: dict[str, str] = {}
    for line in text.splitlines():
        name, mark, value = line.strip().partition("=")
        if mark and _VARIABLE.fullmatch(name):
            try:
                words = shlex.split(value)
            except ValueError:
                words = [value]
            fields[name] = printable(" ".join(words))
    return fields


def _component(view: TreeView, path: str, fields: dict[str, str]) -> Component:
    cpe = fields.get("CPE_NAME", "")
    origin = view.origin(path)
    return Component(
        key=ComponentKey(f"{origin.file}#"),
        name=fields.get("ID") or fields.get("NAME") or "linux",
        version=fields.get("VERSION_ID") or fields.get("BUILD_ID", ""),
        kind=ComponentKind.OPERATING_SYSTEM,
        references=gathered(
            reference("website", fields.get("HOME_URL", "")),
            reference("support", fields.get("SUPPORT_URL", "")),
            reference("issue-tracker", fields.get("BUG_REPORT_URL", "")),
            (Reference("cpe", cpe),) if cpe.startswith("cpe:") else (),
        ),
        supplier=fields.get("VENDOR_NAME", ""),
        origins=(origin,),
    )


def _repositories(view: TreeView) -> tuple[Repository, ...]:
    found = [*_apt(view), *_apk(view), *_repo_files(view)]
    return tuple({one.url: one for one in reversed(found)}.values())[::-1]


def _apt(view: TreeView) -> list[Repository]:
    found: list[Repository] = []
    folder = "etc/apt/sources.list.d"
    names = [f"{folder}/{entry.name}" for entry in view.entries(view.followed(folder) or folder)]
    for path in ["etc/apt/sources.list", *names]:
        if path.endswith(".list"):
            for number, line in enumerate(view.text(path).splitlines(), 1):
                if match := _SOURCE.match(line):
                    found += _repository(match[1], view.origin(path, number))
        elif path.endswith(".sources"):
            for stanza in stanzas(_uncommented(view.text(path))):
                if stanza.first("enabled").lower() not in {"no", "false", "0"}:
                    origin = view.origin(path, stanza.lines.get("uris", stanza.line))
                    found += [one for url in stanza.first("uris").split() for one in _repository(url, origin)]
    return found


def _uncommented(text: str) -> str:
    """Return a text with its comment lines emptied of fields but still there, so that lines keep their numbers."""
    return "\n".join("#" if line.startswith("#") else line for line in text.split("\n"))


def _apk(view: TreeView) -> list[Repository]:
    found: list[Repository] = []
    for path in ("etc/apk/repositories", "etc/apk/repositories.d/alpine.list"):
        for number, line in enumerate(view.text(path).splitlines(), 1):
            words = line.partition("#")[0].split()
            if words:
                found += _repository(words[-1], view.origin(path, number))
    return found


def _repo_files(view: TreeView) -> list[Repository]:
    found: list[Repository] = []
    for folder in _REPOSITORIES:
        for entry in view.entries(folder):
            path = f"{folder}/{entry.name}"
            if entry.name.endswith(".repo"):
                found += _repo_file(view, path)
    return found


def _repo_file(view: TreeView, path: str) -> list[Repository]:
    text = view.text(path)
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(text)
    except (configparser.Error, ValueError):
        view.skip(path, "no repository file: its lines are no sections and values", "check the file")
        return []
    found: list[Repository] = []
    for section in parser.sections():
        if parser.get(section, "enabled", fallback="1").strip() in {"0", "false", "no"}:
            continue
        for key in ("baseurl", "metalink", "mirrorlist"):
            urls = parser.get(section, key, fallback="").split()
            line = next((n for n, one in enumerate(text.splitlines(), 1) if urls and urls[0] in one), 0)
            found += [one for url in urls for one in _repository(url, view.origin(path, line))]
    return found


def _repository(url: str, origin: Origin) -> list[Repository]:
    """Return an address up to the first variable in it; nothing for local media and for what is no address."""
    address = clean_url(url.partition("$")[0].removeprefix("tor+").removeprefix("mirror+"))
    return [Repository(address, origin)] if address.startswith(("http://", "https://", "ftp://")) else []
