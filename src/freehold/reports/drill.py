"""The evidence of a drill for people: what it shows, whose absence broke the command, who was asked, what is not shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from freehold.model.evidence import (
    Artefact,
    Check,
    Contact,
    Decision,
    DrillPlan,
    Ending,
    Evidence,
    Learned,
    Run,
    Standing,
)
from freehold.reports.layout import Block, Cell, Column, Heading, Table, Text, Tone

SHOWN_ROWS = 12
_PLAN_COLUMNS: tuple[Column, ...] = (("party", "left"), ("hosts", "left"), ("named here", "left"), ("why", "left"))
_RUN_COLUMNS: tuple[Column, ...] = (
    ("run", "left"), ("the command", "left"), ("seconds", "right"), ("evidence", "left"), ("asked in vain", "left"),
)  # fmt: skip
_CONTACT_COLUMNS: tuple[Column, ...] = (
    ("host", "left"), ("port", "right"), ("as", "left"), ("by", "left"), ("", "left"), ("times", "right"),
    ("received", "right"), ("note", "left"),
)  # fmt: skip
_ENDINGS: dict[Ending, tuple[str, Tone]] = {
    Ending.SUCCEEDED: ("succeeded", "good"),
    Ending.FAILED: ("failed", "bad"),
    Ending.HUNG: ("hung", "bad"),
    Ending.NOT_STARTED: ("was not started", "warn"),
}
_STANDINGS: dict[Standing, tuple[str, Tone]] = {
    Standing.PROVED: ("proved", "good"),
    Standing.PARTIAL: ("partial", "warn"),
    Standing.VOID: ("void", "bad"),
}
_TONES: dict[Decision, Tone] = {
    Decision.ALLOWED: "plain",
    Decision.DENIED: "bad",
    Decision.DIRECT: "warn",
    Decision.RESOLVER: "warn",
    Decision.UNSERVED: "warn",
    Decision.INSIDE: "dim",
}


def drill_report(evidence: Evidence, *, everything: bool = False) -> list[Block]:
    """Return the report; without ``everything`` long tables are cut, and say so."""
    limit = 10**9 if everything else SHOWN_ROWS
    blocks: list[Block] = [Text(_title(evidence), "strong")]
    for run in evidence.runs:
        blocks += _run(run, limit, alone=len(evidence.runs) == 1)
    if len(evidence.runs) > 1:
        blocks += _matrix(evidence.runs)
    blocks += _checks(evidence.checks, limit)
    blocks += _contacts([c for run in evidence.runs for c in run.contacts], limit)
    blocks += _artefacts(evidence.runs[-1].artefacts if evidence.runs else (), limit)
    blocks += _learned(evidence.learned, limit)
    blocks += _clauses(evidence)
    return blocks


def plan_report(plan: DrillPlan, *, everything: bool = False) -> list[Block]:
    """Return who would be denied: hosts by party, those that the project names first, and who cannot be blocked."""
    limit = 10**9 if everything else SHOWN_ROWS
    named = set(plan.declared)
    parties: dict[str, tuple[list[str], str, int]] = {}
    for entry in plan.denied:
        hosts, why, count = parties.get(entry.party, ([], entry.why, 0))
        parties[entry.party] = ([*hosts, entry.pattern], why, count + (entry.pattern in named))
    rows = sorted(parties.items(), key=lambda item: (-item[1][2], item[0]))
    counted = f"{_count(len(plan.denied), 'host name')} of {_count(len(parties), 'party')} would be denied"
    blocks: list[Block] = [Text(f"{plan.title or 'no scenario'}: {counted}", "strong")]
    if rows:
        shown = [
            (Cell(party), Cell(_some(hosts)), Cell("yes" if count else ""), Cell(why))
            for party, (hosts, why, count) in rows[:limit]
        ]
        blocks += [Table(_PLAN_COLUMNS, tuple(shown), wide=3), *_left_out(len(rows) - limit)]
    if plan.not_enforceable:
        blocks.append(Heading("Not enforceable: the evidence would be partial"))
        blocks += [Text(f"{entry.party}: {entry.why}", "warn", 2) for entry in plan.not_enforceable]
    if plan.unknown:
        text = f"allowed, because nobody knows who runs them: {', '.join(plan.unknown)}"
        blocks.append(Text(text, "dim"))
    return blocks


def _title(evidence: Evidence) -> str:
    command = " ".join(evidence.command) or "no command"
    match evidence.kind:
        case "observe":
            return f"Observed, nobody denied: {command}"
        case "mirror":
            return f"A mirror asked for everything the lockfiles name, everybody else unreachable: {command}"
        case "rejoin":
            return f"Cut off, then rejoined ({evidence.plan.title or 'everybody denied'}): {command}"
        case _:
            return f"Drill ({evidence.plan.title or 'hosts named on the command line'}): {command}"


def _run(run: Run, limit: int, *, alone: bool) -> Iterator[Block]:
    word, tone = _STANDINGS[run.standing]
    ending, ending_tone = _ENDINGS[run.ending]
    prefix = "" if alone else f"{run.name}: "
    seconds = f" after {run.seconds:.1f} s" if run.ending is not Ending.NOT_STARTED else ""
    code = f" (exit code {run.exit_code})" if run.exit_code else ""
    stopped = f" and was stopped at the timeout of {run.timeout_seconds:g} s" if run.ending is Ending.HUNG else ""
    yield Text(f"{prefix}The command {ending}{code}{seconds}{stopped}.", ending_tone)
    if run.ending in (Ending.FAILED, Ending.HUNG):
        yield Text(_culprits(run), ending_tone, 2)
    elif run.ending is Ending.SUCCEEDED and run.culprits:
        yield Text(f"It went on without {', '.join(run.culprits)}, whom it asked in vain.", "plain", 2)
    held = sum(proof.held for proof in run.proof)
    yield Text(f"The evidence is {word}: {held} of {len(run.proof)} proofs held before the command.", tone, 2)
    yield from (Text(reason, "warn", 4) for reason in run.reasons[:limit])
    yield from _left_out(len(run.reasons) - limit)


def _culprits(run: Run) -> str:
    if not run.culprits:
        others = f" It did not reach {', '.join(run.elsewhere)}, who are not denied." if run.elsewhere else ""
        return f"It asked nobody who is denied: look for the cause in its own output.{others}"
    if run.elsewhere:
        return (
            f"It asked in vain: {', '.join(run.culprits)} (denied), and {', '.join(run.elsewhere)} (not denied, see below): "
            "which of them broke it, its own output tells."
        )
    first, *rest = run.culprits
    others = f"; denied as well: {', '.join(rest)}" if rest else ""
    return f"Whose absence broke it: {first}, the last that it asked in vain{others}."


def _matrix(runs: Sequence[Run]) -> Iterator[Block]:
    yield Heading("Ways to fail")
    rows = tuple(
        (
            Cell(run.name),
            Cell(*_ENDINGS[run.ending]),
            Cell(f"{run.seconds:.1f}"),
            Cell(*_STANDINGS[run.standing]),
            Cell(", ".join(run.culprits)),
        )
        for run in runs
    )
    yield Table(_RUN_COLUMNS, rows, wide=4)


def _checks(checks: Sequence[Check], limit: int) -> Iterator[Block]:
    if not checks:
        return
    missing = [check for check in checks if not check.served]
    yield Heading(f"The mirror served {len(checks) - len(missing)} of {_count(len(checks), 'entry')}")
    yield from (Text(f"{check.purl}: {check.met}", "bad", 2) for check in missing[:limit])
    yield from _left_out(len(missing) - limit)


def _contacts(contacts: Sequence[Contact], limit: int) -> Iterator[Block]:
    if not contacts:
        yield Text("Nobody was asked.", "dim")
        return
    if all(c.decision is Decision.INSIDE for c in contacts):
        yield Text(
            "Nobody outside was asked, only loopback inside, where nobody answers but what the command started.", "good"
        )
    rows = sorted(_merged(contacts), key=lambda c: (c.decision is Decision.ALLOWED and c.reached, c.host, c.port))
    yield Heading("Who was asked")
    shown = tuple(
        (
            Cell(c.host),
            Cell(str(c.port) if c.port else ""),
            Cell(c.protocol),
            Cell(c.tool),
            Cell(c.decision.value, _TONES[c.decision] if c.reached else "warn"),
            Cell(str(c.attempts)),
            Cell(_size(c.received_bytes) if c.received_bytes else ""),
            Cell("; ".join(c.notes) or c.party, "dim"),
        )
        for c in rows[:limit]
    )
    yield Table(_CONTACT_COLUMNS, shown, wide=7)
    yield from _left_out(len(rows) - limit)


def _merged(contacts: Sequence[Contact]) -> list[Contact]:
    """Return the contacts of several runs, equal ones added up."""
    found: dict[tuple[str, int, str, str, Decision], Contact] = {}
    for c in contacts:
        key = (c.host, c.port, c.protocol, c.tool, c.decision)
        if same := found.get(key):
            c = msgspec.structs.replace(
                c,
                attempts=c.attempts + same.attempts,
                received_bytes=c.received_bytes + same.received_bytes,
                reached=c.reached and same.reached,
                notes=tuple(dict.fromkeys((*same.notes, *c.notes))),
            )
        found[key] = c
    return list(found.values())


def _artefacts(artefacts: Sequence[Artefact], limit: int) -> Iterator[Block]:
    if not artefacts:
        return
    yield Heading(f"Made: {_count(len(artefacts), 'file')}")
    yield from (Text(f"sha256:{a.sha256}  {a.path} ({_size(a.size_bytes)})", "plain", 2) for a in artefacts[:limit])
    yield from _left_out(len(artefacts) - limit)


def _learned(learned: Sequence[Learned], limit: int) -> Iterator[Block]:
    if not learned:
        return
    yield Heading(f"Asked, but named nowhere in the project: {_count(len(learned), 'host')}")
    for entry in learned[:limit]:
        whose = entry.offering or entry.party or "nobody that the catalog knows"
        yield Text(f"{entry.host} ({whose}), by {entry.tool}", "plain", 2)
    yield from _left_out(len(learned) - limit)


def _clauses(evidence: Evidence) -> Iterator[Block]:
    if evidence.clauses:
        yield Heading("Speaks to (in our words, not those of the text)")
        yield from (Text(f"{c.scheme} {c.clause}: {c.asks}", "plain", 2) for c in evidence.clauses)
    if evidence.caveats:
        yield Heading("To be read with it")
        yield from (Text(caveat, "dim", 2) for caveat in evidence.caveats)


def _left_out(count: int) -> list[Block]:
    return [Text(f"and {count} more (--all)", "dim", 2)] if count > 0 else []


def _count(number: int, noun: str) -> str:
    several = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{number} {noun if number == 1 else several}"


def _some(hosts: Sequence[str], most: int = 4) -> str:
    more = f" and {len(hosts) - most} more" if len(hosts) > most else ""
    return ", ".join(hosts[:most]) + more


def _size(count: int) -> str:
    size = float(count)
    for unit in ("B", "kB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"
