"""Characters that are not plain text: refused in what people write, escaped in what they read."""

from __future__ import annotations

HIDDEN = (
    (0x00, 0x1F),  # C0 controls
    (0x7F, 0x9F),  # delete, C1 controls
    (0xAD, 0xAD),  # soft hyphen
    (0x061C, 0x061C),  # Arabic letter mark
    (0x180E, 0x180E),  # Mongolian vowel separator
    (0x200B, 0x200F),  # zero width, left-to-right and right-to-left marks
    (0x2028, 0x202E),  # line and paragraph separators, bidirectional embeddings and overrides
    (0x2060, 0x206F),  # invisible operators, bidirectional isolates, deprecated controls
    (0xD800, 0xDFFF),  # surrogates: in a string of code points each of them is alone
    (0xFDD0, 0xFDEF),  # non-characters
    (0xFEFF, 0xFEFF),  # byte-order mark
    (0xFFF9, 0xFFFB),  # interlinear annotation
    *((plane + 0xFFFE, plane + 0xFFFF) for plane in range(0, 0x110000, 0x10000)),
    (0xE0000, 0xE0FFF),  # tags
)
"""
First and last code point of each range, the tab and the line breaks among them.

Written out, since what Unicode calls a format character changes with Python's version.
"""


def character_class(*, without: str = "") -> str:
    """Return a regular expression for one hidden character, other than those in `without`."""
    kept = f"(?![{without}])" if without else ""
    return kept + "[" + "".join(f"{chr(first)}-{chr(last)}" for first, last in HIDDEN) + "]"
