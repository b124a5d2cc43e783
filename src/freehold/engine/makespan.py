"""How long a set of actions takes a finite team: certified bounds on the makespan, equal where the order is optimal.

An action waits its lead once its needs are there, then takes its effort. Effort is divisible: the team works at
``capacity`` person-days a day on whatever is ready (a fluid machine, preemption free). Without chains of actions the bounds
meet (preemptive Jackson rule; Horn 1974); with chains and leads the problem is NP-hard, and the upper bound is the list
schedule, never above critical path + effort / capacity (Graham 1966).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from freehold.engine.availability import Growth, Residual

INFINITE = float("inf")
_NOTHING = 1e-9


@dataclass(frozen=True, slots=True)
class Makespan:
    """Bounds in days on the makespan, and the finish day of each option in the schedule that attains ``high``."""

    low: float
    high: float
    finish: dict[int, float]


def makespan(residual: Residual, chosen: Collection[int], capacity: float) -> Makespan:
    """Schedule ``chosen`` and return the bounds; both infinite when they cannot all start or be done by their deadlines.

    The earliest deadline goes first, which misses none that can be met unless actions wait for one another; then only
    ``high`` is infinite.

    Cost: options x nodes of the residual.
    """
    finish = _list_schedule(residual, chosen, capacity)
    if len(finish) < len(chosen):
        return Makespan(INFINITE, INFINITE, {})
    if any(finish[i] > residual.options[i].deadline + _NOTHING for i in chosen):
        nodes = residual.available(())
        chained = any(not residual.startable(i, nodes) for i in chosen)
        return Makespan(_lower_bound(residual, chosen, capacity) if chained else INFINITE, INFINITE, {})
    high = max(finish.values(), default=0.0)
    low = min(high, _lower_bound(residual, chosen, capacity))
    return Makespan(low, high, finish)


def relaxed(leads_and_efforts: Collection[tuple[float, float]], capacity: float) -> float:
    """Return the makespan of independent actions, which is a lower bound for any that depend on one another.

    ``leads_and_efforts`` are (days until it can be worked on, person-days). Exact: the team is never idle after the lead
    that decides.
    """
    best = effort_after = 0.0
    for lead, effort in sorted(leads_and_efforts, reverse=True):
        effort_after += effort
        best = max(best, lead + _work_days(effort_after, capacity))
    return best


def _work_days(effort: float, capacity: float) -> float:
    if effort <= 0.0:
        return 0.0
    return effort / capacity if capacity > 0.0 else INFINITE


def _lower_bound(residual: Residual, chosen: Collection[int], capacity: float) -> float:
    """Return the relaxed makespan with each lead extended by what must come before it, ignoring the shared team."""
    heads = _finish_unlimited(residual, chosen, capacity)
    return relaxed([(heads[i][0], residual.options[i].effort_person_days) for i in chosen], capacity)


def _finish_unlimited(residual: Residual, chosen: Collection[int], capacity: float) -> dict[int, tuple[float, float]]:
    """Return for each option (day it can be worked on, day it is done) if each had the whole team for itself."""
    days: dict[int, tuple[float, float]] = {}
    now, growth, waiting = 0.0, Growth(residual), list(chosen)
    while True:
        started = {i for i in waiting if residual.startable(i, growth.nodes)}
        for i in started:
            option = residual.options[i]
            ready = now + option.lead_days
            days[i] = (ready, ready + _work_days(option.effort_person_days, capacity))
        waiting = [i for i in waiting if i not in started]
        later = sorted({end for i, (_, end) in days.items() if i not in growth.done}) if waiting else []
        if not later or later[0] == INFINITE:
            return days
        now = later[0]
        growth.add([i for i, (_, end) in days.items() if end <= now and i not in growth.done])


def _list_schedule(residual: Residual, chosen: Collection[int], capacity: float) -> dict[int, float]:
    """Return the finish days of a schedule that never leaves the team idle while something is ready.

    Among ready actions the nearest deadline goes first, then the larger effort, then the lower number.
    """
    options = residual.options
    left = {i: options[i].effort_person_days for i in chosen}
    ready_day: dict[int, float] = {}
    finish: dict[int, float] = {}
    now, growth, waiting = 0.0, Growth(residual), list(chosen)
    while len(finish) < len(left):
        if waiting:
            growth.add(finish.keys() - growth.done)
            started = {i for i in waiting if residual.startable(i, growth.nodes)}
            ready_day.update((i, now + options[i].lead_days) for i in started)
            waiting = [i for i in waiting if i not in started]
        if len(ready_day) == len(finish):
            break
        now = _advance(residual, left, ready_day, finish, now, capacity)
        if now == INFINITE:
            break
    return finish


def _advance(
    residual: Residual,
    left: dict[int, float],
    ready_day: dict[int, float],
    finish: dict[int, float],
    now: float,
    capacity: float,
) -> float:
    """Work until the next finish or the next end of a lead, and return that day."""
    options = residual.options
    open_now = [i for i, day in ready_day.items() if i not in finish and day <= now + _NOTHING]
    leads = [day for i, day in ready_day.items() if i not in finish and day > now + _NOTHING]
    at_once = [i for i in open_now if left[i] <= _NOTHING]
    if at_once:
        finish.update(dict.fromkeys(at_once, now))
        return now
    next_lead = min(leads, default=INFINITE)
    if not open_now or capacity <= 0.0:
        return next_lead
    current = min(open_now, key=lambda i: (options[i].deadline, -options[i].effort_person_days, i))
    ends = now + left[current] / capacity
    until = min(ends, next_lead)
    left[current] -= (until - now) * capacity
    if ends <= next_lead:
        left[current] = 0.0
        finish[current] = ends
    return until
