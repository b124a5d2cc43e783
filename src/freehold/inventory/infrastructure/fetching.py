"""What commands fetch when an image is built or a pipeline runs: addresses, packages, repositories, images, registries.

``fetches`` says what each command asks for; how packages become components is in ``fetched``. A name with a variable in it
is left out; a version counts only where the command pins one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum

import msgspec

from freehold.inventory.infrastructure.shell import Command, commands_in


class FetchKind(StrEnum):
    """What is fetched."""

    ADDRESS = "address"
    PACKAGE = "package"
    REPOSITORY = "repository"
    IMAGE = "image"
    SOURCE = "source"
    """A package repository or registry that is asked besides the others."""
    SETTING = "setting"
    """The registry that a client is told to ask from here on."""


class Fetch(msgspec.Struct, frozen=True):
    """One thing that a command fetches. ``type`` is a purl type, ``url`` an address or the registry asked, ``line`` 0-based."""

    kind: FetchKind
    line: int
    type: str = ""
    name: str = ""
    version: str = ""
    url: str = ""
    program: str = ""


_URL = re.compile(r"\b(?:https?|ftp)://[^\s\"'`<>|;&(),\\]+")
_SOURCE_LINE = re.compile(r"\bdeb(?:-src)?\s+(?:\[[^\]]{0,300}\]\s+)?(https?://[^\s\"']+)")
_NO_PACKAGE = re.compile(r"^[./%~]|[$*{}`]|\.(?:deb|rpm|whl|tgz|gz|zip|gem|apk)$")
"""Paths, and names that a variable or pattern completes."""
_LONGEST_NAME = 300
_SYSTEM = {
    "apt-get": "deb",
    "apt": "deb",
    "aptitude": "deb",
    "apk": "apk",
    "yum": "rpm",
    "dnf": "rpm",
    "microdnf": "rpm",
    "tdnf": "rpm",
    "zypper": "rpm",
}
_WITH_VALUE = {
    "deb": frozenset({"-t", "--target-release", "-o", "-c", "-a"}),
    "apk": frozenset({"-t", "--virtual", "-X", "--repository", "-p", "--root", "--arch", "--keys-dir", "--cache-dir"}),
    "rpm": frozenset({"-c", "--repo", "--repoid", "--enablerepo", "--disablerepo", "-x", "--exclude", "--installroot"}),
    "pypi": frozenset(
        {
            *(
                "-r",
                "--requirement",
                "-c",
                "--constraint",
                "-i",
                "--index-url",
                "--extra-index-url",
                "-f",
                "--find-links",
            ),
            *(
                "-t",
                "--target",
                "--prefix",
                "--root",
                "--platform",
                "--python-version",
                "--cache-dir",
                "--trusted-host",
            ),
            *(
                "-p",
                "--python",
                "--with",
                "--from",
                "-e",
                "--editable",
                "--proxy",
                "--report",
                "--root-user-action",
                "--default-index",
                "--timeout",
                "--retries",
                "--index",
                "--upgrade-strategy",
                "--only-binary",
                "--no-binary",
                "--log",
            ),
        }
    ),
    "npm": frozenset({"--registry", "--prefix", "-C", "--cwd", "--cache", "--loglevel", "-w", "--workspace", "--omit"}),
    "gem": frozenset(
        {"-v", "--version", "-s", "--source", "-i", "--install-dir", "-n", "--bindir", "--platform", "-P"}
    ),
    "cargo": frozenset(
        {
            *(
                "--version",
                "--vers",
                "--git",
                "--branch",
                "--tag",
                "--rev",
                "--path",
                "--root",
                "--features",
                "-F",
                "--profile",
            ),
            *("--registry", "--index", "--target", "--bin", "--example", "-j", "--jobs", "--config", "--target-dir"),
        }
    ),
    "golang": frozenset({"-ldflags", "-tags", "-o", "-mod", "-gcflags"}),
    "brew": frozenset({"--appdir"}),
}
_CALLS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "pypi",
        re.compile(
            r"(?:pip[\d.]*|pipx) (?:-\S+ )*install\b|python[\d.]* (?:-\S+ )*-m pip install\b|uv (?:pip|tool) install\b"
        ),
    ),
    ("npm", re.compile(r"(?:npm|pnpm) (?:-\S+ )*(?:install|i|add)\b|yarn (?:global )?add\b|bun add\b")),
    ("golang", re.compile(r"go (?:install|get)\b")),
    ("cargo", re.compile(r"cargo (?:\+\S+ )?(?:install|binstall)\b")),
    ("gem", re.compile(r"gem install\b")),
    ("brew", re.compile(r"brew install\b")),
)
_REGISTRIES = {
    "pypi": ("-i", "--index-url", "--index", "--default-index"),
    "npm": ("--registry",),
    "gem": ("-s", "--source"),
    "apk": ("-X", "--repository"),
}
_CONFIGURED = (
    ("npm", re.compile(r"(?:npm|yarn|pnpm) config set (?:--\S+ )*(?:npmRegistryServer|registry)[ =](\S+)")),
    ("pypi", re.compile(r"pip[\d.]* config (?:--\S+ )*set (?:--\S+ )*(?:global|install|site)\.index-url (\S+)")),
    ("golang", re.compile(r"go env -w GOPROXY=([^,|\s]+)")),
)
PINNED = {
    "deb": re.compile(r"([a-z0-9][a-z0-9+.-]+)(?::[a-z0-9-]+)?(?:=([\w.+:~-]+)|/\S+)?"),
    "apk": re.compile(r"([\w.+-]+(?:/[\w.+-]+)*?)(?:@\w+)?(?:=([\w.-]+)|[~<>]=?\S+)?"),
    "rpm": re.compile(r"([\w.+-]+?)(?:-(\d[\w.+~^:]*-[\w.+~^]+))?"),
    "pypi": re.compile(r"([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?(?:===?\s*([\w.!+-]+)|\s*[<>~!=][^;]*)?(?:\s*;.*)?"),
    "npm": re.compile(r"((?:@[\w.~-]+/)?[\w.~-]+)(?:@(?:(\d+\.\d+\.\d+[\w.+-]*)|\S+))?"),
    "golang": re.compile(r"([\w-]+(?:\.[\w-]+)+(?:/[\w.~-]+)+)(?:@(?:(v\d[\w.+-]*)|\S+))?"),
    "cargo": re.compile(r"([A-Za-z][\w-]*)(?:@(?:=?(\d+\.\d+\.\d+[\w.+-]*)|\S+))?"),
    "gem": re.compile(r"([A-Za-z][\w.-]*)(?::(\d[\w.-]*))?"),
    "brew": re.compile(r"([a-z][\w./+-]*(?:@[\d.]+)?)()"),
}


def fetches(text: str) -> Iterator[Fetch]:
    """Yield what the commands of a shell text fetch, in order. Linear in the text."""
    for command in commands_in(text):
        yield from fetches_of(command)


def fetches_of(command: Command) -> Iterator[Fetch]:
    """Yield what one command fetches."""
    program, words = command.program, command.words
    call = " ".join(words[:12])
    yield from _sources(command)
    if program in ("curl", "wget", "aria2c", "Invoke-WebRequest", "iwr"):
        yield from (Fetch(FetchKind.ADDRESS, command.line, url=url, program=program) for url in _urls(words))
    elif program == "git" and "clone" in words[:4]:
        yield from _cloned(command)
    elif program in ("docker", "podman") and words[1:2] == ("pull",):
        names = [word for word in words[2:] if not word.startswith("-")]
        yield from (Fetch(FetchKind.IMAGE, command.line, name=name) for name in names if not _NO_PACKAGE.search(name))
    elif program in _SYSTEM:
        if any(word in ("install", "add", "in") for word in words[1:6]):
            yield from _installed(command, _SYSTEM[program])
    else:
        kind = next((kind for kind, pattern in _CALLS if pattern.match(program + call[len(words[0]) :])), "")
        if kind:
            yield from _installed(command, kind)


def _sources(command: Command) -> Iterator[Fetch]:
    """Yield the repositories and registries that a command adds to a client's settings."""
    text = " ".join(command.words)
    for url in _SOURCE_LINE.findall(text):
        yield Fetch(FetchKind.SOURCE, command.line, "deb", url=url)
    for kind, pattern in _CONFIGURED:
        if found := pattern.match(text):
            yield Fetch(FetchKind.SETTING, command.line, kind, url=found[1])
    adding = ("helm repo add", "yum-config-manager", "dnf config-manager", "zypper addrepo", "zypper ar", "rpm ")
    if text.startswith(adding) or re.match(r"add-apt-repository\b", text):
        kind = "helm" if text.startswith("helm") else "rpm" if not text.startswith("add") else "deb"
        for url in _urls(command.words):
            yield Fetch(FetchKind.SOURCE, command.line, kind, url=url)
        for name in re.findall(r"\bppa:[\w.+-]+/[\w.+-]+", text):
            yield Fetch(FetchKind.SOURCE, command.line, kind, name=name, url="https://ppa.launchpadcontent.net")


def _urls(words: Iterable[str]) -> list[str]:
    """Return the addresses in words, each once."""
    return list(dict.fromkeys(url for word in words for url in _URL.findall(word)))


def _cloned(command: Command) -> Iterator[Fetch]:
    """Yield the repository that ``git clone`` is given."""
    words = command.words
    branch = _value(words, ("-b", "--branch"))
    for word in words[words.index("clone") + 1 :]:
        if re.match(r"(?:https?|ssh|git)://|[\w.-]+@[\w.-]+:", word):
            yield Fetch(FetchKind.REPOSITORY, command.line, url=word, version="" if "$" in branch else branch)
            return


def _installed(command: Command, kind: str) -> Iterator[Fetch]:
    """Yield the packages that an installing command names, with the registry it is told to ask."""
    words = command.words
    registry = next((value for name in _REGISTRIES.get(kind, ()) if (value := _value(words, (name,)))), "")
    extra = _value(words, ("--extra-index-url",))
    if extra:
        yield Fetch(FetchKind.SOURCE, command.line, kind, url=extra)
    git = _value(words, ("--git",)) if kind == "cargo" else ""
    if git:
        revision = _value(words, ("--rev", "--tag", "--branch"))
        yield Fetch(FetchKind.REPOSITORY, command.line, url=git, version=revision)
        return
    stated = _value(words, ("-v", "--version", "--vers")) if kind in ("gem", "cargo") else ""
    for word in _operands(words, kind):
        if found := _URL.search(word):
            is_git = word.startswith("git+") or found[0].endswith(".git")
            address = FetchKind.REPOSITORY if is_git else FetchKind.ADDRESS
            yield Fetch(address, command.line, url=word if is_git else found[0], program=command.program)
        elif found := PINNED[kind].fullmatch(word):
            version = found[2] or stated.lstrip("=")
            yield Fetch(FetchKind.PACKAGE, command.line, kind, found[1], version, registry, command.program)


def _operands(words: Sequence[str], kind: str) -> Iterator[str]:
    """Yield the words after the installing one that are neither options nor their values, nor files, nor unknown."""
    verbs = frozenset({"install", "add", "in", "i", "get", "binstall"})
    start = next((at for at, word in enumerate(words) if at and word in verbs), len(words)) + 1
    skip = False
    for word in words[start:]:
        if skip or word.startswith("-"):
            skip = not skip and word in _WITH_VALUE[kind]
        elif word.startswith((">", "<", "2>", "&>")):
            skip = word in (">", ">>", "2>", "<", "&>")
        elif "://" in word or not (_NO_PACKAGE.search(word) or len(word) > _LONGEST_NAME):
            yield word


def _value(words: Sequence[str], names: Sequence[str]) -> str:
    """Return the value of an option, in the next word or after ``=``; empty if there is none or it holds a variable."""
    for at, word in enumerate(words):
        name, mark, value = word.partition("=")
        if name in names and (mark or at + 1 < len(words)):
            found = value if mark else words[at + 1]
            return "" if "$" in found else found
    return ""
