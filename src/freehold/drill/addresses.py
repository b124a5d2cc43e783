"""The address book: one address of each family a name, so that a connection tells whom it is for.

198.18.0.0/15 is set aside for tests of networks (RFC 2544), the IPv6 prefix is a private one (RFC 4193). Names that are to
vanish get an address whose packets go nowhere.
"""

from __future__ import annotations

import ipaddress
import threading

_FIRST = 16
_NAMES_AT_MOST = 60_000
_HERE = int(ipaddress.IPv4Address("198.18.0.0"))
_NOWHERE = int(ipaddress.IPv4Address("198.19.0.0"))
_NOWHERE_START = "198.19."
_HERE_SIX = int(ipaddress.IPv6Address("fd66:7265:6568::"))


class AddressBook:
    """Names with their addresses, both ways; safe to use from several threads. ``six``: there is IPv6."""

    def __init__(self, *, six: bool = True) -> None:
        self._six = six
        self._lock = threading.Lock()
        self._numbers: dict[tuple[str, bool], int] = {}
        self._names: dict[str, str] = {}

    def addresses_of(self, name: str, *, nowhere: bool = False) -> tuple[str, str]:
        """Return the IPv4 and IPv6 address of a name; empty where there is none. A name that vanishes has no IPv6 address."""
        with self._lock:
            number = self._numbers.get((name, nowhere))
            if number is None:
                if len(self._numbers) >= _NAMES_AT_MOST:
                    return "", ""
                number = self._numbers[name, nowhere] = _FIRST + len(self._numbers)
            four = str(ipaddress.IPv4Address((_NOWHERE if nowhere else _HERE) + number))
            six = "" if nowhere or not self._six else str(ipaddress.IPv6Address(_HERE_SIX + number))
            self._names |= {address: name for address in (four, six) if address}
        return four, six

    def is_here(self, address: str) -> bool:
        """Tell whether an address was given to a name that is there: connections to it can be served."""
        return bool(self._names.get(address)) and not address.startswith(_NOWHERE_START)

    def name_of(self, address: str) -> str:
        """Return the name that an address was given to; empty if it was given to none."""
        return self._names.get(address, "")
