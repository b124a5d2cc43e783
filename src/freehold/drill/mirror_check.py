"""The honesty test, run inside: does a mirror serve what a lockfile names, byte for byte, with everybody else unreachable?

Started as ``python -m freehold.drill.mirror_check TASK ANSWER``; talks the simple index (PEP 503 and 691) and the npm registry;
images are asked for in ``mirror_images``, Debian packages in ``mirror_debian``.
An address that a mirror gives is followed: one that leads back to its upstream is a finding, for it does not answer.
"""

from __future__ import annotations

import contextlib
import json
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote, unquote, urljoin, urlsplit

import msgspec

from freehold.drill.mirror_debian import debian_package
from freehold.drill.mirror_images import image
from freehold.drill.mirror_reading import OPENER, SECONDS, NotServedError, Wanted, digest_of, read
from freehold.model.evidence import Check

AT_ONCE = 8
_SIMPLE = "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.5, text/html;q=0.1"


class Task(msgspec.Struct, frozen=True):
    """What to check and where. ``start`` is a command that runs the mirror inside, up within ``wait_seconds``."""

    url: str
    wanted: tuple[Wanted, ...]
    start: tuple[str, ...] = ()
    wait_seconds: float = 0.0


def check_all(task: Task) -> list[Check]:
    """Check every entry, several at once, in order; a mirror that was started here is stopped again."""
    with contextlib.ExitStack() as ending:
        if task.start:
            mirror = subprocess.Popen(task.start, stdin=subprocess.DEVNULL, stdout=2)  # noqa: S603 the user's command
            ending.callback(mirror.wait)
            ending.callback(mirror.terminate)
            _await_mirror(task)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return list(pool.map(lambda wanted: _check(task.url, wanted), task.wanted))


def _check(url: str, wanted: Wanted) -> Check:
    try:
        return Check(wanted.purl, True, _fetched(url, wanted))
    except NotServedError as error:
        return Check(wanted.purl, False, str(error))


def _fetched(url: str, wanted: Wanted) -> str:
    if wanted.kind == "deb":
        return debian_package(url, wanted)
    if not wanted.hashes:
        raise NotServedError("the lockfile holds no hash to compare with")
    if wanted.kind in {"docker", "oci"}:
        return image(url, wanted)
    files = _npm_files(url, wanted) if wanted.kind == "npm" else _simple_files(url, wanted)
    met = ["the index does not list this version"]
    for address in files:
        try:
            found = digest_of(address, wanted.hashes)
        except NotServedError as error:
            met.append(str(error))
            continue
        if found in wanted.hashes:
            return f"same bytes ({found.partition(':')[0]})"
        met.append("other bytes than the lockfile names" if found else "no hash of a kind that is known")
    raise NotServedError(met[-1])


def _npm_files(url: str, wanted: Wanted) -> list[str]:
    """Return the tarball of a version as the packument gives it."""
    page = read(f"{url.rstrip('/')}/{quote(wanted.name, safe='@')}", "application/json")
    try:
        tarball = json.loads(page)["versions"][wanted.version]["dist"]["tarball"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return []
    return [urljoin(url, str(tarball))]


def _simple_files(url: str, wanted: Wanted) -> list[str]:
    """Return the files of a version, those whose hash is wanted first."""
    base = f"{url.rstrip('/')}/{re.sub(r'[-_.]+', '-', wanted.name).lower()}/"
    page = read(base, _SIMPLE)
    links = _links(page)
    fitting = [urljoin(base, link) for link in links if _is_of_version(link, wanted)]
    listed = [address for address in fitting if any(digest.partition(":")[2] in address for digest in wanted.hashes)]
    return listed or fitting


def _links(page: bytes) -> list[str]:
    try:
        return [
            f"{file['url']}#sha256={file.get('hashes', {}).get('sha256', '')}" for file in json.loads(page)["files"]
        ]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        parser = _Anchors()
        parser.feed(page.decode("utf-8", "replace"))
        return parser.links


class _Anchors(HTMLParser):
    """Collects the targets of links."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take the target of one link."""
        if tag == "a":
            self.links += [value for name, value in attrs if name == "href" and value]


def _is_of_version(link: str, wanted: Wanted) -> bool:
    """Tell whether a file name is one of this version (PEP 427 and 625 names)."""
    file = unquote(urlsplit(link).path.rpartition("/")[2])
    name = r"[-_.]+".join(map(re.escape, re.split(r"[-_.]+", wanted.name)))
    version = r"[-_]".join(map(re.escape, re.split(r"[-_]", wanted.version)))
    return re.match(rf"{name}-{version}(?:-|\.tar|\.zip$|\.whl$)", file, re.IGNORECASE) is not None


def _await_mirror(task: Task) -> None:
    """Wait until something answers at the mirror's address; whatever it says is for the checks to judge."""
    deadline = time.monotonic() + task.wait_seconds
    while time.monotonic() < deadline:
        try:
            OPENER.open(task.url, timeout=SECONDS).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.2)
            continue
        return


if __name__ == "__main__":
    task_file, answer_file = (Path(word) for word in sys.argv[1:3])
    checks = check_all(msgspec.json.decode(task_file.read_bytes(), type=Task))
    answer_file.write_bytes(msgspec.json.encode(checks))
    sys.exit(0 if all(check.served for check in checks) else 1)
