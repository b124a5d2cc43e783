"""Probes run inside the namespace: what happens to somebody who asks for a host there."""

from __future__ import annotations

import http.client
import socket
import ssl
import time
from concurrent.futures import ThreadPoolExecutor

import msgspec

PATIENCE_SECONDS = 2.5
MOST_AT_ONCE = 32
LONGEST_ANSWER = 4096
NO_HTTP = "an answer that is no HTTP"


class Target(msgspec.Struct, frozen=True):
    """A host to ask, over TLS or in the clear; ``trusted`` is a file of certificates to trust (empty: check none)."""

    host: str
    port: int
    tls: bool
    trusted: str = ""
    patience_seconds: float = PATIENCE_SECONDS


class Outcome(msgspec.Struct, frozen=True):
    """What a probe met: ``nxdomain``, ``reset``, ``timeout``, ``refused``, ``tls: REASON``, ``status N``; and the answer."""

    host: str
    met: str
    text: str = ""


def probe_all(targets: list[Target]) -> list[Outcome]:
    """Probe every target, several at once, in the order given."""
    if not targets:
        return []
    with ThreadPoolExecutor(min(MOST_AT_ONCE, len(targets))) as pool:
        return list(pool.map(probe, targets))


def probe(target: Target) -> Outcome:
    """Ask one target for ``/``."""
    try:
        with socket.create_connection((target.host, target.port), target.patience_seconds) as plain:
            stream = _context(target).wrap_socket(plain, server_hostname=target.host) if target.tls else plain
            return _asked(target, stream)
    except socket.gaierror as error:
        met = "nxdomain" if error.errno == socket.EAI_NONAME else f"no address: {error.strerror}"
    except ssl.SSLCertVerificationError as error:
        met = f"tls: {error.verify_message}"
    except ssl.SSLError as error:
        met = f"tls: {error.reason or error}"
    except TimeoutError:
        met = "timeout"
    except ConnectionRefusedError:
        met = "refused"
    except (ConnectionResetError, BrokenPipeError):
        met = "reset"
    except http.client.HTTPException:
        met = NO_HTTP
    except OSError as error:
        met = f"error: {error.strerror}"
    return Outcome(target.host, met)


def _asked(target: Target, stream: socket.socket) -> Outcome:
    stream.sendall(f"GET / HTTP/1.1\r\nHost: {target.host}\r\nConnection: close\r\n\r\n".encode("ascii", "replace"))
    answer = http.client.HTTPResponse(stream)
    answer.begin()
    deadline = time.monotonic() + target.patience_seconds
    body = b""
    while len(body) < LONGEST_ANSWER and (piece := answer.read1(LONGEST_ANSWER)):
        body += piece
        if time.monotonic() > deadline:
            raise TimeoutError
    return Outcome(target.host, f"status {answer.status}", body.decode("utf-8", "replace"))


def _context(target: Target) -> ssl.SSLContext:
    if target.trusted:
        return ssl.create_default_context(cafile=target.trusted)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
