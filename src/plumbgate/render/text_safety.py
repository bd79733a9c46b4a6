r"""
Text from the outside, made fit to be shown: the one sanitiser of every renderer.

A tenant's name may hold an escape sequence that repaints a terminal, a bidirectional override
that shows it backwards, a character that no XML file may hold, or half of a surrogate pair that
cannot be written at all. Each is shown as an escape (`\x1b`, `\u202e`, `\ud800`); nothing is
dropped, so that two names that differ do not become one by losing what differs.
"""

from __future__ import annotations

import re

_RANGES = (
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
"""Written out, since what Unicode calls a format character changes with Python's version."""

_UNSAFE = re.compile("[" + "".join(f"{chr(a)}-{chr(b)}" for a, b in _RANGES) + "]")
_SHORT = {"\t": r"\t", "\n": r"\n", "\r": r"\r"}
_KEPT = frozenset("\t\n")


def visible(text: str, *, keep_lines: bool = False) -> str:
    r"""
    Return `text` with every character that is not plain text shown as an escape.

    Line feeds and tabs stay where `keep_lines`, and are `\n` and `\t` otherwise, so that the
    text stands on one line. A carriage return is always `\r`: it hides what stands before it.
    """
    return _UNSAFE.sub(_shown_with_lines if keep_lines else _shown, text)


def _shown(match: re.Match[str]) -> str:
    character = match[0]
    if character in _SHORT:
        return _SHORT[character]
    code = ord(character)
    if code <= 0xFF:  # noqa: PLR2004 (two hexadecimal digits hold no more)
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004 (as above)


def _shown_with_lines(match: re.Match[str]) -> str:
    return match[0] if match[0] in _KEPT else _shown(match)
