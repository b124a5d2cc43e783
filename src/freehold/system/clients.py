"""Which registries this machine's package clients really use, read from their configuration; no client is run.

Read: pip and uv (``pypi``), npm (``npm``), Go (``golang``), Cargo (``cargo``), Maven (``maven``), the Hugging Face client
(``huggingface``), apt (``deb/debian``, ``deb/ubuntu``) and Docker (``docker``); and the proxies and certificates of pip and
npm. What a project's own files say is read with the project. Which channel an address belongs to is ``catalog``'s work.
"""

from __future__ import annotations

import configparser
import json
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import msgspec

MAX_BYTES = 1_000_000

_DEB_LINE = re.compile(r"^\s*deb(?:-src)?\s+(?:\[[^\]]*\]\s+)?(\S+)\s+\S+")
_NPM_REGISTRY = re.compile(r"^\s*(?:(@[^:=\s]+):)?registry\s*=\s*[\"']?([^\s\"']+)")
_VARIABLE = re.compile(r"\$\{([^}]+)\}")
_NPM_NETWORK = re.compile(r"^\s*(proxy|https-proxy|cafile)\s*=\s*[\"']?([^\s\"']+)")
_MAVEN_MIRROR = re.compile(r"<mirror>(?:(?!</mirror>).)*?<url>\s*([^<\s]+)\s*</url>", re.DOTALL)
_CERTIFICATES = ("PIP_CERT", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "GIT_SSL_CAINFO")


class Network(msgspec.Struct, frozen=True):
    """How clients reach the network: proxies by scheme, and files of certificates trusted beside the system's own."""

    proxies: dict[str, str] = {}
    certificates: tuple[str, ...] = ()


def effective_network(env: Mapping[str, str], home: Path, root: Path = Path("/")) -> Network:
    """Return the proxies and certificates that pip's and npm's files and variables name; proxy variables are not among them."""
    config = Path(env["XDG_CONFIG_HOME"]) if env.get("XDG_CONFIG_HOME") else home / ".config"
    proxies: dict[str, str] = {}
    files = [env.get(name, "") for name in _CERTIFICATES]
    for parser in _pip_settings(env, config, home, root):
        for section in ("install", "global"):
            files.append(parser.get(section, "cert", fallback=""))
            if proxy := parser.get(section, "proxy", fallback=""):
                proxies.setdefault("https", proxy)
                proxies.setdefault("http", proxy)
    for path in _npm_files(env, home, root):
        for found in filter(None, map(_NPM_NETWORK.match, _text(path).splitlines())):
            if found[1] == "cafile":
                files.append(found[2])
            else:
                proxies.setdefault("https" if found[1] == "https-proxy" else "http", found[2])
    return Network(proxies, tuple(dict.fromkeys(file for file in files if file and Path(file).is_file())))


def effective_registries(env: Mapping[str, str], home: Path, root: Path = Path("/")) -> dict[str, list[str]]:
    """Return the registry addresses that clients are configured with, by purl type, in the clients' order, user data removed.

    A type is missing when nothing is configured for it: then the client's default holds. Files that cannot be read or
    parsed count as absent. ``root`` stands for the file system's root. npm scopes have the key ``npm/@scope``.
    """
    found: dict[str, list[str]] = {}
    for kind, url in _all(env, home, root):
        clean = without_user(url)
        if clean and clean not in found.setdefault(kind, []):
            found[kind].append(clean)
    return {kind: urls for kind, urls in found.items() if urls}


def without_user(url: str) -> str:
    """Return a URL without user name and password; the empty string for what is no http(s) address."""
    try:
        parts = urlsplit(url.strip())
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return ""
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return urlunsplit((parts.scheme, host + port, parts.path, "", ""))


def _all(env: Mapping[str, str], home: Path, root: Path) -> Iterator[tuple[str, str]]:
    """Yield every configured address with its purl type, strongest first."""
    config = Path(env["XDG_CONFIG_HOME"]) if env.get("XDG_CONFIG_HOME") else home / ".config"
    for url in (*_uv(env, config, root), *_pip(env, config, home, root)):
        yield "pypi", url
    yield from _npm(env, home, root)
    for url in re.split(r"[,|]", env.get("GOPROXY", "") or _go(env, config)):
        yield "golang", url
    for url in _cargo(env, home):
        yield "cargo", url
    for found in _MAVEN_MIRROR.finditer(_text(home / ".m2/settings.xml")):
        yield "maven", found[1]
    yield "huggingface", env.get("HF_ENDPOINT", "")
    yield from _apt(root)
    for url in _listed(_parsed(root / "etc/docker/daemon.json", json.loads).get("registry-mirrors")):
        yield "docker", url


def _uv(env: Mapping[str, str], config: Path, root: Path) -> Iterator[str]:
    """Yield uv's indexes: its variables (``NAME=URL`` allowed), then its files."""
    for name in ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_INDEX", "UV_EXTRA_INDEX_URL"):
        for entry in env.get(name, "").split():
            label, equals, url = entry.partition("=")
            yield url if equals and "://" not in label else entry
    files = (
        [Path(env["UV_CONFIG_FILE"])] if env.get("UV_CONFIG_FILE") else [config / "uv/uv.toml", root / "etc/uv/uv.toml"]
    )
    for path in files:
        table = _parsed(path, tomllib.loads)
        pip = table.get("pip") if isinstance(table.get("pip"), dict) else {}
        for entry in _listed(table.get("index")):
            if isinstance(entry, dict):
                yield str(entry.get("url", ""))
        for part in (table, pip or {}):
            yield from _listed(part.get("index-url"))
            yield from _listed(part.get("extra-index-url"))


def _pip(env: Mapping[str, str], config: Path, home: Path, root: Path) -> Iterator[str]:
    """Yield pip's indexes: its variables, then its files, the user's before the machine's."""
    for name in ("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL"):
        yield from env.get(name, "").split()
    for parser in _pip_settings(env, config, home, root):
        for section in ("install", "global"):
            for option in ("index-url", "extra-index-url"):
                yield from parser.get(section, option, fallback="").split()


def _pip_settings(
    env: Mapping[str, str], config: Path, home: Path, root: Path
) -> Iterator[configparser.RawConfigParser]:
    """Yield pip's settings files, the strongest first."""
    named = env.get("PIP_CONFIG_FILE", "")
    if named == "/dev/null":
        return
    files = [Path(named)] if named else []
    for path in (*files, config / "pip/pip.conf", home / ".pip/pip.conf", root / "etc/pip.conf"):
        parser = configparser.RawConfigParser(strict=False)
        try:
            parser.read_string(_text(path))
        except configparser.Error:
            continue
        yield parser


def _npm_files(env: Mapping[str, str], home: Path, root: Path) -> tuple[Path, ...]:
    """Return where npm looks for its settings, the strongest first."""
    named = env.get("NPM_CONFIG_USERCONFIG") or env.get("npm_config_userconfig")
    return (Path(named) if named else home / ".npmrc", root / "etc/npmrc", root / "usr/etc/npmrc")


def _npm(env: Mapping[str, str], home: Path, root: Path) -> Iterator[tuple[str, str]]:
    """Yield npm's registries and those of scopes: its variable, then its files."""
    for name in ("npm_config_registry", "NPM_CONFIG_REGISTRY"):
        yield "npm", env.get(name, "")
    for path in _npm_files(env, home, root):
        for line in _text(path).splitlines():
            if found := _NPM_REGISTRY.match(line):
                url = _VARIABLE.sub(lambda name: env.get(name[1], ""), found[2])
                yield f"npm/{found[1]}" if found[1] else "npm", url


def _go(env: Mapping[str, str], config: Path) -> str:
    """Return the proxies that ``go env -w`` has written down."""
    path = Path(env["GOENV"]) if env.get("GOENV") else config / "go/env"
    found = re.search(r"^GOPROXY=(.*)$", _text(path), re.MULTILINE)
    return found[1].strip() if found else ""


def _cargo(env: Mapping[str, str], home: Path) -> Iterator[str]:
    """Yield the sparse registry that Cargo uses in place of its default one."""
    folder = Path(env["CARGO_HOME"]) if env.get("CARGO_HOME") else home / ".cargo"
    for name in ("config.toml", "config"):
        table = _parsed(folder / name, tomllib.loads).get("source")
        sources = table if isinstance(table, dict) else {}
        at = "crates-io"
        for _ in range(len(sources)):
            source = sources.get(at)
            at = str(source.get("replace-with", "")) if isinstance(source, dict) else ""
            replacement = sources.get(at)
            url = str(replacement.get("registry", "")) if isinstance(replacement, dict) else ""
            if url.startswith("sparse+"):
                yield url.removeprefix("sparse+")


def _apt(root: Path) -> Iterator[tuple[str, str]]:
    """Yield apt's archives: one-line lists and deb822 files, under the type of the distribution that runs here."""
    release = re.search(r"^ID=\"?([a-z]+)", _text(root / "etc/os-release"), re.MULTILINE)
    kind = f"deb/{release[1]}" if release else "deb/debian"
    folder = root / "etc/apt/sources.list.d"
    lists = sorted(folder.glob("*.list")) if folder.is_dir() else []
    for path in (root / "etc/apt/sources.list", *lists):
        for line in _text(path).splitlines():
            if found := _DEB_LINE.match(line):
                yield kind, found[1]
    for path in sorted(folder.glob("*.sources")) if folder.is_dir() else ():
        for found in re.finditer(r"^URIs:(.*(?:\n[ \t].*)*)", _text(path), re.MULTILINE | re.IGNORECASE):
            for url in found[1].split():
                yield kind, url


def _parsed(path: Path, parse: Callable[[str], Any]) -> dict[str, Any]:
    """Return a parsed file, or nothing where it is absent or broken."""
    text = _text(path)
    try:
        table = parse(text) if text else {}
    except (ValueError, RecursionError):
        return {}
    return table if isinstance(table, dict) else {}


def _listed(value: object) -> Iterable[Any]:
    """Return a list as it is, a single value as a list of one, nothing for None."""
    if value is None:
        return ()
    return value if isinstance(value, list) else (value,)


def _text(path: Path) -> str:
    """Return the text of a small file; empty where it is absent, too large or no text."""
    try:
        return path.read_text("utf-8", errors="replace") if path.stat().st_size <= MAX_BYTES else ""
    except OSError:
        return ""
