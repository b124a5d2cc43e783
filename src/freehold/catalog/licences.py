"""From a licence as written to terms: identifiers, SPDX expressions, names and addresses.

The answer is a choice of sets: hold to all terms of any one set. What has no record stays in it as written and is listed
as unknown. What the terms grant is in their records.
"""

from __future__ import annotations

import itertools
import re
from typing import Any

import msgspec

from freehold.catalog.index import Index
from freehold.catalog.scanned import is_scan, keys_of, takes_nothing
from freehold.catalog.tables import name_key, url_key
from freehold.model.component import Licence, LicenceForm
from freehold.model.fact import Grade

MAX_EXPRESSION = 2_000
"""Characters; longer texts are licence texts, not expressions."""
MAX_SETS = 64

_LOCAL = "licenseref-"
"""Before a name of a document's own; the name after it counts where it is one that is known."""
_PLAIN = re.compile(r"^[A-Za-z0-9.+:_-]+$")
_OPERATOR = re.compile(r"\s(?:and|or|with)\s", re.IGNORECASE)


class TermsMatch(msgspec.Struct, frozen=True):
    """``any_of``: each a set of terms (ids, or what was written) to be kept together; ``unknown`` have no record.

    ``grade`` is ``stated`` for identifiers and expressions, ``inferred`` for names and addresses; ``reason`` says why
    nothing, or not everything, is known.
    """

    any_of: tuple[tuple[str, ...], ...] = ()
    unknown: tuple[str, ...] = ()
    grade: Grade = Grade.STATED
    reason: str = ""


class TermsTable:
    """Looks up licences in one index; the same licence is resolved once."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._known: dict[Licence, TermsMatch] = {}

    def terms_of(self, licence: Licence) -> TermsMatch:
        """Return the terms of one licence statement."""
        if licence not in self._known:
            self._known[licence] = self._resolve(licence)
        return self._known[licence]

    def terms_named(self, name: str) -> str | None:
        """Return the id of the terms of this id, name or alias; None where there are none, or two."""
        ids = self._index.table("terms_names").get(name_key(name), ())
        return ids[0] if len(ids) == 1 else None

    def _resolve(self, licence: Licence) -> TermsMatch:
        text = licence.value.strip()
        if not text:
            return TermsMatch(reason="the licence is empty")
        if known := self.terms_named(text):
            exact = name_key(text) == name_key(known)
            return TermsMatch(((known,),), grade=Grade.STATED if exact else _grade(licence.form))
        if licence.form is LicenceForm.TEXT or len(text) > MAX_EXPRESSION:
            return TermsMatch((), (), Grade.INFERRED, "a licence text, which no rule reads")
        if "://" in text or licence.form is LicenceForm.URL:
            return self._address(text)
        if text.startswith("License :: "):
            return self._resolve(Licence(LicenceForm.NAME, text.rpartition(" :: ")[2]))
        return self._expression(text, licence.form)

    def _address(self, text: str) -> TermsMatch:
        """Look up an address; SPDX addresses end in the identifier."""
        ids = self._index.table("terms_urls").get(url_key(text), [])
        known = (
            ids[0] if len(ids) == 1 else self.terms_named(url_key(text).rpartition("/")[2].removesuffix("-standalone"))
        )
        if known is None:
            return TermsMatch(((text,),), (text,), Grade.INFERRED, "no terms record has this address")
        return TermsMatch(((known,),), grade=Grade.INFERRED)

    def _expression(self, text: str, form: LicenceForm) -> TermsMatch:
        """Resolve an expression; a name without operators is one symbol."""
        sets: list[tuple[str, ...]] | None
        if is_scan(Licence(form, text)):
            sets = [keys_of(text, self.terms_named)]
        elif "/" in text and not _OPERATOR.search(text):
            symbols = [part.strip() for part in text.split("/")]
            sets = [(part,) for part in symbols] if all(map(self._id, symbols)) else [(text,)]
        elif "," in text and not _OPERATOR.search(text):
            sets = self._list(text)
        elif _PLAIN.match(text) or not (_OPERATOR.search(text) or text.startswith("(")):
            sets = [(text,)]
        else:
            sets = sets_of(text)
        if sets is None:
            return TermsMatch(((text,),), (text,), _grade(form), "not a licence expression")
        sets, aside = self._without_agreements(sets)
        named = tuple(dict.fromkeys(tuple(sorted({self._id(part) or part for part in terms})) for terms in sets))
        exact = all(self._id(part) in (part, None) for terms in sets for part in terms)
        unknown = tuple(sorted({part for terms in sets for part in terms if self._id(part) is None}))
        reasons = [f"no terms record for {', '.join(unknown)}"] if unknown else []
        reasons += [f"set aside, for it takes nothing from a user: {', '.join(aside)}"] if aside else []
        reason = "; ".join(reasons)
        return TermsMatch(named, unknown, Grade.STATED if exact and not unknown else _grade(form), reason)

    def _without_agreements(self, sets: list[tuple[str, ...]]) -> tuple[list[tuple[str, ...]], list[str]]:
        """Leave out, where licences stand beside it, what is no licence; return the sets, and what was left out."""
        aside: set[str] = set()
        kept = []
        for terms in sets:
            licences = tuple(part for part in terms if not self._is_aside(part))
            aside |= set(terms) - set(licences) if licences else set()
            kept.append(licences or terms)
        return kept, sorted(aside)

    def _is_aside(self, symbol: str) -> bool:
        name = symbol.casefold().removeprefix(_LOCAL)
        return self._id(symbol) is None and takes_nothing(name)

    def _list(self, text: str) -> list[tuple[str, ...]]:
        """Resolve names with commas between: a list of what applies, whose every part must be kept; else one name."""
        parts = tuple(part.strip() for part in text.split(",") if part.strip())
        return [parts] if all(map(self._id, parts)) else [(text,)]

    def _id(self, symbol: str) -> str | None:
        """Return the terms of one symbol; an exception only adds permissions, so without a record of its own it is left off."""
        if known := self.terms_named(symbol):
            return known
        if symbol.casefold().startswith(_LOCAL):
            return self._id(symbol[len(_LOCAL) :])
        base, found, _ = symbol.partition(" WITH ")
        if found:
            return self._id(base)
        if " " in symbol and (known := self.terms_named(symbol.replace(" ", "-"))):
            return known
        if symbol.endswith("+"):
            return self.terms_named(f"{symbol[:-1]}-or-later") or self.terms_named(symbol[:-1])
        return None


def _grade(form: LicenceForm) -> Grade:
    """Return how sure a licence in this form is."""
    return Grade.STATED if form in (LicenceForm.ID, LicenceForm.EXPRESSION) else Grade.INFERRED


def sets_of(text: str) -> list[tuple[str, ...]] | None:
    """Return an expression as a choice of sets (disjunctive normal form); None if it is no expression, or too large."""
    from license_expression import ExpressionError, Licensing

    try:
        tree = Licensing().parse(text)
        sets = None if tree is None else _normal_form(tree)
    except (ExpressionError, ValueError, RecursionError, IndexError, AttributeError, TypeError):
        return None
    return sets


def _normal_form(tree: Any) -> list[tuple[str, ...]]:
    """Turn the library's tree into sets. Raises ``ValueError`` above ``MAX_SETS``."""
    arguments = getattr(tree, "args", ())
    if not arguments:
        return [(tree.render("{symbol.key}"),)]
    parts = [_normal_form(part) for part in arguments]
    if tree.operator.strip().upper() == "OR":
        sets = [terms for part in parts for terms in part]
    else:
        count = 1
        for part in parts:
            count *= len(part)
        if count > MAX_SETS:
            raise ValueError(f"more than {MAX_SETS} choices")
        sets = [tuple(itertools.chain.from_iterable(chosen)) for chosen in itertools.product(*parts)]
    if len(sets) > MAX_SETS:
        raise ValueError(f"more than {MAX_SETS} choices")
    return sets
