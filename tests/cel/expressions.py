"""
Well-typed expressions of the profile at random, and values for the names in them.

A type is CEL's name of it, or `("list", item)`, `("map", value)`. The generator stays away from
the differences that `tests/cel/conformance/deviations.py` tables, each at the place that says so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Type = str | tuple[str, "Type"]

INTS: Type = ("list", "int")
TEXTS: Type = ("list", "string")
NAMES: dict[str, Type] = {
    "flag": "bool",
    "count": "int",
    "share": "double",
    "text": "string",
    "flags": ("list", "bool"),
    "counts": INTS,
    "shares": ("list", "double"),
    "texts": TEXTS,
    "lists": ("list", INTS),
    "limits": ("map", "int"),
    "rates": ("map", "double"),
    "labels": ("map", "string"),
    "groups": ("map", TEXTS),
}
"""What an expression can read, with its type."""

SMALL: dict[str, Type] = {"few": "int", "part": "double"}
"""Numbers that are declared as `dyn`, so that C++ compiles a comparison of an int with a double."""

SCALARS: tuple[Type, ...] = ("bool", "int", "double", "string")
KINDS: tuple[Type, ...] = tuple(dict.fromkeys((*SCALARS, *NAMES.values())))

KEYS = ("a", "b", "c")
_CHARACTERS = "ab1.-' \"\\\n\u00e9\u65e5\U0001f600"
_EDGES = (0, 1, -1, 2, 2**53 + 1, 2**63 - 1, -(2**63))
_PATTERNS = ("", "a", "^a", "b$", "^[ab]+$", "a.b", r"\d", "(", "a{2}", "(?i)A", r"\pL", r"(a)\1")

_INT = st.integers(-9, 9) | st.integers(0, 3) | st.sampled_from(_EDGES)
# Beyond a million, and below 0.0001, `string()` writes doubles as C++ does not. Tenths and eighths
# keep every sum, product and quotient of theirs finite: what is not a number is an error here.
_DOUBLE = (
    st.integers(-999_999, 999_999).map(lambda number: number / 10)
    | st.integers(-99, 99).map(lambda number: number / 8)
    | st.just(-0.0)
)
_TEXT = st.text("ab", max_size=3) | st.text(_CHARACTERS, max_size=3)
# A number in a text is a decimal, and nothing but it: C++ reads more.
_NUMERAL = st.sampled_from(
    ["0", "-7", "12", "+3", "007", "9223372036854775807", "9223372036854775808", "x", "", "1 2"]
)
_DECIMAL = _NUMERAL | st.sampled_from(["1.5", "-0.25", "1e3", "2.5E-2", "1e", "--1", "1,5"])


def values(kind: Type) -> st.SearchStrategy[object]:
    """Return plain values of a type."""
    if isinstance(kind, tuple):
        shape, inner = kind
        items = values(inner)
        if shape == "list":
            return st.lists(items, max_size=3)
        return st.dictionaries(st.sampled_from(KEYS), items, min_size=1, max_size=3)
    return {"bool": st.booleans(), "int": _INT, "double": _DOUBLE, "string": _TEXT}[kind]


_BESIDE = {"few": st.integers(-9, 9), "part": _DOUBLE}


@st.composite
def cases(draw: Callable) -> tuple[set[str], dict[str, object]]:
    """
    Return expressions, and values for the names in them.

    A name now and then has none: it is an error where it is read, as what is unmeasured.
    """
    several = draw(st.sets(expressions(), min_size=1, max_size=6))
    read = {word for text in several for word in re.findall(r"\w+", text)}
    known = {name: values(kind) for name, kind in NAMES.items()} | _BESIDE
    context = {
        name: draw(strategy)
        for name, strategy in known.items()
        if name in read and draw(st.integers(0, 9)) < 9
    }
    return several, context


@st.composite
def expressions(draw: Callable) -> str:
    """Return the text of an expression."""
    writer = _Writer(draw, NAMES)
    kind = draw(st.sampled_from((*["bool"] * len(KINDS), *KINDS)))
    return writer.chain(kind, draw(st.integers(1, 3)))


def written(value: object) -> str:
    """Return a literal."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return "'" + "".join(_ESCAPED.get(letter, letter) for letter in value) + "'"
    return str(value)


_ESCAPED = {"'": r"\'", "\\": r"\\", "\n": r"\n", "\U0001f600": r"\U0001F600"}


@dataclass(frozen=True)
class _Writer:
    """Draws texts of expressions, where `names` can be read."""

    draw: Callable
    names: Mapping[str, Type]

    def one(self, *choices: str | Callable[[], str]) -> str:
        """Return one of the choices; one that is a function is only called when it is."""
        chosen = self.draw(st.sampled_from(choices))
        return chosen if isinstance(chosen, str) else chosen()

    def chain(self, kind: Type, depth: int) -> str:
        """Return an expression, its operators bound by their precedence alone."""
        operators = _OPERATORS.get(kind if isinstance(kind, str) else kind[0])
        if depth == 0 or operators is None:
            return self.value(kind, depth)
        text = self.value(kind, depth - 1)
        for _ in range(self.draw(st.integers(0, 2))):
            operator = self.one(*operators)
            text += f" {operator} {self.operand(kind, operator, depth - 1)}"
        return text

    def operand(self, kind: Type, operator: str, depth: int) -> str:
        # 0.0 / 0.0 is not a number, which is an error here: no double is divided by 0.
        if kind == "double" and operator == "/":
            return self.one("2.0", "-4.0", "0.5", "3.0", "10.0")
        return self.value(kind, depth)

    def value(self, kind: Type, depth: int) -> str:
        """Return an expression that stands as an operand as it is."""
        forms = _FORMS[kind if isinstance(kind, str) else kind[0]]
        simple = depth == 0 or self.draw(st.integers(0, 5)) == 5
        form = self.draw(st.sampled_from([_leaf, _leaf, _read] if simple else [*forms, *_ANY]))
        return form(self, kind, max(depth - 1, 0))

    def body(self, name: str, kind: Type) -> _Writer:
        """Return the writer of a macro's body."""
        return _Writer(self.draw, {**self.names, name: kind})


def _leaf(writer: _Writer, kind: Type, _: int) -> str:
    readable = [name for name, found in writer.names.items() if found == kind]
    # A body that does not look at its item says little of a macro.
    items = [name for name in readable if name not in NAMES]
    if readable and writer.draw(st.integers(0, 3 if items else 1)):
        return writer.one(*readable, *items * 2)
    return _literal(writer, kind)


def _literal(writer: _Writer, kind: Type) -> str:
    if isinstance(kind, tuple):
        shape, inner = kind
        # A repeated key is an error of the whole expression to C++.
        # C++'s checker guesses what an item of `[]` is: lists are empty as values, and by `filter`.
        least = 1 if shape == "list" else 0
        keys = writer.draw(st.lists(st.sampled_from(KEYS), min_size=least, max_size=2, unique=True))
        items = [_leaf(writer, inner, 0) for _ in keys]
        if shape == "list":
            return f"[{', '.join(items)}]"
        return "{" + ", ".join(f"'{k}': {v}" for k, v in zip(keys, items, strict=True)) + "}"
    text = written(writer.draw(values(kind)))
    return f"({text})" if text.startswith("-") else text


def _read(writer: _Writer, kind: Type, depth: int) -> str:
    """Return what a map has under a key, or a list at a place; there may be nothing."""
    maps = [name for name, found in writer.names.items() if found == ("map", kind)]
    lists = [name for name, found in writer.names.items() if found == ("list", kind)]
    if not maps + lists:
        return _leaf(writer, kind, depth)
    name = writer.one(*maps, *lists)
    if name in lists:
        return f"{name}[{writer.one('0', '0', '0', '1', '-1', lambda: writer.chain('int', depth))}]"
    key = writer.one(*KEYS)
    return name + writer.one(
        *(f".{key}", f"['{key}']"), lambda: f"[{writer.chain('string', depth)}]"
    )


def _chosen(writer: _Writer, kind: Type, depth: int) -> str:
    condition, yes, no = (writer.chain(each, depth) for each in ("bool", kind, kind))
    return f"({condition} ? {yes} : {no})"


def _bracketed(writer: _Writer, kind: Type, depth: int) -> str:
    return f"({writer.chain(kind, depth)})"


def _indexed(writer: _Writer, kind: Type, depth: int) -> str:
    listed = _listed(writer, ("list", kind), depth)
    return f"{listed}[{writer.one('0', '0', '1', '-1', 'count')}]"


def _negated(sign: str) -> Callable:
    return lambda writer, kind, depth: f"({sign}{writer.value(kind, depth)})"


def _compared(writer: _Writer, _: Type, depth: int) -> str:
    kind = writer.draw(st.sampled_from(SCALARS))
    left, right = (_edge(writer, kind) or writer.value(kind, depth) for _ in range(2))
    return f"({left} {writer.one('<', '<=', '>', '>=', '==', '!=')} {right})"


def _edge(writer: _Writer, kind: Type) -> str | None:
    """Return now and then a double that arithmetic might make no number of."""
    if kind != "double" or writer.draw(st.integers(0, 7)):
        return None
    return writer.one(
        *("(1.0 / 0.0)", "(-1.0 / 0.0)", "9223372036854775807.0", "-9223372036854775808.0"),
        *("1.7976931348623157e308", "5e-324", "9007199254740993.0"),
    )


def _equal(writer: _Writer, _: Type, depth: int) -> str:
    kind = writer.draw(st.sampled_from(KINDS))
    operator = writer.one("==", "!=")
    return f"({writer.value(kind, depth)} {operator} {writer.value(kind, depth)})"


def _mixed(writer: _Writer, _: Type, depth: int) -> str:
    # An int beyond 2^53 compares exactly here, and rounded in C++: the ints are small ones.
    sign = writer.one("<", "<=", ">", ">=", "==", "!=")
    return writer.one(
        lambda: f"(few {sign} {writer.value('double', depth)})",
        lambda: f"({writer.value('double', depth)} {sign} few)",
        lambda: f"(part {sign} {writer.one('0', '3')})",
        lambda: f"(few in {writer.value(('list', 'double'), depth)})",
    )


def _within(writer: _Writer, _: Type, depth: int) -> str:
    shape = writer.draw(st.sampled_from(KINDS[len(SCALARS) :]))
    item = shape[1] if shape[0] == "list" else "string"
    return f"({writer.value(item, depth)} in {writer.value(shape, depth)})"


def _has(writer: _Writer, _: Type, depth: int) -> str:
    kind = writer.draw(st.sampled_from([kind for kind in KINDS if kind[0] == "map"]))
    return f"has({_leaf(writer, kind, depth)}.{writer.one(*KEYS)})"


def _asked(writer: _Writer, _: Type, depth: int) -> str:
    text = writer.value("string", depth)
    part = writer.one("'a'", "'b'", lambda: writer.value("string", depth))
    return f"{text}.{writer.one('contains', 'startsWith', 'endsWith')}({part})"


def _matches(writer: _Writer, _: Type, depth: int) -> str:
    pattern = writer.draw(st.sampled_from(_PATTERNS))
    return f"{writer.value('string', depth)}.matches({written(pattern)})"


def _items(writer: _Writer, depth: int) -> tuple[str, _Writer]:
    """Return a list, and the writer of a body that has its items as `x`, or as `y` inside."""
    listed = writer.draw(st.sampled_from([kind for kind in KINDS if kind[0] == "list"]))
    name = "y" if "x" in writer.names else "x"
    return writer.value(listed, depth), writer.body(name, listed[1])


def _judged(writer: _Writer, _: Type, depth: int) -> str:
    items, body = _items(writer, depth)
    macro = writer.one("all", "exists", "exists_one")
    return f"{items}.{macro}({[*body.names][-1]}, {body.chain('bool', depth)})"


def _listed(writer: _Writer, kind: Type, depth: int) -> str:
    count = writer.draw(st.integers(1, 3))
    return f"[{', '.join(writer.chain(kind[1], depth) for _ in range(count))}]"


def _filtered(writer: _Writer, kind: Type, depth: int) -> str:
    body = writer.body("y" if "x" in writer.names else "x", kind[1])
    return f"{writer.value(kind, depth)}.filter({[*body.names][-1]}, {body.chain('bool', depth)})"


def _made(writer: _Writer, kind: Type, depth: int) -> str:
    items, body = _items(writer, depth)
    return f"{items}.map({[*body.names][-1]}, {body.chain(kind[1], depth)})"


def _mapped(writer: _Writer, kind: Type, depth: int) -> str:
    return f"{{'a': {writer.chain(kind[1], depth)}, 'b': {writer.chain(kind[1], depth)}}}"


def _sized(writer: _Writer, _: Type, depth: int) -> str:
    kind = writer.draw(st.sampled_from(["string", *KINDS[len(SCALARS) :]]))
    text = writer.value(kind, depth)
    return writer.one(f"size({text})", f"{text}.size()")


def _to_int(writer: _Writer, _: Type, depth: int) -> str:
    inner = writer.one(
        lambda: _edge(writer, "double") or writer.chain("double", depth),
        lambda: writer.value("int", depth),
        lambda: written(writer.draw(_NUMERAL)),
    )
    return f"int({inner})"


def _to_double(writer: _Writer, _: Type, depth: int) -> str:
    # Of an int only a small one: products of the largest would leave the doubles.
    inner = writer.one(
        *("few", "7"),
        lambda: writer.value("double", depth),
        lambda: written(writer.draw(_DECIMAL)),
    )
    return f"double({inner})"


def _to_string(writer: _Writer, _: Type, depth: int) -> str:
    inner = writer.one(
        *[lambda kind=kind: writer.chain(kind, depth) for kind in ("bool", "int", "string")],
        # What arithmetic makes of doubles can be so large that C++ writes it otherwise.
        *("share", "(1.0 / 0.0)", lambda: _literal(writer, "double")),
    )
    return f"string({inner})"


_OPERATORS = {
    "bool": ("&&", "||"),
    "double": ("+", "-", "*", "/"),
    "int": ("+", "-", "*", "/", "%"),
    "list": ("+",),
    "string": ("+",),
}
_ANY = (_chosen, _bracketed, _read, _indexed)
_FORMS: dict[str, tuple[Callable, ...]] = {
    "bool": (
        *(_negated("!"), _compared, _equal, _mixed, _within, _has, _asked, _matches),
        *(_judged, _judged),
    ),
    "double": (_negated("-"), _to_double),
    "int": (_negated("-"), _sized, _to_int),
    "list": (_listed, _filtered, _made),
    "map": (_mapped,),
    "string": (_to_string,),
}

_WORDS = re.compile(r"\w+(?=\()|\bin\b|&&|\|\||[=!<>]=?|[-+*/%?\[{.]")


def forms(text: str) -> set[str]:
    """Return the functions, macros and signs that stand in an expression."""
    return set(_WORDS.findall(re.sub(r"'(?:[^'\\]|\\.)*'", "", text)))
