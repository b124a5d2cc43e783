"""Pulling: every wanted component found, fetched, checked by hash and kept; what fails is a value with a reason.

Several components at a time. A file that is held is checked to be there and not fetched again; one that came half goes on
from there; one that is not what it should be is thrown away and reported as refused. Two pulls at once wait for each
other file by file.
"""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from datetime import date
from pathlib import Path

import msgspec

from freehold.model.vault import Artifact, Outcome, Pulled, PullReport, Wanted
from freehold.system.store import Partial, not_written
from freehold.system.web import Web, WebError, shown
from freehold.vault.digests import compared, digests
from freehold.vault.manifest import Vault, in_use
from freehold.vault.protocol import Finding, Made, Protocol, Remote, Sources
from freehold.vault.protocols import GENERIC, GIT, protocols
from freehold.vault.protocols.git import is_pinned

JOBS = 8
STALE_S = 86_400.0
"""After so many seconds a scratch folder is taken to be left by a crash."""
Batch = tuple[str, int]
"""The name of files that are of use only together, and their number."""
_ALONE: Batch = ("", 0)


class _StoppedError(Exception):
    """Another component's failure, or the user, has ended the pull."""


class Reporter:
    """Hears about progress; does nothing by default. Called from several threads."""

    def begin(self, components: int) -> None:
        """So many components are wanted."""

    def fetching(self, file: str) -> None:
        """A file is about to be fetched."""

    def received(self, count: int) -> None:
        """So many bytes came."""

    def component_done(self, purl: str) -> None:
        """One component is done."""


class Pull:
    """One pull into one vault on one day."""

    def __init__(
        self,
        vault: Vault,
        sources: Sources,
        web: Web,
        on: date,
        *,
        reporter: Reporter | None = None,
        dry_run: bool = False,
    ) -> None:
        self._vault = vault
        self._sources = sources
        self._web = web
        self._on = on.isoformat()
        self._reporter = reporter or Reporter()
        self._dry_run = dry_run
        self._protocols = protocols()
        self._held: dict[str, list[Artifact]] = {}
        self._stopped = threading.Event()

    def pull(self, wanted: Sequence[Wanted], jobs: int = JOBS) -> PullReport:
        """Pull everything wanted. Raises ``UsageError`` where the vault cannot be written to: what came stays."""
        for artifact in self._vault.entries().values():
            self._held.setdefault(artifact.purl, []).append(artifact)
        self._reporter.begin(len(wanted))
        with self._scratch() as scratch, ThreadPoolExecutor(max_workers=jobs) as pool:
            self._sources = msgspec.structs.replace(self._sources, scratch=scratch)
            running = [pool.submit(self._component, one) for one in wanted]
            try:
                items = _collected(running)
            except BaseException:
                self._stopped.set()
                raise
            finally:
                for future in running:
                    future.cancel()
                pool.shutdown()
                self._web.close()
                self._vault.settle()
        return PullReport(str(self._vault.folder), len(wanted), tuple(sorted(items)), self._dry_run)

    @contextlib.contextmanager
    def _scratch(self) -> Iterator[Path]:
        """Make a folder for what protocols make, in the vault: the room is there, and the renaming is cheap."""
        if self._dry_run:
            yield self._vault.folder
            return
        try:
            for left in self._vault.folder.glob("scratch-*"):
                if time.time() - left.stat().st_mtime > STALE_S:
                    shutil.rmtree(left, ignore_errors=True)
            with tempfile.TemporaryDirectory(prefix="scratch-", dir=self._vault.folder) as folder:
                yield Path(folder)
        except OSError as error:
            raise not_written(error, self._vault.folder) from error

    def _component(self, wanted: Wanted) -> list[Pulled]:
        items = list(self._items(wanted))
        self._reporter.component_done(wanted.purl)
        return items

    def _items(self, wanted: Wanted) -> Iterator[Pulled]:
        """Yield what became of each file of a component."""
        protocol = self._protocol(wanted)
        if protocol is None:
            yield Pulled(wanted.purl, "", Outcome.NOT_COVERED, "nothing here brings copies of this kind of component")
            return
        if held := self._all_held(wanted):
            yield from held
            return
        if self._dry_run and protocol is self._protocols[GIT]:
            yield Pulled(wanted.purl, "", Outcome.WOULD_FETCH)
            return
        finding = self._found(protocol, wanted)
        batch = _batch(finding) if finding.together else _ALONE
        for remote in finding.remotes:
            yield self._file(wanted, remote, batch)
        for made in finding.made:
            yield self._take(wanted, made)
        for reason in finding.reasons:
            yield Pulled(wanted.purl, "", Outcome.FAILED, reason)

    def _protocol(self, wanted: Wanted) -> Protocol | None:
        """Return the protocol for a component: git where its purl names a repository, else by its type."""
        if not wanted.purl.startswith("pkg:"):
            return None
        if "vcs_url=" in wanted.purl:
            return self._protocols[GIT]
        return self._protocols.get(wanted.purl.removeprefix("pkg:").partition("/")[0])

    def _found(self, protocol: Protocol, wanted: Wanted) -> Finding:
        """Ask a protocol; where no registry has it and the project pins an address of its own, that address."""
        try:
            finding = protocol.find(wanted, self._sources, self._web)
        except WebError as error:
            finding = Finding(reasons=(str(error),))
        except ValueError as error:
            finding = Finding(reasons=(f"its purl cannot be used: {error}",))
        if not finding.remotes and not finding.made and wanted.url and wanted.hashes:
            return self._protocols[GENERIC].find(wanted, self._sources, self._web)
        return finding

    def _all_held(self, wanted: Wanted) -> list[Pulled]:
        """Return the files of a component if each one that the project pins is held: then no index is asked."""
        held = in_use(self._vault, self._held.get(wanted.purl, ()))
        pinned = {name for one in held for name in (f"sha256:{one.sha256}", *one.hashes)}
        pinned |= {swhid.removeprefix("swh:1:rev:") for one in held for swhid in one.swhids}
        needed = set(wanted.hashes) or ({is_pinned(wanted)} if any(one.swhids for one in held) else set())
        if not needed or not needed <= pinned:
            return []
        for artifact in held:
            self._name_again(artifact, (artifact.batch, artifact.parts))
        return [Pulled(one.purl, one.file, Outcome.HELD, size_bytes=one.size_bytes) for one in held]

    def _file(self, wanted: Wanted, remote: Remote, batch: Batch) -> Pulled:
        """Fetch one file unless it is held."""
        held = self._held_as(wanted.purl, remote)
        if held is not None:
            self._name_again(held, batch)
            return Pulled(wanted.purl, remote.file, Outcome.HELD, size_bytes=held.size_bytes)
        if self._dry_run:
            return Pulled(wanted.purl, remote.file, Outcome.WOULD_FETCH)
        try:
            with self._vault.blobs.partial("\n".join((wanted.purl, remote.file, *remote.hashes))) as partial:
                again = self._held_meanwhile(wanted.purl, remote) if partial.waited else None
                if again is not None:
                    partial.drop()
                    return Pulled(wanted.purl, remote.file, Outcome.HELD, size_bytes=again.size_bytes)
                return self._fetch(wanted, remote, partial, batch)
        except OSError as error:
            raise not_written(error, self._vault.folder) from error

    def _fetch(self, wanted: Wanted, remote: Remote, partial: Partial, batch: Batch) -> Pulled:
        """Try one address after another until the bytes are the right ones; what was resumed and is wrong is fetched anew."""
        self._reporter.fetching(remote.file)
        failure = Pulled(wanted.purl, remote.file, Outcome.FAILED, "no address is known")
        algorithms = [name.partition(":")[0] for name in remote.hashes]
        for url in remote.urls:
            resumed = partial.size > 0
            try:
                self._bring(url, remote, partial)
                found = digests(partial.path, algorithms)
                if resumed and remote.hashes and not compared(found, remote.hashes).matches:
                    partial.empty()
                    self._bring(url, remote, partial)
                    found = digests(partial.path, algorithms)
            except WebError as error:
                if failure.outcome is not Outcome.REFUSED:
                    failure = Pulled(wanted.purl, remote.file, Outcome.FAILED, str(error))
                continue
            verdict = compared(found, remote.hashes)
            if verdict.matches or not remote.hashes:
                return self._keep(wanted, remote, partial, found, url, batch)
            partial.empty()
            failure = Pulled(wanted.purl, remote.file, Outcome.REFUSED, f"{shown(url)}: {verdict.reason}")
        if partial.size == 0:
            partial.drop()
        return failure

    def _bring(self, url: str, remote: Remote, partial: Partial) -> None:
        self._web.fetch(url, partial, remote.limit_bytes, remote.headers, self._received)

    def _received(self, count: int) -> None:
        """Pass the news on; a pull that has failed or was interrupted elsewhere stops here, what came stays."""
        if self._stopped.is_set():
            raise _StoppedError
        self._reporter.received(count)

    def _keep(
        self, wanted: Wanted, remote: Remote, partial: Partial, found: dict[str, str], url: str, batch: Batch
    ) -> Pulled:
        size = partial.size
        self._vault.blobs.keep(partial, found["sha256"])
        checked = "project" if remote.pinned else "registry" if remote.hashes else "nothing"
        artifact = Artifact(
            purl=wanted.purl,
            file=remote.file,
            sha256=found["sha256"],
            size_bytes=size,
            hashes=tuple(f"{name}:{value}" for name, value in sorted(found.items()) if name != "sha256"),
            url=shown(url),
            holds=remote.holds,
            checked=checked,  # type: ignore[arg-type]
            entry=remote.entry,
            batch=batch[0],
            parts=batch[1],
        )
        self._vault.add(self._with_terms(artifact, wanted))
        return Pulled(wanted.purl, remote.file, Outcome.FETCHED, size_bytes=size)

    def _take(self, wanted: Wanted, made: Made) -> Pulled:
        """Keep a file that a protocol has made."""
        try:
            with self._vault.blobs.partial(f"{wanted.purl}\n{made.file}") as partial:
                partial.empty()
                with made.path.open("rb") as stream:
                    while data := stream.read(1 << 20):
                        partial.append(data)
                found, size = digests(partial.path, ()), partial.size
                self._vault.blobs.keep(partial, found["sha256"])
        except OSError as error:
            raise not_written(error, self._vault.folder) from error
        finally:
            shutil.rmtree(made.path.parent, ignore_errors=True)
        artifact = Artifact(
            purl=wanted.purl,
            file=made.file,
            sha256=found["sha256"],
            size_bytes=size,
            url=shown(made.url),
            holds=made.holds,
            checked="project" if made.pinned else "nothing",
            swhids=made.swhids,
            entry=made.entry,
        )
        self._vault.add(self._with_terms(artifact, wanted))
        return Pulled(wanted.purl, made.file, Outcome.FETCHED, size_bytes=size)

    def _with_terms(self, artifact: Artifact, wanted: Wanted) -> Artifact:
        """Add what the terms say, and the day."""
        return msgspec.structs.replace(
            artifact,
            licence=wanted.licence,
            keep=wanted.keep,
            pass_on=wanted.pass_on,
            held_on=self._on,
            named_on=self._on,
        )

    def _held_as(self, purl: str, remote: Remote) -> Artifact | None:
        """Return the file if it is held with a hash that is wanted, and there."""
        return next((one for one in self._held.get(purl, ()) if self._serves(one, remote)), None)

    def _held_meanwhile(self, purl: str, remote: Remote) -> Artifact | None:
        """Return the file if another process has brought it while we waited."""
        found = self._vault.entries().get((purl, remote.file))
        return found if found is not None and self._serves(found, remote) else None

    def _serves(self, one: Artifact, remote: Remote) -> bool:
        if one.file != remote.file or not self._is_there(one):
            return False
        names = {f"sha256:{one.sha256}", *one.hashes}
        return bool(names & set(remote.hashes)) or not remote.hashes

    def _is_there(self, one: Artifact) -> bool:
        return self._vault.blobs.size(one.sha256) == one.size_bytes

    def _name_again(self, artifact: Artifact, batch: Batch) -> None:
        """Note that the project still names a file, and what it belongs together with."""
        now = msgspec.structs.replace(artifact, named_on=self._on, batch=batch[0], parts=batch[1])
        if now != artifact and not self._dry_run:
            self._vault.add(now)


def _batch(finding: Finding) -> Batch:
    """Return the name of the files of a finding together, and their number; those that were not found count too."""
    lines = sorted("\n".join((remote.file, *remote.hashes)) for remote in finding.remotes)
    name = hashlib.sha256("\n\n".join(lines).encode("utf-8", "backslashreplace")).hexdigest()[:16]
    return name, len(finding.remotes) + len(finding.reasons)


def _collected(running: Iterable[Future[list[Pulled]]]) -> list[Pulled]:
    """Wait for all; the first error stops what has not begun."""
    done, waiting = wait(running, return_when=FIRST_EXCEPTION)
    if waiting:
        for future in waiting:
            future.cancel()
    found: list[Pulled] = []
    for future in done:
        found += future.result()
    return found
