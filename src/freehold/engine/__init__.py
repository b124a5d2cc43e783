"""The engine: exact answers over AND/OR graphs, cycles and k-of-n gates included; numbers in, numbers out.

This is the public Python interface. Names are imported on first use, so that ``import freehold.engine`` costs nothing;
kernels are compiled where numba is installed and the job is large enough to pay for it. No function reads a file, a clock
or a network, and none changes what it is given. ``docs/reference/engine.md`` has a runnable example of each.

Graphs (``n`` nodes, ``m`` edges, arrays of :class:`AndOrGraph`) are *supply* graphs: an AND holds while all its children
do. Fault trees (:class:`FaultTree`, arrays of :class:`Formula`) are *failure* logic: a node is true when its thing is lost;
:func:`loss_formula` turns the first into the second. Days are floats, ``inf`` for never and ``-inf`` for "not there
even with no loss"; probabilities are per mission, not per year; efforts are person-days.

==========================  ==========================================================  ==============================
what                        function                                                    reference
==========================  ==========================================================  ==============================
order of evaluation         ``evaluation_order(graph)``: O(n + m)                       Tarjan 1972, Pearce 2016
who is lost in scenarios    ``losses(graph, order, scenarios)``: m x S / 64             Dowling & Gallier 1984
each single party           ``sweep_parties(graph, order)``: at worst m x parties       Abate et al. 2009
day lost (TTS)              ``time_to_survive(graph, order, onset)``: m x S             Simchi-Levi et al. 2015
way back (TTR)              ``recover(graph, holds, ...)``: bounded by a budget         Knuth 1977, Graham 1966
way back, many cases        ``time_to_recover_bounds(problem, cases, days)``: m x S    Knuth 1977, Graham 1966
everything about a tree     ``analyse(tree)``: one diagram, budgets in its notes        Rauzy 1993, Minato 1993
minimal cut sets            ``minimal_cut_sets``, ``count_cut_sets``                    Rauzy 1993
probability, importances    ``top_probability``, ``importances``, ``probability_range``  Dutuit & Rauzy 2001
importances of S samples    ``importances_of_many(formula, top, p)``: nodes x S         Dutuit & Rauzy 2001
chokepoints of parties      ``chokepoints(formula, top, leaves_of)``                    MODEL.md
cheapest hardening          ``cheapest_hitting_set(sets, cost)``: needs python-sat      Moreno-Centeno & Karp 2013
open questions              ``settling(states, assumed)``, ``live_part``                implicit hitting sets
reasons                     ``loss_path``, ``loss_cut_set``, ``recovery_tree``          Knuth 1977, Junker 2004
package lists               ``if_vanished``, ``impacts``                                Abate et al. 2009
==========================  ==========================================================  ==============================

Errors are those of :mod:`freehold.errors`, each with a remedy: ``UsageError`` for arguments that do not fit together,
``InputError`` for content that makes no sense, ``BudgetUsedUpError`` where an exact answer needs more than its budget.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from freehold.engine.availability import Option as Option
    from freehold.engine.days import time_to_survive as time_to_survive
    from freehold.engine.diagrams.analysis import FaultTreeResult as FaultTreeResult
    from freehold.engine.diagrams.analysis import analyse as analyse
    from freehold.engine.diagrams.bdd import BudgetUsedUpError as BudgetUsedUpError
    from freehold.engine.diagrams.chokepoints import chokepoints as chokepoints
    from freehold.engine.diagrams.cutsets import count_cut_sets as count_cut_sets
    from freehold.engine.diagrams.cutsets import minimal_cut_sets as minimal_cut_sets
    from freehold.engine.diagrams.probability import importances as importances
    from freehold.engine.diagrams.probability import importances_of_many as importances_of_many
    from freehold.engine.diagrams.probability import probability_range as probability_range
    from freehold.engine.diagrams.probability import top_probability as top_probability
    from freehold.engine.explanation import loss_cut_set as loss_cut_set
    from freehold.engine.explanation import loss_path as loss_path
    from freehold.engine.explanation import recovery_tree as recovery_tree
    from freehold.engine.hitting import cheapest_hitting_set as cheapest_hitting_set
    from freehold.engine.liveness import live_part as live_part
    from freehold.engine.loss import losses as losses
    from freehold.engine.loss import lost_in as lost_in
    from freehold.engine.package_loss import if_vanished as if_vanished
    from freehold.engine.package_loss import impacts as impacts
    from freehold.engine.questions import settling as settling
    from freehold.engine.recovery import Recovery as Recovery
    from freehold.engine.recovery import recover as recover
    from freehold.engine.recovery_days import time_to_recover_bounds as time_to_recover_bounds
    from freehold.engine.sweep import one_party_each as one_party_each
    from freehold.engine.sweep import sweep as sweep_parties  # noqa: F401 - "sweep" is the module
    from freehold.graph.arrays import AndOrGraph as AndOrGraph
    from freehold.graph.formats.debian import read_packages as read_packages
    from freehold.graph.formats.faulttree import FaultTree as FaultTree
    from freehold.graph.formats.faulttree import Formula as Formula
    from freehold.graph.formats.faulttree import loss_formula as loss_formula
    from freehold.graph.formats.graphjson import read_graph_json as read_graph_json
    from freehold.graph.formats.openpsa import read_open_psa as read_open_psa
    from freehold.graph.order import evaluation_order as evaluation_order

_HOME: Final = {
    "AndOrGraph": "graph.arrays",
    "BudgetUsedUpError": "engine.diagrams.bdd",
    "FaultTree": "graph.formats.faulttree",
    "FaultTreeResult": "engine.diagrams.analysis",
    "Formula": "graph.formats.faulttree",
    "Option": "engine.availability",
    "Recovery": "engine.recovery",
    "analyse": "engine.diagrams.analysis",
    "cheapest_hitting_set": "engine.hitting",
    "chokepoints": "engine.diagrams.chokepoints",
    "count_cut_sets": "engine.diagrams.cutsets",
    "evaluation_order": "graph.order",
    "if_vanished": "engine.package_loss",
    "impacts": "engine.package_loss",
    "importances": "engine.diagrams.probability",
    "importances_of_many": "engine.diagrams.probability",
    "live_part": "engine.liveness",
    "loss_cut_set": "engine.explanation",
    "loss_formula": "graph.formats.faulttree",
    "loss_path": "engine.explanation",
    "losses": "engine.loss",
    "lost_in": "engine.loss",
    "minimal_cut_sets": "engine.diagrams.cutsets",
    "one_party_each": "engine.sweep",
    "probability_range": "engine.diagrams.probability",
    "read_graph_json": "graph.formats.graphjson",
    "read_open_psa": "graph.formats.openpsa",
    "read_packages": "graph.formats.debian",
    "recover": "engine.recovery",
    "recovery_tree": "engine.explanation",
    "settling": "engine.questions",
    "sweep_parties": "engine.sweep",
    "time_to_recover_bounds": "engine.recovery_days",
    "time_to_survive": "engine.days",
    "top_probability": "engine.diagrams.probability",
}
"""Where each public name lives."""
_THERE: Final = {"sweep_parties": "sweep"}
"""What it is called there, where that differs: ``freehold.engine.sweep`` is the module."""

__all__ = list(_HOME)


if not TYPE_CHECKING:  # or every misspelt name would have a type

    def __getattr__(name: str) -> object:
        """Import a public name when it is first asked for."""
        home = _HOME.get(name)
        if home is None:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(importlib.import_module(f"freehold.{home}"), _THERE.get(name, name))


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME})
