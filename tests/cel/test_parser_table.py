"""The shipped parser is the one that cel-python builds; run as a module, this makes its table."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import lark
import pytest
import yaml
from celpy import celparser
from celpy.celparser import CELParser
from lark.exceptions import UnexpectedInput
from lark.grammar import Rule
from lark.lexer import PatternRE, TerminalDef
from lark.parsers.lalr_analysis import IntParseTable, ParseTable, Shift

from plumbgate.cel import environment, parser_table
from plumbgate.cel.tokens import scan

ROOT = Path(__file__).parent.parent.parent
COMMAND = "python -m tests.cel.test_parser_table"
SOURCES = (Path(celparser.__file__), Path(celparser.__file__).with_name("cel.lark"))
CODE = {"lexer_callbacks": {"IDENT": CELParser.ambiguous_literals}, "tree_class": lark.Tree}
"""Options of the parser that are no data."""
UNLIMITED = 2**32 - 1
"""What Lark calls the width of a pattern without an end differs between versions of Python."""


def built() -> lark.Lark:
    """Return the parser as cel-python builds it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(CELParser, "CEL_PARSER", None)
        CELParser()
        return CELParser.CEL_PARSER


def numbered(table: ParseTable) -> IntParseTable:
    """Return a table whose states have numbers, the same in each process: nearest first."""
    places = list(table.start_states.values())
    for place in places:
        targets = [target for _, (action, target) in _steps(table, place) if action is Shift]
        places += [target for target in dict.fromkeys(targets) if target not in places]
    number = {place: index for index, place in enumerate(places)}
    states = {
        number[place]: {
            token: (action, number[target] if action is Shift else target)
            for token, (action, target) in _steps(table, place)
        }
        for place in places
    }
    starts = {name: number[place] for name, place in table.start_states.items()}
    ends = {name: number[place] for name, place in table.end_states.items()}
    return IntParseTable(states, starts, ends)


def _steps(table: ParseTable, place: object) -> list:
    return sorted(table.states[place].items(), key=lambda step: step[0])


def made() -> str:
    """Return the table as it is shipped."""
    parser = built()
    inner = parser.parser.parser
    inner._parse_table = numbered(inner._parse_table)  # noqa: SLF001 (Lark writes what stands there)
    for terminal in parser.terminals:
        if isinstance(terminal.pattern, PatternRE):
            least, most = terminal.pattern._get_width()  # noqa: SLF001 (likewise)
            terminal.pattern._width = [least, min(most, UNLIMITED)]  # noqa: SLF001
    data, memo = parser.memo_serialize([TerminalDef, Rule])
    data["options"] = {name: data["options"][name] for name in data["options"].keys() - CODE}
    data["parser"]["parser"]["states"] = list(data["parser"]["parser"]["states"].values())
    whole = {
        "origin": parser_table.origin(SOURCES),
        "memo": list(memo.values()),
        "data": data,
    }
    text = json.dumps(whole, sort_keys=True, separators=(",", ":"))
    # A line for each state, rule and terminal.
    return text.replace("},{", "},\n{") + "\n"


AWKWARD = (
    *("", " ", "//", "// only a comment\n", "a // behind\n + b", "\n\na\n ==\r\n b\n"),
    *("true", "truer", "false.true", "null", "nullable", "a.in", "for", "a.for"),
    *("inner in inn", "\tinb in b", "1 inb"),
    *("-1", "--1", "1-1", "a-1", "- 1", "!-!a", "0x1F", "1u", ".5", "1.", "1e3", "1.e3", "1..2"),
    *("''", r"'\'\\'", '"""a\n"b" """', "r'\\'", "b'x'", '"\u65e5\U0001f600"'),
    *("'a' 'b'", "'a", "'\n'"),
    *("[]", "[,]", "[1,]", "{}", "{1:2}", "{1}", "T{}", "T{a: 1}", "a.T{a: b{}}", "{}.a", "[][0]"),
    *(".a", ".a()", ".a(1).b(2)", "a(", "a)", "()", "((a))", "a.b.c(d, e)[f].g", "f(a,)", "a.1"),
    *("a ? b : c ? d : e", "a ? b ? c : d : e", "a ?: b", "a ? b", "a || b && c == d + e * -f"),
    *("a < b < c", "a = b", "a === b", "a & b", "a | b", "a b", "@", "a @", "\u00e9", "a\u00a0b"),
    "(" * 40 + "a" + ")" * 40,
    " && ".join(["a.b.exists(x, x > 1)"] * 50),
)


def texts() -> Iterator[str]:
    """Return the awkward ones, and whatever text stands in an example or a policy."""
    yield from AWKWARD
    for folder in ("policies", "examples"):
        for file in sorted((ROOT / folder).rglob("*.yaml")):
            for document in yaml.safe_load_all(file.read_text(encoding="utf-8")):
                yield from _scalars(document)


def _scalars(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        value = [*value.keys(), *value.values()]
    if isinstance(value, list):
        for item in value:
            yield from _scalars(item)
    elif isinstance(value, str):
        yield value


def said(parser: lark.Lark, text: str) -> object:
    """Return all that a parser says of a text, or of what is wrong with it."""
    try:
        return _shape(parser.parse(text))
    except UnexpectedInput as error:
        # What was expected instead is a set: its order is by chance.
        return type(error), error.line, error.column, error.args, sorted(str(error).splitlines())


def _shape(node: lark.Tree | lark.Token) -> object:
    if isinstance(node, lark.Token):
        place = (node.line, node.column, node.start_pos, node.end_line, node.end_column)
        return node.type, str(node), *place, node.end_pos
    return type(node), node.data, vars(node.meta), [_shape(child) for child in node.children]


@pytest.fixture
def start(monkeypatch) -> Iterator[pytest.MonkeyPatch]:
    """Begin as a process does, without a parser, and leave none behind."""
    monkeypatch.setattr(CELParser, "CEL_PARSER", None)
    environment._environment.cache_clear()  # noqa: SLF001 (what it made is in the way)
    yield monkeypatch
    environment._environment.cache_clear()  # noqa: SLF001 (likewise)


def test_the_shipped_table_is_made_of_what_is_installed() -> None:
    # Compared before it is asserted: the difference of such texts is too long to be shown.
    same = parser_table.TABLE.read_text(encoding="utf-8") == made()

    assert same, f"the table is an old one: run `{COMMAND}`"


def test_it_parses_and_refuses_as_the_built_one_does(start) -> None:
    start.setattr(celparser, "Lark", None)
    environment.parse(scan("true"))
    one = CELParser.CEL_PARSER
    start.undo()
    other = built()

    trees = refused = 0
    for text in dict.fromkeys(texts()):
        answer = said(one, text)
        assert answer == said(other, text), text
        trees += isinstance(answer[1], str)
        refused += isinstance(answer[1], int)
    assert trees > 100
    assert refused > 100


def of_another(source: str) -> Callable[[bytes], bytes]:
    """Return what makes a table one of another source."""

    def alter(table: bytes) -> bytes:
        whole = json.loads(table)
        assert whole["origin"].pop(source)
        return json.dumps(whole | {"origin": whole["origin"] | {source: "another"}}).encode()

    return alter


UNFIT = {
    "of another Lark": of_another("lark"),
    "of another grammar": of_another("cel.lark"),
    "of other options": of_another("celparser.py"),
    "cut short": lambda table: table[: len(table) // 2],
    "empty": lambda _: b"",
    "no text": lambda _: b"\xff",
}


@pytest.mark.parametrize("alter", UNFIT.values(), ids=UNFIT)
def test_of_a_table_that_does_not_fit_no_parser_is_made(alter, tmp_path) -> None:
    table = tmp_path / "table.json"
    table.write_bytes(alter(parser_table.TABLE.read_bytes()))

    assert parser_table.load(SOURCES, table, **CODE) is None


def test_nor_is_one_of_a_table_that_is_not_there(tmp_path) -> None:
    assert parser_table.load(SOURCES, tmp_path / "table.json", **CODE) is None


def test_nor_where_the_sources_cannot_be_read(tmp_path) -> None:
    assert parser_table.load([tmp_path / "cel.lark"], **CODE) is None


def test_a_parser_is_built_where_no_table_fits(start) -> None:
    start.setattr(lark, "__version__", "another")

    assert environment.parse(scan("a.b > 1")).data == "relation"
    assert CELParser.CEL_PARSER.source_path != "<deserialized>"


if __name__ == "__main__":
    parser_table.TABLE.write_text(made(), encoding="utf-8")
