"""
The scenarios of the public CEL conformance suite, read from cel-python's feature files.

They are Google's own `tests/simple/testdata/*.textproto`, one scenario for each test, written by a
tool of cel-python as Gherkin whose values are Python expressions. Those are read as syntax here,
and nothing in them is run.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

SUITE = "@conformance"
"""The tag of the files that were made from Google's; the others are cel-python's own tests."""


@dataclass(frozen=True)
class Foreign:
    """A value that plain data cannot hold: `name` is its class, in cel-python's words."""

    name: str


@dataclass(frozen=True)
class Failing:
    """What is expected is an error; which one is no part of the language definition."""


@dataclass
class Scenario:
    """One test: an expression, what it may know, and what it must give."""

    feature: str
    name: str
    text: str = ""
    bindings: dict[str, object] = field(default_factory=dict)
    container: str = ""
    expected: object = None

    def __str__(self) -> str:
        return f"{self.feature}: {self.name}"


_SCENARIO = re.compile(r"Scenario: (?P<name>.+)")
_STEP = re.compile(
    r"(?:When|Then|Given|and) (?:"
    r"CEL expression (?P<text>.+) is evaluated"
    r"|value is (?P<value>.+)"
    r"|(?P<failing>eval_error is .+)"
    r"|(?P<unsaid>none is None)"
    r"|bindings parameter (?P<name>\"[^\"]+\") is (?P<binding>.+)"
    r"|container is (?P<container>.+)"
    r"|(?P<check>(?:disable_check|type_env) parameter .+)"
    r")"
)
"""Steps; what a static checker is told stands in the last, and the evaluator needs none of it."""


def suite(folder: Path) -> dict[str, list[Scenario]]:
    """Return the scenarios of every file of the suite in `folder`, by the file's name."""
    texts = {path.stem: path.read_text(encoding="utf-8") for path in folder.glob("*.feature")}
    return {
        name: read(name, text) for name, text in sorted(texts.items()) if text.startswith(SUITE)
    }


def read(feature: str, text: str) -> list[Scenario]:
    """
    Return the scenarios of one file.

    Raises:
        ValueError: A line looks like a step, and is none that is known here.

    """
    scenarios: list[Scenario] = []
    for line in map(str.strip, text.splitlines()):
        if match := _SCENARIO.fullmatch(line):
            scenarios.append(Scenario(feature, match["name"]))
        elif match := _STEP.fullmatch(line):
            _take(scenarios[-1], match)
        elif line.startswith(("When ", "Then ", "Given ", "and ")):
            raise ValueError(f"{feature}: no step that is known here: {line}")
    return scenarios


def _take(scenario: Scenario, step: re.Match[str]) -> None:
    if step["text"]:
        scenario.text = ast.literal_eval(step["text"])
    elif step["value"]:
        scenario.expected = value(step["value"])
    elif step["failing"]:
        scenario.expected = Failing()
    elif step["unsaid"]:
        # cel-spec's simple.proto: without a matcher, "the result is a boolean true value".
        scenario.expected = True
    elif step["binding"]:
        scenario.bindings[ast.literal_eval(step["name"])] = value(step["binding"])
    elif step["container"]:
        scenario.container = ast.literal_eval(step["container"])


def value(text: str) -> object:
    """Return what `text` writes, as plain data as far as it goes, and `Foreign` beyond."""
    return _plain(ast.parse(text, mode="eval").body)


_PLAIN = frozenset({"BoolType", "DoubleType", "IntType", "StringType", "MapType", "ListType"})


def _plain(node: ast.expr) -> object:
    if isinstance(node, ast.List):
        return [_plain(item) for item in node.elts]
    if isinstance(node, ast.Dict):
        return {
            _plain(key): _plain(item)
            for key, item in zip(node.keys, node.values, strict=True)
            if key is not None
        }
    if isinstance(node, ast.Attribute | ast.Name):
        return Foreign("TypeType")
    if isinstance(node, ast.Call):
        return _made(node)
    written = ast.literal_eval(node)
    return Foreign("NoneType") if written is None else written


def _made(node: ast.Call) -> object:
    """Return what a call makes: `IntType(source=1)`, `MapType({})`, `float('inf')`."""
    name = ast.unparse(node.func).rpartition(".")[2]
    arguments = [*node.args, *(keyword.value for keyword in node.keywords)]
    if name == "float":
        return float(ast.literal_eval(arguments[0]))
    return _plain(arguments[0]) if name in _PLAIN else Foreign(name)
