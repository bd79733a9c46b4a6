"""Tests for `plumbgate.render.diagnostics` and `plumbgate.codes`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import plumbgate
from plumbgate.codes import CODES
from plumbgate.errors import Diagnostic, InputError
from plumbgate.model.span import Span
from plumbgate.render.diagnostics import BEFORE, SHOWN, WIDTH, render_diagnostics
from plumbgate.render.text_safety import visible

MORE = "explain a code: plumbgate explain PG011\n"
LAST = f"\n1 file, 1 error, nothing evaluated, nothing written.   exit 2\n{MORE}"


def diagnostic(excerpt: str = "", column: int = 1, length: int = 1, **changed) -> Diagnostic:
    fields = {
        "code": "PG011",
        "message": "unknown key `treshold`",
        "place": Span("a/policy.yaml", changed.pop("line", 9), column, length),
        "hint": "did you mean `threshold`?",
        "excerpt": excerpt,
    }
    return Diagnostic(**(fields | changed))


BLOCKS = {
    "with its line": (
        diagnostic("  treshold: {metric: x}", 3, 8),
        """\
error[PG011]: unknown key `treshold`
  --> a/policy.yaml:9:3
   |
 9 |   treshold: {metric: x}
   |   ^^^^^^^^ did you mean `threshold`?
""",
    ),
    "with a note": (
        diagnostic("  treshold: x", 3, 8, note="keys allowed here: id, title", line=120),
        """\
error[PG011]: unknown key `treshold`
    --> a/policy.yaml:120:3
     |
 120 |   treshold: x
     |   ^^^^^^^^ did you mean `threshold`?
     = keys allowed here: id, title
""",
    ),
    "without a fix": (
        diagnostic("a: b", 4, hint=""),
        """\
error[PG011]: unknown key `treshold`
  --> a/policy.yaml:9:4
   |
 9 | a: b
   |    ^
""",
    ),
    "without a line": (
        diagnostic(line=1),
        """\
error[PG011]: unknown key `treshold`
  --> a/policy.yaml:1:1
   = did you mean `threshold`?
""",
    ),
    "without a line, a fix and a note": (
        diagnostic(line=1, hint=""),
        """\
error[PG011]: unknown key `treshold`
  --> a/policy.yaml:1:1
""",
    ),
    "behind tabs": (
        diagnostic("\t\ta: b", 6, hint="x"),
        """\
error[PG011]: unknown key `treshold`
  --> a/policy.yaml:9:6
   |
 9 |   a: b
   |      ^ x
""",
    ),
    "behind the end of the line": (
        diagnostic("a: b", 5, 3, hint="x"),
        """\
error[PG011]: unknown key `treshold`
  --> a/policy.yaml:9:5
   |
 9 | a: b
   |     ^ x
""",
    ),
    "among wide and combining characters": (
        diagnostic("\u98a8\uff21 e\u0301: \u672c", 8, hint="x"),
        """\
error[PG011]: unknown key `treshold`
  --> a/policy.yaml:9:8
   |
 9 | \u98a8\uff21 e\u0301: \u672c
   |         ^^ x
""",
    ),
    "with what a terminal would obey": (
        diagnostic("a: \x1b[2J\u202eb", 9, message="\x1b[2J", hint="\u200b", note="a\nb"),
        """\
error[PG011]: \\x1b[2J
  --> a/policy.yaml:9:9
   |
 9 | a: \\x1b[2J\\u202eb
   |                 ^ \\u200b
   = a\\nb
""",
    ),
}


@pytest.mark.parametrize(("given_", "expected"), BLOCKS.values(), ids=BLOCKS)
def test_blocks(given_, expected) -> None:
    assert render_diagnostics([given_]) == expected + LAST


LONG = "".join(chr(ord("a") + i % 26) for i in range(400))


@pytest.mark.parametrize("column", [1, BEFORE, BEFORE + 1, BEFORE + 2, 200, 390, 400])
@pytest.mark.parametrize("length", [1, 30, 500])
def test_of_a_long_line_the_part_around_the_caret_is_shown(column, length) -> None:
    _, _, _, line, caret, *_ = render_diagnostics([diagnostic(LONG, column, length)]).split("\n")
    at = caret.index("^")

    assert len(line) <= WIDTH + 12
    assert line[at] == LONG[column - 1]
    marked = line[at : at + caret.count("^")]
    assert LONG[column - 1 :][:length].startswith(marked.rstrip("."))
    assert line.startswith(" 9 | ...") == (column > BEFORE + 1)
    assert line.endswith("...") == (column - 1 - BEFORE + WIDTH < len(LONG))


def test_a_line_that_just_fits_is_not_cut() -> None:
    text = LONG[:WIDTH]

    assert f" 9 | {text}\n" in render_diagnostics([diagnostic(text, WIDTH)])


def test_so_many_are_shown_and_the_rest_is_counted() -> None:
    text = render_diagnostics([diagnostic(line=n) for n in range(1, SHOWN + 4)])

    assert text.count("error[") == SHOWN
    assert text.endswith(
        f"\n\n+3 more\n\n1 file, 23 errors, nothing evaluated, nothing written.   exit 2\n{MORE}"
    )
    assert "more" not in render_diagnostics([diagnostic()] * SHOWN)


def test_files_are_counted() -> None:
    text = render_diagnostics([diagnostic(), diagnostic(place=Span("b.yaml"))])

    assert text.endswith(
        f"\n2 files, 2 errors, nothing evaluated, nothing written.   exit 2\n{MORE}"
    )


def test_of_no_mistake_nothing_is_counted() -> None:
    assert render_diagnostics([]) == "no mistakes\n"


def test_the_code_to_explain_is_one_that_is_shown() -> None:
    text = render_diagnostics([diagnostic(code="PG003"), diagnostic(code="PG001")])

    assert text.endswith("\nexplain a code: plumbgate explain PG003\n")


TEXT = st.text(max_size=30)


@given(TEXT, TEXT, TEXT, TEXT, st.integers(1, 40), st.integers(1, 40))
def test_nothing_from_outside_begins_a_line_or_reaches_a_terminal(
    message, hint, note, excerpt, column, length
) -> None:
    shown = diagnostic(excerpt, column, length, message=message, hint=hint, note=note)
    lines = render_diagnostics([shown]).split("\n")

    for line in lines:
        assert visible(line) == line
        assert re.match(
            r"error\[PG011\]: |  --> a/|   \||   = |   \| | 9 \| |1 file, 1 error|explain a code|$",
            line,
        )


def test_they_are_said_by_file_and_place() -> None:
    places = [Span("b", 1), Span("a", 10), Span("a", 9, 2), Span("a", 9, 1)]
    error = InputError([diagnostic(place=place) for place in places])

    assert [str(d.place) for d in error.diagnostics] == ["a:9:1", "a:9:2", "a:10:1", "b:1:1"]
    assert str(error).startswith("PG011 unknown key `treshold`; ")


def test_every_code_is_explained_and_every_explained_code_is_used() -> None:
    package = Path(plumbgate.__file__).parent
    used = {
        code
        for module in package.rglob("*.py")
        if module.name != "codes.py" and module.parent.name != "cli"
        for code in re.findall(r"\"(PG\d{3})\"", module.read_text(encoding="utf-8"))
    }

    assert used == set(CODES)
    assert list(CODES) == sorted(CODES)


SENTENCE = re.compile(r"[A-Z`](?:[^.]|\.(?=\S))*\.")


def test_each_explanation_is_three_sentences_that_differ() -> None:
    said = [text for code in CODES.values() for text in (code.meaning, code.why, code.fix)]

    assert [text for text in said if not SENTENCE.fullmatch(text)] == []
    for name, code in CODES.items():
        assert len({code.meaning, code.why, code.fix}) == 3, name
