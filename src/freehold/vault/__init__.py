"""Own copies: pulled from where the clients would get them, checked by hash, kept by content, served read-only."""
