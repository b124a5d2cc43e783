"""One sentence per scenario: what stops, from which day, for how long."""

from __future__ import annotations

from collections.abc import Sequence

from freehold.model.verdict import AbilityResult, Verdict

LOST = (Verdict.EXPOSED, Verdict.STRANDED, Verdict.NO_KNOWN_WAY_BACK)


def headline(results: Sequence[AbilityResult]) -> str:
    """Return the sentence: the worst of each workload, or that nothing is lost."""
    sentences = [s for name in dict.fromkeys(r.workload for r in results) if (s := _of(name, results))]
    unsettled = sum(not r.ways.settled for r in results)
    tail = f" {unsettled} of {len(results)} verdicts are not settled." if unsettled else ""
    dearer = sorted({r.workload for r in results if r.costs_more})
    if dearer:
        sentences.append(f"{_list(dearer)} would cost more.")
    return (" ".join(sentences) or "Nothing is lost before the horizon.") + tail


def _of(workload: str, results: Sequence[AbilityResult]) -> str:
    own = [r for r in results if r.workload == workload]
    lost = [r for r in own if r.verdict in LOST]
    covered = [r.ability.value for r in own if r.verdict is Verdict.COVERED]
    parts = []
    for day in sorted({r.day_lost.bad for r in lost if r.day_lost.bad is not None}):
        at = [r for r in lost if r.day_lost.bad == day]
        parts += _at_day(day, at)
    if covered:
        parts.append(f"{_list(covered)} come back in time" if len(covered) > 1 else f"{covered[0]} comes back in time")
    return f"{workload}: {'; '.join(parts)}." if parts else ""


def _at_day(day: float, lost: Sequence[AbilityResult]) -> list[str]:
    """Say what is lost on one day, those that come back together and those that do not."""
    texts = []
    for how in dict.fromkeys(_return(r) for r in lost):
        names = _list([r.ability.value for r in lost if _return(r) == how])
        texts.append(f"{names} lost on {_day(day)}, {how}")
    return texts


def _return(result: AbilityResult) -> str:
    good, bad = result.day_back.good, result.day_back.bad
    if result.verdict is Verdict.STRANDED:
        return "stranded (alternatives are on record, none works)"
    if bad is None:
        return "with no known way back"
    if good is None or round(good) == round(bad):
        return f"back on {_day(bad)}"
    return f"back between {_day(good)} and {_day(bad)}"


def _day(day: float) -> str:
    return f"day {day:.0f}"


def _list(words: Sequence[str]) -> str:
    return ", ".join(words[:-1]) + f" and {words[-1]}" if len(words) > 1 else words[0]
