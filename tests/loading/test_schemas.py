"""Tests for `plumbgate.loading.schemas`, `plumbgate.loading.schema_complaints`, the schemas."""

from __future__ import annotations

import copy
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from plumbgate.loading import json_documents
from plumbgate.loading.documents import parse
from plumbgate.loading.schema_complaints import COMPLAINTS
from plumbgate.loading.schemas import DATA_KEYWORDS, is_valid, schema, validate
from plumbgate.loading.shipped import shipped

KINDS = sorted(path.name.split(".")[0] for path in shipped("schemas").glob("*.schema.json"))
READ = ("cases", "policy", "project", "snapshot", "waiver")
"""Kinds of files that people or other programs write, and that are validated when they are read."""

POLICY = """\
apiVersion: plumbgate/v1
title: Speed
version: 1.0.0
owner: identity-governance
max_age: 45 d
parameters:
  max_days: {value: 15 d}
rules:
  - id: level
    title: Within the limit
    severity: high
    threshold: {metric: remediation.rmst_high, between: [1 d, 15 d]}
"""


def complaints(text: str, kind: str = "policy") -> list[tuple[str, str, int, int, str, str]]:
    document, mistakes = parse(text.encode(), "policy.yaml")
    assert mistakes == []
    return [
        (d.code, d.message, d.place.line, d.place.column, d.hint, d.note)
        for d in validate(document, kind)
    ]


def complaint(old: str, new: str) -> tuple[str, str, int, int, str, str]:
    assert old in POLICY
    (found,) = complaints(POLICY.replace(old, new))
    return found


# --- every keyword's sentence ------------------------------------------------------------------

RULE_KEYS = (
    "keys allowed here: id, title, severity, enforcement, applies_when, threshold, assert, decide, "
    "over, enforce_from, "
    "no_data, message, remediation"
)

SENTENCES = {
    "an unknown key, misspelt": (
        ("title: Within", "titel: Within"),
        (
            "PG011",
            "unknown key `titel` in item 1 of `rules`",
            10,
            5,
            "did you mean `title`?",
            RULE_KEYS,
        ),
    ),
    "an unknown key, like nothing": (
        ("    severity", "    colour: red\n    severity"),
        ("PG011", "unknown key `colour` in item 1 of `rules`", 11, 5, "remove it", RULE_KEYS),
    ),
    "an unknown key, of another language": (
        ("    severity", "    failureAction: Deny\n    severity"),
        (
            "PG011",
            "unknown key `failureAction` in item 1 of `rules`",
            11,
            5,
            "here it is called `enforcement`",
            RULE_KEYS,
        ),
    ),
    "an unknown key, of another language and another place": (
        ("metric: remediation.rmst_high,", "metric: remediation.rmst_high, failureAction: Deny,"),
        (
            "PG011",
            "unknown key `failureAction` in `threshold`",
            12,
            48,
            "remove it",
            (
                "keys allowed here: metric, at_most, at_least, below, above, between, judge, "
                "min_sample"
            ),
        ),
    ),
    "a number for a mapping": (
        ("max_days: {value: 15 d}", "max_days: 15"),
        (
            "PG012",
            "`max_days` must be a mapping, found the number 15",
            7,
            13,
            "",
            "A quantity, and how far it may be moved.",
        ),
    ),
    "an unknown key like one that is there already": (
        ("    severity", "    titles: x\n    severity"),
        ("PG011", "unknown key `titles` in item 1 of `rules`", 11, 5, "remove it", RULE_KEYS),
    ),
    "a missing key": (
        ("    severity: high\n", ""),
        (
            "PG010",
            "missing key `severity` in item 1 of `rules`",
            9,
            5,
            'write `severity: "high"`',
            "How much a FAIL matters.",
        ),
    ),
    "a missing key of the document": (
        ("owner: identity-governance\n", ""),
        (
            "PG010",
            "missing key `owner`",
            1,
            1,
            'write `owner: "identity-governance"`',
            "Who answers for the policy.",
        ),
    ),
    "a number for a text": (
        ("owner: identity-governance", "owner: 8.10"),
        (
            "PG012",
            "`owner` must be text, found the number 8.10",
            4,
            8,
            'quote it: "8.10"',
            "Who answers for the policy.",
        ),
    ),
    "true for a text": (
        ("owner: identity-governance", "owner: true"),
        (
            "PG012",
            "`owner` must be text, found true",
            4,
            8,
            'quote it: "true"',
            "Who answers for the policy.",
        ),
    ),
    "nothing for a text": (
        ("owner: identity-governance", "owner:"),
        (
            "PG012",
            "`owner` must be text, found nothing",
            4,
            7,
            'write "identity-governance"',
            "Who answers for the policy.",
        ),
    ),
    "a text for a list": (
        ("between: [1 d, 15 d]", "between: 15 d"),
        (
            "PG012",
            '`between` must be a list, found text "15 d"',
            12,
            57,
            'write ["min_share", "max_share"]',
            "Two limits, each a parameter's name or a quantity; both pass.",
        ),
    ),
    "a list for a quantity": (
        ("value: 15 d", "value: [15, d]"),
        (
            "PG012",
            "`value` must be text or a number, found a list",
            7,
            21,
            'write "15 d"',
            "A number with its unit.",
        ),
    ),
    "an item of another kind": (
        ("[1 d, 15 d]", "[1 d, {a: 1}]"),
        (
            "PG012",
            "item 2 of `between` must be text or a number, found a mapping",
            12,
            63,
            'write "min_share"',
            "A parameter's name or a quantity.",
        ),
    ),
    "a word that cannot be chosen, misspelt": (
        ("severity: high", "severity: hihg"),
        (
            "PG013",
            '`severity` cannot be text "hihg"',
            11,
            15,
            "did you mean `high`?",
            "allowed: info, low, medium, high, critical",
        ),
    ),
    "a word that cannot be chosen": (
        ("severity: high", "severity: 1"),
        (
            "PG013",
            "`severity` cannot be the number 1",
            11,
            15,
            "write `info` or `low` or `medium` or `high` or `critical`",
            "",
        ),
    ),
    "another version of the language": (
        ("plumbgate/v1", "v2"),
        ("PG013", '`apiVersion` cannot be text "v2"', 1, 13, "write `plumbgate/v1`", ""),
    ),
    "a version of two numbers": (
        ("version: 1.0.0", "version: 1.10"),
        (
            "PG014",
            "`version` does not have the form that it must have",
            3,
            10,
            'write "1.0.0"',
            "The policy's own version, three numbers.",
        ),
    ),
    "a name in capitals": (
        ("max_days:", "Max-Days:"),
        (
            "PG014",
            "`Max-Days` cannot be a name in `parameters`",
            7,
            3,
            "A name has lower-case letters, digits and `_`, a letter first.",
            "",
        ),
    ),
    "an id that ends in a line break": (
        ("id: level", 'id: "level\\n"'),
        (
            "PG014",
            "`id` does not have the form that it must have",
            9,
            9,
            'write "level"',
            "The rule's name within its policy; everywhere else `<policy>.<rule>`.",
        ),
    ),
    "an empty text": (
        ("owner: identity-governance", "owner: ''"),
        (
            "PG015",
            "`owner` is empty",
            4,
            8,
            'write "identity-governance"',
            "Who answers for the policy.",
        ),
    ),
    "a text of spaces": (
        ("owner: identity-governance", 'owner: "\\u00a0 "'),
        (
            "PG015",
            "`owner` is empty",
            4,
            8,
            'write "identity-governance"',
            "Who answers for the policy.",
        ),
    ),
    "an empty list": (
        (POLICY[POLICY.index("rules:") :], "rules: []\n"),
        ("PG015", "`rules` is empty", 8, 1, "add at least one entry", ""),
    ),
    "too short a list": (
        ("between: [1 d, 15 d]", "between: [1 d]"),
        (
            "PG012",
            "`between` must have at least 2 entries, found 1",
            12,
            57,
            'write ["min_share", "max_share"]',
            "Two limits, each a parameter's name or a quantity; both pass.",
        ),
    ),
    "too long a list": (
        ("between: [1 d, 15 d]", "between: [1 d, 2 d, 3 d]"),
        (
            "PG012",
            "`between` must have at most 2 entries, found 3",
            12,
            57,
            'write ["min_share", "max_share"]',
            "Two limits, each a parameter's name or a quantity; both pass.",
        ),
    ),
}


@pytest.mark.parametrize(("change", "expected"), SENTENCES.values(), ids=SENTENCES)
def test_sentences(change, expected) -> None:
    assert complaint(*change) == expected


CASES = """\
apiVersion: plumbgate/v1
cases:
  - name: x
    given: {metrics: {remediation.rmst_high: {n: -1}}}
    expect: {level: PASS}
"""


def test_a_number_beyond_its_bounds() -> None:
    assert complaints(CASES, "cases") == [
        ("PG012", "`n` must be at least 0, found the number -1", 4, 50, "", "The sample.")
    ]


@pytest.mark.parametrize("text", ["", "# nothing\n", "- a\n", "a text\n"])
def test_a_document_that_is_no_mapping(text) -> None:
    ((code, message, *_),) = complaints(text)

    assert code == "PG012"
    assert message.startswith("the document must be a mapping, found ")


def test_a_typo_explains_the_key_that_is_missing() -> None:
    """`severty` is unknown and `severity` is missing: one mistake, said once."""
    text = POLICY.replace("severity: high", "severty: high")

    assert [row[1] for row in complaints(text)] == ["unknown key `severty` in item 1 of `rules`"]


def test_a_typo_elsewhere_explains_nothing() -> None:
    text = POLICY.replace("    severity: high\n", "").replace("owner:", "severity: x\nowner:")

    assert [row[1] for row in complaints(text)] == [
        "unknown key `severity`",
        "missing key `severity` in item 1 of `rules`",
    ]


def test_every_mistake_is_said_at_once() -> None:
    text = POLICY.replace("title: Speed\n", "").replace("high", "hi").replace("1.0.0", "1")

    assert [(row[0], row[2]) for row in complaints(text)] == [
        ("PG010", 1),
        ("PG014", 2),
        ("PG013", 10),
    ]


def test_a_long_text_is_cut() -> None:
    _, message, *_ = complaint("severity: high", f"severity: {'x' * 1000}")

    assert message == f'`severity` cannot be text "{"x" * 60}..."'


def test_nothing_of_python_or_of_the_schema_is_shown() -> None:
    changes = [change for change, _ in SENTENCES.values()]
    for old, new in changes:
        _, message, _, _, hint, note = complaint(old, new)
        said = f"{message} {hint} {note}"
        assert not re.search(r"None|True|False|\bdict\b|\bstr\b|\{'|\['|required property", said)
        assert not re.search(r"minItems|pattern|\^\[|enum|schema", said)


# --- the schemas -------------------------------------------------------------------------------


def parts(node: object):
    """Yield every schema inside a schema."""
    if isinstance(node, list):
        for item in node:
            yield from parts(item)
    elif isinstance(node, dict):
        if node.keys() & {"type", "enum", "const", "$ref", "properties", "pattern"}:
            yield node
        for key, item in node.items():
            if key not in DATA_KEYWORDS:
                yield from parts(item)


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_is_one(kind) -> None:
    Draft202012Validator.check_schema(schema(kind))


COMPOSED = {"$ref", "items", "patternProperties", "properties", "propertyNames"}
"""Keywords that fail only in what is inside them."""


def test_every_keyword_has_a_sentence_and_no_other_has() -> None:
    used = {keyword for kind in READ for part in parts(schema(kind)) for keyword in part}
    can_fail = (used & set(Draft202012Validator.VALIDATORS)) - COMPOSED

    assert can_fail == set(COMPLAINTS)


NAMED = ("$defs", "patternProperties", "properties")
"""Keywords that hold schemas by name."""
INSIDE = ("additionalProperties", "items", "propertyNames")
"""Keywords that hold one schema."""


def ways_to_parts(part: dict, way: tuple[str, ...] = ()):
    """Yield every schema inside a schema, after the keywords and names that lead to it."""
    found = [((*way, key, name), one) for key in NAMED for name, one in part.get(key, {}).items()]
    found += [((*way, key), part[key]) for key in INSIDE if isinstance(part.get(key), dict)]
    for here, one in found:
        yield here, one
        yield from ways_to_parts(one, here)


def lacks(way: tuple[str, ...], part: dict, root: dict):
    """
    Yield what a part of a schema should say, and does not.

    A definition is looked at where it is used, since what stands beside a `$ref` says more of it.
    A mapping that is no key's value needs no example: each of its own keys has one.
    """
    if "$ref" in part:
        part = root["$defs"][part["$ref"].removeprefix("#/$defs/")] | part
    is_definition, is_key = (key in way[-2:-1] for key in ("$defs", "properties"))
    if is_definition:
        return
    if not part.get("description"):
        yield "no description"
    has_own_keys = "properties" in part and not is_key
    if not (part.get("examples") or has_own_keys or way[-1] == "propertyNames"):
        yield "no example"
    rooted = {key: value for key, value in part.items() if key != "$ref"} | {
        "$defs": root.get("$defs", {})
    }
    for example in part.get("examples", ()):
        if not Draft202012Validator(rooted).is_valid(example):
            yield "an example that does not hold"


@pytest.mark.parametrize("kind", KINDS)
def test_every_part_is_described_with_an_example_that_holds(kind) -> None:
    root = schema(kind)
    found = {
        f"{'/'.join(way)}: {lack}"
        for way, part in ways_to_parts(root)
        for lack in lacks(way, part, root)
    }

    assert found == set()
    assert root["title"]
    assert root["description"]


ROOT = {"$defs": {"n": {"type": "integer", "description": "N.", "examples": [1]}}}
LACKING = {
    "a key": ("properties", {"type": "integer"}, ["no description", "no example"]),
    "a mapping": ("properties", {"properties": {}, "description": "M."}, ["no example"]),
    "an item": ("items", {"type": "integer", "description": "I."}, ["no example"]),
    "any key's value": ("additionalProperties", {"examples": [1]}, ["no description"]),
    "a reference": ("properties", {"$ref": "#/$defs/n"}, []),
    "an item that has keys": ("items", {"properties": {}, "description": "I."}, []),
    "a name": ("propertyNames", {"pattern": "a", "description": "A name."}, []),
    "a wrong example": (
        "properties",
        {"$ref": "#/$defs/n", "examples": [1, "a"]},
        ["an example that does not hold"],
    ),
}


@pytest.mark.parametrize(("keyword", "part", "expected"), LACKING.values(), ids=LACKING)
def test_what_a_part_lacks_is_found(keyword, part, expected) -> None:
    root = ROOT | {keyword: {"x": part} if keyword in NAMED else part}

    assert [lack for way, one in ways_to_parts(root) for lack in lacks(way, one, root)] == expected


@pytest.mark.parametrize("kind", KINDS)
def test_no_part_is_overlooked(kind) -> None:
    """Every schema inside a schema is under a keyword that is looked into, and is used."""
    root = schema(kind)
    looked_into = [part for _, part in ways_to_parts(root)]
    assert [part for part in parts(root) if part not in [root, *looked_into]] == []

    used = {part["$ref"].removeprefix("#/$defs/") for part in parts(root) if "$ref" in part}
    assert used == set(root.get("$defs", {}))


@pytest.mark.parametrize("kind", READ)
def test_a_mapping_is_closed_or_says_what_its_values_are(kind) -> None:
    for part in parts(schema(kind)):
        names = part.get("type", "")
        if "object" in ([names] if isinstance(names, str) else names):
            assert "additionalProperties" in part, part


@pytest.mark.parametrize("kind", KINDS)
def test_references_stay_inside_and_are_followed_once(kind) -> None:
    """`$ref` is replaced by what it names: a definition that is a reference would be lost."""
    root = schema(kind)
    for part in parts(root):
        if "$ref" in part:
            name = part["$ref"].removeprefix("#/$defs/")
            assert name in root["$defs"]
    assert not [name for name, part in root.get("$defs", {}).items() if "$ref" in part]


@pytest.mark.parametrize("kind", READ)
def test_patterns_mean_the_same_to_every_reader(kind) -> None:
    """ECMA's `\\d` is ASCII, Python's is not; neither is needed."""
    for part in parts(schema(kind)):
        assert not re.search(r"\\[dwbDWB]", part.get("pattern", ""))


# --- quick, and as strict as jsonschema --------------------------------------------------------

VALUES = st.sampled_from(
    [None, True, False, 0, -1, 1, 1.5, "", " ", "x", "ok", "a\n", [], [1], {}, {"a": 1}, "15 d"]
)
VALID = {
    "policy": parse(POLICY.encode(), "policy.yaml")[0].value,
    "cases": parse(CASES.replace("-1", "1").encode(), "cases.yaml")[0].value,
}


def ways(value: object, keys: tuple = ()):
    yield keys
    for key, item in (
        value.items()
        if isinstance(value, dict)
        else enumerate(value if isinstance(value, list) else ())
    ):
        yield from ways(item, (*keys, key))


@given(st.data(), st.sampled_from(sorted(VALID)))
def test_the_quick_answer_is_jsonschemas(data, kind) -> None:
    value = copy.deepcopy(VALID[kind])
    for _ in range(data.draw(st.integers(1, 2))):
        keys = data.draw(st.sampled_from([way for way in ways(value) if way]))
        around = value
        for key in keys[:-1]:
            around = around[key]
        if data.draw(st.booleans()):
            around[keys[-1]] = copy.deepcopy(data.draw(VALUES))
        elif isinstance(around, dict):
            around[data.draw(st.sampled_from(["x", "id", "value", "min"]))] = copy.deepcopy(
                data.draw(VALUES)
            )
        else:
            around.append(copy.deepcopy(data.draw(VALUES)))

    document, _ = json_documents.parse(json.dumps(value).encode(), "policy.json")
    assert is_valid(value, kind) == (validate(document, kind) == [])
    if "\\n" not in json.dumps(value):
        assert is_valid(value, kind) == Draft202012Validator(schema(kind)).is_valid(value)
