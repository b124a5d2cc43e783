"""The proof of the block, before the command: denied hosts fail, an allowed one answers, a bare address leads nowhere.

A drill without it is void. The control endpoint answers with a word made up for this run, through the whole relay.
"""

from __future__ import annotations

import http.server
import secrets
import threading
from collections.abc import Sequence

from freehold.drill.launching import Inside
from freehold.drill.policy import CONTROL, Address
from freehold.drill.probing import NO_HTTP, PATIENCE_SECONDS, Outcome, Target
from freehold.model.evidence import DeniedHost, Mode, Proof

MOST_PROBED = 64
NOWHERE = "192.0.2.1"
"""An address set aside for documentation (RFC 5737): nobody is there, and inside nobody may be reached."""
HTTPS, HTTP = 443, 80
_BELOW = "drill-probe"
_KEEP_WAITING: tuple[Mode, ...] = ("blackhole", "slow")
PATIENT_SECONDS = 15.0
"""How long a probe waits where an answer is due: on a busy machine sixty handshakes take a while."""
_WANTED: dict[Mode, str] = {
    "reset": "reset",
    "nxdomain": "nxdomain",
    "blackhole": "timeout",
    "slow": "timeout",
    "expired-tls": "tls: certificate has expired",
}
"""What a probe meets in each mode; the others answer with their status."""


class Control:
    """The control endpoint: an HTTP server on loopback, outside, that knows a word made up for this run."""

    def __init__(self) -> None:
        self.word = secrets.token_hex(16)
        word = self.word.encode()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("Content-Length", str(len(word)))
                self.end_headers()
                self.wfile.write(word)

            def log_message(self, format: str, *args: object) -> None:
                """Keep quiet."""

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def address(self) -> Address:
        """Return where it listens, outside."""
        return "127.0.0.1", int(self._server.server_address[1])

    def close(self) -> None:
        """Stop it."""
        self._server.shutdown()
        self._server.server_close()


def prove(
    inside: Inside,
    control: Control,
    denied: Sequence[DeniedHost],
    mode: Mode | None,
    allowed: Sequence[Target],
    authority: str = "",
) -> tuple[Proof, ...]:
    """Try what the run rests on and return what was met. ``mode`` is None where nothing is to be denied.

    Denied hosts are asked over TLS; one that answers with anything but the failure of the mode was reached. ``authority`` is
    the file of the certificate that the drill's own failures must stand under. Of many hosts, the first 64 are asked.
    """
    hosts = probed_hosts(denied) if mode else []
    patience_seconds = PATIENCE_SECONDS if mode in _KEEP_WAITING else PATIENT_SECONDS
    targets = [Target(host, HTTPS, True, authority, patience_seconds) for host in hosts]
    targets += [Target(CONTROL, HTTP, tls=False), *allowed]
    direct = [Target(NOWHERE, HTTPS, tls=True)] if mode else []
    met = inside.probe([*targets, *direct])
    proofs = [_blocked(outcome, mode) for outcome in met[: len(hosts)] if mode]
    proofs.append(_controlled(met[len(hosts)], control.word))
    proofs += _answers(met[len(hosts) + 1 : len(targets)])
    proofs += [_unreachable(outcome) for outcome in met[len(targets) :]]
    only = tuple(inside.interfaces) == ("lo",)
    proofs.append(Proof("interfaces inside", "loopback alone", ", ".join(inside.interfaces), only))
    return tuple(proofs)


def probed_hosts(denied: Sequence[DeniedHost]) -> list[str]:
    """Return the names that are asked for: a made-up one below a domain that is denied as a whole."""
    return [_host(entry.pattern) for entry in denied[:MOST_PROBED]]


def _host(pattern: str) -> str:
    return f"{_BELOW}{pattern}" if pattern.startswith(".") else pattern


def _blocked(outcome: Outcome, mode: Mode) -> Proof:
    """Return whether a denied host failed in the way of the mode."""
    wanted = _WANTED.get(mode) or f"status {mode.removeprefix('http-')}"
    return Proof(outcome.host, wanted, outcome.met, outcome.met == wanted)


def _controlled(outcome: Outcome, word: str) -> Proof:
    held = outcome.met == "status 200" and outcome.text == word
    return Proof("control endpoint of the drill", "this run's word", "this run's word" if held else outcome.met, held)


def _answers(outcomes: Sequence[Outcome]) -> list[Proof]:
    """Return whether each allowed host answered, in one of the ways in which it was asked."""
    met: dict[str, list[str]] = {}
    for outcome in outcomes:
        met.setdefault(outcome.host, []).append(outcome.met)
    return [
        Proof(host, "an answer", "; ".join(dict.fromkeys(words)), any(_is_answer(word) for word in words))
        for host, words in met.items()
    ]


def _is_answer(met: str) -> bool:
    return met.startswith(("status ", "tls: ")) or met == NO_HTTP


def _unreachable(outcome: Outcome) -> Proof:
    return Proof(
        f"{outcome.host} (an address without a name)", "reset", outcome.met, outcome.met in ("reset", "refused")
    )
