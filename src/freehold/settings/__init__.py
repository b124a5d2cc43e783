"""Settings: defaults, then ``freehold.toml``, then ``FREEHOLD_*``, then flags, into frozen values."""
