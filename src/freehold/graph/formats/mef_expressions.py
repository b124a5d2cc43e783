"""Open-PSA MEF expressions to numbers: what a basic event's probability comes to.

Random deviates count with their mean, as SCRAM does. Distributions over time are evaluated at the mission time, in hours.
Reference: Epstein & Rauzy, Open-PSA Model Exchange Format 2.0d, section "Stochastic layer".
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Final

from freehold.errors import InputError
from freehold.graph.formats.mef_elements import Element

DEFAULT_MISSION_TIME: Final = 8760.0
MAX_PARAMETER_DEPTH: Final = 100
ANNOTATIONS: Final = frozenset({"label", "attributes"})


def _exponential(rate: float, time: float) -> float:
    return -math.expm1(-rate * time)


def _glm(gamma: float, rate: float, repair: float, time: float) -> float:
    total = rate + repair
    return (rate - (rate - gamma * total) * math.exp(-total * time)) / total


def _weibull(scale: float, shape: float, start: float, time: float) -> float:
    return -math.expm1(-(((time - start) / scale) ** shape)) if time > start else 0.0


def _periodic_test(rate: float, interval: float, first: float, time: float) -> float:
    """Unavailability of a component tested, and restored at once, every ``interval`` hours from ``first`` on."""
    if time <= first:
        return _exponential(rate, time)
    since = math.fmod(time - first, interval)
    return _exponential(rate, since if since else interval)


def _histogram(*numbers: float) -> float:
    raise ValueError(f"histogram deviates are not supported ({len(numbers)} numbers)")


_FUNCTIONS: Final[Mapping[str, Callable[..., float]]] = {
    "add": lambda *xs: math.fsum(xs),
    "sub": lambda x, *xs: x - math.fsum(xs),
    "mul": lambda *xs: math.prod(xs),
    "div": lambda x, *xs: x / math.prod(xs),
    "neg": lambda x: -x,
    "abs": abs,
    "exp": math.exp,
    "log": math.log,
    "log10": math.log10,
    "sqrt": math.sqrt,
    "pow": math.pow,
    "min": min,
    "max": max,
    "mean": lambda *xs: math.fsum(xs) / len(xs),
    "pi": lambda: math.pi,
    "exponential": _exponential,
    "GLM": _glm,
    "Weibull": _weibull,
    "periodic-test": _periodic_test,
    "uniform-deviate": lambda low, high: (low + high) / 2,
    "normal-deviate": lambda mean, deviation: mean,
    "lognormal-deviate": lambda mean, *spread: mean,
    "gamma-deviate": lambda shape, scale: shape * scale,
    "beta-deviate": lambda alpha, beta: alpha / (alpha + beta),
    "histogram": _histogram,
}


class Expressions:
    """Evaluate expressions of one model; ``parameters`` maps names to (file, definition)."""

    def __init__(self, parameters: Mapping[str, tuple[str, Element]], mission_time: float) -> None:
        self._parameters = parameters
        self._mission_time = mission_time
        self._known: dict[str, float] = {}

    def probability(self, file: str, event: Element) -> float:
        """Return the probability that a ``define-basic-event`` states, or not-a-number if it states none."""
        bodies = [child for child in event.children if child.tag not in ANNOTATIONS]
        if not bodies:
            return math.nan
        value = self._value(file, bodies[0], 0)
        if not 0.0 <= value <= 1.0:
            raise InputError(
                f"the probability of {event.attributes.get('name')!r} comes to {value!r}",
                where=f"{file}:{event.line}",
                remedy="give an expression that stays between 0 and 1",
            )
        return value

    def _value(self, file: str, element: Element, depth: int) -> float:
        try:
            match element.tag:
                case "float" | "int":
                    return float(element.attributes["value"])
                case "bool":
                    return {"true": 1.0, "false": 0.0}[element.attributes["value"]]
                case "system-mission-time":
                    return self._mission_time
                case "parameter":
                    return self._parameter(element.attributes["name"], depth)
                case tag:
                    numbers = [self._value(file, child, depth) for child in element.children]
                    return _FUNCTIONS[tag](*numbers)
        except (KeyError, TypeError, ValueError, ArithmeticError) as error:
            raise InputError(
                f"cannot evaluate <{element.tag}>: {error}",
                where=f"{file}:{element.line}",
                remedy="use the Open-PSA expressions that the documentation of the format lists",
            ) from error

    def _parameter(self, name: str, depth: int) -> float:
        if name in self._known:
            return self._known[name]
        if name not in self._parameters or depth > MAX_PARAMETER_DEPTH:
            raise ValueError(f"parameter {name!r} is {'not defined' if depth == 0 else 'not defined or cyclic'}")
        file, definition = self._parameters[name]
        bodies = [child for child in definition.children if child.tag not in ANNOTATIONS]
        if len(bodies) != 1:
            raise ValueError(f"parameter {name!r} needs exactly one expression")
        self._known[name] = self._value(file, bodies[0], depth + 1)
        return self._known[name]
