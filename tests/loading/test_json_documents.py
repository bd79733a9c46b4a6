"""Tests for `plumbgate.loading.json_documents` and `plumbgate.loading.json_positions`."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from plumbgate.loading.json_documents import parse, read
from plumbgate.loading.json_positions import pointer
from plumbgate.model.span import Span

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**17), 10**17)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=3), inner)
    ),
    max_leaves=12,
)


def mistakes(content: bytes | str, first_line: int = 1) -> list[tuple[str, str, int, int]]:
    content = content.encode() if isinstance(content, str) else content
    _, found = parse(content, "a.json", first_line)
    return [(d.code, d.message, d.place.line, d.place.column) for d in found]


# --- positions ---------------------------------------------------------------------------------

TEXT = """\
{"a": 1,
 "b": {"c/d": [true, null, -1.5e3],
\t"\u00fc": "x"}}
"""


def test_everything_has_its_place() -> None:
    document, found = parse(TEXT.encode(), "a.json")

    assert found == []
    assert document.value == {"a": 1, "b": {"c/d": [True, None, -1500.0], "\u00fc": "x"}}
    assert document.values == {
        (): Span("a.json", 1, 1),
        ("a",): Span("a.json", 1, 7),
        ("b",): Span("a.json", 2, 7),
        ("b", "c/d"): Span("a.json", 2, 15),
        ("b", "c/d", 0): Span("a.json", 2, 16, 4),
        ("b", "c/d", 1): Span("a.json", 2, 22, 4),
        ("b", "c/d", 2): Span("a.json", 2, 28, 6),
        ("b", "\u00fc"): Span("a.json", 3, 7, 3),
    }
    assert document.keys == {
        ("a",): Span("a.json", 1, 2, 3),
        ("b",): Span("a.json", 2, 2, 3),
        ("b", "c/d"): Span("a.json", 2, 8, 5),
        ("b", "\u00fc"): Span("a.json", 3, 2, 3),
    }


@given(JSON, st.sampled_from([None, 1, "\t"]), st.sampled_from(["\n", "\r\n", "\r"]))
def test_the_file_holds_each_value_where_it_is_said_to_stand(value, indent, line_break) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=False).replace("\n", line_break)
    document, found = parse(text.encode(), "a.json")

    assert found == []
    for keys, place in document.values.items():
        written = document.lines[place.line - 1][place.column - 1 :][: place.length]
        expected = document.at(keys)
        assert (
            written in "{["
            if isinstance(expected, dict | list)
            else (json.loads(written) == expected)
        )
    for keys, place in document.keys.items():
        written = document.lines[place.line - 1][place.column - 1 :][: place.length]
        assert json.loads(written) == keys[-1]


def test_a_line_of_json_lines_stands_on_its_line() -> None:
    document, (found,) = parse(b'{"a": NaN}', "a.jsonl", first_line=7)

    assert found.place == Span("a.jsonl", 7, 7, 3)
    assert found.excerpt == '{"a": NaN}'
    assert document.place(("a",)) == found.place


def test_a_line_that_is_not_json_or_not_utf8_stands_on_its_line() -> None:
    assert mistakes("{", 7) == [("PG032", "not JSON: the file ends too early", 7, 2)]
    assert mistakes(b"\xff", 7) == [("PG002", "the file is not UTF-8", 7, 1)]


POINTERS = {
    "/": (),
    "/metrics/remediation.rmst_high": ("metrics", "remediation.rmst_high"),
    "/history/0/a~1b~0c": ("history", 0, "a/b~c"),
}


@pytest.mark.parametrize(("expected", "keys"), POINTERS.items(), ids=POINTERS)
def test_pointer(expected, keys) -> None:
    assert pointer(keys) == expected


# --- what no verdict may rest on ---------------------------------------------------------------

MISTAKES = {
    "NaN": ('{"a": NaN}', [("PG032", "/a is no number that can be judged", 1, 7)]),
    "Infinity": ("[1, Infinity]", [("PG032", "/1 is no number that can be judged", 1, 5)]),
    "minus infinity": ("[-Infinity]", [("PG032", "/0 is no number that can be judged", 1, 2)]),
    "beyond doubles": ('{"a": 1e400}', [("PG032", "/a is no number that can be judged", 1, 7)]),
    "five thousand digits": (
        '{"a": ' + "9" * 5000 + "}",
        [("PG032", "/a is no number that can be judged", 1, 7)],
    ),
    "more digits than readers keep": (
        '{"a": -1234567890123456789}',
        [("PG032", "/a is no number that can be judged", 1, 7)],
    ),
    "all of them": (
        '{"a": NaN,\n "b": [1e999]}',
        [
            ("PG032", "/a is no number that can be judged", 1, 7),
            ("PG032", "/b/0 is no number that can be judged", 2, 8),
        ],
    ),
    "a key twice": (
        '{"a": {"b": 1,\n "b": 2}}',
        [
            (
                "PG003",
                "duplicate key `b` (first at 1:8), the second would silently win",
                2,
                2,
            )
        ],
    ),
    "a key twice, once escaped": (
        '{"a": 1, "\\u0061": 2}',
        [
            (
                "PG003",
                "duplicate key `a` (first at 1:2), the second would silently win",
                1,
                10,
            )
        ],
    ),
    "half of a surrogate pair": (
        '{"a": "x\\ud800y"}',
        [("PG005", "half of a surrogate pair is no character", 1, 7)],
    ),
    "half of a surrogate pair as a key": (
        '{"\\udc00": 1}',
        [("PG005", "half of a surrogate pair is no character", 1, 2)],
    ),
    "nested too deeply": (
        "[" * 41 + "]" * 41,
        [("PG002", "nested deeper than 40 levels", 1, 41)],
    ),
    "nested beyond Python's limit": (
        '{"a":' * 100_000 + "1" + "}" * 100_000,
        [("PG002", "nested deeper than 40 levels", 1, 201)],
    ),
    "a hundred thousand brackets": (
        "[" * 100_000,
        [("PG002", "nested deeper than 40 levels", 1, 41)],
    ),
    "nothing": ("", [("PG015", "the file is empty", 1, 1)]),
    "spaces": (" \n\t", [("PG015", "the file is empty", 1, 1)]),
    "cut off": ('{"a": [1,\n 2', [("PG032", "not JSON: the file ends too early", 2, 3)]),
    "a missing value": ('{"a": }', [("PG032", "not JSON: a value is missing here", 1, 7)]),
    "a missing comma": ("[1 2]", [("PG032", "not JSON: a `,` is missing here", 1, 4)]),
    "a missing colon": ('{"a" 1}', [("PG032", "not JSON: a `:` is missing here", 1, 6)]),
    "a key without quotes": (
        "{a: 1}",
        [("PG032", "not JSON: a key in double quotes is missing here", 1, 2)],
    ),
    "two values": ("{} {}", [("PG032", "not JSON: something stands behind the end", 1, 4)]),
    "a quote that is not closed": (
        '["a, 1]\n',
        [("PG032", "not JSON: a line break or tab stands inside a text", 1, 8)],
    ),
    "a quote that is not closed, to the end": (
        '["a, 1]',
        [("PG032", "not JSON: a text is not closed", 1, 2)],
    ),
    "an escape that is none": (
        '["\\d"]',
        [("PG032", "not JSON: an escape is none of JSON's", 1, 3)],
    ),
    "not UTF-8": (
        '{"a":\n "caf\u00e9"}'.encode("latin-1"),
        [("PG002", "the file is not UTF-8", 2, 6)],
    ),
}


@pytest.mark.parametrize(("content", "expected"), MISTAKES.values(), ids=MISTAKES)
def test_mistakes(content, expected) -> None:
    assert mistakes(content) == expected


@pytest.mark.parametrize("name", [name for name in MISTAKES if name != "nested too deeply"])
def test_the_quick_way_refuses_them_too(name) -> None:
    content, _ = MISTAKES[name]
    with pytest.raises((ValueError, RecursionError)):
        read(content.encode() if isinstance(content, str) else content)


ACCEPTED = {
    "a byte-order mark": (b'\xef\xbb\xbf{"a": 1}', {"a": 1}),
    "a surrogate pair": (b'["\\ud83d\\udd12"]', ["\U0001f512"]),
    "an escaped backslash before a u": (b'["\\\\ud800"]', ["\\ud800"]),
    "the same key in two objects": (b'[{"a": 1}, {"a": 2}]', [{"a": 1}, {"a": 2}]),
    "forty levels": (b"[" * 40 + b"]" * 40, None),
    "a line separator in a text": ('{"a": "\u2028"}'.encode(), {"a": "\u2028"}),
}


@pytest.mark.parametrize(("content", "value"), ACCEPTED.values(), ids=ACCEPTED)
def test_accepted(content, value) -> None:
    found = read(content)

    assert value is None or found == value
    assert mistakes(content) == []


def test_whole_numbers_stay_whole() -> None:
    assert [type(number) for number in read(b"[1, 1.0, -3]")] == [int, float, int]


@given(
    st.text('{}[]:,"\\ud8e0nul truefsNaIity-+.1\n', max_size=30)
    | JSON.map(lambda value: json.dumps(value, ensure_ascii=False))
    | st.builds(
        lambda value, at, put: (
            (text := json.dumps(value))[: at % (len(text) + 1)] + put + text[at % (len(text) + 1) :]
        ),
        JSON,
        st.integers(0, 200),
        st.sampled_from(["NaN", "1e999", "\\ud800", '"a":1,', ",", "[", "}", "\x00", "9" * 20]),
    )
)
@example('{"a":1,"a":1}')
def test_both_ways_agree(text) -> None:
    """Whatever the quick way refuses, the other one explains; nothing falls between them."""
    content = text.encode()
    try:
        value = read(content)
    except (ValueError, RecursionError):
        assert mistakes(content) != []
    else:
        document, found = parse(content, "a.json")
        assert found == []
        assert document.value == value
        assert all(
            math.isfinite(document.at(keys))
            for keys in document.values
            if isinstance(document.at(keys), float)
        )
