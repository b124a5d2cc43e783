"""One source for both ways to run a kernel: plain Python, or machine code made by numba.

A *kernel* is a module-level function over numpy arrays (or memoryviews on them) and numbers, marked with
:func:`kernel`. The mark changes nothing: calling the function runs it as plain Python. :func:`chosen` and :func:`run`
pick the twin that suits a job's size; only then, and only where the extra ``fast`` is installed, is numba imported.

Rules for a kernel, so that both twins agree: it calls only kernels of its own module (numba's disk cache looks at one
file), keeps every product of two numbers below 2**63, and never relies on integers wrapping around.
This module leaves the choice of sizes, buffers and budgets to the callers.
"""

from __future__ import annotations

import functools
import importlib.util
import os
import types
from collections.abc import Callable
from typing import Any, Final, TypeAlias, TypeVar, cast

import numpy as np

F = TypeVar("F", bound=Callable[..., Any])
R = TypeVar("R")
Buffer: TypeAlias = Any
"""What a kernel sees of an array: the array itself, or a memoryview on it."""

ENVIRONMENT: Final = "FREEHOLD_COMPILED"
COMPILED_FROM_STEPS: Final = 2_000_000
"""Steps from which machine code pays even if its load from numba's disk cache (about a second) is counted."""

_kernels: dict[str, Callable[..., Any]] = {}
_twins: dict[str, Callable[..., Any]] = {}


def kernel(function: F) -> F:
    """Mark ``function`` as a kernel and return it unchanged."""
    _kernels[_key(function.__module__, function.__name__)] = function
    return function


@functools.cache
def compiled_available() -> bool:
    """Return whether numba is installed, without importing it."""
    return importlib.util.find_spec("numba") is not None


def use_compiled(size: int) -> bool:
    """Return whether a job of ``size`` elementary steps (array accesses, roughly) should run as machine code.

    ``FREEHOLD_COMPILED=0`` or ``1`` forces the answer. Otherwise a job does when numba is installed and either the
    process has paid for numba already or the job is long enough to pay for it.
    """
    forced = os.environ.get(ENVIRONMENT, "")
    if forced in {"0", "1"}:
        return forced == "1" and compiled_available()
    return (bool(_twins) or size >= COMPILED_FROM_STEPS) and compiled_available()


def chosen(function: F, size: int) -> F:
    """Return ``function`` itself or its compiled twin, whichever :func:`use_compiled` says for ``size`` steps."""
    return compiled(function) if use_compiled(size) else function


def run(function: Callable[..., R], size: int, *arguments: Any) -> R:
    """Call a kernel on arrays and numbers, in whichever twin suits ``size`` steps.

    Plain kernels get memoryviews on the arrays: their items are Python numbers, several times quicker than numpy's.
    """
    if use_compiled(size):
        return compiled(function)(*arguments)
    return function(*[each.data if isinstance(each, np.ndarray) else each for each in arguments])


def compiled(function: F) -> F:
    """Return the compiled twin of a kernel; compiled at the first call per argument types, cached on disk by numba.

    Raises ``ModuleNotFoundError`` where numba is not installed and ``KeyError`` for a function that is no kernel.
    """
    key = _key(function.__module__, function.__name__)
    if key not in _twins:
        _compile(function.__module__, _kernels[key])
    return cast(F, _twins[key])


def _compile(module: str, function: Callable[..., Any]) -> Any:
    """Compile a copy of ``function`` whose global names lead to compiled twins instead of plain kernels."""
    import numba

    assert isinstance(function, types.FunctionType)
    names = dict(function.__globals__)
    for name in function.__code__.co_names:
        callee: Callable[..., Any] | None = _kernels.get(_key(module, name))
        if callee is not None and callee is not function and names[name] is callee:
            names[name] = _twins.get(_key(module, name)) or _compile(module, callee)
    copy = types.FunctionType(function.__code__, names, function.__name__, function.__defaults__)
    copy.__module__, copy.__qualname__, copy.__doc__ = module, function.__qualname__, function.__doc__
    twin = numba.njit(cache=True, nogil=True)(copy)
    names[function.__name__] = twin
    _twins[_key(module, function.__name__)] = twin
    return twin


def _key(module: str, name: str) -> str:
    return f"{module}:{name}"
