"""Who may be talked to: names against the denied patterns, addresses without a name, resolvers that would hide names.

Pure: which hosts a scenario denies is worked out by ``assess``.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from freehold.model.evidence import Decision, DeniedHost

CONTROL = "control.freehold-drill.test"
"""The control endpoint: a name that cannot exist (RFC 6761), answered by the drill itself through the whole relay."""
RESOLVERS = (
    "dns.google", ".dns.google", "dns.google.com", "cloudflare-dns.com", ".cloudflare-dns.com", "one.one.one.one",
    ".quad9.net", "doh.opendns.com", "dns.nextdns.io", ".dns.nextdns.io", "dns.adguard-dns.com", "doh.cleanbrowsing.org",
    "doh.libredns.gr", "dns.digitale-gesellschaft.ch", "doh.pub", "dns.alidns.com", "dns.mullvad.net",
)  # fmt: skip
"""Public resolvers that answer over HTTPS or TLS, as their operators name them."""
CANARY = "use-application-dns.net"
"""Browsers that find this name missing leave DNS over HTTPS alone."""

Address = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is decided, whose the host is, and by which name it was decided."""

    decision: Decision
    host: str
    party: str = ""


@dataclass(frozen=True)
class Policy:
    """The rules of one run. ``allowed`` patterns go before ``denied`` ones; ``offered`` are names that lead to an address of
    ours, always allowed; ``routes`` say where an allowed name really is; ``everything``: nothing is denied (learn mode)."""

    denied: tuple[DeniedHost, ...] = ()
    allowed: tuple[str, ...] = ()
    offered: Mapping[str, Address] = field(default_factory=dict)
    routes: Mapping[str, Address] = field(default_factory=dict)
    only_allowed: bool = False
    everything: bool = False

    def decide(self, names: Iterable[str]) -> Verdict:
        """Decide about a connection known by ``names`` (of its address, in its handshake, in its request).

        The worst of them counts: a name in the handshake does not open what the address closes, nor the other way round.
        """
        verdicts = [self.of(name) for name in dict.fromkeys(names) if name]
        worst = next((v for v in verdicts if v.decision is not Decision.ALLOWED), None)
        return worst or (verdicts[0] if verdicts else Verdict(Decision.DIRECT, ""))

    def of(self, name: str) -> Verdict:
        """Decide about one name, or an address where a name is missing."""
        host = name.lower().rstrip(".")
        if host in self.offered or _any(self.allowed, host):
            return Verdict(Decision.ALLOWED, host)
        if self.everything:
            return Verdict(Decision.ALLOWED, host)
        if _any(RESOLVERS, host):
            return Verdict(Decision.RESOLVER, host)
        match = closest(self.denied, host)
        if match is not None:
            return Verdict(Decision.DENIED, host, match.party)
        if is_address(host):
            return Verdict(Decision.DIRECT, host)
        return Verdict(Decision.DENIED if self.only_allowed else Decision.ALLOWED, host)

    def upstream(self, host: str, port: int) -> Address:
        """Return where an allowed host is reached from outside."""
        return self.offered.get(host) or self.routes.get(host) or (host, port)


def closest(denied: Iterable[DeniedHost], host: str) -> DeniedHost | None:
    """Return the longest pattern that takes ``host``."""
    fitting = [entry for entry in denied if matches(entry.pattern, host)]
    return max(fitting, key=lambda entry: len(entry.pattern), default=None)


def matches(pattern: str, host: str) -> bool:
    """Tell whether a name is the pattern, or lies below a pattern with a leading dot."""
    return host.endswith(pattern) if pattern.startswith(".") else host == pattern


def is_address(host: str) -> bool:
    """Tell whether a host is written as an IP address."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _any(patterns: Iterable[str], host: str) -> bool:
    return any(matches(pattern, host) for pattern in patterns)
