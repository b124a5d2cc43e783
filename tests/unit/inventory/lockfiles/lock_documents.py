"""Small lockfiles of our own, one a format, with hosts that do not exist; shared by the tests here."""

from __future__ import annotations

import base64
import json

from freehold.inventory.lockfiles import READERS
from freehold.inventory.reader import Document, Reading
from freehold.model.component import Component

DIGEST = "ab" * 32
SRI = "sha512-" + base64.b64encode(b"\xab" * 64).decode()


def read(name: str, text: str) -> Reading:
    """Read a text with the reader that accepts its name."""
    data = text.encode()
    reader = next(one for one in READERS if one.accepts(name, data[:4096]))
    return reader.read(Document(name, data))


def by_name(reading: Reading) -> dict[str, Component]:
    """Return the components by name (tests use names once)."""
    return {component.name: component for component in reading.components}


def edges(reading: Reading) -> set[tuple[str, str]]:
    """Return the edges as pairs of names."""
    names = {component.key: component.name for component in reading.components}
    return {(names[edge.parent], names[edge.child]) for edge in reading.dependencies}


NPM_3 = json.dumps(
    {
        "name": "shop",
        "version": "1.0.0",
        "lockfileVersion": 3,
        "packages": {
            "": {
                "name": "shop",
                "version": "1.0.0",
                "dependencies": {"a": "^1", "kit": "*"},
                "devDependencies": {"t": "2"},
            },
            "node_modules/a": {
                "version": "1.2.3",
                "resolved": "https://user:secret@npm.example/repo/a/-/a-1.2.3.tgz",
                "integrity": SRI,
                "license": "MIT",
                "dependencies": {"b": "^1"},
            },
            "node_modules/b": {"version": "2.0.0", "license": {"type": "ISC"}},
            "node_modules/a/node_modules/b": {
                "version": "1.0.0",
                "inBundle": True,
                "licenses": [{"type": "MIT"}, "BSD"],
            },
            "node_modules/@s/c": {"version": "3.0.0", "dependencies": {"b": "2"}, "license": "SEE LICENSE IN x"},
            "node_modules/g": {"version": "0.1.0", "resolved": "git+ssh://git@git.example/o/g.git#0123abc"},
            "node_modules/l": {"version": "0.2.0", "resolved": "file:libs/l.tgz"},
            "node_modules/t": {"version": "2.0.0", "dev": True},
            "node_modules/kit": {"resolved": "packages/kit", "link": True},
            "packages/kit": {"name": "kit", "version": "0.0.1", "dependencies": {"@s/c": "3"}},
        },
    },
    indent=1,
)
NPM_1 = json.dumps(
    {
        "name": "old",
        "version": "1.0.0",
        "lockfileVersion": 1,
        "requires": True,
        "dependencies": {
            "a": {
                "version": "1.0.0",
                "resolved": "https://npm.example/a/-/a-1.0.0.tgz",
                "requires": {"b": "^1"},
                "dependencies": {"b": {"version": "1.5.0", "bundled": True}},
            },
            "b": {"version": "2.0.0", "dev": True},
            "g": {"version": "git+https://git.example/o/g.git#abc123", "from": "git"},
            "z": {"version": "npm:@s/real@4.0.0", "resolved": "https://npm.example/@s/real/-/real-4.0.0.tgz"},
        },
    }
)
UV = f"""\
version = 1
requires-python = ">=3.11"

[[package]]
name = "shop"
version = "0.1.0"
source = {{ virtual = "." }}
dependencies = [
    {{ name = "alpha" }},
    {{ name = "gitty", marker = "sys_platform == 'win32'" }},
]

[package.dev-dependencies]
dev = [{{ name = "tester" }}]

[[package]]
name = "alpha"
version = "1.0"
source = {{ registry = "https://token@index.example/simple" }}
dependencies = [{{ name = "beta", version = "2.0", source = {{ registry = "https://index.example/simple" }} }}]
sdist = {{ url = "https://files.example/alpha.tar.gz", hash = "sha256:{DIGEST}" }}

[[package]]
name = "beta"
version = "1.0"
source = {{ registry = "https://index.example/simple" }}

[[package]]
name = "beta"
version = "2.0"
source = {{ registry = "https://index.example/simple" }}

[[package]]
name = "gitty"
version = "3.0"
source = {{ git = "https://git.example/o/gitty?rev=v3#0123abcd" }}

[[package]]
name = "tester"
version = "4.0"
source = {{ registry = "https://index.example/simple" }}
"""
POETRY = f"""\
[[package]]
name = "alpha"
version = "1.0"
groups = ["main"]
files = [{{file = "alpha.whl", hash = "sha256:{DIGEST}"}}]

[package.dependencies]
Beta_x = ">=2"
extra = {{version = "*", optional = true}}

[[package]]
name = "beta-x"
version = "2.0"
groups = ["dev"]

[package.source]
type = "legacy"
url = "https://index.example/simple"
reference = "own"

[[package]]
name = "extra"
version = "1"
groups = ["main", "dev"]

[package.source]
type = "git"
url = "https://git.example/o/extra.git"
reference = "main"
resolved_reference = "0123abcd"

[metadata]
lock-version = "2.1"
"""
REQUIREMENTS = f"""\
# a comment
-i https://user:pw@index.example/simple
--extra-index-url https://second.example/simple
-r base.txt
Flask_Thing[async]==3.0.1 ; python_version > "3" \\
    --hash=sha256:{DIGEST} \\
    --hash=sha256:{DIGEST[::-1]}
    # via
    #   -r requirements.in
    #   other
other>=2,<3
direct @ https://files.example/direct-1.0.zip
wheelie @ git+ssh://git@git.example/o/wheelie.git@v1
git+https://git.example/o/egged.git#egg=egged
-e .
!!! nonsense
"""
YARN_1 = f"""\
# yarn lockfile v1


"@s/a@^1.0.0", "@s/a@^1.1.0":
  version "1.2.0"
  resolved "https://npm.example/@s/a/-/a-1.2.0.tgz#{"0" * 40}"
  integrity {SRI}
  dependencies:
    b "^2.0.0"

b@^2.0.0:
  version "2.0.1"
  resolved "https://npm.example/b/-/b-2.0.1.tgz#{"1" * 40}"

"c@git+https://git.example/o/c.git":
  version "0.0.1"
  resolved "git+https://git.example/o/c.git#0123abcd"
"""
YARN_BERRY = """\
__metadata:
  version: 8
  cacheKey: 10c0

"@s/a@npm:^1.0.0, @s/a@npm:^1.1.0":
  version: 1.2.0
  resolution: "@s/a@npm:1.2.0"
  dependencies:
    b: "npm:^2.0.0"
  checksum: 10c0/00
  languageName: node
  linkType: hard

"b@npm:^2.0.0":
  version: 2.0.1
  resolution: "b@npm:2.0.1::__archiveUrl=https%3A%2F%2Fnpm.example%2Fb%2F-%2Fb-2.0.1.tgz"

"p@patch:p@npm%3A^1.0.0#optional!builtin<compat/p>":
  version: 1.0.5
  resolution: "p@patch:p@npm%3A1.0.5#optional!builtin<compat/p>::version=1.0.5&hash=c3c19d"

"shop@workspace:.":
  version: 0.0.0-use.local
  resolution: "shop@workspace:."
  dependencies:
    "@s/a": "npm:^1.1.0"
"""
CARGO = f"""\
version = 4

[[package]]
name = "own"
version = "0.1.0"
dependencies = ["a 1.0.0", "g"]

[[package]]
name = "a"
version = "1.0.0"
source = "registry+https://github.com/rust-lang/crates.io-index"
checksum = "{DIGEST}"

[[package]]
name = "a"
version = "2.0.0"
source = "sparse+https://crates.example/index/"

[[package]]
name = "g"
version = "0.3.0"
source = "git+https://git.example/o/g?branch=main#0123abcd"
dependencies = ["a 2.0.0"]
"""
GO_MOD = """\
module go.example/own

go 1.24

require go.example/a v1.2.0 // direct

require (
	go.example/b/v2 v2.0.1+incompatible // indirect
	go.example/c v0.1.0
	go.example/d v0.1.0
)

replace (
	go.example/c => go.example/fork v0.2.0
	go.example/d => ./d
)
"""
GO_SUM = """\
go.example/a v1.2.0 h1:AAAA=
go.example/a v1.2.0/go.mod h1:BBBB=
go.example/old v0.9.0/go.mod h1:CCCC=
"""
COMPOSER = json.dumps(
    {
        "packages": [
            {
                "name": "Own/Pack",
                "version": "v1.0.0",
                "license": ["MIT", "GPL-2.0-only"],
                "source": {"type": "git", "url": "https://git.example/own/pack.git", "reference": "0123abcd"},
                "dist": {"type": "zip", "url": "https://dist.example/x.zip", "shasum": ""},
                "require": {"php": "^8", "other/dep": "*"},
            }
        ],
        "packages-dev": [{"name": "other/dep", "version": "2.0"}],
    }
)
GEMFILE = f"""\
GIT
  remote: https://git.example/o/g.git
  revision: 0123abcd
  specs:
    g (0.1.0)
      a (>= 1)

PATH
  remote: gems/own
  specs:
    own (0.0.1)

GEM
  remote: https://gems.example/
  specs:
    a (1.0.0)
    n (2.0.0-x86_64-linux)
      a

DEPENDENCIES
  a!

CHECKSUMS
  a (1.0.0) sha256={DIGEST}
"""
GRADLE = """\
# a comment
org.a:run:1.0=compileClasspath,runtimeClasspath,testRuntimeClasspath
org.a:tool:2.0=annotationProcessor
org.a:test:3.0=testCompileClasspath
empty=other
"""
NUGET = json.dumps(
    {
        "version": 1,
        "dependencies": {
            "net9.0": {
                "A.Lib": {
                    "type": "Direct",
                    "resolved": "1.0.0",
                    "contentHash": SRI[7:],
                    "dependencies": {"b.lib": "1"},
                },
                "B.Lib": {"type": "Transitive", "resolved": "2.0.0"},
                "own": {"type": "Project", "dependencies": {"A.Lib": "1"}},
            }
        },
    }
)
PIPFILE = json.dumps(
    {
        "_meta": {
            "sources": [
                {"name": "main", "url": "https://u:p@index.example/simple"},
                {"name": "x", "url": "https://x.example"},
            ]
        },
        "default": {"a-b": {"version": "==1.0", "hashes": [f"sha256:{DIGEST}"], "index": "x"}},
        "develop": {
            "t": {"version": "==2.0"},
            "g": {"git": "https://git.example/o/g.git", "ref": "0123abcd"},
            "own": {"path": "."},
        },
    }
)
PDM = f"""\
[metadata]
lock_version = "4.5.0"

[[package]]
name = "alpha"
version = "1.0"
groups = ["default"]
dependencies = ["Beta>=2; python_version > '3'"]
files = [{{file = "alpha.whl", hash = "sha256:{DIGEST}"}}]

[[package]]
name = "beta"
version = "2.0"
groups = ["dev"]
"""
PYLOCK = f"""\
lock-version = "1.0"
created-by = "x"

[[packages]]
name = "alpha"
version = "1.0"
index = "https://index.example/simple"
dependencies = [{{ name = "beta" }}]
sdist = {{ url = "https://files.example/a.tar.gz", hashes = {{ sha256 = "{DIGEST}" }} }}

[[packages]]
name = "beta"
vcs = {{ type = "git", url = "https://git.example/o/beta.git", commit-id = "0123abcd" }}

[[packages]]
name = "own"
directory = {{ path = "." }}
"""

ALL: dict[str, tuple[str, ...]] = {
    "package-lock.json": (NPM_3, NPM_1),
    "uv.lock": (UV,),
    "poetry.lock": (POETRY,),
    "requirements.txt": (REQUIREMENTS,),
    "yarn.lock": (YARN_1, YARN_BERRY),
    "Cargo.lock": (CARGO,),
    "go.mod": (GO_MOD,),
    "go.sum": (GO_SUM,),
    "composer.lock": (COMPOSER,),
    "Gemfile.lock": (GEMFILE,),
    "gradle.lockfile": (GRADLE,),
    "packages.lock.json": (NUGET,),
    "Pipfile.lock": (PIPFILE,),
    "pdm.lock": (PDM,),
    "pylock.toml": (PYLOCK,),
}
"""Every format with its examples, for the tests that go over all of them."""
