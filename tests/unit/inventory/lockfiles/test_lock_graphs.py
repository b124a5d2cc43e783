"""Random package graphs written as lockfiles by writers of our own: packages, edges and roles must come back unchanged."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lock_documents import SRI, read

Graph = tuple[int, list[tuple[int, int]], list[int], list[int]]
"""Packages 0..n-1, edges between them, and what the project needs at runtime and for development."""


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    count = draw(st.integers(1, 12))
    node = st.integers(0, count - 1)
    edges = draw(st.lists(st.tuples(node, node).filter(lambda pair: pair[0] != pair[1]), unique=True, max_size=25))
    runtime = draw(st.lists(node, unique=True, max_size=4))
    development = [one for one in draw(st.lists(node, unique=True, max_size=4)) if one not in runtime]
    return count, edges, runtime, development


def needs(graph: Graph, parent: int) -> list[int]:
    return [child for start, child in graph[1] if start == parent]


def reached(graph: Graph, start: list[int]) -> set[int]:
    found: set[int] = set()
    waiting = list(start)
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += needs(graph, one)
    return found


def name(number: int) -> str:
    return f"@s/p{number}" if number % 3 == 0 else f"p{number}"


def pnpm_9(graph: Graph) -> str:
    lines = ["lockfileVersion: '9.0'", "importers:", "  .:"]
    for group, asked in (("dependencies", graph[2]), ("devDependencies", graph[3])):
        lines += [f"    {group}:"] if asked else []
        for one in asked:
            lines += [f"      '{name(one)}':", "        specifier: '*'", f"        version: 1.0.{one}(peer@1.0.0)"]
    lines += ["packages:"]
    for one in range(graph[0]):
        lines += [f"  '{name(one)}@1.0.{one}':", f"    resolution: {{integrity: {SRI}}}"]
    lines += ["snapshots:"]
    for one in range(graph[0]):
        lines += [f"  '{name(one)}@1.0.{one}(peer@1.0.0)':", "    transitivePeerDependencies: [x]"]
        lines += ["    dependencies:"] if needs(graph, one) else []
        lines += [f"      '{name(child)}': 1.0.{child}(peer@1.0.0)" for child in needs(graph, one)]
    return "\n".join(lines)


def pnpm_old(graph: Graph, at: str, version: str, peers: str) -> str:
    lines = [f"lockfileVersion: {version}"]
    for group, asked in (("dependencies", graph[2]), ("devDependencies", graph[3])):
        lines += [f"{group}:"] if asked else []
        lines += [f"  '{name(one)}': 1.0.{one}{peers}" for one in asked]
    lines += ["packages:"]
    for one in range(graph[0]):
        lines += [f"  '/{name(one)}{at}1.0.{one}{peers}':", f"    resolution: {{integrity: {SRI}}}"]
        lines += ["    dependencies:"] if needs(graph, one) else []
        lines += [f"      '{name(child)}': 1.0.{child}{peers}" for child in needs(graph, one)]
    return "\n".join(lines)


def bun(graph: Graph) -> str:
    asked = {"dependencies": graph[2], "devDependencies": graph[3]}
    space = {"name": "shop", **{group: {name(one): "*" for one in names} for group, names in asked.items()}}
    packages = {
        name(one): [f"{name(one)}@1.0.{one}", "", {"dependencies": {name(c): "*" for c in needs(graph, one)}}, SRI]
        for one in range(graph[0])
    }
    return json.dumps({"lockfileVersion": 1, "workspaces": {"": space}, "packages": packages}).replace("}}", "},}")


def deno(graph: Graph) -> str:
    asked = graph[2] + graph[3]
    specifiers = {f"npm:{name(one)}@^1": f"1.0.{one}" for one in asked}
    packages = {
        f"{name(one)}@1.0.{one}": {
            "integrity": SRI,
            "dependencies": [name(c) if c % 2 else f"{name(c)}@1.0.{c}" for c in needs(graph, one)],
        }
        for one in range(graph[0])
    }
    return json.dumps(
        {"version": "5", "specifiers": specifiers, "npm": packages, "workspace": {"dependencies": list(specifiers)}}
    )


def conda(graph: Graph) -> str:
    lines = ["version: 1", "package:"]
    for one in range(graph[0]):
        lines += [f"- name: q{one}", f"  version: 1.0.{one}", "  manager: conda", "  platform: linux-64"]
        lines += [
            f"  url: https://c.example/f/linux-64/q{one}-1.0.{one}-h_{one}.conda",
            "  hash: {}",
            "  dependencies:",
        ]
        lines += [f"    q{child}: '*'" for child in needs(graph, one)] + ["    __glibc: '*'"]
    return "\n".join(lines)


def pixi(graph: Graph) -> str:
    url = "https://c.example/f/linux-64/q{0}-1.0.{0}-h_{0}.conda"
    lines = ["version: 6", "environments:", "  default:", "    packages:", "      linux-64:"]
    lines += [f"      - conda: {url.format(one)}" for one in range(graph[0])] + ["packages:"]
    for one in range(graph[0]):
        lines += [f"- conda: {url.format(one)}", "  depends:", "  - __unix"]
        lines += [f"  - q{child} >=1,<2" for child in needs(graph, one)]
    return "\n".join(lines)


def mix(graph: Graph) -> str:
    entries = []
    for one in range(graph[0]):
        inner = ", ".join(
            f'{{:q{c}, "~> 1.0", [hex: :q{c}, repo: "hexpm", optional: false]}}' for c in needs(graph, one)
        )
        entries.append(f'"q{one}": {{:hex, :q{one}, "1.0.{one}", "x", [:mix], [{inner}], "hexpm", "y"}}')
    return "%{\n  " + ",\n  ".join(entries) + ",\n}\n"


def pods(graph: Graph) -> str:
    lines = ["PODS:"]
    for one in range(graph[0]):
        inner = [f"    - q{child}/Core (~> 1.0)" for child in needs(graph, one)]
        lines += [f"  - q{one} (1.0.{one})" + (":" if inner else ""), *inner]
    return "\n".join([*lines, "COCOAPODS: 1.15.2"])


def renv(graph: Graph) -> str:
    packages = {
        f"q{one}": {
            "Version": f"1.0.{one}",
            "Source": "Repository",
            "Requirements": [f"q{c}" for c in needs(graph, one)],
        }
        for one in range(graph[0])
    }
    return json.dumps({"R": {}, "Packages": packages})


def julia(graph: Graph) -> str:
    lines = ['manifest_format = "2.0"']
    for one in range(graph[0]):
        inner = json.dumps([f"q{child}" for child in needs(graph, one)])
        lines += [f"[[deps.q{one}]]", f"deps = {inner}", f'uuid = "u{one}"', f'version = "1.0.{one}"']
    return "\n".join(lines)


def flake(graph: Graph) -> str:
    nodes: dict[str, object] = {
        f"q{one}": {
            "inputs": {f"i{child}": f"q{child}" for child in needs(graph, one)},
            "locked": {
                "type": "github",
                "owner": "o",
                "repo": f"q{one}",
                "rev": f"1.0.{one}",
                "narHash": "sha256-" + base64.b64encode(bytes(32)).decode(),
            },
        }
        for one in range(graph[0])
    }
    nodes["root"] = {"inputs": {f"i{one}": f"q{one}" for one in graph[2] + graph[3]}}
    return json.dumps({"nodes": nodes, "root": "root", "version": 7})


WITH_ROLES = {
    "pnpm-lock.yaml 9": pnpm_9,
    "pnpm-lock.yaml 6": lambda graph: pnpm_old(graph, "@", "'6.1'", "(peer@1.0.0)(other@2.0.0)"),
    "pnpm-lock.yaml 5": lambda graph: pnpm_old(graph, "/", "5.4", "_peer@1.0.0+other@2.0.0"),
    "bun.lock": bun,
}
WITH_EDGES = {
    **WITH_ROLES,
    "deno.lock": deno,
    "conda-lock.yml": conda,
    "pixi.lock": pixi,
    "mix.lock": mix,
    "Podfile.lock": pods,
    "renv.lock": renv,
    "JuliaManifest.toml": julia,
    "flake.lock": flake,
}


@pytest.mark.parametrize("kind", WITH_EDGES)
@settings(max_examples=60, deadline=None)
@given(graphs())
def test_packages_and_edges_come_back(kind: str, graph: Graph) -> None:
    found = read(kind.partition(" ")[0], WITH_EDGES[kind](graph))
    numbers = {one.key: int(one.version.rpartition(".")[2]) for one in found.components if not one.is_root}
    assert sorted(numbers.values()) == list(range(graph[0]))
    pairs = {(numbers[e.parent], numbers[e.child]) for e in found.dependencies if e.parent in numbers}
    assert pairs == set(graph[1])


@pytest.mark.parametrize("kind", WITH_ROLES)
@settings(max_examples=60, deadline=None)
@given(graphs())
def test_roles_follow_from_what_the_project_needs(kind: str, graph: Graph) -> None:
    found = read(kind.partition(" ")[0], WITH_ROLES[kind](graph))
    runtime, development = reached(graph, graph[2]), reached(graph, graph[3])
    for one in found.components:
        if one.is_root:
            continue
        number = int(one.version.rpartition(".")[2])
        if number in runtime:
            assert one.role.value == "runtime"
        elif number in development:
            assert one.role.value == "development"
