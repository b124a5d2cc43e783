"""Services in use: inferred from settings, code and pages, and listed in registers; one module each."""

from __future__ import annotations

from freehold.inventory.reader import Reader
from freehold.inventory.services.code import READERS as CODE
from freehold.inventory.services.dora import READERS as DORA
from freehold.inventory.services.pages import READERS as PAGES
from freehold.inventory.services.register import READERS as REGISTER
from freehold.inventory.services.settings import READERS as SETTINGS

LISTING: tuple[Reader, ...] = (*DORA, *REGISTER)
INFERRING: tuple[Reader, ...] = (*SETTINGS, *CODE, *PAGES)
