"""How days, verdicts and counts are written in every report."""

from __future__ import annotations

from collections.abc import Sequence

from freehold.model.verdict import Interval, Verdict, Ways
from freehold.reports.layout import Tone

TONES: dict[Verdict, Tone] = {
    Verdict.ABSENT: "dim",
    Verdict.SAFE: "good",
    Verdict.COVERED: "good",
    Verdict.EXPOSED: "warn",
    Verdict.STRANDED: "bad",
    Verdict.NO_KNOWN_WAY_BACK: "bad",
}

SHORT: dict[Verdict, str] = {Verdict.NO_KNOWN_WAY_BACK: "no way back"}


def verdict_text(verdict: Verdict) -> str:
    """Return a verdict short enough for a table."""
    return SHORT.get(verdict, verdict.value)


def ways_text(ways: Ways) -> str:
    """Return the verdict, and where it is not settled the range that it may lie in."""
    if ways.settled:
        return verdict_text(ways.assumed)
    others = [w for w in dict.fromkeys((ways.bad, ways.good)) if w is not ways.assumed]
    return f"{verdict_text(ways.assumed)}? ({' or '.join(verdict_text(w) for w in others)})"


def day_text(day: float | None) -> str:
    """Return a day as a number, or a dash for never."""
    return "-" if day is None else f"{day:,.0f}"


def interval_text(days: Interval) -> str:
    """Return days as ``low..high``, once where they agree; a dash for never at both ends."""
    ends = [days.good, days.bad]
    known = sorted(day for day in ends if day is not None)
    if not known:
        return "-"
    low, high = day_text(known[0]), day_text(known[-1]) if len(known) == len(ends) else "never"
    return low if low == high else f"{low}..{high}"


def counted(count: int, noun: str) -> str:
    """Return ``1 component`` or ``2 components``."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def listed(words: Sequence[str], most: int = 3) -> str:
    """Return a few words, and how many more there are."""
    more = f" and {len(words) - most:,} more" if len(words) > most else ""
    return ", ".join(words[:most]) + more
