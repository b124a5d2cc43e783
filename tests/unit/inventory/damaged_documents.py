"""Documents as bad disks, editors and enemies leave them: bytes changed, cut, repeated and put in."""

from __future__ import annotations

from hypothesis import strategies as st

PIECES = ['"', "{", "}", "[", "<", ">", "null", "1", "\n", "\x00", "=", "${X}", "@", "://[", "\\", "- ", ": ", "&a"]
ODD = [b"", b"\xff\xfe", b"\x00", b"null", b"[]", b"{}", b"\x80abc", b"{" * 20000, b"[" * 20000, b"<a>" * 9000]
"""Documents that are none of any format, or nested without end."""


def damaged(text: str, data: st.DataObject) -> bytes:
    """Return a text as bytes with a few faults that Hypothesis chooses."""
    original = bytearray(text.encode())
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(original) - 1))
        match data.draw(st.sampled_from(["change", "cut", "swap", "text"])):
            case "change":
                original[at] = data.draw(st.integers(0, 255))
            case "cut":
                del original[at : at + data.draw(st.integers(1, 40))]
            case "swap":
                original[at:at] = original[at // 2 : at // 2 + 30]
            case _:
                original[at : at + 1] = data.draw(st.sampled_from(PIECES)).encode()
        original = original or bytearray(b"x")
    return bytes(original)
