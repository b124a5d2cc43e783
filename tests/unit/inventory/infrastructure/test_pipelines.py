"""Pipelines of GitLab and of the other CI services."""

from __future__ import annotations

import pytest
from infra_reading import places, read, reader_of, remarks, roles

from freehold.model.component import Role

GITLAB = """\
variables: {IMG: "python:3.12-slim", SECRET: very-secret, N: {value: "2"}, T: true}
image: $IMG
include:
  - project: acme/ci
    ref: v1
    file: /x.yml
  - remote: https://ci.example/x.yml
  - component: gitlab.com/components/sast@1.0
  - local: /own.yml
services: ["docker:dind", {name: "postgres:16"}]
test:
  image: {name: "registry.example/x:1"}
  script:
    - pip install tox==4.0
    - |
      apt-get install -y curl
      wget https://dl.example/x
.hidden:
  before_script: !reference [a, b]
  trigger: {include: [{project: acme/down, ref: main}]}
"""


def test_gitlab() -> None:
    reading = read(".gitlab-ci.yml", GITLAB)
    assert places(reading) == {
        "ci:gitlab": [1],
        "pkg:generic/acme/ci@v1": [4],
        "host:ci.example": [7],
        "pkg:gitlab/components/sast@1.0": [8],
        "pkg:docker/library/python@3.12-slim": [2],
        "pkg:docker/library/docker@dind": [10],
        "pkg:docker/library/postgres@16": [10],
        "pkg:docker/x@1?repository_url=registry.example": [12],
        "pkg:pypi/tox@4.0": [14],
        "pkg:deb/curl": [16],
        "host:dl.example": [17],
        "pkg:generic/acme/down@main": [20],
    }
    assert roles(reading) == {Role.BUILD}
    assert "secret" not in repr(reading)
    assert (4, "acme/ci can change: v1 is no whole commit") in remarks(reading)


CIRCLE = """\
version: 2.1
orbs: {node: circleci/node@5.1.0, win: circleci/windows@5, own: {jobs: {}}}
executors:
  e:
    docker: [{image: "cimg/base:2024.01"}]
    machine: {image: "ubuntu-2204:2024.01.1"}
jobs:
  b:
    docker:
      - image: << parameters.x >>
    steps:
      - run: go install example.org/x@v1.0.0
      - run: {name: y, command: "curl https://c.example/"}
"""
AZURE = """\
resources:
  repositories:
  - repository: t
    type: github
    name: acme/templates
    ref: refs/tags/v1
    endpoint: gh
  containers:
  - container: linux
    image: ubuntu:22.04
pool: {vmImage: ubuntu-latest}
jobs:
- job: a
  container: linux
  steps:
  - bash: curl https://az.example/x
"""
BITBUCKET = """\
image: node:22
definitions: {services: {db: {image: "postgres:16"}}}
pipelines:
  default:
  - step:
      image: {name: "acme/x:1"}
      script:
      - npm i -g yarn@1.22.0
      - pipe: atlassian/aws-s3-deploy:1.1.0
"""
CLOUD_BUILD = """\
steps:
- name: gcr.io/cloud-builders/docker
  args: [build]
- name: alpine:3
  script: apk add git
  volumes: [{name: vol, path: /x}]
"""
JENKINS = """\
@Library('shared@v1') _
pipeline { agent { docker { image 'maven:3.9' } }
  // image 'none:1'
  stages { stage('x') { steps {
    sh 'curl https://j.example/x'
    sh '''
      apt-get install -y make
    '''
    script { docker.image("acme/y:2").inside { sh "true" } } } } } }
"""


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        (
            ".circleci/config.yml",
            CIRCLE,
            {
                "ci:circleci": [1],
                "pkg:generic/orb/circleci/node@5.1.0": [2],
                "pkg:generic/orb/circleci/windows@5": [2],
                "pkg:docker/cimg/base@2024.01": [5],
                "pkg:golang/example.org/x@v1.0.0": [12],
                "host:c.example": [13],
            },
        ),
        (
            "azure-pipelines.yml",
            AZURE,
            {
                "ci:azure-pipelines": [1],
                "pkg:github/acme/templates@v1": [3],
                "pkg:docker/library/ubuntu@22.04": [10],
                "host:az.example": [16],
            },
        ),
        (
            "bitbucket-pipelines.yml",
            BITBUCKET,
            {
                "ci:bitbucket-pipelines": [1],
                "pkg:docker/library/node@22": [1],
                "pkg:docker/library/postgres@16": [2],
                "pkg:docker/acme/x@1": [6],
                "pkg:npm/yarn@1.22.0": [8],
                "pkg:bitbucket/atlassian/aws-s3-deploy@1.1.0": [9],
            },
        ),
        (
            "cloudbuild.yaml",
            CLOUD_BUILD,
            {
                "ci:google-cloud-build": [1],
                "pkg:docker/cloud-builders/docker@latest?repository_url=gcr.io": [2],
                "pkg:docker/library/alpine@3": [4],
                "pkg:apk/git": [5],
            },
        ),
        (
            ".woodpecker/a.yaml",
            "steps:\n  build:\n    image: golang:1.23\n    commands: [go install example.org/x@v1.0.0]\n",
            {
                "ci:woodpecker": [1],
                "pkg:docker/library/golang@1.23": [3],
                "pkg:golang/example.org/x@v1.0.0": [4],
            },
        ),
        (
            ".drone.yml",
            "kind: pipeline\nsteps:\n- image: alpine:3\n---\nkind: secret\n",
            {"ci:drone": [1, 5], "pkg:docker/library/alpine@3": [3]},
        ),
        (
            ".travis.yml",
            "language: python\ninstall: pip install tox\nscript:\n- curl https://t.example/\n",
            {"ci:travis-ci": [1], "pkg:pypi/tox": [2], "host:t.example": [4]},
        ),
        (
            "appveyor.yml",
            "image: Visual Studio 2022\ninstall:\n- cmd: pip install tox==4.0\n",
            {"ci:appveyor": [1], "pkg:pypi/tox@4.0": [3]},
        ),
        (
            "Jenkinsfile",
            JENKINS,
            {
                "ci:jenkins": [1],
                "pkg:docker/library/maven@3.9": [2],
                "pkg:docker/acme/y@2": [9],
                "host:j.example": [5],
                "pkg:deb/make": [7],
            },
        ),
    ],
)
def test_pipelines(name: str, text: str, expected: dict[str, list[int]]) -> None:
    reading = read(name, text)
    assert places(reading) == expected
    assert roles(reading) == {Role.BUILD}


def test_what_is_not_fixed_or_not_readable_is_noted() -> None:
    notes = remarks(read(".circleci/config.yml", CIRCLE))
    assert any("circleci/windows@5 can change" in reason for _, reason in notes)
    assert not any("circleci/node" in reason for _, reason in notes)
    assert any("<< parameters.x >>" in reason for _, reason in notes)
    assert any("shared@v1" in reason for _, reason in remarks(read("Jenkinsfile", JENKINS)))


@pytest.mark.parametrize(
    ("name", "text"),
    [("build.yml", "steps: []\n"), ("cloudbuild.yaml", "a: 1\n"), ("config.yml", "version: 2.1\n"), ("jenkins.md", "")],
)
def test_other_files_are_left_alone(name: str, text: str) -> None:
    assert reader_of(name, text) is None


@pytest.mark.parametrize("text", ["image: [1]\nscript: {a: b}\n", "include: 3\nservices: x\nvariables: []\n", "a: b\n"])
@pytest.mark.parametrize("name", [".gitlab-ci.yml", ".circleci/config.yml", ".drone.yml", "bitbucket-pipelines.yml"])
def test_odd_pipelines_do_no_harm(name: str, text: str) -> None:
    assert len(read(name, text).components) <= 2
