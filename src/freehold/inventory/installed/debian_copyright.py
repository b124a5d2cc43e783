"""Licences of Debian packages: ``usr/share/doc/PACKAGE/copyright``.

The machine-readable form (https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/) names a licence for each
group of files. Files in no such form are prose: only the licences are taken that they point to under
``/usr/share/common-licenses``, as names, since prose does not say whether later versions are allowed.
"""

from __future__ import annotations

import re
from typing import Final

from freehold.inventory.installed.headers import stanzas
from freehold.inventory.installed.terms import debian_licences
from freehold.inventory.installed.trees import TreeView
from freehold.model.component import Licence, LicenceForm

_COMMON: Final = re.compile(r"/usr/share/common-licenses/([A-Z][A-Za-z0-9]*(?:-\d+(?:\.\d+)*)?)")
_FORM: Final = re.compile(r"^format(?:-specification)?:", re.IGNORECASE)


def read_copyright(view: TreeView, package: str) -> tuple[Licence, ...]:
    """Return the licences that a package's copyright file states, each once, in order; none if there is no file."""
    text = view.text(f"usr/share/doc/{package}/copyright")
    if not _FORM.match(text.lstrip("\ufeff \n")):
        return tuple(Licence(LicenceForm.NAME, name) for name in dict.fromkeys(_COMMON.findall(text)))
    names: list[str] = []
    for stanza in stanzas(text):
        named = stanza.first("license").partition("\n")[0].strip()
        if named and ("files" in stanza.lines or "format" in stanza.lines):
            names.append(named)
    return debian_licences(tuple(dict.fromkeys(names)))
