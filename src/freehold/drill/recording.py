"""The record of a run while it runs: contacts counted by host, port, protocol, decision and tool. Safe for many threads."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field

from freehold.drill.policy import Verdict
from freehold.model.evidence import Contact

MOST_CONTACTS = 20_000
"""Beyond so many different contacts only counts of known ones grow; the record says so."""

Key = tuple[str, int, str, str, str]


@dataclass
class Entry:
    """One contact while it grows."""

    verdict: Verdict
    port: int
    protocol: str
    tool: str
    first_seconds: float
    last_seconds: float
    attempts: int = 0
    sent_bytes: int = 0
    received_bytes: int = 0
    reached: bool = True
    notes: dict[str, None] = field(default_factory=dict)


class Recorder:
    """Takes note of contacts; times count from its making or the last ``restart``."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: dict[Key, Entry] = {}
        self._begun = time.monotonic()
        self._heard: set[tuple[str, int]] = set()
        self.overflowed = False

    def restart(self) -> None:
        """Forget everything (the proof before the command) and count time from now."""
        with self._lock:
            self._entries.clear()
            self._begun = time.monotonic()

    def heard(self, name: str, port: int) -> None:
        """Remember that a connection to a name came through to us, whatever became of it."""
        with self._lock:
            self._heard.add((name, port))

    def was_heard(self, name: str, port: int) -> bool:
        """Tell whether a connection to a name ever came through to us."""
        with self._lock:
            return (name, port) in self._heard

    def note(self, verdict: Verdict, port: int, protocol: str, tool: str, note: str = "") -> Entry:
        """Count one more attempt and return its entry, to which bytes are added later."""
        now = time.monotonic() - self._begun
        key = (verdict.host, port, protocol, verdict.decision.value, tool)
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                entry = Entry(verdict, port, protocol, tool, now, now)
                if len(self._entries) < MOST_CONTACTS:
                    self._entries[key] = entry
                else:
                    self.overflowed = True
            entry.attempts += 1
            entry.last_seconds = now
            if note:
                entry.notes[note] = None
        return entry

    def add(self, entry: Entry, *, sent: int = 0, received: int = 0, note: str = "") -> None:
        """Add bytes that went through, or a note, to an entry."""
        with self._lock:
            entry.sent_bytes += sent
            entry.received_bytes += received
            if note:
                entry.notes[note] = None

    def missed(self, entry: Entry, note: str) -> None:
        """Note that an allowed host did not answer from outside either."""
        self.add(entry, note=note)
        entry.reached = False

    def contacts(self) -> tuple[Contact, ...]:
        """Return what was recorded, in order of the first attempt."""
        with self._lock:
            entries = sorted(self._entries.values(), key=lambda entry: entry.first_seconds)
            return tuple(
                Contact(
                    host=e.verdict.host,
                    port=e.port,
                    protocol=e.protocol,
                    decision=e.verdict.decision,
                    party=e.verdict.party,
                    tool=e.tool,
                    attempts=e.attempts,
                    sent_bytes=e.sent_bytes,
                    received_bytes=e.received_bytes,
                    first_seconds=round(e.first_seconds, 3),
                    last_seconds=round(e.last_seconds, 3),
                    reached=e.reached,
                    notes=tuple(e.notes),
                )
                for e in entries
            )
