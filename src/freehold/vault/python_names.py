"""Names of Python archives: which project and version a file name stands for, and what a wheel says about itself.

https://packaging.python.org/en/latest/specifications/binary-distribution-format/ and ``source-distribution-format``.
"""

from __future__ import annotations

import re
import zipfile
from email.parser import HeaderParser
from pathlib import Path

_SEPARATORS = re.compile(r"[-_.]+")
_SOURCE = re.compile(r"\.(?:tar\.(?:gz|bz2|xz|Z)|tgz|zip)$")
MOST_METADATA_BYTES = 8 << 20


def normalised(name: str) -> str:
    """Return a project's name as indexes compare it (PEP 503)."""
    return _SEPARATORS.sub("-", name).lower()


def is_wheel(file: str) -> bool:
    """Tell whether a file name is a wheel's."""
    return file.endswith(".whl")


def version_of(file: str, project: str) -> str:
    """Return the version in a file name of a project; empty where the name is not of that project."""
    if is_wheel(file):
        parts = file[:-4].split("-")
        return parts[1] if len(parts) >= 5 and normalised(parts[0]) == normalised(project) else ""
    stem = _SOURCE.sub("", file)
    if stem == file:
        return ""
    for at in (index for index, character in enumerate(stem) if character == "-"):
        if normalised(stem[:at]) == normalised(project):
            return stem[at + 1 :]
    return ""


def wheel_metadata(path: Path) -> bytes:
    """Return the METADATA file of a wheel; empty where there is none that can be read."""
    try:
        with zipfile.ZipFile(path) as wheel:
            names = [n for n in wheel.namelist() if n.count("/") == 1 and n.endswith(".dist-info/METADATA")]
            if len(names) != 1 or wheel.getinfo(names[0]).file_size > MOST_METADATA_BYTES:
                return b""
            with wheel.open(names[0]) as stream:
                return stream.read(MOST_METADATA_BYTES)
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError, EOFError):
        return b""


def requires_python(metadata: bytes) -> str:
    """Return which versions of Python a METADATA file asks for; empty where it does not say."""
    text = HeaderParser().parsestr(metadata.decode("utf-8", "replace")).get("Requires-Python", "")
    return str(text).strip() if re.fullmatch(r"[\w.,<>=!~* \t]{0,200}", str(text)) else ""
