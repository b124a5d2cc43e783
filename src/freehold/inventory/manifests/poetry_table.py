"""Poetry's own tables in pyproject.toml: dependencies, groups and sources of single packages.

Format: https://python-poetry.org/docs/pyproject/. A bare version is a pin; ``^1.2`` and the like are not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from freehold.inventory.manifests.python_asks import PythonAsks
from freehold.inventory.values import Table
from freehold.model.component import Role

_EXACT = re.compile(r"^={0,3}\s*(\d[\w.!+-]*)$")


def add_poetry(poetry: Table, asks: PythonAsks) -> None:
    """Add everything that Poetry's tables ask for, in its role."""
    add_table(poetry.table("dependencies"), asks, Role.RUNTIME, ["[tool.poetry.dependencies]"])
    add_table(poetry.table("dev-dependencies"), asks, Role.DEVELOPMENT, ["[tool.poetry.dev-dependencies]"])
    for name, group in poetry.table("group").inner_tables():
        role = Role.RUNTIME if name == "main" else Role.DEVELOPMENT
        add_table(group.table("dependencies"), asks, role, [f"[tool.poetry.group.{name}.dependencies]"])


def add_table(table: Table, asks: PythonAsks, role: Role, sections: Sequence[str]) -> None:
    """Add a table of name and limits; the entry ``python`` is the interpreter's version, not a package."""
    for name in table:
        if name.lower() == "python":
            continue
        lists = table.tables_only(name) if table.is_list(name) else []
        source = table.table(name) if table.is_table(name) else lists[0] if lists else None
        limits = source.text("version") if source is not None else table.text(name)
        found = _EXACT.match(limits.strip())
        version = found[1] if found and not limits.endswith("*") else ""
        asks.add_from(name, version, limits.strip(), source or table.table(""), role, asks.places.of(name, sections))
