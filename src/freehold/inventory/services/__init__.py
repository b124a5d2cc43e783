"""Services in use, read from settings, code and pages: one module each, all of them inferring."""

from __future__ import annotations

from freehold.inventory.reader import Reader
from freehold.inventory.services.code import READERS as CODE
from freehold.inventory.services.pages import READERS as PAGES
from freehold.inventory.services.settings import READERS as SETTINGS

INFERRING: tuple[Reader, ...] = (*SETTINGS, *CODE, *PAGES)
