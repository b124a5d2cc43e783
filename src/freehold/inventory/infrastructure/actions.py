"""Workflows and actions of GitHub, Forgejo and Gitea: actions used, images, runners, and what run steps fetch.

Everything here is needed to build. An action that is not pinned to a whole commit is noted, and a runner of your own is.
Secrets are never kept; expressions are not evaluated.
Format: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from freehold.inventory.infrastructure.fetched import REGISTRY_VARIABLES, Fetched
from freehold.inventory.infrastructure.images import Image, add_image, read_image
from freehold.inventory.infrastructure.parts import COMMIT, add_host, repository, service
from freehold.inventory.notes import Notes
from freehold.inventory.packages import Draft, package, purl_of
from freehold.inventory.reader import Document, Reading
from freehold.inventory.values import Table
from freehold.inventory.yaml_values import read_yaml
from freehold.model.component import Component, Origin, Role

_HEAD = re.compile(rb"^[\"']?(?:on|jobs)[\"']?\s*:", re.MULTILINE)
_WORKFLOW = re.compile(rb"^[\"']?on[\"']?\s*:.*^jobs\s*:|^jobs\s*:.*^[\"']?on[\"']?\s*:", re.MULTILINE | re.DOTALL)
_ACTION = re.compile(r"([\w.-]+/[\w.-]+)(?:/[\w./-]+)?@([\w./+-]+)")
_ADDRESSED = re.compile(r"(https?://[\w.:-]+/[\w.-]+/[\w.-]+)(?:/[\w./-]+)?@([\w./+-]+)")
_HOSTED = re.compile(r"(ubuntu|windows|macos)-[\w.-]+")
_RUNNERS = {
    "buildjet": "BuildJet",
    "depot": "Depot",
    "blacksmith": "Blacksmith",
    "namespace": "Namespace",
    "nscloud": "Namespace",
    "warp": "WarpBuild",
    "ubicloud": "Ubicloud",
    "runs-on": "RunsOn",
}
"""Services that offer runners, by how their labels begin."""
_UBUNTU = Image("", "library/ubuntu", "", "")


class Workflow:
    """The reader of workflows and of the actions that a project offers itself."""

    name = "actions-workflow"

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether name and beginning are a workflow's or an action's."""
        plain = name.lower()
        if not plain.endswith((".yml", ".yaml")):
            return False
        if plain in ("action.yml", "action.yaml"):
            return b"runs" in head or b"inputs" in head
        return bool(_HEAD.search(head) if plain.startswith("workflows/") else _WORKFLOW.search(head))

    def read(self, document: Document) -> Reading:
        """Read the document; raises ``UnreadableError`` for broken YAML."""
        notes = Notes(document.path)
        return _File(document, notes).read(read_yaml(document, notes))


class _File:
    """One workflow or action being read."""

    def __init__(self, document: Document, notes: Notes) -> None:
        self._notes = notes
        self._draft = Draft(document, notes)
        self._fetched = Fetched(self._draft)
        folders = document.path.split("/")
        self._forge = next((name for name in ("forgejo", "gitea") if f".{name}" in folders), "github")
        self._env: dict[str, str] = {}

    def read(self, root: Table) -> Reading:
        """Read a workflow's jobs, or what an action runs."""
        self._env = _registries(root)
        for name, job in root.table("jobs").inner_tables():
            self._job(name, job)
        if "jobs" in root:
            self._platform(root.origin("jobs"))
        elif "runs" in root:
            self._runs(root.table("runs"))
        return self._draft.reading(f"{self._forge}-{'workflow' if 'jobs' in root else 'action'}")

    def _platform(self, origin: Origin) -> None:
        """Add the service that runs the workflow; which Forgejo or Gitea does is not in the file."""
        if self._forge == "github":
            component = service("ci:github-actions", "GitHub Actions", origin, "a workflow of GitHub Actions")
            self._draft.add(component.key, component)
        else:
            name = self._forge.capitalize()
            self._notes.add(
                "workflows of an unnamed server", f"a workflow of {name}: which server runs it is not said", origin
            )

    def _job(self, name: str, job: Table) -> None:
        """Read one job."""
        if "uses" in job:
            self._use(job.text("uses"), job.origin("uses"))
        image = ""
        for key in ("container", "services"):
            for text, origin in _images(job, key):
                if text:
                    self._image(text, origin)
                    image = text if key == "container" else image
        labels = list(self._labels(job))
        self._runner(labels, job)
        ubuntu = any(label.startswith("ubuntu") for label, _ in labels)
        self._fetched.base = read_image(image) if image else _UBUNTU if ubuntu else None
        self._steps(job, {**self._env, **_registries(job)})

    def _runs(self, runs: Table) -> None:
        """Read what an action of the project's own runs."""
        image = runs.text("image")
        if image.startswith("docker://"):
            self._image(image.removeprefix("docker://"), runs.origin("image"))
        self._steps(runs, self._env)

    def _steps(self, job: Table, values: dict[str, str]) -> None:
        """Read the steps of a job or action."""
        for step in job.tables_only("steps"):
            if "uses" in step:
                self._use(step.text("uses"), step.origin("uses"))
            self._signs_in(step)
            if "run" in step:
                text = re.sub(r"\$\{\{[^}]*\}\}", "$_", step.text("run"))
                line = step.origin("run").line + (1 if "\n" in text else 0)
                self._fetched.add(text, line, Role.BUILD, {**values, **_registries(step)})

    def _signs_in(self, step: Table) -> None:
        """Add the registry that a step is told to sign in to, or to ask."""
        given = step.maybe_table("with")
        for key in ("registry-url", "registry") if given is not None else ():
            url = given.text_or(key) if given is not None else ""
            if given is not None and url and "${{" not in url:
                add_host(self._draft, url, given.origin(key), "a step signs in to, or asks, the registry")

    def _use(self, text: str, origin: Origin) -> None:
        """Add an action, a reusable workflow or an image that a step uses; local ones are read where they lie."""
        if text.startswith(("./", "../", "$/")):
            return
        if text.startswith("docker://"):
            self._image(text.removeprefix("docker://"), origin)
            return
        component = self._action(text.strip(), origin)
        if component is None:
            self._notes.add("unreadable actions", f"action {text[:100]!r} has no name with a revision", origin)
            return
        self._draft.add(component.key, component)
        if not COMMIT.fullmatch(component.version):
            reason = f"{component.name} can change: {component.version} is no whole commit"
            self._notes.add("actions without a commit", reason, origin, "pin the whole commit")

    def _action(self, text: str, origin: Origin) -> Component | None:
        """Return an action; short names mean GitHub, except on Forgejo and Gitea, whose server decides."""
        if found := _ADDRESSED.fullmatch(text):
            return repository(found[1], found[2], origin)
        found = _ACTION.fullmatch(text)
        if found is None:
            return None
        if self._forge == "github":
            return repository(f"https://github.com/{found[1]}", found[2], origin)
        namespace, _, name = found[1].partition("/")
        purl = purl_of("generic", name, found[2], namespace=namespace)
        return package(purl, found[1], found[2], origin, role=Role.BUILD)

    def _image(self, text: str, origin: Origin) -> None:
        add_image(self._draft, text, origin, Role.BUILD)

    def _labels(self, job: Table) -> Iterator[tuple[str, Origin]]:
        """Yield the labels of runners that a job asks for, those of a matrix in place of the expression."""
        where = job.table("runs-on") if job.is_table("runs-on") else job
        key = "labels" if job.is_table("runs-on") else "runs-on"
        for label, origin in where.text_items(key):
            found = re.search(r"matrix\.([\w-]+)", label)
            if found is None:
                yield label, origin
                continue
            strategy = job.maybe_table("strategy")
            matrix = strategy.table("matrix") if strategy is not None and strategy.is_table("matrix") else None
            if matrix is not None:
                yield from matrix.text_items(found[1])
                for row in matrix.tables_only("include"):
                    yield from row.text_items(found[1])

    def _runner(self, labels: list[tuple[str, Origin]], job: Table) -> None:
        """Note runners of your own, and add the services that others come from."""
        for label, origin in labels:
            offered = next((name for start, name in _RUNNERS.items() if label.startswith(f"{start}-")), "")
            if offered:
                component = service(f"ci:{offered.lower()}", offered, origin, f"a job runs on {label[:80]}")
                self._draft.add(component.key, component)
            elif label == "self-hosted" or ("${{" not in label and not _HOSTED.fullmatch(label)):
                self._notes.add("runners of your own", f"a job runs on a runner of your own: {label[:80]}", origin)


def _registries(table: Table) -> dict[str, str]:
    """Return the variables in ``env`` that name a registry; no others are kept, they may be secret."""
    env = table.maybe_table("env")
    if env is None:
        return {}
    return {name: env.text(name) for name in REGISTRY_VARIABLES if name in env and "${{" not in env.text(name)}


def _images(job: Table, key: str) -> Iterator[tuple[str, Origin]]:
    """Yield the image of ``container``, or those of ``services``."""
    if not job.is_table(key):
        if key == "container" and key in job:
            yield job.text(key), job.origin(key)
        return
    table = job.table(key)
    if key == "container":
        yield table.text("image"), table.origin("image")
        return
    for name in table:
        if table.is_table(name):
            yield table.table(name).text("image"), table.table(name).origin("image")
        else:
            yield table.text(name), table.origin(name)
