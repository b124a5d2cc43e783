"""Inventory x catalog x what you state -> an identified stack; what stays unidentified keeps its reason."""
