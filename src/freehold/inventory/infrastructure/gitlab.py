"""GitLab CI: images and services of jobs, what is included from elsewhere, and what scripts fetch.

Everything here is needed to build. Which GitLab runs the pipeline is not in the file.
Format: https://docs.gitlab.com/ci/yaml/
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from freehold.inventory.infrastructure.fetched import REGISTRY_VARIABLES, Fetched
from freehold.inventory.infrastructure.images import add_image, read_image
from freehold.inventory.infrastructure.parts import COMMIT, add_host, service
from freehold.inventory.infrastructure.variables import filled
from freehold.inventory.notes import Notes
from freehold.inventory.packages import Draft, package, purl_of
from freehold.inventory.reader import Document, Reading
from freehold.inventory.values import Table
from freehold.inventory.yaml_values import read_yaml_documents
from freehold.model.component import Origin, Role

_NAME = re.compile(r"(?:.*[-.])?gitlab-ci\.ya?ml", re.IGNORECASE)
_SCRIPTS = ("before_script", "script", "after_script")
_COMPONENT = re.compile(r"(?:\$CI_SERVER_FQDN|([\w.:-]+))/([\w./-]+)@([\w.~/-]+)")


class GitlabPipeline:
    """The reader of GitLab CI files."""

    name = "gitlab-ci"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether the name is a pipeline's."""
        return bool(_NAME.fullmatch(name))

    def read(self, document: Document) -> Reading:
        """Read the document; raises ``UnreadableError`` for broken YAML."""
        notes = Notes(document.path)
        pipeline = _Pipeline(document, notes)
        for table in read_yaml_documents(document, notes):
            pipeline.add(table)
        return pipeline.draft.reading(self.name)


class _Pipeline:
    """One pipeline being read."""

    def __init__(self, document: Document, notes: Notes) -> None:
        self.draft = Draft(document, notes)
        self._notes = notes
        self._values: dict[str, str] = {}

    def add(self, root: Table) -> None:
        """Add one document of the file."""
        self._values = _variables(root)
        component = service(
            "ci:gitlab", "GitLab CI/CD", root.origin(), "a pipeline of GitLab CI; which server is not said"
        )
        self.draft.add(component.key, component)
        self._include(root, "include")
        self._job(root)
        for name in root:
            if name not in (
                "variables",
                "include",
                "workflow",
                "stages",
                "image",
                "services",
                *_SCRIPTS,
            ) and root.is_table(name):
                self._job(root.table(name))

    def _job(self, job: Table) -> None:
        """Add the image, the services and the scripts of a job, or of the defaults."""
        values = {**self._values, **_variables(job)}
        image = self._image(job, values)
        if job.is_list("services"):
            for text, origin in job.text_items("services"):
                self._add(filled(text, values), origin)
            for one in job.tables_only("services"):
                self._add(filled(one.text("name"), values), one.origin("name"))
        fetched = Fetched(self.draft)
        fetched.base = read_image(image) if image else None
        registries = {name: values[name] for name in REGISTRY_VARIABLES if name in values}
        for key in _SCRIPTS:
            for text, origin in job.text_items(key):
                fetched.add(text, origin.line + (1 if "\n" in text.strip() else 0), Role.BUILD, registries)
        if job.is_table("trigger"):
            self._include(job.table("trigger"), "include")

    def _image(self, job: Table, values: dict[str, str]) -> str:
        """Add the image of a job and return its name."""
        if "image" not in job:
            return ""
        table = job.maybe_table("image")
        text = filled(table.text("name") if table is not None else job.text("image"), values)
        self._add(text, table.origin("name") if table is not None else job.origin("image"))
        return text

    def _add(self, text: str, origin: Origin) -> None:
        if text:
            add_image(self.draft, text, origin, Role.BUILD)

    def _include(self, table: Table, key: str) -> None:
        """Add what is included: a lone text, a table, or a list of both."""
        for text, origin in table.text_items(key):
            if text.startswith(("http://", "https://")):
                add_host(self.draft, text, origin, "a pipeline includes a file from")
        for one in [table.table(key)] if table.is_table(key) else table.tables_only(key) if table.is_list(key) else ():
            self._included(one)

    def _included(self, one: Table) -> None:
        """Add one included project, component or address; a template comes with GitLab itself, a local file is read."""
        if "remote" in one:
            add_host(self.draft, one.text("remote"), one.origin("remote"), "a pipeline includes a file from")
        if "project" in one and "$" not in one.text("project"):
            self._pinned(one.text("project"), one.text("ref"), "", one.origin("project"))
        if "component" in one:
            found = _COMPONENT.fullmatch(one.text("component"))
            if found:
                self._pinned(found[2], found[3], found[1] or "", one.origin("component"))
            else:
                self._notes.add(
                    "unreadable components", f"component {one.text('component')[:100]!r}", one.origin("component")
                )

    def _pinned(self, path: str, revision: str, host: str, origin: Origin) -> None:
        """Add a project or component on a GitLab, and note it if it can change."""
        namespace, _, name = path.strip("/").rpartition("/")
        kind = "gitlab" if host == "gitlab.com" else "generic"
        purl = purl_of(kind, name, revision, namespace=namespace)
        registry = f"https://{host}" if host else ""
        self.draft.add(path, package(purl, path, revision, origin, role=Role.BUILD, registry=registry))
        if not COMMIT.fullmatch(revision):
            reason = f"{path} can change: {revision or 'no revision'} is no whole commit"
            self._notes.add("includes without a commit", reason, origin, "pin the whole commit")


def _variables(table: Table) -> dict[str, str]:
    """Return the variables that a pipeline or job sets; they are used to fill names in and not kept."""
    if not table.is_table("variables"):
        return {}
    variables = table.table("variables")
    return dict(_pairs(variables))


def _pairs(variables: Table) -> Iterator[tuple[str, str]]:
    yield from variables.inner_texts()
    for name in variables:
        if variables.is_table(name):
            yield from ((name, value) for key, value in variables.table(name).inner_texts() if key == "value")
