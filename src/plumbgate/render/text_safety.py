r"""
Text from the outside, made fit to be shown: the one sanitiser of every renderer.

A tenant's name may hold an escape sequence that repaints a terminal, a bidirectional override
that shows it backwards, a character that no XML file may hold, or half of a surrogate pair that
cannot be written at all. It may also begin a command to the runner that reads a pipeline's output:
`::error` where a line begins, `##[error]` and `##vso[` wherever they stand. Each such character is
shown as an escape (`\x1b`, `\u202e`, `\ud800`, `\x3a:error`); nothing is dropped, so that two
names that differ do not become one by losing what differs.
"""

from __future__ import annotations

import re

from plumbgate.model.characters import character_class

_UNSAFE = re.compile(character_class())
_COMMAND = re.compile(r"^(\s*):(?=:)|#(?=#|\[|vso\[)", re.IGNORECASE | re.MULTILINE)
"""
A colon or a hash that lets a runner take a line for a command.

A lone hash before a bracket counts too: the text before it may end in another one.
"""
_SHORT = {"\t": r"\t", "\n": r"\n", "\r": r"\r"}
_KEPT = frozenset("\t\n")


def visible(text: str, *, keep_lines: bool = False) -> str:
    r"""
    Return `text` with what is not plain text, or begins a command, shown as an escape.

    Line feeds and tabs stay where `keep_lines`, and are `\n` and `\t` otherwise, so that the
    text stands on one line. A carriage return is always `\r`: it hides what stands before it.
    """
    plain = _UNSAFE.sub(_shown_with_lines if keep_lines else _shown, text)
    return _COMMAND.sub(_disarmed, plain)


def _shown(match: re.Match[str]) -> str:
    character = match[0]
    if character in _SHORT:
        return _SHORT[character]
    code = ord(character)
    if code <= 0xFF:  # noqa: PLR2004 (two hexadecimal digits hold no more)
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004 (as above)


def _disarmed(match: re.Match[str]) -> str:
    blanks, sign = match[1] or "", match[0][-1]
    return f"{blanks}\\x{ord(sign):02x}"


def _shown_with_lines(match: re.Match[str]) -> str:
    return match[0] if match[0] in _KEPT else _shown(match)
