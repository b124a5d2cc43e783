"""Open-PSA MEF fault trees to :class:`~freehold.graph.formats.faulttree.FaultTree` values.

Read: fault trees, components with public and private names, ``and or not nand nor xor iff imply atleast cardinality``
and formulas nested in formulas, constants, house events, basic events with expressions, model data in further files.
Refused with a clear error: cyclic gates, two meanings of one name, references to gates that nobody defines. Event
trees, alignments and common-cause groups are refused too, because leaving them out would change the numbers.
A basic event that is used but defined nowhere becomes a leaf of unknown probability.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from freehold.errors import InputError
from freehold.graph.formats.faulttree import AND, ATLEAST, LEAF, OR, XOR, FaultTree, Formula, Gate, formula_of
from freehold.graph.formats.mef_elements import Element, parse_elements
from freehold.graph.formats.mef_expressions import ANNOTATIONS, DEFAULT_MISSION_TIME, Expressions

_GATE: Final = "define-gate"
_BASIC: Final = "define-basic-event"
_HOUSE: Final = "define-house-event"
_PARAMETER: Final = "define-parameter"
_REFERENCES: Final = {
    "gate": frozenset({_GATE}),
    "basic-event": frozenset({_BASIC}),
    "house-event": frozenset({_HOUSE}),
    "event": frozenset({_GATE, _BASIC, _HOUSE}),
}
_CHANGES_NUMBERS: Final = frozenset(
    {"define-event-tree", "define-initiating-event", "define-CCF-group", "define-alignment", "define-substitution"}
)


@dataclass(frozen=True, slots=True)
class _Definition:
    file: str
    element: Element
    scope: tuple[str, ...]

    @property
    def where(self) -> str:
        return f"{self.file}:{self.element.line}"


def read_open_psa(
    documents: Sequence[tuple[str, bytes]], *, mission_time: float = DEFAULT_MISSION_TIME
) -> tuple[FaultTree, ...]:
    """Return one fault tree per top gate (a gate that no other gate uses), in file order.

    ``documents`` are (file name for errors, content) of one model; ``mission_time`` is in hours. Nodes of a tree are
    numbered children first, leaves in order of first use. Raises ``InputError`` with file, line and remedy.
    """
    model = _Model()
    for file, content in documents:
        root = parse_elements(file, content)
        if root.tag != "opsa-mef":
            raise _error(file, root, f"the root element is <{root.tag}>, not <opsa-mef>", "give an Open-PSA MEF file")
        model.collect(file, root, (), private=False)
    if not any(definition.element.tag == _GATE for definition in model.order):
        raise InputError(
            "no gate is defined", where=documents[0][0] if documents else "", remedy="name the tree's file"
        )
    parameters = {path: (d.file, d.element) for path, d in model.names.items() if d.element.tag == _PARAMETER}
    expressions = Expressions(parameters, mission_time)
    builder = _Builder(model)
    return tuple(builder.tree(top, expressions) for top in builder.tops())


def _error(file: str, element: Element, reason: str, remedy: str) -> InputError:
    return InputError(reason, where=f"{file}:{element.line}", remedy=remedy)


class _Model:
    """All definitions by every path that may name them."""

    def __init__(self) -> None:
        self.names: dict[str, _Definition] = {}
        self.order: list[_Definition] = []

    def collect(self, file: str, element: Element, scope: tuple[str, ...], *, private: bool) -> None:
        for child in element.children:
            hidden = child.attributes.get("role", "private" if private else "public") == "private"
            match child.tag:
                case "define-fault-tree" | "define-component":
                    inner = (*scope, _name(file, child))
                    self.collect(file, child, inner, private=hidden)
                case "model-data":
                    self.collect(file, child, scope, private=hidden)
                case "define-gate" | "define-basic-event" | "define-house-event" | "define-parameter":
                    self._define(_Definition(file, child, scope), private=hidden)
                case tag if tag in _CHANGES_NUMBERS:
                    raise _error(file, child, f"<{tag}> is not supported", "give the fault trees alone")
                case _:
                    continue

    def _define(self, definition: _Definition, *, private: bool) -> None:
        name = _name(definition.file, definition.element)
        paths = {".".join((*definition.scope, name))} | (set() if private else {name})
        for path in paths:
            if path in self.names:
                raise InputError(
                    f"{path!r} is defined twice (first at {self.names[path].where})",
                    where=definition.where,
                    remedy="rename one, or make it private to its component",
                )
            self.names[path] = definition
        self.order.append(definition)

    def find(self, reference: str, scope: tuple[str, ...]) -> _Definition | None:
        """Return what a name means: innermost container first, then outwards."""
        for depth in range(len(scope), -1, -1):
            found = self.names.get(".".join((*scope[:depth], reference)))
            if found is not None:
                return found
        return None


def _name(file: str, element: Element) -> str:
    name = element.attributes.get("name", "")
    if not name:
        raise _error(file, element, f"<{element.tag}> has no name", "add a name attribute")
    return name


class _Builder:
    """Turn definitions into numbered gates, children first, without recursion over references between gates."""

    def __init__(self, model: _Model) -> None:
        self.model = model
        self.known: dict[tuple[str, str, tuple[str, ...]], _Definition | None] = {}
        self.used: dict[int, list[_Definition]] = {}
        for definition in model.order:
            if definition.element.tag == _GATE:
                self.used[id(definition)] = [d for d in self._references(definition) if d.element.tag == _GATE]

    def tops(self) -> list[_Definition]:
        """Return the gates that no gate uses."""
        below = {id(child) for children in self.used.values() for child in children}
        gates = [d for d in self.model.order if d.element.tag == _GATE]
        tops = [gate for gate in gates if id(gate) not in below]
        if not tops:
            raise InputError(
                "every gate is used by another: the gates form a cycle",
                where=gates[0].where,
                remedy="break the loop; Open-PSA forbids cyclic gates",
            )
        return tops

    def tree(self, top: _Definition, expressions: Expressions) -> FaultTree:
        """Return the fault tree below one top gate."""
        self.gates: list[Gate] = []
        self.names: list[str] = []
        self.values: list[float] = []
        self.number: dict[int | str, int] = {}
        self.expressions = expressions
        for definition in self._children_first(top):
            node, negated = self._formula(definition, _body(definition))
            name = definition.element.attributes["name"]
            if negated or self.names[node]:
                node = self._add(Gate(AND, ((node, negated),)), "")
            self.names[node] = name
            self.number[id(definition)] = node
        probability = np.repeat(np.array(self.values, dtype=np.float64)[:, None], 3, axis=1)
        formula: Formula = formula_of(self.gates)
        tree = top.scope[0] if top.scope else top.element.attributes["name"]
        return FaultTree(tree, tuple(self.names), formula, probability, self.number[id(top)])

    def _children_first(self, top: _Definition) -> Iterable[_Definition]:
        done: set[int] = set()
        open_gates: set[int] = set()
        stack = [(top, False)]
        while stack:
            gate, left = stack.pop()
            if left:
                open_gates.discard(id(gate))
                done.add(id(gate))
                yield gate
            elif id(gate) in open_gates:
                raise InputError(
                    f"gate {gate.element.attributes['name']!r} depends on itself",
                    where=gate.where,
                    remedy="break the loop; Open-PSA forbids cyclic gates",
                )
            elif id(gate) not in done:
                open_gates.add(id(gate))
                stack.append((gate, True))
                stack.extend((child, False) for child in reversed(self.used[id(gate)]) if id(child) not in done)

    def _references(self, definition: _Definition) -> list[_Definition]:
        found: list[_Definition] = []
        stack = [child for child in definition.element.children if child.tag not in ANNOTATIONS]
        while stack:
            element = stack.pop()
            if element.tag in _REFERENCES:
                target = self._target(definition, element)
                if target is not None:
                    found.append(target)
            stack.extend(element.children)
        return found[::-1]

    def _target(self, definition: _Definition, element: Element) -> _Definition | None:
        """Return the definition that a reference means; none for a basic event that nobody defines."""
        name = _name(definition.file, element)
        key = (element.tag, name, definition.scope)
        if key not in self.known:
            self.known[key] = self._checked(definition, element, name)
        return self.known[key]

    def _checked(self, definition: _Definition, element: Element, name: str) -> _Definition | None:
        target = self.model.find(name, definition.scope)
        if target is None and element.tag in {"gate", "house-event"}:
            raise _error(
                definition.file, element, f"{element.tag} {name!r} is not defined", "define it, or add its file"
            )
        if target is not None and target.element.tag not in _REFERENCES[element.tag]:
            raise _error(
                definition.file,
                element,
                f"{name!r} is used as <{element.tag}> but defined as <{target.element.tag}>",
                "use <event> or the matching element",
            )
        return target

    def _add(self, gate: Gate, name: str, value: float = math.nan) -> int:
        self.gates.append(gate)
        self.names.append(name)
        self.values.append(value)
        return len(self.gates) - 1

    def _formula(self, definition: _Definition, element: Element) -> tuple[int, bool]:
        """Return (node, negated) of one formula element; nesting is capped where the XML is read."""
        file = definition.file
        if element.tag in _REFERENCES:
            return self._event(definition, element), False
        if element.tag == "constant":
            return self._constant(element.attributes.get("value") == "true"), False
        children = [self._formula(definition, child) for child in element.children if child.tag not in ANNOTATIONS]
        low, high = _ARITY.get(element.tag, (0, 0))
        if not low <= len(children) <= high:
            raise _error(file, element, f"<{element.tag}> with {len(children)} arguments", "check the formula")
        match element.tag:
            case "not":
                return children[0][0], not children[0][1]
            case "and" | "or" | "xor":
                kind = {"and": AND, "or": OR, "xor": XOR}[element.tag]
                return self._add(Gate(kind, tuple(children)), ""), False
            case "nand" | "nor" | "iff":
                kind = {"nand": AND, "nor": OR, "iff": XOR}[element.tag]
                return self._add(Gate(kind, tuple(children)), ""), True
            case "imply":
                (left, negated), right = children
                return self._add(Gate(OR, ((left, not negated), right)), ""), False
            case "atleast":
                return self._atleast(file, element, children, "min", 0), False
            case _:
                low_node = self._atleast(file, element, children, "min", 0)
                high_node = self._atleast(file, element, children, "max", 1)
                return self._add(Gate(AND, ((low_node, False), (high_node, True))), ""), False

    def _atleast(self, file: str, element: Element, children: list[tuple[int, bool]], bound: str, extra: int) -> int:
        try:
            k = int(element.attributes[bound]) + extra
        except (KeyError, ValueError) as error:
            raise _error(file, element, f"<{element.tag}> needs a whole number {bound!r}", f"add {bound}") from error
        if not 0 <= k <= len(children) + extra:
            raise _error(file, element, f"{bound}={k - extra} of {len(children)} arguments", f"correct {bound}")
        return self._add(Gate(ATLEAST, tuple(children), k), "")

    def _event(self, definition: _Definition, element: Element) -> int:
        target = self._target(definition, element)
        if target is None:
            return self._leaf(element.attributes["name"], element.attributes["name"], math.nan)
        name = target.element.attributes["name"]
        match target.element.tag:
            case "define-gate":
                return self.number[id(target)]
            case "define-house-event":
                return self._constant(_house_value(target))
            case _:
                if id(target) in self.number:
                    return self.number[id(target)]
                return self._leaf(id(target), name, self.expressions.probability(target.file, target.element))

    def _leaf(self, key: int | str, name: str, value: float) -> int:
        if key not in self.number:
            self.number[key] = self._add(Gate(LEAF), name, value)
        return self.number[key]

    def _constant(self, value: bool) -> int:
        key = "true" if value else "false"
        if f"<{key}>" not in self.number:
            self.number[f"<{key}>"] = self._add(Gate(AND if value else OR), key)
        return self.number[f"<{key}>"]


_MANY: Final = 10**9
_ARITY: Final = {
    "not": (1, 1),
    "and": (1, _MANY),
    "or": (1, _MANY),
    "nand": (1, _MANY),
    "nor": (1, _MANY),
    "xor": (2, 2),
    "iff": (2, 2),
    "imply": (2, 2),
    "atleast": (1, _MANY),
    "cardinality": (1, _MANY),
}


def _body(definition: _Definition) -> Element:
    bodies = [child for child in definition.element.children if child.tag not in ANNOTATIONS]
    if len(bodies) != 1:
        raise _error(definition.file, definition.element, "a gate needs exactly one formula", "correct the gate")
    return bodies[0]


def _house_value(definition: _Definition) -> bool:
    values = [child.attributes.get("value") for child in definition.element.children if child.tag == "constant"]
    return values == ["true"]
