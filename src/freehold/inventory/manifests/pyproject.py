"""pyproject.toml: dependencies of the standard tables (PEP 621, 735, 518) and of Poetry, PDM, uv and pixi.

Formats: https://packaging.python.org/en/latest/specifications/pyproject-toml/ and the tools' own pages. Which indexes
the file names is ``indexes``' work; the project's build backend is never run.
"""

from __future__ import annotations

from collections.abc import Iterator

from freehold.inventory.addresses import clean_url
from freehold.inventory.lockfiles.requirements import role_of_name
from freehold.inventory.manifests.drafting import ManifestDraft, Places
from freehold.inventory.manifests.poetry_table import add_poetry
from freehold.inventory.manifests.python_asks import PythonAsks
from freehold.inventory.notes import Notes
from freehold.inventory.reader import Document, Reading
from freehold.inventory.values import Table, read_toml
from freehold.model.component import Role


class PyProject:
    """The reader of pyproject.toml."""

    name = "python-manifest"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether the name is the one that PEP 518 prescribes."""
        return name.lower() == "pyproject.toml"

    def read(self, document: Document) -> Reading:
        """Read the document; raises ``UnreadableError`` if it is broken."""
        notes = Notes(document.path)
        top = read_toml(document, notes)
        project, tool = top.table("project"), top.table("tool")
        poetry, uv = tool.table("poetry"), tool.table("uv")
        name = project.text("name") or poetry.text("name")
        draft = ManifestDraft(document, notes, "pypi", name, "")
        asks = PythonAsks(draft, Places(document), _sources(uv), _indexes(tool))
        for text in project.texts("dependencies"):
            asks.add(text, Role.RUNTIME, ["dependencies"])
        for group, texts in _lists(project.table("optional-dependencies")):
            role = role_of_name(f"requirements-{group}.txt")
            for text in texts:
                asks.add(text, role, ["optional-dependencies", group])
        _add_groups(top, asks)
        for text in uv.texts("dev-dependencies"):
            asks.add(text, Role.DEVELOPMENT, ["[tool.uv]", "dev-dependencies"])
        for group, texts in _lists(tool.table("pdm").table("dev-dependencies")):
            for text in texts:
                asks.add(text, Role.DEVELOPMENT, ["[tool.pdm.dev-dependencies]", group])
        add_poetry(poetry, asks)
        for text in top.table("build-system").texts("requires"):
            asks.add(text, Role.BUILD, ["[build-system]"], is_locked=False)
        draft.members += uv.table("workspace").texts("members")
        draft.members += [f"!{glob}" for glob in uv.table("workspace").texts("exclude")]
        return draft.reading(self.name)


def _lists(table: Table) -> Iterator[tuple[str, list[str]]]:
    """Yield every key with its list of texts."""
    yield from ((key, table.texts(key)) for key in table)


def _add_groups(top: Table, asks: PythonAsks) -> None:
    """Add dependency groups; a group may take in another, which is read where it stands."""
    groups = top.table("dependency-groups")
    for group in groups:
        for text in groups.texts_only(group):
            asks.add(text, Role.DEVELOPMENT, ["[dependency-groups]", group])


def _indexes(tool: Table) -> dict[str, str]:
    """Return the indexes that uv, Poetry and PDM name, by name."""
    tables = [
        *tool.table("uv").tables("index"),
        *tool.table("poetry").tables("source"),
        *tool.table("pdm").tables("source"),
    ]
    return {one.text("name"): clean_url(one.text("url")) for one in tables if "name" in one}


def _sources(uv: Table) -> dict[str, Table]:
    """Return what uv says about where single packages come from, by name."""
    sources = uv.table("sources")
    found: dict[str, Table] = {}
    for name in sources:
        tables = sources.tables_only(name) if sources.is_list(name) else [sources.table(name)]
        if tables:
            found[name] = tables[0]
    return found
