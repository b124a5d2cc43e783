"""Small lockfiles of our own for pnpm, Bun, Deno, conda, pixi, Terraform and others; hosts that do not exist."""

from __future__ import annotations

import json

from lock_documents import DIGEST, SRI

PNPM_5 = f"""\
lockfileVersion: 5.4

importers:

  .:
    specifiers:
      a: ^1.0.0
    dependencies:
      a: 1.2.0_b@2.0.0
      kit: link:packages/kit
    devDependencies:
      t: 3.0.0

  packages/kit:
    specifiers: {{}}
    dependencies:
      alias: /@s/real/4.0.0

packages:

  /@s/real/4.0.0:
    resolution: {{integrity: {SRI}}}
    dev: false

  /a/1.2.0_b@2.0.0:
    resolution: {{integrity: {SRI}}}
    dependencies:
      b: 2.0.0
      g: git.example/o/g/0123abcd

  /b/2.0.0:
    resolution: {{integrity: {SRI}, tarball: https://u:p@npm.example/repo/b/-/b-2.0.0.tgz}}

  /t/3.0.0:
    resolution: {{integrity: {SRI}}}
    dependencies:
      b: 2.0.0
    dev: true

  git.example/o/g/0123abcd:
    resolution: {{type: git, repo: 'https://git.example/o/g.git', commit: 0123abcd}}
    name: g
    version: 0.3.0

  mirror.example/m/1.0.0:
    resolution: {{integrity: {SRI}}}
"""
PNPM_6 = f"""\
lockfileVersion: '6.0'

dependencies:
  a:
    specifier: ^1.0.0
    version: 1.2.0(b@2.0.0)(c@1.0.0)

devDependencies:
  t:
    specifier: '3'
    version: 3.0.0

packages:

  /a@1.2.0(b@2.0.0)(c@1.0.0):
    resolution: {{integrity: {SRI}}}
    dependencies:
      b: 2.0.0

  /b@2.0.0:
    resolution: {{integrity: {SRI}}}

  /t@3.0.0:
    resolution: {{integrity: {SRI}}}
    dev: true

  file:libs/l.tgz:
    resolution: {{integrity: {SRI}, tarball: file:libs/l.tgz}}
    name: l
    version: 0.2.0

  github.com/o/r/0123abcd:
    resolution: {{tarball: https://codeload.github.com/o/r/tar.gz/0123abcd}}
    name: r
    version: 1.0.0
"""
PNPM_9 = f"""\
lockfileVersion: '9.0'

settings:
  autoInstallPeers: true

patchedDependencies:
  b@2.0.0:
    hash: abc
    path: patches/b.patch

importers:

  .:
    dependencies:
      a:
        specifier: ^1.0.0
        version: 1.2.0(b@2.0.0(patch_hash=abc))
      alias:
        specifier: npm:@s/real@4
        version: '@s/real@4.0.0'
    devDependencies:
      kit:
        specifier: workspace:*
        version: link:packages/kit
      t:
        specifier: '3'
        version: 3.0.0

  packages/kit:
    optionalDependencies:
      o:
        specifier: ^5
        version: 5.0.0

packages:

  '@s/real@4.0.0':
    resolution: {{integrity: {SRI}}}

  a@1.2.0:
    resolution: {{integrity: {SRI}}}
    peerDependencies:
      b: '*'

  b@2.0.0:
    resolution: {{integrity: {SRI}}}

  node@runtime:22.1.0:
    resolution: {{type: variations}}

  o@5.0.0:
    resolution: {{integrity: {SRI}}}

  r@https://codeload.github.com/o/r/tar.gz/0123abcd:
    resolution: {{tarball: https://codeload.github.com/o/r/tar.gz/0123abcd}}
    version: 1.0.0

  t@3.0.0:
    resolution: {{integrity: {SRI}}}

snapshots:

  '@s/real@4.0.0': {{}}

  a@1.2.0(b@2.0.0(patch_hash=abc)):
    dependencies:
      b: 2.0.0(patch_hash=abc)

  b@2.0.0(patch_hash=abc): {{}}

  node@runtime:22.1.0: {{}}

  o@5.0.0:
    optional: true

  r@https://codeload.github.com/o/r/tar.gz/0123abcd: {{}}

  t@3.0.0:
    dependencies:
      b: 2.0.0(patch_hash=abc)
      r: https://codeload.github.com/o/r/tar.gz/0123abcd
"""
BUN = f"""\
{{
  // written by hand
  "lockfileVersion": 1,
  "workspaces": {{
    "": {{
      "name": "shop",
      "dependencies": {{ "a": "^1", "kit": "workspace:*", }},
      "devDependencies": {{ "t": "2", }},
    }},
    "packages/kit": {{
      "name": "kit",
      "version": "0.0.1",
      "dependencies": {{ "b": "^1", }},
    }},
  }},
  "packages": {{
    "@s/c": ["@s/c@3.0.0", "https://own.example/npm/@s/c/-/c-3.0.0.tgz", {{}}, "{SRI}"],

    "a": ["a@1.2.3", "", {{
      "dependencies": {{ "b": "^2", "@s/c": "3" }}, "optionalDependencies": {{ "none": "1" }}
    }}, "{SRI}"],

    "b": ["b@2.0.0", "", {{}}, "{SRI}"],

    "g": ["g@github:o/g#0123abc", {{ "dependencies": {{ "b": "^2" }} }}, "o-g-0123abc"],

    "h": ["h@git+https://git.example/o/h.git#4567def", {{}}, "4567def"],

    "kit": ["kit@workspace:packages/kit"],

    "l": ["l@file:libs/l", {{}}],

    "t": ["t@2.0.0", "", {{ "dependencies": {{ "g": "*" }} }}, "{SRI}"],

    "w": ["w@https://files.example/w.tgz", {{}}, "{SRI}"],

    "kit/b": ["b@1.0.0", "", {{}}, "{SRI}"],
  }},
}}
"""
DENO_5 = json.dumps(
    {
        "version": "5",
        "specifiers": {"jsr:@std/path@^1": "1.0.2", "npm:a@1": "1.2.0_b@2.0.0", "jsr:@std/internal@1": "1.0.0"},
        "jsr": {
            "@std/path@1.0.2": {"integrity": DIGEST, "dependencies": ["jsr:@std/internal@1"]},
            "@std/internal@1.0.0": {"integrity": DIGEST},
        },
        "npm": {
            "a@1.2.0_b@2.0.0": {"integrity": SRI, "dependencies": ["b"], "optionalDependencies": ["c@1.0.0"]},
            "b@2.0.0": {"integrity": SRI},
            "c@1.0.0": {"integrity": SRI, "tarball": "https://files.example/c.tgz"},
        },
        "remote": {
            "https://mods.example/std@0.200.0/path/mod.ts": DIGEST,
            "https://mods.example/std@0.200.0/path/posix.ts": DIGEST[::-1],
            "https://loose.example/x/mod.ts": DIGEST,
        },
        "workspace": {"dependencies": ["jsr:@std/path@^1"], "packageJson": {"dependencies": ["npm:a@1"]}},
    },
    indent=1,
)
DENO_3 = json.dumps(
    {
        "version": "3",
        "packages": {
            "specifiers": {"npm:a@1": "npm:a@1.2.0"},
            "npm": {
                "a@1.2.0": {"integrity": SRI, "dependencies": {"b": "b@2.0.0"}},
                "b@2.0.0": {"integrity": SRI, "dependencies": {}},
            },
        },
        "remote": {},
    }
)
CONDA_LOCK = f"""\
version: 1
metadata:
  platforms: [linux-64, osx-64]
package:
- name: alpha
  version: '1.0'
  manager: conda
  platform: linux-64
  dependencies:
    beta: '>=2'
    __glibc: '>=2.17'
  url: https://conda.example/t/s3cret/forge/linux-64/alpha-1.0-h1_0.conda
  hash:
    md5: {DIGEST[:32]}
    sha256: {DIGEST}
  category: main
  optional: false
- name: beta
  version: '2.0'
  manager: conda
  platform: linux-64
  dependencies: {{}}
  url: https://conda.example/forge/noarch/beta-2.0-py_0.tar.bz2
  hash:
    md5: {DIGEST[:32]}
  category: main
- name: alpha
  version: '1.0'
  manager: conda
  platform: osx-64
  dependencies: {{}}
  url: https://conda.example/forge/osx-64/alpha-1.0-h2_0.conda
  hash:
    md5: {DIGEST[:32]}
  category: dev
- name: Gamma_x
  version: 3.0.0
  manager: pip
  platform: linux-64
  dependencies:
    beta: '*'
  url: https://files.example/gamma_x-3.0.0.whl
  hash:
    sha256: {DIGEST}
  category: main
"""
CONDA_EXPLICIT = f"""\
# platform: linux-64
@EXPLICIT
https://conda.example/forge/linux-64/alpha-1.0-h1_0.conda#{DIGEST[:32]}
https://u:p@conda.example/t/s3cret/forge/noarch/beta-x-2.0-py_0.tar.bz2#sha256:{DIGEST}
/opt/own/archive.conda
"""
PIXI_6 = f"""\
version: 6
environments:
  default:
    channels:
    - url: https://conda.example/forge/
    indexes:
    - https://index.example/simple
    packages:
      linux-64:
      - conda: https://conda.example/forge/linux-64/python-3.12.0-h1_0.conda
      - conda: https://conda.example/forge/noarch/beta-2.0-py_0.conda
      - pypi: https://files.example/gamma-3.0.0.whl
      - pypi: ./
packages:
- conda: https://conda.example/forge/linux-64/python-3.12.0-h1_0.conda
  sha256: {DIGEST}
  md5: {DIGEST[:32]}
  depends:
  - __glibc >=2.17
  - beta >=2
  license: Python-2.0
- conda: https://conda.example/forge/noarch/beta-2.0-py_0.conda
  sha256: {DIGEST}
  license: MIT AND BSD-3-Clause
  purls:
  - pkg:pypi/Beta_x
  - no purl
- pypi: https://files.example/gamma-3.0.0.whl
  name: gamma
  version: 3.0.0
  sha256: {DIGEST}
  requires_dist:
  - beta>=1 ; extra == 'x'
  - own
- pypi: ./
  name: own
  version: 0.1.0
  editable: true
"""
PIXI_5 = f"""\
version: 5
environments:
  default:
    packages:
      linux-64:
      - conda: https://conda.example/forge/linux-64/a-1.0-h_0.conda
packages:
- kind: conda
  name: a
  version: '1.0'
  build: h_0
  subdir: linux-64
  url: https://conda.example/forge/linux-64/a-1.0-h_0.conda
  sha256: {DIGEST}
  license: MIT
"""
PIXI_7 = f"""\
version: 7
platforms:
- name: linux-64
  virtual-packages:
  - __glibc=2.28
environments:
  default:
    channels:
    - url: https://conda.example/forge/
    packages:
      linux-64:
      - conda: https://conda.example/forge/linux-64/a-1.0-h_0.conda
      - conda_source: mine[12345678] @ ./parts/mine
      - conda_source: theirs[9abcdef0] @ git+https://git.example/o/theirs?rev=main#0123abcd
packages:
- conda: https://conda.example/forge/linux-64/a-1.0-h_0.conda
  sha256: {DIGEST}
  depends:
  - theirs
  license: MIT
  run_exports: {{}}
- conda_source: mine[12345678] @ ./parts/mine
  version: 0.1.0
  build: h_0
  subdir: linux-64
  depends:
  - a >=1
- conda_source: theirs[9abcdef0] @ git+https://git.example/o/theirs?rev=main#0123abcd
  version: 2.0.0
  build: h_0
  subdir: linux-64
"""
TERRAFORM = f"""\
# This file is maintained automatically by "terraform init".

provider "registry.terraform.example/hashicorp/aws" {{
  version     = "5.31.0"
  constraints = "~> 5.0"
  hashes = [
    "h1:AAAA=",
    "zh:{DIGEST}",
  ]
}}

provider "registry.opentofu.example/own/thing" {{
  version = "1.0.0"
}}
"""
SWIFT_1 = json.dumps(
    {
        "object": {
            "pins": [
                {
                    "package": "Alpha",
                    "repositoryURL": "https://git.example/o/Alpha.git",
                    "state": {"branch": None, "revision": "0123abcd", "version": "1.2.0"},
                }
            ]
        },
        "version": 1,
    }
)
SWIFT_3 = json.dumps(
    {
        "originHash": DIGEST,
        "pins": [
            {
                "identity": "alpha",
                "kind": "remoteSourceControl",
                "location": "git@git.example:o/Alpha.git",
                "state": {"revision": "0123abcd", "version": "1.2.0"},
            },
            {
                "identity": "beta",
                "kind": "remoteSourceControl",
                "location": "https://git.example/o/beta",
                "state": {"branch": "main", "revision": "4567abcd"},
            },
            {"identity": "acme.gamma", "kind": "registry", "location": "", "state": {"version": "3.0.0"}},
            {"identity": "own", "kind": "localSourceControl", "location": "/x/own", "state": {"revision": "1"}},
        ],
        "version": 3,
    }
)
CARTHAGE = """\
github "o/alpha" "v1.2.0"
git "https://git.example/o/beta.git" "0123abcd"
binary "https://files.example/gamma.json" "3.0.0"
"""
PUB = f"""\
# Generated by pub
packages:
  alpha:
    dependency: "direct main"
    description:
      name: alpha
      sha256: "{DIGEST}"
      url: "https://pub.example"
    source: hosted
    version: "1.2.0"
  flutter:
    dependency: "direct main"
    description: flutter
    source: sdk
    version: "0.0.0"
  g:
    dependency: transitive
    description:
      path: "."
      ref: main
      resolved-ref: "0123abcd"
      url: "https://git.example/o/g.git"
    source: git
    version: "0.3.0"
  own:
    dependency: "direct main"
    description:
      path: "../own"
      relative: true
    source: path
    version: "0.0.1"
  t:
    dependency: "direct dev"
    description:
      name: t
      url: "https://pub.example"
    source: hosted
    version: "2.0.0"
sdks:
  dart: ">=3.0.0 <4.0.0"
"""
MIX = f"""\
%{{
  "alpha": {{:hex, :alpha, "1.2.0", "{DIGEST}", [:mix],
    [{{:beta, "~> 2.0", [hex: :beta, repo: "hexpm", optional: false]}},
     {{:none, ">= 0.0.0", [hex: :none, repo: "hexpm", optional: true]}}], "hexpm", "{DIGEST[::-1]}"}},
  "beta": {{:hex, :beta_real, "2.0.0"}},
  "g": {{:git, "https://git.example/o/g.git", "0123abcd", [tag: "v1"]}},
  "own": {{:hex, :own, "1.0.0", "{DIGEST}", [:rebar3, :mix], [], "hexpm:acme"}},
  :odd => {{:svn, "x"}},
}}
"""
PODS = f"""\
PODS:
  - Alpha (1.2.0):
    - Beta/Core (~> 2.0)
  - Beta (2.0.0):
    - Beta/Core (= 2.0.0)
  - Beta/Core (2.0.0)
  - G (0.3.0)
  - Own (0.0.1)

DEPENDENCIES:
  - Alpha
  - G (from `https://git.example/o/G.git`)
  - Own (from `../Own`)

SPEC REPOS:
  https://pods.example/specs.git:
    - Alpha
  trunk:
    - Beta

EXTERNAL SOURCES:
  G:
    :git: https://git.example/o/G.git
    :branch: main
  Own:
    :path: "../Own"

CHECKOUT OPTIONS:
  G:
    :commit: 0123abcd
    :git: https://git.example/o/G.git

SPEC CHECKSUMS:
  Alpha: {DIGEST[:40]}

PODFILE CHECKSUM: {DIGEST[:40]}

COCOAPODS: 1.15.2
"""
FLAKE = json.dumps(
    {
        "nodes": {
            "root": {"inputs": {"nixpkgs": "nixpkgs", "tool": "tool", "flat": ["tool", "nixpkgs"]}},
            "nixpkgs": {
                "locked": {
                    "type": "github",
                    "owner": "o",
                    "repo": "nixpkgs",
                    "rev": "0123abcd",
                    "narHash": SRI,
                }
            },
            "tool": {
                "inputs": {"nixpkgs": ["nixpkgs"], "deep": "deep"},
                "locked": {"type": "git", "url": "https://git.example/o/tool", "rev": "4567abcd", "narHash": SRI},
            },
            "deep": {"locked": {"type": "tarball", "url": "https://files.example/deep.tar.xz", "narHash": SRI}},
        },
        "root": "root",
        "version": 7,
    }
)
HELM = """\
dependencies:
- name: redis
  repository: https://charts.example/stable
  version: 1.2.0
- name: db
  repository: oci://images.example/charts
  version: 3.0.0
- name: own
  repository: file://../own
  version: 0.0.1
- name: odd
  repository: "@corp"
  version: 4.0.0
digest: sha256:0
generated: "2024-01-01T00:00:00Z"
"""
RENV = json.dumps(
    {
        "R": {"Version": "4.3.1", "Repositories": [{"Name": "CRAN", "URL": "https://cran.example"}]},
        "Packages": {
            "alpha": {
                "Package": "alpha",
                "Version": "1.2.0",
                "Source": "Repository",
                "Repository": "CRAN",
                "Hash": DIGEST[:32],
                "Requirements": ["R", "beta"],
            },
            "beta": {
                "Package": "beta",
                "Version": "2.0.0",
                "Source": "GitHub",
                "RemoteType": "github",
                "RemoteHost": "api.github.com",
                "RemoteUsername": "o",
                "RemoteRepo": "beta",
                "RemoteSha": "0123abcd",
                "License": "MIT",
            },
            "bio": {"Package": "bio", "Version": "3.0.0", "Source": "Bioconductor", "Imports": ["alpha (>= 1)"]},
        },
    },
    indent=1,
)
JULIA = f"""\
# This file is machine-generated
julia_version = "1.10.0"
manifest_format = "2.0"

[[deps.Alpha]]
deps = ["Beta", "Std"]
git-tree-sha1 = "{DIGEST[:40]}"
uuid = "11111111-1111-1111-1111-111111111111"
version = "1.2.0"

[[deps.Beta]]
git-tree-sha1 = "{DIGEST[:40]}"
repo-rev = "main"
repo-url = "https://git.example/o/Beta.jl"
uuid = "22222222-2222-2222-2222-222222222222"
version = "2.0.0"

    [deps.Beta.deps]
    Std = "33333333-3333-3333-3333-333333333333"

[[deps.Own]]
path = "../Own"
uuid = "44444444-4444-4444-4444-444444444444"

[[deps.Std]]
uuid = "33333333-3333-3333-3333-333333333333"
"""
CONAN_5 = json.dumps(
    {
        "version": "0.5",
        "requires": ["zlib/1.2.11#0123abcd%1700000000.0", "own/1.0@acme/stable"],
        "build_requires": ["cmake/3.22.6#4567abcd"],
        "python_requires": [],
    }
)
CONAN_4 = json.dumps(
    {
        "graph_lock": {
            "nodes": {
                "0": {"ref": "shop", "requires": ["1"]},
                "1": {"ref": "zlib/1.2.11#0123", "build_requires": ["2"]},
                "2": {"ref": "cmake/3.22.6"},
            }
        },
        "version": "0.4",
    }
)
OPAM = """\
opam-version: "2.0"
name: "shop"
depends: [
  "alpha" {= "1.2.0"}
  "tool" {= "2.0" & build}
  "check" {= "3.0" & with-test}
]
"""

YOUNG: dict[str, tuple[str, ...]] = {
    "pnpm-lock.yaml": (PNPM_5, PNPM_6, PNPM_9),
    "bun.lock": (BUN,),
    "deno.lock": (DENO_5, DENO_3),
    "conda-lock.yml": (CONDA_LOCK,),
    "conda-linux-64.lock": (CONDA_EXPLICIT,),
    "pixi.lock": (PIXI_7, PIXI_6, PIXI_5),
    ".terraform.lock.hcl": (TERRAFORM,),
    "Package.resolved": (SWIFT_1, SWIFT_3),
    "Cartfile.resolved": (CARTHAGE,),
    "pubspec.lock": (PUB,),
    "mix.lock": (MIX,),
    "Podfile.lock": (PODS,),
    "flake.lock": (FLAKE,),
    "Chart.lock": (HELM,),
    "renv.lock": (RENV,),
    "JuliaManifest.toml": (JULIA,),
    "conan.lock": (CONAN_5, CONAN_4),
    "shop.opam.locked": (OPAM,),
}
"""Every format with its examples, for the tests that go over all of them."""
