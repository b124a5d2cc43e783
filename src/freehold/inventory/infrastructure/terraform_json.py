"""Configurations of Terraform in JSON, turned into the blocks that they stand for; JSON gives no lines.

Format: https://developer.hashicorp.com/terraform/language/syntax/json
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from freehold.inventory.infrastructure.hcl import Block, Value
from freehold.inventory.values import Table


def from_json(table: Table) -> Block:
    """Return a configuration in JSON as blocks; it has no lines."""
    root = Block("", (), 0, {}, [])
    for kind in table:
        for inner in _each(table, kind):
            match kind:
                case "resource" | "data":
                    root.blocks += (
                        _block(kind, (type_name, name), body)
                        for type_name, named in inner.inner_tables()
                        for name in named
                        for body in _each(named, name)
                    )
                case "module" | "provider":
                    root.blocks += (_block(kind, (name,), body) for name in inner for body in _each(inner, name))
                case _:
                    root.blocks.append(_block(kind, (), inner))
    return root


def _each(table: Table, key: str) -> list[Table]:
    """Return an entry as tables, since one block is written as a table and several as a list."""
    return [table.table(key)] if table.is_table(key) else table.tables_only(key) if table.is_list(key) else []


def _block(kind: str, labels: tuple[str, ...], table: Table) -> Block:
    """Return a table as a block; ``backend`` and ``required_providers`` have their labels as keys."""
    block = Block(kind, labels, 0, {name: Value(text, 0) for name, text in table.inner_texts()}, [])
    for name in table:
        for inner in _each(table, name):
            if name == "backend":
                block.blocks += (_block(name, (label,), body) for label in inner for body in _each(inner, label))
            else:
                made = _block(name, (), inner)
                made.values.update((key, Value(dict(_texts(inner, key)), 0)) for key in inner if inner.is_table(key))
                block.blocks.append(made)
    return block


def _texts(table: Table, key: str) -> Iterator[tuple[str, Value]]:
    values: Mapping[str, str] = dict(table.table(key).inner_texts())
    return ((name, Value(text, 0)) for name, text in values.items())
