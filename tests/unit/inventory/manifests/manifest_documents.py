"""Small manifests of our own, one or more a format, with hosts that do not exist; shared by the tests here."""

from __future__ import annotations

import json

from freehold.inventory.manifests import READERS
from freehold.inventory.reader import Document, Reading
from freehold.model.component import Component


def read(name: str, text: str) -> Reading:
    """Read a text with the reader that accepts its name."""
    data = text.encode()
    reader = next(one for one in READERS if one.accepts(name, data[:4096]))
    return reader.read(Document(name, data))


def parts(reading: Reading) -> dict[str, Component]:
    """Return what is asked for by key."""
    return {str(component.key): component for component in reading.components if not component.is_root}


PACKAGE_JSON = json.dumps(
    {
        "name": "shop",
        "version": "1.0.0",
        "packageManager": "pnpm@9.1.0+sha512.abcdef0123",
        "scripts": {"postinstall": "touch /ran"},
        "workspaces": ["packages/*", "!packages/old"],
        "dependencies": {
            "exact": "1.2.3",
            "range": "^1.0.0",
            "alias": "npm:@s/real@4.0.0",
            "own": "workspace:*",
            "local": "file:../local",
            "tag": "latest",
            "hub": "o/hub#v1",
            "git": "git+ssh://git@git.example/o/git.git#0123abcd",
            "tarball": "https://u:p@files.example/tarball.tgz",
        },
        "peerDependencies": {"peer": ">=1", "maybe": "*"},
        "peerDependenciesMeta": {"maybe": {"optional": True}},
        "devDependencies": {"t": "~2.0"},
    },
    indent=2,
)
PYPROJECT = """\
[build-system]
requires = ["hatchling>=1", "own-hook==2.0"]

[project]
name = "Shop"
dependencies = [
    "flask>=3",
    "pinned==1.0.0",
    "direct @ https://files.example/direct.zip",
    "shop[extra]",
]

[project.optional-dependencies]
extra = ["boto3~=1.0"]
dev = ["ruff"]

[dependency-groups]
test = ["pytest>8", {include-group = "lint"}]
lint = ["mypy"]

[tool.uv]
dev-dependencies = ["ipython"]

[tool.uv.sources]
flask = { git = "https://git.example/o/flask", tag = "v3" }
boto3 = { path = "../boto3" }

[tool.uv.workspace]
members = ["packages/*"]
exclude = ["packages/old"]
"""
POETRY = """\
[tool.poetry]
name = "shop"

[tool.poetry.dependencies]
python = "^3.11"
exact = "1.2.3"
caret = "^1.2"
star = "1.*"
gitty = { git = "https://git.example/o/gitty.git", rev = "0123abcd" }
own = { path = "../own", develop = true }
several = [{ version = "^1", python = "<3.12" }, { version = "^2", python = ">=3.12" }]

[tool.poetry.group.dev.dependencies]
pytest = "^8"
"""
PIPFILE = """\
[[source]]
name = "main"
url = "https://u:p@index.example/simple"

[packages]
flask = "*"
pinned = "==1.0.0"
own = { path = "." }

[dev-packages]
pytest = ">8"

[requires]
python_version = "3.11"
"""
SETUP_CFG = """\
[metadata]
name = shop

[options]
install_requires =
    flask>=3
    pinned==1.0.0 ; python_version > "3"
    # a comment
setup_requires = wheel

[options.extras_require]
s3 =
    boto3
"""
REQUIREMENTS_IN = """\
-i https://index.example/simple
flask>=3
pinned==1.0.0
-e .
"""
ENVIRONMENT = """\
name: shop
channels:
  - https://conda.example/forge
dependencies:
  - python=3.11
  - numpy==1.26.0
  - other::scipy
  - built=1.0=py_0
  - pip:
    - flask==3.0
    - -r more.txt
    - -e git+https://git.example/o/edit.git@main#egg=edit
"""
PIXI = """\
[workspace]
name = "shop"
channels = ["conda-forge"]

[dependencies]
python = "3.11.*"
numpy = "==1.26.0"

[pypi-dependencies]
flask = "==3.0"

[feature.test.dependencies]
pytest = "*"
"""
CARGO = """\
[package]
name = "shop"
version = "0.1.0"

[workspace]
members = ["crates/*"]

[workspace.dependencies]
shared = "=2.0.0"

[dependencies]
serde = "1.0"
exact = "=1.2.3"
renamed = { package = "real", version = "0.3" }
own = { path = "crates/own" }
gitty = { git = "https://git.example/o/gitty", rev = "0123abcd" }
private = { version = "1", registry-index = "sparse+https://crates.example/index/" }
shared = { workspace = true }

[target.'cfg(unix)'.dependencies]
libc = "0.2"

[build-dependencies]
cc = "1"

[dev-dependencies]
proptest = "1"
"""
COMPOSER = json.dumps(
    {
        "name": "own/shop",
        "require": {"php": "^8", "ext-json": "*", "a/exact": "1.2.3", "a/range": "^1.0"},
        "require-dev": {"a/test": "*"},
    },
    indent=1,
)
GEMFILE = """\
source "https://gems.example"
ruby "3.3.0"

gem "rails", "~> 7.0"
gem 'pinned', '1.2.3'
gem "own", path: "gems/own"
gem "hub", github: "o/hub", branch: "main"
gem "several", ">= 1", "< 3",
  require: false

source "https://private.example" do
  gem "inside"
end

group :development, :test do
  gem "rspec"
  platforms :ruby do
    gem "debug"
  end
end

gem "late", group: :test
if ENV["X"]
  gem "maybe"
end
gem "last", "= 2.0" # why
"""
POM = """\
<?xml version="1.0" encoding="UTF-8"?>
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <parent>
    <groupId>org.example</groupId>
    <artifactId>parent</artifactId>
    <version>7</version>
  </parent>
  <artifactId>shop</artifactId>
  <properties>
    <lib.version>1.2.3</lib.version>
  </properties>
  <repositories>
    <repository><id>own</id><url>https://u:p@repo.example/maven</url></repository>
  </repositories>
  <dependencyManagement>
    <dependencies>
      <dependency><groupId>org.a</groupId><artifactId>managed</artifactId><version>${lib.version}</version></dependency>
      <dependency>
        <groupId>org.a</groupId><artifactId>bom</artifactId><version>3.0</version><type>pom</type><scope>import</scope>
      </dependency>
    </dependencies>
  </dependencyManagement>
  <dependencies>
    <dependency><groupId>org.a</groupId><artifactId>run</artifactId><version>1.0</version></dependency>
    <dependency><groupId>org.a</groupId><artifactId>managed</artifactId></dependency>
    <dependency><groupId>${project.groupId}</groupId><artifactId>by-property</artifactId><version>${lib.version}</version></dependency>
    <dependency><groupId>org.a</groupId><artifactId>range</artifactId><version>[1.0,2.0)</version></dependency>
    <dependency><groupId>org.a</groupId><artifactId>given</artifactId><version>2.0</version><scope>provided</scope></dependency>
    <dependency><groupId>org.a</groupId><artifactId>test</artifactId><version>[4.0]</version><scope>test</scope></dependency>
    <dependency><groupId>org.a</groupId><artifactId>file</artifactId><version>1</version><scope>system</scope></dependency>
    <dependency><groupId>${nobody}</groupId><artifactId>lost</artifactId></dependency>
  </dependencies>
  <build>
    <plugins>
      <plugin><artifactId>maven-compiler-plugin</artifactId><version>3.13.0</version></plugin>
    </plugins>
  </build>
</project>
"""
CATALOG = """\
[versions]
lib = "1.2.3"
rich = { strictly = "2.0", prefer = "2.1" }

[libraries]
plain = "org.a:plain:1.0"
run = { module = "org.a:run", version.ref = "lib" }
split = { group = "org.a", name = "split", version.ref = "rich" }
loose = { module = "org.a:loose", version = "1.+" }
junit-api = { module = "org.junit.jupiter:junit-jupiter-api", version = "5.10.0" }

[plugins]
shadow = { id = "org.p.shadow", version = "8.0.0" }
"""
GRADLE = """\
plugins {
    id 'java'
    id("org.p.kotlin") version "2.0.0"
}
repositories {
    mavenCentral()
    maven { url 'https://u:p@repo.example/maven' }
}
dependencies {
    implementation 'org.a:run:1.0'
    implementation("org.a:kt:2.0")
    api platform('org.a:bom:3.0')
    // implementation 'org.a:commented:1.0'
    compileOnly group: 'org.a', name: 'parts', version: '4.0'
    testImplementation "org.a:test:5.+"
    annotationProcessor 'org.a:processor:6.0'
    implementation "org.a:variable:$version"
    implementation project(':own')
    implementation libs.other
}
"""
WRAPPER = f"""\
distributionBase=GRADLE_USER_HOME
distributionUrl=https\\://services.example/distributions/gradle-8.5-bin.zip
distributionSha256Sum={"ab" * 32}
"""
MAVEN_WRAPPER = """\
distributionUrl=https://repo.example/maven2/org/apache/maven/apache-maven/3.9.6/apache-maven-3.9.6-bin.zip
wrapperUrl=https://repo.example/maven2/org/apache/maven/wrapper/maven-wrapper/3.2.0/maven-wrapper-3.2.0.jar
"""
CSPROJ = """\
\ufeff<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><LibVersion>2.0.0</LibVersion></PropertyGroup>
  <ItemGroup>
    <PackageReference Include="A.Run" Version="[1.0.0]" />
    <PackageReference Include="A.Property" Version="$(LibVersion)" />
    <PackageReference Include="A.Child"><Version>3.0.0</Version></PackageReference>
    <PackageReference Include="A.Float" Version="1.*" />
    <PackageReference Include="A.Central" />
    <PackageReference Include="A.Analyzer" Version="4.0.0" PrivateAssets="all" />
    <ProjectReference Include="../Own/Own.csproj" />
  </ItemGroup>
</Project>
"""
PACKAGES_CONFIG = """\
<?xml version="1.0"?>
<packages>
  <package id="A.Run" version="1.0.0" targetFramework="net48" />
  <package id="A.Tool" version="2.0.0" developmentDependency="true" />
</packages>
"""
NUGET_CONFIG = """\
<configuration>
  <packageSources>
    <add key="own" value="https://u:p@nuget.example/v3/index.json" />
  </packageSources>
</configuration>
"""
SBT = """\
val akkaVersion = "2.6.20"
libraryDependencies ++= Seq(
  "org.a" %% "run" % "1.0",
  "org.a" % "java" % akkaVersion, "org.a" %% "test" % "3.0" % Test,
  // "org.a" % "commented" % "1.0",
  "org.a" % "unknown" % someVersion
)
addSbtPlugin("org.p" % "sbt-plugin" % "4.0")
"""
PNPM_WORKSPACE = """\
packages:
  - "packages/*"
  - "!packages/old"
catalog:
  exact: 1.2.3
catalogs:
  next:
    range: ^2.0.0
"""
DENO_JSON = """\
{
  // imports
  "name": "@own/shop",
  "imports": {
    "path": "jsr:@std/path@^1.0.0",
    "chalk": "npm:chalk@5.3.0/source",
    "own": "./mod.ts",
  },
}
"""
PUBSPEC = """\
name: shop
environment:
  sdk: ^3.0.0
dependencies:
  flutter:
    sdk: flutter
  alpha: ^1.2.0
  exact: 1.0.0
  free: any
  own:
    path: ../own
  gitty:
    git:
      url: https://u:p@git.example/o/gitty.git
      ref: 0123abcd
  private:
    hosted: https://pub.example
    version: ^2.0.0
dev_dependencies:
  test: ^3.0.0
"""
VCPKG = json.dumps(
    {
        "name": "shop",
        "dependencies": ["zlib", {"name": "fmt"}, {"name": "tool", "host": True}],
        "overrides": [{"name": "zlib", "version": "1.2.11"}],
    },
    indent=1,
)

MANIFESTS: dict[str, tuple[str, ...]] = {
    "package.json": (PACKAGE_JSON,),
    "pyproject.toml": (PYPROJECT, POETRY),
    "Pipfile": (PIPFILE,),
    "setup.cfg": (SETUP_CFG,),
    "requirements.in": (REQUIREMENTS_IN,),
    "environment.yml": (ENVIRONMENT,),
    "pixi.toml": (PIXI,),
    "Cargo.toml": (CARGO,),
    "composer.json": (COMPOSER,),
    "Gemfile": (GEMFILE,),
    "pom.xml": (POM,),
    "libs.versions.toml": (CATALOG,),
    "build.gradle": (GRADLE,),
    "gradle-wrapper.properties": (WRAPPER,),
    "maven-wrapper.properties": (MAVEN_WRAPPER,),
    "Shop.csproj": (CSPROJ,),
    "packages.config": (PACKAGES_CONFIG,),
    "nuget.config": (NUGET_CONFIG,),
    "build.sbt": (SBT,),
    "pnpm-workspace.yaml": (PNPM_WORKSPACE,),
    "deno.json": (DENO_JSON,),
    "pubspec.yaml": (PUBSPEC,),
    "vcpkg.json": (VCPKG,),
}
"""Every format with its examples, for the tests that go over all of them."""
