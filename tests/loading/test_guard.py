"""Tests for `plumbgate.loading.guard` and `plumbgate.loading.yaml_syntax`."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest
import yaml

from plumbgate.loading import guard
from plumbgate.loading.documents import parse
from plumbgate.loading.guard import MAX_BYTES, MAX_DEPTH, MAX_NODES, inspect
from plumbgate.loading.yaml_syntax import SENTENCES
from plumbgate.render.text_safety import visible


def refused(content: bytes | str) -> list[tuple[str, str, int, int]]:
    content = content.encode() if isinstance(content, str) else content
    return [(r.code, r.message, r.line, r.column) for r in inspect(content)[1]]


# --- limits: at the edge, and beyond it --------------------------------------------------------

SIZES = {
    "bytes, at the limit": ("#" * MAX_BYTES, []),
    "bytes, one more": (
        "#" * (MAX_BYTES + 1),
        [("PG002", f"the file is larger than {MAX_BYTES:,} bytes", 1, 1)],
    ),
    "depth, at the limit": ("[" * MAX_DEPTH + "]" * MAX_DEPTH, []),
    "depth, one more": (
        "[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1),
        [("PG002", f"nested deeper than {MAX_DEPTH} levels", 1, MAX_DEPTH + 1)],
    ),
    "depth of mappings, one more": (
        "\n".join(f"{' ' * i}a:" for i in range(MAX_DEPTH + 1)),
        [("PG002", f"nested deeper than {MAX_DEPTH} levels", MAX_DEPTH + 1, MAX_DEPTH + 1)],
    ),
    "depth of items on a line": (
        "- " * (MAX_DEPTH + 1),
        [("PG002", f"nested deeper than {MAX_DEPTH} levels", 1, 2 * MAX_DEPTH + 1)],
    ),
    "width is no depth": ("[[], {}, []]\n", []),
    "values, at the limit": ("[" + "1," * (MAX_NODES - 1) + "]", []),
    "values, one more": (
        "[" + "1," * MAX_NODES + "]",
        [("PG002", f"more than {MAX_NODES:,} values", 1, 2 * MAX_NODES)],
    ),
    "200 KB of text": ("a: " + "x" * 200_000, []),
}


@pytest.mark.parametrize(("text", "expected"), SIZES.values(), ids=SIZES)
def test_sizes(text, expected) -> None:
    assert refused(text) == expected


@pytest.mark.parametrize("bracket", ["[", "{", "[{", "{a: [", "- "])
def test_brackets_without_end_are_refused_at_once_and_end_no_process(bracket) -> None:
    """libyaml's composer would recurse until the interpreter dies: this must run apart."""
    program = (
        "from plumbgate.loading.documents import parse\n"
        f"document, mistakes = parse(({bracket!r} * 100_000).encode(), 'policy.yaml')\n"
        "print([d.code for d in mistakes], document.value)\n"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)

    assert run.returncode == 0, run.stderr
    assert run.stdout == b"['PG002'] None\n"


def test_what_grows_out_of_aliases_is_never_built() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 9)]
    begun = time.process_time()
    document, mistakes = parse("\n".join(lines).encode(), "bomb.yaml")

    assert time.process_time() - begun < 0.5
    assert document.value is None
    assert len(mistakes) == 9 + 8 * 9


# --- what YAML may not be used for -------------------------------------------------------------

REFUSED = {
    "not UTF-8": (
        "title: caf\u00e9\nowner: \u00e9".encode("latin-1"),
        [("PG002", "the file is not UTF-8", 1, 11)],
    ),
    "not UTF-8, behind characters of several bytes": (
        "owner: \u00fc\u20ac\nt: \u00fc".encode() + b"\xff",
        [("PG002", "the file is not UTF-8", 2, 5)],
    ),
    "UTF-16": ("a: 1".encode("utf-16"), [("PG002", "the file is not UTF-8", 1, 1)]),
    "two documents": ("a: 1\n---\nb: 2\n", [("PG002", "a second document", 2, 1)]),
    "an anchor": (
        "a: &name 1\n",
        [("PG002", "`&name` is an anchor; anchors are not read", 1, 4)],
    ),
    "an anchor on a key": (
        "&k a: 1\n",
        [("PG002", "`&k` is an anchor; anchors are not read", 1, 1)],
    ),
    "an alias": (
        "a: &x 1\nb: *x\n",
        [
            ("PG002", "`&x` is an anchor; anchors are not read", 1, 4),
            ("PG002", "`*x` is an alias; aliases are not read", 2, 4),
        ],
    ),
    "a tag of YAML": ("a: !!str 1\n", [("PG002", "`!!str` is a tag; tags are not read", 1, 4)]),
    "a tag of Python": (
        "a: !!python/object/apply:os.system [id]\n",
        [("PG002", "`!!python/object/apply:os.system` is a tag; tags are not read", 1, 4)],
    ),
    "an expression that YAML takes for a tag": (
        "assert: !variables.slower\n",
        [("PG002", "`!variables.slower` is a tag; tags are not read", 1, 9)],
    ),
    "several of them": (
        "a: !x 1\nb: &y 2\n",
        [
            ("PG002", "`!x` is a tag; tags are not read", 1, 4),
            ("PG002", "`&y` is an anchor; anchors are not read", 2, 4),
        ],
    ),
    "a right-to-left override": (
        "a: x\nowner: good\u202e\n",
        [("PG005", "hidden character U+202E", 2, 12)],
    ),
    "a zero-width space in a key": ("ow\u200bner: x", [("PG005", "hidden character U+200B", 1, 3)]),
    "a tag character": ("a: x\U000e0041", [("PG005", "hidden character U+E0041", 1, 5)]),
    "a byte-order mark that is not first": (
        "a: \ufeffx",
        [("PG005", "hidden character U+FEFF", 1, 4)],
    ),
    "each hidden character is shown": (
        "a: \u200bx\u200b\r\nb: \x1b[2J",
        [
            ("PG005", "hidden character U+200B", 1, 4),
            ("PG005", "hidden character U+200B", 1, 6),
            ("PG005", "hidden character U+001B", 2, 4),
        ],
    ),
    "a key behind a line separator in a comment": (
        "# nothing here\u2028enforcement: warn\n",
        [("PG005", "hidden character U+2028", 1, 15)],
    ),
    "a next-line character": ("a: x\x85b: y", [("PG005", "hidden character U+0085", 1, 5)]),
    "a half of a surrogate pair, escaped": (
        'a: "\\ud800"',
        [("PG001", "not YAML: there is no character of this code", 1, 7)],
    ),
}


@pytest.mark.parametrize(("content", "expected"), REFUSED.values(), ids=REFUSED)
def test_refused(content, expected) -> None:
    assert refused(content) == expected


ACCEPTED = {
    "a byte-order mark": b"\xef\xbb\xbfa: 1\n",
    "nothing": b"",
    "a comment": b"# nothing\n",
    "a document's beginning and end": b"---\na: 1\n...\n",
    "a directive": b"%YAML 1.2\n---\na: 1\n",
    "CRLF": b"a: 1\r\nb: 2\r\n",
    "CR": b"a: 1\rb: 2\r",
    "a tab between values": b"a:\t1\n",
    "other scripts": "owner: \u00c5sa \u0420\u0438\u0441\u043a \u98a8\u96aa \U0001f512\n".encode(),
}


@pytest.mark.parametrize("content", ACCEPTED.values(), ids=ACCEPTED)
def test_accepted(content) -> None:
    text, refusals = inspect(content)

    assert refusals == []
    assert text.encode() == content.removeprefix(b"\xef\xbb\xbf")


def test_a_tag_that_is_none_is_a_text_to_be_quoted() -> None:
    (_, (ours,)), (_, (yamls,)) = inspect(b"a: !has(x)\n"), inspect(b"a: !!str x\n")

    assert (ours.hint, yamls.hint) == ("quote a text that begins with `!`", "leave it out")


def test_what_outputs_would_escape_is_refused_in_sources() -> None:
    """One list of hidden characters serves both; tabs and line breaks are no secret here."""
    for code in (*range(0xD800), *range(0xE000, 0x10000), *range(0xE0000, 0xE0100)):
        character = chr(code)
        hidden = visible(character) != character and character not in "\t\n\r"
        found = refused(b"# a" + character.encode())
        assert [code for code, *_ in found] == (["PG005"] if hidden else []), hex(code)


# --- syntax, in words --------------------------------------------------------------------------

SYNTAX = {
    "a colon in a text": ("title: a: b\n", "a `:` stands where no key can stand", 1, 9),
    "a tab that indents": ("a:\n\tb: 1\n", "a value cannot begin with this character", 2, 1),
    "a percent sign": ("a: %b\n", "a value cannot begin with this character", 1, 4),
    "a tab in a block": ("a: |\n\tb\n", "a tab indents this line", 2, 1),
    "an open quote": ("a: 'x\nb: 2\n", "a quote is not closed", 1, 4),
    "an expression that begins with a quote": (
        "assert: 'x' == variables.y\n",
        "something stands behind the end of a text or a list",
        1,
        13,
    ),
    "an expression that begins with a list": (
        "assert: [1, 2].sum() > 2\n",
        "something stands behind the end of a text or a list",
        1,
        15,
    ),
    "a brace inside braces": (
        "- {message: Only {x}.}\n",
        "a `,` or the closing `}` is missing",
        1,
        18,
    ),
    "an open list": (
        "a: [x\nb: 2\n",
        "a `,` or the closing `]` is missing; it begins at 1:4",
        2,
        2,
    ),
}


@pytest.mark.parametrize(("text", "message", "line", "column"), SYNTAX.values(), ids=SYNTAX)
def test_syntax(text, message, line, column) -> None:
    assert refused(text) == [("PG001", f"not YAML: {message}", line, column)]


SLIPS = {
    "mapping values are not allowed in this context": "title: a: b\n",
    "found character that cannot start any token": "a: @b\n",
    "found a tab character that violates indentation": "a: b\n\tc: d\n",
    "found a tab character where an indentation space is expected": "a: |\n\tb\n",
    "found unexpected end of stream": 'a: "x\n',
    "did not find expected ',' or ']'": "a: [x\nb: 2\n",
    "did not find expected ',' or '}'": "- {message: Only {x}.}\n",
    "did not find expected key": "a: 1\n- b\n",
    "did not find expected '-' indicator": "- a\nb: 1\n",
    "could not find expected ':'": "a: 1\nbbb\nc: 2\n",
    "did not find expected alphabetic or numeric character": "assert: !x && y\n",
    "did not find expected comment or line break": "assert: > 3\n",
    "did not find expected node content": "a: , b\n",
    "mapping keys are not allowed in this context": "a: ? b\n",
    "block sequence entries are not allowed in this context": "a: - b\n",
    "found unknown escape character": 'a: "\\d"\n',
    "found invalid Unicode character escape code": 'a: "\\ud800"\n',
}


@pytest.mark.parametrize(("problem", "text"), SLIPS.items(), ids=SLIPS)
def test_each_sentence_is_met(problem, text) -> None:
    """The table is keyed by libyaml's own words: a release that changes them shows here."""
    ((code, message, *_),) = refused(text)

    assert code == "PG001"
    assert message.startswith(f"not YAML: {SENTENCES[problem][0]}")
    assert inspect(text.encode())[1][0].hint == SENTENCES[problem][1]


def test_every_sentence_is_tested() -> None:
    assert set(SLIPS) == set(SENTENCES)


def test_a_problem_without_a_sentence_is_said_as_it_is() -> None:
    assert refused("%YAML 3.0\n---\na: 1\n") == [
        ("PG001", "not YAML: found incompatible YAML document", 1, 1)
    ]


# --- without libyaml ---------------------------------------------------------------------------


@pytest.mark.parametrize(("content", "expected"), REFUSED.values(), ids=REFUSED)
def test_the_loader_in_python_refuses_the_same(content, expected, monkeypatch) -> None:
    monkeypatch.setattr(guard, "LOADER", yaml.SafeLoader)
    content = content.encode() if isinstance(content, str) else content
    _, mistakes = parse(content, "policy.yaml")

    assert [(d.place.line, d.place.column) for d in mistakes][:1] == [
        (line, column if code != "PG001" else 4) for code, _, line, column in expected
    ][:1]


def test_the_loader_in_python_refuses_an_escape_beyond_unicode(monkeypatch) -> None:
    monkeypatch.setattr(guard, "LOADER", yaml.SafeLoader)

    assert refused('a: "\\U00110000"') == [
        ("PG001", "not YAML: an escape names no character", 1, 1)
    ]
