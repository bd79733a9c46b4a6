"""Tests for `plumbgate.render.text_safety`."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plumbgate.render.text_safety import visible

ANY_TEXT = st.text(st.characters() | st.sampled_from("\ud800\udfff\ufffe\uffff\x00\x1b\x85\u202e"))

SHOWN = {
    "plain text": ("Zoë, 100 % of Ωmega in 東京 🚀", "Zoë, 100 % of Ωmega in 東京 🚀"),
    "backslash": (r"C:\users", r"C:\users"),
    "NUL": ("a\x00b", r"a\x00b"),
    "terminal colour": ("\x1b[31mred", r"\x1b[31mred"),
    "terminal title": ("\x1b]0;t\x07", r"\x1b]0;t\x07"),
    "delete": ("\x7f", r"\x7f"),
    "C1 sequence introducer": ("\x9b2J", r"\x9b2J"),
    "next line": ("\x85", r"\x85"),
    "bidirectional override": ("user\u202etxt.exe", r"user\u202etxt.exe"),
    "bidirectional isolate": ("\u2066x\u2069", r"\u2066x\u2069"),
    "Arabic letter mark": ("\u061c", r"\u061c"),
    "zero width": ("ac\u200bme", r"ac\u200bme"),
    "line separator": ("a\u2028b\u2029c", r"a\u2028b\u2029c"),
    "byte-order mark": ("\ufeffx", r"\ufeffx"),
    "high surrogate": ("\ud800x", r"\ud800x"),
    "low surrogate": ("\udfff", r"\udfff"),
    "U+FFFE": ("\ufffe", r"\ufffe"),
    "U+FFFF": ("\uffff", r"\uffff"),
    "non-character of the Arabic block": ("\ufdd0\ufdef", r"\ufdd0\ufdef"),
    "non-character of the last plane": ("\U0010ffff", r"\U0010ffff"),
    "soft hyphen": ("ac\u00adme", r"ac\xadme"),
    "vowel separator": ("\u180e", r"\u180e"),
    "annotation": ("\ufff9\ufffb", r"\ufff9\ufffb"),
    "tag": ("\U000e0041", r"\U000e0041"),
    "replacement character": ("\ufffd", "\ufffd"),
    "last before the surrogates": ("\ud7ff\ue000", "\ud7ff\ue000"),
}


@pytest.mark.parametrize(("text", "shown"), SHOWN.values(), ids=SHOWN)
@pytest.mark.parametrize("keep_lines", [False, True])
def test_shown(text, shown, keep_lines) -> None:
    assert visible(text, keep_lines=keep_lines) == shown


def test_lines() -> None:
    assert visible("a\tb\r\nc") == r"a\tb\r\nc"
    assert visible("a\tb\r\nc", keep_lines=True) == "a\tb\\r\nc"


@pytest.mark.parametrize(
    "character",
    [chr(c) for c in range(0x3000) if unicodedata.category(chr(c)) in {"Cc", "Zl", "Zp"}],
    ids=ascii,
)
def test_every_control_is_shown(character) -> None:
    assert visible(character).startswith("\\")


@pytest.mark.parametrize(
    "character",
    [
        chr(c)
        for c in range(0x110000)
        if unicodedata.bidirectional(chr(c))
        in {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
    ],
    ids=ascii,
)
def test_every_bidirectional_control_is_shown(character) -> None:
    assert visible(character, keep_lines=True) == f"\\u{ord(character):04x}"


def restored(shown: str) -> str:
    """Undo `visible` for text that held no backslash."""
    short = {"t": "\t", "n": "\n", "r": "\r"}
    return re.sub(
        r"\\(?:x(..)|u(....)|U(........)|([tnr]))",
        lambda m: short[m[4]] if m[4] else chr(int(m[1] or m[2] or m[3], 16)),
        shown,
    )


@given(ANY_TEXT, st.booleans())
def test_nothing_is_lost(text, keep_lines) -> None:
    text = text.replace("\\", "")

    assert restored(visible(text, keep_lines=keep_lines)) == text


@given(ANY_TEXT)
def test_what_is_shown_can_be_written_on_one_line(text) -> None:
    shown = visible(text)

    assert len(shown.splitlines()) <= 1
    assert shown.encode().decode() == shown
    assert visible(shown) == shown


@given(ANY_TEXT, ANY_TEXT)
def test_each_character_but_those_of_commands_is_shown_by_itself(one, two) -> None:
    one, two = (text.replace("#", "").replace(":", "") for text in (one, two))

    assert visible(one) + visible(two) == visible(one + two)


COMMANDS = {
    "of GitHub": ("::error::a", r"\x3a:error::a"),
    "of GitHub, behind blanks": (" \u00a0::error::a", " \u00a0\\x3a:error::a"),
    "of GitHub, three colons": (":::error::a", r"\x3a::error::a"),
    "of GitHub, the older form": ("a ##[error]b", r"a \x23\x23[error]b"),
    "of Azure": ("a ##vso[task.complete]b", r"a \x23\x23vso[task.complete]b"),
    "of Azure, in capitals": ("##VSO[task.complete]", r"\x23\x23VSO[task.complete]"),
    "of TeamCity": ("##teamcity[a]", r"\x23#teamcity[a]"),
    "the second half of one": ("#[error]", r"\x23[error]"),
    "colons within a line": ("std::vector", "std::vector"),
    "one colon": (": a", ": a"),
    "a comment": ("a # b", "a # b"),
    "a language": ("C#", "C#"),
}


@pytest.mark.parametrize(("text", "shown"), COMMANDS.values(), ids=COMMANDS)
@pytest.mark.parametrize("keep_lines", [False, True])
def test_no_command_is_begun(text, shown, keep_lines) -> None:
    assert visible(text, keep_lines=keep_lines) == shown


def test_no_line_begins_a_command() -> None:
    assert visible("a\n\t::error::b\n::c", keep_lines=True) == "a\n\t\\x3a:error::b\n\\x3a:c"
    assert visible("a\n::b") == r"a\n::b"


STARTS = re.compile(r"^\s*::|##\[|##vso\[", re.IGNORECASE | re.MULTILINE)
"""What runners look for: GitHub's in both of its forms, and that of Azure."""
NEAR_COMMANDS = st.text(st.sampled_from("#:[vVsSoO \t\r\n\u00a0\x85"))


@given(NEAR_COMMANDS, NEAR_COMMANDS, st.booleans())
def test_no_text_begins_a_command_alone_or_behind_another(one, two, keep_lines) -> None:
    shown = visible(one, keep_lines=keep_lines)

    assert not STARTS.search(shown)
    assert visible(shown, keep_lines=keep_lines) == shown
    assert not STARTS.search(f"at {shown}, {visible(two, keep_lines=keep_lines)}")
