"""Tests for `plumbgate.loading.documents` and `plumbgate.loading.verbatim`."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plumbgate.errors import Diagnostic, suggestion
from plumbgate.loading.documents import Document, load, parse
from plumbgate.loading.guard import MAX_BYTES
from plumbgate.model.span import Span


def read(text: str) -> Document:
    document, mistakes = parse(text.encode(), "policy.yaml")
    assert mistakes == []
    return document


def mistakes(text: str) -> list[tuple[str, str, int, int, str]]:
    _, found = parse(text.encode(), "policy.yaml")
    return [(d.code, d.message, d.place.line, d.place.column, d.hint) for d in found]


# --- values and their places -------------------------------------------------------------------

POLICY = """\
# A comment.
title: Speed
rules:
  - id: level
    threshold: {metric: remediation.rmst_high, at_most: 15 d}
  - id: other
    severity: "high"
"""


def test_a_document_knows_where_everything_stands() -> None:
    document = read(POLICY)

    assert document.value["rules"][0]["threshold"]["at_most"] == "15 d"
    assert document.place(()) == Span("policy.yaml", 2, 1)
    assert document.place(("title",)) == Span("policy.yaml", 2, 8, 5)
    assert document.key_place(("title",)) == Span("policy.yaml", 2, 1, 5)
    assert document.key_place(("rules",)) == Span("policy.yaml", 3, 1, 5)
    assert document.place(("rules", 0)) == Span("policy.yaml", 4, 5)
    assert document.place(("rules", 0, "threshold", "at_most")) == Span("policy.yaml", 5, 57, 4)
    assert document.place(("rules", 1, "severity")) == Span("policy.yaml", 7, 15, 6)
    assert document.sha256 == hashlib.sha256(POLICY.encode()).hexdigest()


def test_what_is_not_there_is_placed_at_what_is_around_it() -> None:
    document = read(POLICY)

    assert document.place(("rules", 1, "title")) == document.place(("rules", 1))
    assert document.key_place(("rules", 7, "title")) == document.place(("rules",))
    assert read("").place(("rules",)) == Span("policy.yaml")


def test_an_item_of_a_list_is_placed_where_it_stands() -> None:
    document = read("- a\n- b\n")

    assert document.key_place((1,)) == Span("policy.yaml", 2, 3, 1)


WRITTEN = {
    "a number": ("a: 8.10\n", ("a",), "8.10"),
    "a quoted text": ("a: '8.10'\n", ("a",), "'8.10'"),
    "what is not there": ("a: 1\n", ("b",), ""),
    "a block": ("a: |\n  b\n", ("a",), "|"),
    "nothing at the end of a file": ("? a", ("a",), ""),
    "several lines": ('a: "x\n      y"\n', ("a",), '"'),
}


@pytest.mark.parametrize(("text", "keys", "expected"), WRITTEN.values(), ids=WRITTEN)
def test_written(text, keys, expected) -> None:
    assert read(text).written(keys) == expected


def test_a_diagnostic_shows_its_line() -> None:
    document = read(POLICY)
    place = document.place(("rules", 0))

    assert document.diagnostic("PG010", "message", place, "hint", "note") == Diagnostic(
        "PG010", "message", place, "hint", "note", "  - id: level"
    )
    assert document.diagnostic("PG010", "message", Span("policy.yaml", 99)).excerpt == ""
    assert read("a: 1").diagnostic("PG010", "message", Span("policy.yaml")).excerpt == "a: 1"


def test_a_file_is_called_as_the_user_named_it(tmp_path) -> None:
    path = tmp_path / "policy.yaml"
    path.write_bytes(b"a: 1\n")

    assert load(path, "packs/policy.yaml")[0].file == "packs/policy.yaml"
    assert load(path)[0].file == path.as_posix()


def test_no_more_of_a_file_is_read_than_could_be_accepted(tmp_path) -> None:
    path = tmp_path / "policy.yaml"
    path.write_bytes(b"#" * (MAX_BYTES * 3))
    document, (found,) = load(path)

    assert found.code == "PG002"
    assert document.sha256 == hashlib.sha256(b"#" * (MAX_BYTES + 1)).hexdigest()


# --- mistakes ----------------------------------------------------------------------------------

MISTAKES = {
    "a key twice": (
        "owner: a\ntitle: b\nowner: c\n",
        [
            (
                "PG003",
                "duplicate key `owner` (first at 1:1), the second would silently win",
                3,
                1,
                "remove one of them",
            )
        ],
    ),
    "a key three times, once in other quotes": (
        "a: 1\n'a': 2\n\"a\": 3\n",
        [
            (
                "PG003",
                "duplicate key `a` (first at 1:1), the second would silently win",
                line,
                1,
                "remove one of them",
            )
            for line in (2, 3)
        ],
    ),
    "the same key in two mappings": ("- {a: 1}\n- {a: 1}\n", []),
    "a merge key": (
        "a: 1\n<<: {b: 2}\n",
        [
            (
                "PG002",
                "`<<` is a merge key; merge keys are not read",
                2,
                1,
                "write the keys out",
            )
        ],
    ),
    "the sign of a merge key, quoted": ("'<<': {b: 2}\n", []),
    "a list as a key": (
        "? [a]\n: 1\n",
        [("PG012", "a key must be text", 1, 3, "write `key: value`")],
    ),
    "a mapping as a key": (
        "{a: 1}: 2\n",
        [("PG012", "a key must be text", 1, 1, "write `key: value`")],
    ),
    "an expression without quotes in braces": (
        "- {id: a, assert: metrics.a.b <= 3}\n",
        [
            (
                "PG007",
                "`assert` inside `{...}` is not quoted: a `,` or a brace would end it",
                1,
                19,
                "put double quotes around it",
            )
        ],
    ),
    "an expression that a comma has cut off": (
        "- {assert: metrics.a.b.filter(x, x) > 1}\n",
        [
            (
                "PG007",
                "`assert` inside `{...}` is not quoted: a `,` or a brace would end it",
                1,
                12,
                "put double quotes around it",
            )
        ],
    ),
    "a message without quotes in braces": (
        "- {message: Too slow}\n",
        [
            (
                "PG007",
                "`message` inside `{...}` is not quoted: a `,` or a brace would end it",
                1,
                13,
                "put double quotes around it",
            )
        ],
    ),
    "both, quoted": ("- {assert: \"a\", message: 'b'}\n", []),
    "an expression without braces": ("assert: metrics.a.b <= 3\nmessage: Too slow\n", []),
    "an expression that is no text": (
        "- {assert: true}\n",
        [
            (
                "PG007",
                "`assert` inside `{...}` is not quoted: a `,` or a brace would end it",
                1,
                12,
                "put double quotes around it",
            )
        ],
    ),
    "a folded expression": (
        "assert: >\n  a // b\n  && c\n",
        [
            (
                "PG007",
                "`assert` is folded into one line: a `//` comment would swallow the rest",
                1,
                9,
                "write `|` in place of `>`",
            )
        ],
    ),
    "a folded message": ("message: >\n  a\n  b\n", []),
    "all of them at once": (
        "a: no\nb: 1\nb: 2\nwhen: >\n  x\n",
        [
            (
                "PG004",
                "`no` is false to some YAML readers and text to others",
                1,
                4,
                'write false, or quote it: "no"',
            ),
            (
                "PG003",
                "duplicate key `b` (first at 2:1), the second would silently win",
                3,
                1,
                "remove one of them",
            ),
            (
                "PG007",
                "`when` is folded into one line: a `//` comment would swallow the rest",
                4,
                7,
                "write `|` in place of `>`",
            ),
        ],
    ),
}


@pytest.mark.parametrize(("text", "expected"), MISTAKES.values(), ids=MISTAKES)
def test_mistakes(text, expected) -> None:
    assert mistakes(text) == expected


CLOSEST = {
    "a letter left out": ("treshold", ["threshold", "assert"], "did you mean `threshold`?"),
    "nothing near": ("foo", ["threshold", "assert"], ""),
    "nothing known": ("foo", [], ""),
}


@pytest.mark.parametrize(("written", "known", "expected"), CLOSEST.values(), ids=CLOSEST)
def test_closest(written, known, expected) -> None:
    assert suggestion(written, known) == expected


# --- where the text of an expression stands ----------------------------------------------------

EXPRESSIONS = {
    "plain": ("assert: a <= b\n", [(1, 9)]),
    "plain, spaces behind it": ("assert:   a <= b   \n", [(1, 11)]),
    "plain, a comment behind it": ("assert: a <= b # why\n", [(1, 9)]),
    "behind a tab": ("assert:\ta <= b\n", [(1, 9)]),
    "on the line below": ("assert:\n  a <= b\n", [(2, 3)]),
    "double quotes": ('assert: "a <= b"\n', [(1, 10)]),
    "single quotes": ("assert: 'a <= b'\n", [(1, 10)]),
    "double quotes in braces": ('{id: x, assert: "a <= b"}\n', [(1, 18)]),
    "characters of several bytes before it": (
        '{"\u98a8\U0001f512\u00fc": "\u00e9", assert: "a"}\n',
        [(1, 23)],
    ),
    "an escape": ('assert: "a <= \\"b\\""\n', []),
    "an escape that stands for itself": ('assert: "\\\\\\\\"\n', []),
    "an escape over two lines": (
        'assert: "' + "\\" * 5 + "\n" + " " * 10 + '\\\\"\n',
        [],
    ),
    "a doubled quote": ("assert: 'a == ''b'''\n", []),
    "plain over two lines": ("assert: a <=\n  b\n", []),
    "quoted over two lines": ('assert: "a <=\n  b"\n', []),
    "a block": ("assert: |\n  a <=\n    b\n", [(2, 3), (3, 3)]),
    "a block that ends at once": ("assert: |-\n  a\n", [(2, 3)]),
    "a block that keeps its end": ("assert: |+\n  a\n\n\nb: 1\n", [(2, 3)]),
    "a block with an empty line": ("assert: |\n  a\n\n  b\n", [(2, 3), (3, 3), (4, 3)]),
    "a block that begins empty": ("assert: |\n\n  a\n", [(2, 3), (3, 3)]),
    "a block with an indicator": ("assert: |2\n   a\n  b\n", [(2, 3), (3, 3)]),
    "a block with both indicators": ("assert: |2-\n   a\n", [(2, 3)]),
    "a block with a comment behind its sign": ("assert: | # why\n  a\n", [(2, 3)]),
    "a block inside a list": ("- x: 1\n  assert: |\n      a\n      b\n", [(3, 7), (4, 7)]),
    "a block of several bytes": ("assert: |\n  \u00fc == '\u98a8'\n  b\n", [(2, 3), (3, 3)]),
    "a block with lines that end in CRLF": ("assert: |\r\n  a\r\n  b\r\n", [(2, 3), (3, 3)]),
    "a block with lines that end in CR": ("assert: |\r  a\r  b\r", [(2, 3), (3, 3)]),
    "a block with tabs inside": ("assert: |\n  a\t<= b\n", [(2, 3)]),
    "nothing": ("assert:\nb: 1\n", []),
    "nothing, in quotes": ("assert: ''\n", []),
    "nothing at the end of a file": ("? assert", []),
    "a block of nothing": ("assert: |\nb: 1\n", []),
    "a block of spaces": ("assert: |\n  \n  \n", []),
}


@pytest.mark.parametrize(("text", "expected"), EXPRESSIONS.values(), ids=EXPRESSIONS)
def test_where_expressions_stand(text, expected) -> None:
    document = read(text)
    (keys,) = [keys for keys in document.values if keys and keys[-1] == "assert"]

    assert list(document.expression(keys).lines) == expected


@pytest.mark.parametrize("text", ["message: >\n  a\n  b\n", 'message: "a\\u0041"\n'])
def test_where_nothing_is_known_inside_the_key_is_shown(text) -> None:
    expression = read(text).expression(("message",))

    assert expression.lines == ()
    assert expression.place == Span("policy.yaml", 1, 1, 7)
    assert expression.at(1, 2) == expression.place


STYLES = st.sampled_from(["plain", "'", '"', "|", "|-", "|+", "|2", "|4", ">", ">-"])
LINE = st.text("ab =<>'\"\\:#,&|!?/.\t\u00fc\u98a8\U0001f512{}[]-", max_size=12)
BREAKS = st.sampled_from(["\n", "\r\n", "\r"])


@st.composite
def written(draw) -> str:
    """Return YAML that holds lines of text, in any style and indentation."""
    style, brk = draw(STYLES), draw(BREAKS)
    lines = draw(st.lists(LINE, min_size=1, max_size=4))
    before = "\u00e9: \u98a8" + brk if draw(st.booleans()) else ""
    item = "- " if draw(st.booleans()) and not before else ""
    indent = " " * draw(st.integers(0, 4))
    if style[0] in "|>":
        body = brk.join(f"{' ' * len(item)}  {indent}{line}" for line in lines)
        return f"{before}{item}text: {style}{brk}{body}{brk}"
    text = (brk + "   " + indent).join(lines)
    quote = "" if style == "plain" else style
    return f"{before}{item}text: {quote}{text}{quote}{brk}"


@given(written())
def test_a_place_that_is_given_is_never_wrong(text) -> None:
    """Where lines of a text are mapped, the file holds them there, character by character."""
    document, _ = parse(text.encode(), "policy.yaml")
    for keys, places in document.verbatim.items():
        value = document.at(keys)
        if not isinstance(value, str):
            value = document.written(keys)
        lines = value.rstrip("\n").split("\n") if len(places) > 1 else [value.rstrip("\n")]
        assert len(places) == len(lines)
        for (line, column), expected in zip(places, lines, strict=True):
            assert document.lines[line - 1][column - 1 :][: len(expected)] == expected


@given(st.lists(st.sampled_from(["a", "bb", "\u00fc", "x.y", "1"]), min_size=1, max_size=5))
def test_blocks_are_mapped_always(words) -> None:
    text = "assert: |\n" + "".join(f"  {word}\n" for word in words)

    assert list(read(text).expression(("assert",)).lines) == [
        (line, 3) for line in range(2, len(words) + 2)
    ]
