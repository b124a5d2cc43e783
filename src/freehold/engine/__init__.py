"""The engine: exact answers over arrays; numbers in, numbers out."""
