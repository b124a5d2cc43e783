"""Whom a client says that it wants: TLS handshakes and HTTP requests, whole, in pieces, and hostile."""

from __future__ import annotations

import ssl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from freehold.drill.first_bytes import Opening, Speech, opening


def hello(name: str | None) -> bytes:
    """Return the ClientHello that Python's TLS sends."""
    context = ssl.create_default_context()
    context.check_hostname = False
    outgoing = ssl.MemoryBIO()
    client = context.wrap_bio(ssl.MemoryBIO(), outgoing, server_hostname=name)
    with pytest.raises(ssl.SSLWantReadError):
        client.do_handshake()
    return outgoing.read()


def test_the_name_in_a_handshake() -> None:
    assert opening(hello("registry.example")) == Opening(Speech.TLS, "registry.example")
    assert opening(hello(None)) == Opening(Speech.TLS, "")


def test_a_handshake_in_pieces_is_waited_for() -> None:
    whole = hello("registry.example")
    assert all(not opening(whole[:end]).whole for end in range(1, len(whole)))
    body = whole[5:]
    halves = [body[:60], body[60:]]
    split = b"".join(whole[:3] + len(half).to_bytes(2) + half for half in halves)
    assert opening(split) == Opening(Speech.TLS, "registry.example")


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"GET /a HTTP/1.1\r\nX: 1\r\nhost: Registry.Example:80\r\n\r\n", Opening(Speech.HTTP, "registry.example")),
        (b"CONNECT far.example:443 HTTP/1.1\r\n", Opening(Speech.PROXY, "far.example", tunnel=True)),
        (b"GET http://far.example/a HTTP/1.1\r\nHost: near.example\r\n\r\n", Opening(Speech.PROXY, "far.example")),
        (b"GET /a HTTP/1.0\r\n\r\n", Opening(Speech.HTTP, "")),
        (b"GET /a HTTP/1.1\r\nHost: [::1]\r\n\r\n", Opening(Speech.HTTP, "::1")),
        (b"GET /a HTTP/1.1\r\nHost: a\x00b\r\n\r\n", Opening(Speech.HTTP, "")),
        (b"GET /a HTTP/1.1\r\nHo", Opening(Speech.HTTP, "", whole=False)),
        (b"GE", Opening(Speech.OTHER, whole=False)),
        (b"SSH-2.0-OpenSSH_9\r\n", Opening(Speech.OTHER)),
        (b"\x00\x01\x02", Opening(Speech.OTHER)),
        (b"\x05\x01\x00", Opening(Speech.SOCKS)),
        (b"\x04\x01\x01\xbb\x7f\0\0\1\0", Opening(Speech.SOCKS)),
        (b"\x05\x01\x00\x00", Opening(Speech.OTHER)),
        (b"", Opening(Speech.OTHER, whole=False)),
    ],
)
def test_other_first_words(data: bytes, found: Opening) -> None:
    assert opening(data) == found


@given(st.binary(max_size=400), st.integers(0, 600), st.integers(0, 255))
def test_nothing_that_is_sent_breaks_the_reading(noise: bytes, at: int, value: int) -> None:
    opening(noise)
    opening(b"\x16\x03\x01" + noise)
    data = bytearray(HELLO)
    data[at % len(data)] = value
    opening(bytes(data))


HELLO = hello("registry.example")
