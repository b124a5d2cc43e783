"""The catalog: records of suppliers, offerings, terms and channels, loaded, checked, indexed and matched.

Most callers need ``open_catalog`` and the methods of ``Catalog``; facts come from ``claims``, the rules are in ``rules``.
"""

from freehold.catalog.licences import TermsMatch
from freehold.catalog.matching import How, Match
from freehold.catalog.query import Catalog, Found, open_catalog

__all__ = ["Catalog", "Found", "How", "Match", "TermsMatch", "open_catalog"]
