"""A throw-away certificate authority, for failures that come after the handshake: status codes, expired certificates.

Made with the ``openssl`` command: the standard library cannot sign certificates. Its key lives as long as the drill. The
clients learn of it through their own settings, which add it to what they trust already.
"""

from __future__ import annotations

import os
import re
import ssl
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from freehold.errors import FreeholdError
from freehold.system.commands import CommandError, output_of, program

BUNDLES = (
    "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "PIP_CERT", "CURL_CA_BUNDLE", "GIT_SSL_CAINFO", "CARGO_HTTP_CAINFO",
    "NODE_EXTRA_CA_CERTS", "AWS_CA_BUNDLE", "NIX_SSL_CERT_FILE", "UV_SSL_CERT_FILE", "npm_config_cafile",
)  # fmt: skip
"""Settings of common clients that name a file of trusted certificates."""
_JAVA_PASSWORD = "changeit"  # noqa: S105 the password that every Java ships its public trust store with
_SAFE_NAME = re.compile(r"[a-z0-9._-]{1,250}")
_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")


class NoAuthorityError(FreeholdError):
    """No certificate authority can be made here."""

    exit_code = 3


class Authority:
    """Issues certificates for any name, valid or expired; each is made on first need. Files go to ``folder``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._contexts: dict[tuple[str, bool], ssl.SSLContext] = {}
        self.certificate = folder / "authority.pem"
        if not program("openssl"):
            raise NoAuthorityError(
                "this way of failing needs a certificate authority, and the openssl command is not installed",
                where="drill",
                remedy="install openssl, or choose --mode reset, nxdomain or blackhole",
            )
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._openssl(
            "req", "-x509", *_KEY, "-keyout", "authority.key", "-out", "authority.pem", "-days", "2",
            "-subj", "/CN=Freehold drill, throw-away",
        )  # fmt: skip
        self._openssl("req", *_KEY, "-keyout", "leaf.key", "-out", "leaf.csr", "-subj", "/CN=drill")

    def expect(self, names: Sequence[str], *, expired: bool = False) -> None:
        """Issue one certificate for several names ahead of time. Raises ``CommandError`` if openssl fails."""
        safe = [name for name in names if _SAFE_NAME.fullmatch(name)]
        if safe:
            self._contexts |= dict.fromkeys(((name, expired) for name in safe), self._issued(safe, expired))

    def context(self, name: str, *, expired: bool = False) -> ssl.SSLContext:
        """Return a server context with a certificate for ``name``. Raises ``CommandError`` if openssl fails."""
        safe = name if _SAFE_NAME.fullmatch(name) else "unnamed.invalid"
        with self._lock:
            if (safe, expired) not in self._contexts:
                self._contexts[safe, expired] = self._issued([safe], expired)
            return self._contexts[safe, expired]

    def _issued(self, names: Sequence[str], expired: bool) -> ssl.SSLContext:
        stem = f"leaf-{len(self._contexts)}"
        alternatives = ",".join(f"DNS:{name}" for name in names)
        (self._folder / f"{stem}.ext").write_text(f"subjectAltName={alternatives}\n", "ascii")
        self._openssl(
            "x509", "-req", "-in", "leaf.csr", "-CA", "authority.pem", "-CAkey", "authority.key",
            "-set_serial", str(int.from_bytes(os.urandom(8))), "-days", "-1" if expired else "1",
            "-extfile", f"{stem}.ext", "-out", f"{stem}.pem",
        )  # fmt: skip
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self._folder / f"{stem}.pem", self._folder / "leaf.key")
        return context

    def _openssl(self, *arguments: str) -> None:
        output_of(["openssl", *arguments], folder=self._folder)

    def settings(self, environment: Mapping[str, str]) -> dict[str, str]:
        """Return the variables that make common clients trust this authority beside what they trust already."""
        bundle = self._folder / "trusted.pem"
        bundle.write_text("\n".join([*_trusted(environment), self.certificate.read_text("ascii")]), "ascii")
        chosen = dict.fromkeys(BUNDLES, str(bundle))
        return {**chosen, **self._java(environment)}

    def _java(self, environment: Mapping[str, str]) -> dict[str, str]:
        """Return the setting of Java, whose trust store is a file of its own kind; nothing where there is no keytool."""
        tool = program("keytool")
        if not tool:
            return {}
        home = Path(os.path.realpath(tool)).parents[1]
        store = self._folder / "trusted.jks"
        try:
            (store).write_bytes((home / "lib/security/cacerts").read_bytes())
            output_of(
                [tool, "-importcert", "-noprompt", "-alias", "freehold-drill", "-file", str(self.certificate),
                 "-keystore", str(store), "-storepass", _JAVA_PASSWORD]
            )  # fmt: skip
        except (OSError, CommandError):
            return {}
        options = f"-Djavax.net.ssl.trustStore={store} -Djavax.net.ssl.trustStorePassword={_JAVA_PASSWORD}"
        return {"JAVA_TOOL_OPTIONS": f"{environment.get('JAVA_TOOL_OPTIONS', '')} {options}".strip()}


def _trusted(environment: Mapping[str, str]) -> list[str]:
    """Return the certificates that the clients here trust: those of their settings and of the system, each file once."""
    default = ssl.get_default_verify_paths()
    named = [environment.get(name, "") for name in BUNDLES] + [default.cafile or "", default.openssl_cafile]
    texts = []
    for path in dict.fromkeys(os.path.realpath(name) for name in named if name):
        try:
            texts.append(Path(path).read_text("ascii", errors="replace"))
        except OSError:
            continue
    return texts
