"""Manifests, Kustomize, Argo CD, Flux, charts, and templates that are no YAML."""

from __future__ import annotations

import pytest
from infra_reading import places, read, reader_of, remarks

from freehold.inventory.infrastructure.kubernetes import Manifest
from freehold.inventory.reader import UnreadableError
from freehold.model.component import ComponentKind, Role

MANIFEST = """\
apiVersion: apps/v1
kind: Deployment
spec:
  template:
    spec:
      initContainers: [{name: i, image: busybox}]
      containers:
      - name: a
        image: quay.io/a/b:1
---
apiVersion: v1
kind: List
items:
- apiVersion: batch/v1
  kind: CronJob
  spec: {jobTemplate: {spec: {template: {spec: {containers: [{image: "nginx:1"}]}}}}}
---
apiVersion: acme.example/v1
kind: Unknown
spec: {image: "not-an-image-field:1", podTemplate: {spec: {ephemeralContainers: [{image: "debug.example/d:2"}]}}}
---
apiVersion: v1
kind: Secret
data: {password: dmVyeS1zZWNyZXQ=}
"""


def test_images_of_pods_are_found_wherever_pods_are() -> None:
    reading = read("a.yaml", MANIFEST)
    assert places(reading) == {
        "pkg:docker/library/busybox@latest": [6],
        "pkg:docker/a/b@1?repository_url=quay.io": [9],
        "pkg:docker/library/nginx@1": [16],
        "pkg:docker/d@2?repository_url=debug.example": [20],
    }
    assert all(one.role is Role.RUNTIME for one in reading.components)
    assert "dmVy" not in repr(reading)


DELIVERY = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
spec: {source: {repoURL: "https://charts.example/stable", chart: redis, targetRevision: 1.2.3}}
---
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
spec: {template: {spec: {sources: [{repoURL: "https://github.com/acme/deploy", targetRevision: main}]}}}
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
spec: {url: "ssh://git@git.example/acme/fleet", ref: {tag: v1}}
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: OCIRepository
spec: {url: "oci://oci.example/acme/app", ref: {tag: "1.0"}}
---
apiVersion: source.toolkit.fluxcd.io/v1
kind: HelmRepository
spec: {url: "https://helm.example/stable"}
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
spec: {chart: {spec: {chart: podinfo, version: ">=6"}}}
"""


def test_what_argo_and_flux_deploy_from() -> None:
    reading = read("a.yaml", DELIVERY)
    assert places(reading) == {
        "pkg:helm/redis@1.2.3?repository_url=https://charts.example/stable": [3],
        "pkg:github/acme/deploy@main": [7],
        "pkg:generic/fleet@v1?vcs_url=git%2Bssh://git.example/acme/fleet%40v1": [11],
        "pkg:docker/acme/app@1.0?repository_url=oci.example": [15],
        "host:helm.example#used": [19],
        "pkg:helm/podinfo": [23],
    }
    assert (7, "acme/deploy can change: main is no whole commit") in remarks(reading)


KUSTOMIZATION = """\
resources: [a.yaml, ../base, "https://github.com/acme/base//deploy?ref=v1", "https://raw.example/x/y.yaml"]
bases: ["github.com/acme/other?ref=main", "git@git.example:acme/third.git//x?ref=v3"]
images:
- {name: nginx, newName: mirror.example/nginx, newTag: "1.27"}
- {name: own}
helmCharts: [{name: minio, repo: "https://charts.example", version: 5.0.0}]
"""


def test_kustomize() -> None:
    assert places(read("kustomization.yaml", KUSTOMIZATION)) == {
        "pkg:github/acme/base@v1": [1],
        "host:raw.example": [1],
        "pkg:github/acme/other@main": [2],
        "pkg:generic/third@v3?vcs_url=git%2Bssh://git.example/acme/third.git%40v3": [2],
        "pkg:docker/nginx@1.27?repository_url=mirror.example": [4],
        "pkg:helm/minio@5.0.0?repository_url=https://charts.example": [6],
    }


CHART = """\
apiVersion: v2
name: shop
version: 1.0.0
dependencies:
- {name: postgresql, version: 15.0.0, repository: "https://charts.example/bitnami"}
- {name: redis, version: ">=1", repository: "oci://oci.example/charts"}
- {name: local, version: 1.0.0, repository: "file://../local"}
"""


def test_a_chart_needs_its_charts() -> None:
    reading = read("Chart.yaml", CHART)
    assert places(reading, ComponentKind.LIBRARY) == {
        "pkg:helm/postgresql@15.0.0?repository_url=https://charts.example/bitnami": [5],
        "pkg:helm/redis?repository_url=oci://oci.example/charts": [6],
    }
    root = next(one for one in reading.components if one.is_root)
    assert (root.name, root.version) == ("shop", "1.0.0")
    assert len(reading.dependencies) == 2
    assert {edge.parent for edge in reading.dependencies} == {root.key}
    assert remarks(reading) == [(6, "chart redis can change: >=1")]


VALUES = """\
global: {imageRegistry: mirror.example}
image:
  repository: acme/shop
  tag: ""
worker:
  image: {registry: ghcr.example, repository: acme/worker, tag: 1.10}
  replicas: 3
sidecar: {image: "envoyproxy/envoy:v1.30"}
initImage: busybox
list: [{image: {repository: acme/a, digest: "sha256:%s"}}]
db: {repository: "https://not.example/an-image", tag: x}
""" % ("ab" * 32)


def test_values_name_images_by_convention() -> None:
    reading = read("values.yaml", VALUES)
    assert places(reading) == {
        "pkg:docker/acme/shop@latest?repository_url=mirror.example": [3],
        "pkg:docker/acme/worker@1.10?repository_url=ghcr.example": [6],
        "pkg:docker/envoyproxy/envoy@v1.30": [8],
        f"pkg:docker/acme/a@sha256:{'ab' * 32}?repository_url=mirror.example": [10],
    }
    assert any("has no tag here" in reason for _, reason in remarks(reading))


TEMPLATE = """\
{{- if .Values.x }}
apiVersion: apps/v1
kind: Deployment
spec:
  containers:
  - image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}"
  - image: busybox:1.36
  - image: {{ include "x" . }}
{{- end }}
"""


def test_templates_give_what_is_written_out_and_note_the_rest() -> None:
    reading = read("deployment.yaml", TEMPLATE)
    assert places(reading) == {"pkg:docker/library/busybox@1.36": [7]}
    assert reading.components[0].evidence == "a template names the image busybox:1.36"
    assert "2 images are named by values" in reading.notes[0].reason


@pytest.mark.parametrize(
    ("name", "text", "accepted"),
    [
        ("a.yaml", "kind: Pod\napiVersion: v1\n", True),
        ("a.yaml", "kind: pipeline\n", False),
        ("a.json", "apiVersion: v1\nkind: Pod\n", False),
        ("a.yaml", "x:\n  apiVersion: v1\n  kind: Pod\n", False),
        ("kustomization.yml", "", True),
    ],
)
def test_only_manifests_are_accepted(name: str, text: str, accepted: bool) -> None:
    assert (reader_of(name, text) is not None) is accepted
    assert Manifest().accepts(name, text.encode()) is accepted


def test_objects_that_name_nothing_are_passed_over_and_lines_stay() -> None:
    schema = "apiVersion: x/v1\nkind: CustomResourceDefinition\nspec: {image: {type: string}}\n"
    settings = "apiVersion: v1\nkind: ConfigMap\ndata: {a: b}\n"
    text = "---\n".join(
        (schema, settings, "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  - image: a:1\n", settings)
    )
    assert places(read("a.yaml", text)) == {"pkg:docker/library/a@1": [13]}


@pytest.mark.parametrize("text", ["apiVersion: v1\nkind: [image\n", "apiVersion: v1\nkind: Pod\nimage: " + "[" * 5000])
def test_broken_manifests_are_refused(text: str) -> None:
    with pytest.raises(UnreadableError):
        read("a.yaml", text)


@pytest.mark.parametrize(
    "text",
    [
        "apiVersion: v1\nkind: Pod\nspec: {containers: {a: 1}, initContainers: [1, {image: [x]}, {image: '\x07'}]}\n",
        "apiVersion: argoproj.io/v1\nkind: X\nspec: {source: [1], sources: {a: 1}, template: x}\n",
        "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nspec: {url: [1], ref: x}\n",
    ],
)
def test_odd_manifests_do_no_harm(text: str) -> None:
    try:
        assert places(read("a.yaml", text)) == {}
    except UnreadableError as error:
        assert error.reason
