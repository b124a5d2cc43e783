"""The drill: a command run with the denied parties really unreachable, the block proved, everything recorded."""
