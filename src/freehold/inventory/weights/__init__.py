"""Weights and data that files of their own describe: cards, configuration, Modelfiles, pointers; one module each."""

from __future__ import annotations

from freehold.inventory.reader import Reader
from freehold.inventory.weights.cards import READERS as CARDS
from freehold.inventory.weights.configs import READERS as CONFIGS
from freehold.inventory.weights.modelfiles import READERS as MODELFILES
from freehold.inventory.weights.pointers import READERS as POINTERS

READERS: tuple[Reader, ...] = (*CARDS, *CONFIGS, *MODELFILES, *POINTERS)
