"""The client for HTTP: limits, redirects, resuming, retries, proxies, certificates; and what may be printed of an address."""

from __future__ import annotations

import errno
import gzip
import http.client
from dataclasses import dataclass, field

import pytest
from loopback import Answer, Headers, Loopback

from freehold.system.clients import Network
from freehold.system.web import MOST_REDIRECTS, MOST_SILENCES, Web, WebError, shown

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


@dataclass
class Basket:
    """A sink in memory."""

    data: bytearray = field(default_factory=bytearray)

    @property
    def size(self) -> int:
        return len(self.data)

    def append(self, data: bytes) -> None:
        self.data += data

    def empty(self) -> None:
        self.data.clear()


def web(network: Network | None = None, timeout_s: float = 5.0) -> Web:
    return Web(network, timeout_s=timeout_s, tries=2)


def test_a_page_with_its_media_type_and_unpacked() -> None:
    with Loopback() as server:
        packed = gzip.compress(b"hello" * 100)
        server.routes["/a"] = Answer(
            packed, headers={"Content-Encoding": "gzip", "Content-Type": "Text/Plain; charset=x"}
        )
        page = (asking := web()).page(f"{server.url}/a")
        asking.close()
    assert (page.body, page.media_type, page.url) == (b"hello" * 100, "text/plain", f"{server.url}/a")


def test_a_page_larger_than_allowed_packed_or_not() -> None:
    with Loopback() as server:
        server.routes["/plain"] = b"x" * 5000
        server.routes["/packed"] = Answer(gzip.compress(b"x" * 500_000), headers={"Content-Encoding": "gzip"})
        asking = web()
        for path in ("/plain", "/packed"):
            with pytest.raises(WebError, match="more than"):
                asking.page(server.url + path, limit_bytes=2000)
        server.routes["/small"] = b"small"
        assert asking.page(f"{server.url}/small").body == b"small", "nothing is left over from the answer before"
        asking.close()


def test_redirects_are_followed_but_not_for_ever() -> None:
    with Loopback() as server:
        server.routes["/a"] = Answer(b"", 302, {"Location": "b"})
        server.routes["/b"] = b"there"
        server.routes["/loop"] = Answer(b"", 301, {"Location": "/loop"})
        server.routes["/file"] = Answer(b"", 302, {"Location": "file:///etc/passwd"})
        asking = web()
        assert asking.page(f"{server.url}/a").url == f"{server.url}/b"
        with pytest.raises(WebError, match="redirects more than"):
            asking.page(f"{server.url}/loop")
        assert server.asked.count("/loop") == MOST_REDIRECTS
        with pytest.raises(WebError, match="no http or https"):
            asking.page(f"{server.url}/file")
        asking.close()


def test_a_login_is_not_sent_on_to_another_host() -> None:
    seen: list[str | None] = []

    def here(headers: Headers) -> Answer:
        seen.append(headers.get("Authorization"))
        return Answer(b"x")

    with Loopback() as first, Loopback() as second:
        first.routes["/a"] = Answer(b"", 302, {"Location": f"{second.url}/b"})
        second.routes["/b"] = here
        asking = web()
        asking.page(f"{first.url}/a", {"Authorization": "Bearer secret"})
        asking.close()
    assert seen == [None]


@pytest.mark.parametrize(
    "url", ["ftp://a.example/x", "http://", "http://a.example/\r\nX: y", "http://a.example:99999/", "x"]
)
def test_addresses_that_are_not_asked(url: str) -> None:
    with pytest.raises(WebError):
        web().page(url)


def test_a_file_is_resumed_and_one_that_changed_begins_anew() -> None:
    with Loopback() as server:
        server.routes["/f"] = b"0123456789"
        basket, counts = Basket(bytearray(b"01234")), list[int]()
        asking = web()
        asking.fetch(f"{server.url}/f", basket, 100, on_bytes=counts.append)
        assert (bytes(basket.data), sum(counts)) == (b"0123456789", 5)
        longer = Basket(bytearray(b"x" * 50))
        asking.fetch(f"{server.url}/f", longer, 100)
        assert bytes(longer.data) == b"0123456789"
        asking.close()


def test_a_file_larger_than_allowed_is_cut_off() -> None:
    with Loopback() as server:
        server.routes["/f"] = b"x" * 5000
        basket = Basket()
        asking = web()
        with pytest.raises(WebError, match="larger than"):
            asking.fetch(f"{server.url}/f", basket, 2000)
        assert basket.size <= 2000
        asking.close()


def test_a_busy_server_is_asked_again_and_a_refusal_is_not() -> None:
    answers = [Answer(b"busy", 503), Answer(b"ok")]
    with Loopback() as server:
        server.routes["/a"] = lambda headers: answers.pop(0)
        server.routes["/no"] = Answer(b"no", 403, {"WWW-Authenticate": "Basic"})
        asking = web()
        assert asking.page(f"{server.url}/a").body == b"ok"
        with pytest.raises(WebError) as refused:
            asking.page(f"{server.url}/no")
        assert (refused.value.status, refused.value.challenge, server.asked.count("/no")) == (403, "Basic", 1)
        asking.close()


def test_no_answer_in_time_is_an_error_with_the_address_but_no_secrets() -> None:
    with Loopback() as server:
        server.slow_s["/slow"] = 1.0
        asking = web(timeout_s=0.2)
        url = server.url.replace("http://", "http://user:word@") + "/slow?token=secret"
        with pytest.raises(WebError, match="no answer in time") as error:
            asking.page(url)
        asking.close()
    assert "word" not in str(error.value)
    assert "secret" not in str(error.value)


def test_connections_are_kept_and_a_closed_one_is_opened_anew() -> None:
    with Loopback() as server:
        server.routes["/a"] = b"a"
        asking = web()
        for _ in range(3):
            asking.page(f"{server.url}/a")
        assert len(server.clients) == 1
        asking.close()
        asking.page(f"{server.url}/a")
        assert len(server.clients) == 2
        asking.close()


def test_the_clients_proxy_is_asked_for_hosts_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "no_proxy", "NO_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with Loopback() as proxy:
        proxy.routes["http://index.example/simple/"] = b"through the proxy"
        asking = web(Network({"http": proxy.url}))
        assert asking.page("http://index.example/simple/").body == b"through the proxy"
        asking.close()


def test_what_is_shown_of_an_address() -> None:
    assert shown("https://user:word@a.example:8443/p?q=1#f") == "https://a.example:8443/p"
    assert shown("http://[::1]:80/x") == "http://[::1]:80/x"
    assert "cannot be read" in shown("http://a:b:c:d/")


def test_no_error_of_the_network_is_taken_for_one_of_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(connection: http.client.HTTPConnection) -> None:
        raise OSError(errno.ENETUNREACH, "Network is unreachable")

    monkeypatch.setattr(http.client.HTTPConnection, "connect", unreachable)
    with pytest.raises(WebError, match="Network is unreachable"):
        web().fetch("http://index.example/f", Basket(), 100)


def test_an_error_of_the_disk_is_passed_on() -> None:
    class Full(Basket):
        def append(self, data: bytes) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

    with Loopback() as server:
        server.routes["/f"] = b"0123456789"
        asking = web()
        with pytest.raises(OSError, match="No space"):
            asking.fetch(f"{server.url}/f", Full(), 100)
        asking.close()


def test_a_busy_server_does_not_cost_what_came_before() -> None:
    with Loopback() as server:
        server.routes["/f"] = Answer(b"busy", 503)
        basket = Basket(bytearray(b"01234"))
        asking = web()
        with pytest.raises(WebError, match="503"):
            asking.fetch(f"{server.url}/f", basket, 100)
        asking.close()
    assert bytes(basket.data) == b"01234"


def test_a_silent_host_is_not_asked_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def silent(connection: http.client.HTTPConnection) -> None:
        asked.append(connection.host)
        raise TimeoutError("timed out")

    monkeypatch.setattr(http.client.HTTPConnection, "connect", silent)
    asking = Web(timeout_s=1.0, tries=1)
    for _ in range(MOST_SILENCES + 5):
        with pytest.raises(WebError):
            asking.page("http://index.example/x")
    assert len(asked) == MOST_SILENCES
