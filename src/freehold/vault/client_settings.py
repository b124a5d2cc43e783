"""What points clients at a served vault: variables of the environment, and lines for the files of those that have none."""

from __future__ import annotations

from urllib.parse import urlsplit
from xml.sax.saxutils import escape

_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


def variables(url: str) -> dict[str, str]:
    """Return the environment variables that point clients at the vault served at ``url``."""
    base = url.rstrip("/")
    found = {
        "PIP_INDEX_URL": f"{base}/pypi/simple/",
        "UV_DEFAULT_INDEX": f"{base}/pypi/simple/",
        "npm_config_registry": f"{base}/npm/",
        "npm_config_replace_registry_host": "always",
        "GOPROXY": f"{base}/go",
        "GOSUMDB": "off",
        "HF_ENDPOINT": f"{base}/hf",
    }
    host = urlsplit(base).hostname or ""
    if base.startswith("http://") and host not in _LOCAL:
        found |= {"PIP_TRUSTED_HOST": host, "UV_INSECURE_HOST": host}
    return found


def snippets(url: str) -> dict[str, str]:
    """Return what goes into files, by the name of the file, for clients that read no such variable."""
    base = url.rstrip("/")
    host = urlsplit(base).netloc
    cargo = f'[source.crates-io]\nreplace-with = "vault"\n\n[source.vault]\nregistry = "sparse+{base}/cargo/"\n'
    maven = (
        "<settings><mirrors><mirror><id>vault</id><mirrorOf>*</mirrorOf>"
        f"<url>{escape(base)}/maven/</url></mirror></mirrors></settings>\n"
    )
    return {
        ".cargo/config.toml": cargo,
        ".m2/settings.xml": maven,
        "/etc/apt/sources.list.d/vault.list": f"deb [trusted=yes] {base}/deb/debian ./\n",
        "/etc/docker/daemon.json": f'{{"registry-mirrors": ["{base}"], "insecure-registries": ["{host}"]}}\n',
    }


def settings_text(url: str) -> str:
    """Return all of it as one text: lines for a shell, then the files as comments for it."""
    lines = [f"export {name}={value}" for name, value in variables(url).items()]
    for name, content in snippets(url).items():
        lines += ["", f"# {name}", *(f"#   {line}" for line in content.splitlines())]
    return "\n".join([*lines, ""])
