"""A small catalog folder of our own for tests, and the ways to open it."""

from __future__ import annotations

from pathlib import Path

from freehold.catalog.index import Index, compile_index
from freehold.catalog.loading import load_folder
from freehold.catalog.query import Catalog

SOURCE = """
[sources.site]
url = "https://docs.example/about"
grade = "A"
checked_on = 2026-01-02
"""

FILES: dict[str, str] = {
    "suppliers/acme.toml": """
id = "acme"
name = "Acme"
kind = "company"
aliases = ["Acme Corporation"]
namespaces = ["pkg:npm/%40acme/", "pkg:github/acme/", "pkg:pypi/acme-sdk", "pkg:maven/com.acme.", "pkg:conda/forge/"]
domains = ["acme.example"]

[[seat]]
value = "US"
source = "site"

[[parent]]
value = "holding"
percent = [80.0, 100.0]
since = "2024-03"
source = "site"
"""
    + SOURCE,
    "suppliers/holding.toml": 'id = "holding"\nname = "Holding"\nkind = "company"\n',
    "suppliers/acme-tools.toml": """
id = "acme-tools"
name = "Acme Tools"
kind = "company"
namespaces = ["pkg:npm/%40acme/tools-*", "pkg:maven/org.tools", "pkg:maven/net.tools/"]
""",
    "terms/MIT.toml": """
id = "MIT"
name = "MIT License"
category = "permissive"
aliases = ["Expat", "The MIT License"]
url = "https://licences.example/MIT.html"
""",
    "terms/Apache-2.0.toml": 'id = "Apache-2.0"\nname = "Apache License 2.0"\ncategory = "permissive"\n',
    "terms/GPL-2.0-only.toml": 'id = "GPL-2.0-only"\nname = "GPL 2"\ncategory = "copyleft"\naliases = ["GPL-2.0"]\n',
    "terms/GPL-2.0-or-later.toml": 'id = "GPL-2.0-or-later"\nname = "GPL 2 or later"\ncategory = "copyleft"\n',
    "terms/LicenseRef-Shut.toml": 'id = "LicenseRef-Shut"\nname = "Shut"\ncategory = "source-available"\n',
    "channels/hub.toml": """
id = "hub"
name = "Hub"
kind = "container-registry"
hosts = ["docker.io", ".hub.example"]
default_for = ["docker"]

[[operator]]
value = "acme"
source = "site"

[switch]
how = "registry-mirrors"
"""
    + SOURCE,
    "channels/crates.toml": 'id = "crates"\nname = "Crates"\nkind = "registry"\ndefault_for = ["cargo"]\nderived = true\n',
    "channels/conda-main.toml": 'id = "conda-main"\nname = "M"\nkind = "registry"\ndefault_for = ["conda"]\n',
    "channels/forge.toml": 'id = "forge"\nname = "Forge"\nkind = "registry"\ndefault_for = ["conda/forge"]\n',
    "channels/distro.toml": 'id = "distro"\nname = "Distro"\nkind = "archive"\ndefault_for = ["deb/distro"]\n',
    "functions/cache.toml": """
id = "cache"
name = "Cache"
description = "keeps values in memory"

[[alternatives]]
value = "keyval"
closeness = "drop-in"
effort_person_days = [1.0, 2.0, 5.0]
lead_days = [0.0, 1.0, 2.0]
source = "assumed"
""",
    "standards/wire.toml": """
id = "wire"
name = "Wire"
kind = "protocol"
implemented_by = ["pkg:npm/wire-*", "pkg:npm/wired"]
""",
    "offerings/keyval.toml": """
id = "keyval"
name = "Keyval"
kind = "application"
functions = ["cache"]
standards = ["wire"]

[[supplier]]
value = "acme"
source = "site"

[[terms]]
value = "MIT"
versions = "vers:npm/<7.4.0"
source = "site"

[[terms]]
value = "LicenseRef-Shut"
versions = "vers:npm/>=7.4.0"
source = "site"

[match]
purls = ["pkg:npm/keyval", "pkg:pypi/key-val", "pkg:maven/com.acme.keyval/*"]
images = ["docker.io/library/keyval", "registry.example/acme/*"]
"""
    + SOURCE,
    "offerings/keyval-plus.toml": 'id = "keyval-plus"\nname = "Keyval Plus"\nkind = "application"\n'
    '[match]\nimages = ["docker.io/library/keyval:plus", "keyval:cluster", "registry.example:5000/keyval"]\n',
    "offerings/sign-in.toml": """
id = "sign-in"
name = "Sign In"
kind = "service"

[match]
implied_by = ["pkg:npm/%40acme/login", "pkg:npm/%40acme/login-*"]
hosts = ["api.sign-in.example", ".tenants.example"]
names = ["SignIn Cloud"]
resources = ["acme_sign_in_*", "ACME::SignIn"]
""",
    "offerings/talker.toml": """
id = "talker"
name = "Talker"
kind = "model"

[match]
models = ["Acme/Talker-7B", "acme/talker-*", "talk-4*"]
""",
    "offerings/old-cache.toml": 'id = "old-cache"\nname = "Old Cache"\nkind = "service"\nretired = "2025-03"\n',
    "packages/npm.toml": 'id = "npm"\nname = "npm packages"\n' + SOURCE,
    "packages/npm.csv": """name,licence,owner,versions,seen,source
%40acme/leaf,Apache-2.0,,*,2.1.0,site
bough,MIT,github.com/acme,<2,1.0.0..1.9.2,site
bough,GPL-2.0-only OR MIT,github.com/acme,>=2,2.0.0,site
dated,MIT,,<=1.4.0,1.4.0,site
limited,MIT,,<1.5.0,1.4.0,site
twig,,github.com/acme,*,,site
""",
    "packages/golang.toml": 'id = "golang"\nname = "Go modules"\n' + SOURCE,
    "packages/golang.csv": """name,licence,owner,versions,seen,source
acme.example/shrub/v2,MIT,,*,v2.1.0,site
acme.example/split/v2,MIT,,*,v2.0.0,site
acme.example/split/v3,Apache-2.0,,*,v3.0.0,site
acme.example/tree,MIT,,*,v1.0.0,site
acme.example/turned,MIT,,<2,v1.0.0,site
acme.example/turned,Apache-2.0,,>=2,v2.0.0,site
acme.example/untagged,MIT,,*,v0.0.0-20200301000000-aaaaaaaaaaaa..v0.0.0-20200401000000-bbbbbbbbbbbb,site
""",
    "blocs/EU.toml": """
id = "EU"
name = "European Union"
members = [
  { value = "DE", source = "assumed" },
  { value = "GB", until = "2020-01-31", source = "assumed" },
]
""",
    "incidents/cut-2024.toml": """
id = "cut-2024"
date = "2024-05-01"
title = "Acme cuts off"
kind = "supplier-denial"
supplier = "acme"
trigger = ["US"]
denied = ["EU", "CN"]
source = "site"
"""
    + SOURCE,
}


def write_catalog(root: Path, changes: dict[str, str] | None = None) -> Path:
    """Write the small catalog under ``root`` with some files changed or added."""
    for name, text in {**FILES, **(changes or {})}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return root


def open_small(root: Path, changes: dict[str, str] | None = None) -> Catalog:
    """Write the small catalog and open it through a compiled index."""
    records, problems = load_folder(write_catalog(root, changes))
    assert problems == []
    return Catalog(Index(compile_index(records)))
