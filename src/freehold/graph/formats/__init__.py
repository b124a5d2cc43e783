"""Readers of foreign graph formats: bytes in, frozen values out; no file is opened here."""
