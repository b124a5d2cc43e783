"""The other CI services whose files are read: how their files are called, and under which keys images and scripts stand.

Facts only; ``pipelines`` does the reading.
"""

from __future__ import annotations

import re

import msgspec


class Platform(msgspec.Struct, frozen=True):
    """One CI service: its key and name, what its files look like, and which keys mean what anywhere in them.

    ``head`` must be found in the beginning of the file as well, where the name alone could be anybody's.
    """

    key: str
    name: str
    files: str
    head: bytes = b""
    images: tuple[str, ...] = ("image",)
    scripts: tuple[str, ...] = ("script", "commands")
    hosted: bool = True
    image_tables: str = ""
    """What the pointer of a table must look like for its image keys to mean a container image (empty: any)."""

    def accepts(self, name: str, head: bytes) -> bool:
        """Tell whether name and beginning are those of a file of this service."""
        is_named = re.fullmatch(self.files, name, re.IGNORECASE) is not None
        return is_named and (not self.head or re.search(self.head, head, re.MULTILINE) is not None)


PLATFORMS = (
    Platform(
        "circleci", "CircleCI", r"\.circleci/.*\.ya?ml", scripts=("command", "run"), image_tables=r".*(?<!/machine)"
    ),
    Platform(
        "azure-pipelines",
        "Azure Pipelines",
        r"(?:.*[-.])?azure-pipelines.*\.ya?ml|\.azure-pipelines/.*\.ya?ml|\.azuredevops/.*\.ya?ml",
        images=("image", "container"),
        scripts=("script", "bash", "pwsh", "powershell"),
    ),
    Platform(
        "bitbucket-pipelines",
        "Bitbucket Pipelines",
        r"bitbucket-pipelines\.ya?ml",
        scripts=("script", "after-script"),
    ),
    Platform("drone", "Drone", r"\.drone\.ya?ml", hosted=False),
    Platform("woodpecker", "Woodpecker CI", r"\.woodpecker\.ya?ml|\.woodpecker/.*\.ya?ml", hosted=False),
    Platform(
        "travis-ci",
        "Travis CI",
        r"\.travis\.ya?ml",
        images=(),
        scripts=(
            *("before_install", "install", "before_script", "script", "after_script", "after_success", "after_failure"),
            *("before_deploy", "after_deploy"),
        ),
    ),
    Platform(
        "google-cloud-build",
        "Google Cloud Build",
        r"cloudbuild.*\.ya?ml",
        rb"^steps\s*:",
        images=("name",),
        scripts=("script",),
        image_tables=r"(?:/\d+)?/steps/\d+",
    ),
    Platform(
        "appveyor",
        "AppVeyor",
        r"\.?appveyor\.ya?ml",
        images=(),
        scripts=(
            "init",
            "install",
            "before_build",
            "build_script",
            "after_build",
            "before_test",
            "test_script",
            "sh",
            "ps",
            "cmd",
        ),
    ),
    Platform(
        "aws-codebuild", "AWS CodeBuild", r"buildspec.*\.ya?ml", rb"^phases\s*:", images=(), scripts=("commands",)
    ),
    Platform("buildkite", "Buildkite", r"\.buildkite/.*\.ya?ml", scripts=("command", "commands")),
    Platform(
        "cirrus-ci",
        "Cirrus CI",
        r"\.cirrus\.ya?ml",
        scripts=("script", "install_script", "test_script", "build_script"),
    ),
    Platform("semaphore", "Semaphore", r"\.semaphore/.*\.ya?ml", rb"^blocks\s*:"),
)
"""Jenkins files are no YAML and have their own reader."""
