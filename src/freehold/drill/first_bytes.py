"""What a client says first: the server name of a TLS ClientHello, the host of an HTTP request.

https://www.rfc-editor.org/rfc/rfc8446#section-4.1.2, https://www.rfc-editor.org/rfc/rfc6066#section-3,
https://www.rfc-editor.org/rfc/rfc9112#section-3.2
"""

from __future__ import annotations

import re
from enum import StrEnum
from urllib.parse import urlsplit

import msgspec

LARGEST_BYTES = 1 << 16
_HANDSHAKE, _CLIENT_HELLO, _SERVER_NAME = 22, 1, 0
_REQUEST = re.compile(rb"(?P<method>[A-Z]{3,16}) (?P<target>[^ \r\n]{1,8000}) HTTP/1\.[01]\r?\n")
_HOST = re.compile(rb"\r?\nHost:[ \t]*(?P<host>[^\r\n]*)", re.IGNORECASE)
_NAME = re.compile(r"[A-Za-z0-9._:-]{1,260}")


class Speech(StrEnum):
    """The protocol that a client was heard to speak."""

    TLS = "tls"
    HTTP = "http"
    PROXY = "http-proxy"
    """HTTP to a proxy: CONNECT, or a whole address as target."""
    SOCKS = "socks"
    """A greeting to a SOCKS proxy, which says nothing yet about whom it is to reach."""
    OTHER = "tcp"


class Opening(msgspec.Struct, frozen=True):
    """What was heard: the protocol, and the host that the client names (empty: none). ``whole``: no more is needed to tell."""

    speech: Speech
    host: str = ""
    whole: bool = True
    tunnel: bool = False


def opening(data: bytes) -> Opening:
    """Return what the first bytes of a connection say; ``whole`` is false where more of them would say more."""
    if not data:
        return Opening(Speech.OTHER, whole=False)
    if data[0] == _HANDSHAKE:
        hello, whole = _hello(data)
        return Opening(Speech.TLS, _server_name(hello) if whole else "", whole)
    if _is_socks(data):
        return Opening(Speech.SOCKS)
    request = _REQUEST.match(data)
    if request is None:
        return Opening(Speech.OTHER, whole=b"\n" in data or not _could_be_request(data))
    return _request(data, request["method"], request["target"].decode("latin-1"))


def _is_socks(data: bytes) -> bool:
    """Tell a greeting of version 5 (RFC 1928: a count, then so many methods) or a request of version 4."""
    if len(data) < 3:
        return False
    return (data[0] == 5 and len(data) == 2 + data[1]) or (data[0] == 4 and data[1] in (1, 2) and len(data) >= 9)


def _request(data: bytes, method: bytes, target: str) -> Opening:
    if method == b"CONNECT":
        return Opening(Speech.PROXY, _host_of(f"//{target}"), tunnel=True)
    if "://" in target:
        return Opening(Speech.PROXY, _host_of(target))
    head, end, _ = data.partition(b"\r\n\r\n")
    named = _HOST.search(head)
    host = _host_of(f"//{named['host'].decode('latin-1').strip()}") if named else ""
    return Opening(Speech.HTTP, host, whole=bool(end))


def _could_be_request(data: bytes) -> bool:
    return len(data) < LARGEST_BYTES and re.match(rb"[A-Z]{1,16}(?: |$)", data[:17]) is not None


def _host_of(address: str) -> str:
    try:
        host = urlsplit(address).hostname or ""
    except ValueError:
        return ""
    return host if _NAME.fullmatch(host) else ""


def _hello(data: bytes) -> tuple[bytes, bool]:
    """Return the ClientHello out of its records, and whether all of it is there."""
    body = b""
    at = 0
    while at + 5 <= len(data) and data[at] == _HANDSHAKE:
        end = at + 5 + int.from_bytes(data[at + 3 : at + 5])
        body += data[at + 5 : end]
        if end > len(data):
            break
        at = end
    if len(body) < 4:
        return body, len(data) >= LARGEST_BYTES
    if body[0] != _CLIENT_HELLO:
        return b"", True
    length = int.from_bytes(body[1:4])
    return body[4 : 4 + length], len(body) >= 4 + length or len(data) >= LARGEST_BYTES


def _server_name(hello: bytes) -> str:
    """Return the host name of the server_name extension; empty where there is none or the message is malformed."""
    try:
        at = 34
        at += 1 + hello[at]
        at += 2 + int.from_bytes(hello[at : at + 2])
        at += 1 + hello[at]
        end = at + 2 + int.from_bytes(hello[at : at + 2])
        at += 2
        while at + 4 <= min(end, len(hello)):
            kind, length = int.from_bytes(hello[at : at + 2]), int.from_bytes(hello[at + 2 : at + 4])
            if kind == _SERVER_NAME:
                size = int.from_bytes(hello[at + 7 : at + 9])
                name = hello[at + 9 : at + 9 + size].decode("ascii", "replace").lower()
                return name if _NAME.fullmatch(name) else ""
            at += 4 + length
    except IndexError:
        return ""
    return ""
