"""Tests for `plumbgate.loading.scalars`: every trap of YAML 1.1 is a row."""

from __future__ import annotations

import math
import re
import time

import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from plumbgate.loading import scalars
from plumbgate.loading.documents import parse


def read(text: str, key: str = "value"):
    document, mistakes = parse(f"{key}: {text}\n".encode(), "policy.yaml")
    assert mistakes == []
    return document.value[key]


def mistake(text: str, key: str = "value") -> tuple[str, str, str]:
    _, (found,) = parse(f"{key}: {text}\n".encode(), "policy.yaml")
    return found.code, found.message, found.hint


READ = {
    "true": ("true", True),
    "false": ("false", False),
    "null": ("null", None),
    "a tilde": ("~", None),
    "nothing": ("", None),
    "zero": ("0", 0),
    "negative zero": ("-0", 0),
    "an integer": ("15", 15),
    "a negative": ("-3", -3),
    "a decimal": ("8.10", 8.1),
    "an exponent without a point": ("1e3", 1000.0),
    "an exponent with a sign": ("1e+3", 1000.0),
    "an exponent of a decimal": ("1.5E-2", 0.015),
    "as many digits as every reader keeps": ("123456789012345678", 123456789012345678),
    "a decimal of many digits": ("0." + "1" * 5000, float("0." + "1" * 5000)),
    "a text": ("identity-governance", "identity-governance"),
    "a quantity": ("15 d", "15 d"),
    "a share": ("90 %", "90 %"),
    "a date": ("2026-01-31", "2026-01-31"),
    "an instant": ("2026-01-31T12:00:00Z", "2026-01-31T12:00:00Z"),
    "an instant with a space": ("2026-01-31 12:00:00", "2026-01-31 12:00:00"),
    "a version of three numbers": ("1.2.3", "1.2.3"),
    "no, quoted": ('"no"', "no"),
    "no, in single quotes": ("'no'", "no"),
    "an octal, quoted": ('"0777"', "0777"),
    "a number, quoted": ('"8.10"', "8.10"),
    "a word that begins like a trap": ("north", "north"),
    "one letter": ("y", "y"),
    "thousands with a comma": ("1,000", "1,000"),
    "words": ("no data yet", "no data yet"),
}


@pytest.mark.parametrize(("text", "value"), READ.values(), ids=READ)
def test_read(text, value) -> None:
    found = read(text)

    assert found == value
    assert type(found) is type(value)


TRAPS = {
    "no": ("no", "false"),
    "NO, the country": ("NO", "false"),
    "off": ("off", "false"),
    "on": ("on", "true"),
    "yes": ("Yes", "true"),
    "TRUE": ("TRUE", "true"),
    "False": ("False", "false"),
    "Null": ("NULL", "null"),
    "a time of day": ("12:30:45", "a number of base 60"),
    "minutes": ("1:30", "a number of base 60"),
    "a leading zero": ("0777", "an octal number"),
    "a leading zero, decimal": ("0888", "a number"),
    "a leading zero before a point": ("007.5", "a number"),
    "octal of YAML 1.2": ("0o17", "a number of another base"),
    "hexadecimal": ("0xFF", "a number of another base"),
    "binary": ("0b11", "a number of another base"),
    "underscores": ("1_000", "a number"),
    "underscores behind a point": ("1.000_1", "a number"),
    "a plus": ("+5", "a number"),
    "a plus before a decimal": ("+5.5", "a number"),
    "no digit before the point": (".5", "a number"),
    "no digit behind the point": ("5.", "a number"),
    "not a number": (".nan", "a number that is none"),
    "infinity": (".inf", "a number that is none"),
    "negative infinity": ("-.Inf", "a number that is none"),
}


@pytest.mark.parametrize(("text", "reading"), TRAPS.values(), ids=TRAPS)
def test_traps(text, reading) -> None:
    constant = reading in {"true", "false", "null"}
    plain = reading if constant else "a plain decimal number"

    assert mistake(text) == (
        "PG004",
        f"`{text}` is {reading} to some YAML readers and text to others",
        f'write {plain}, or quote it: "{text}"',
    )


@pytest.mark.parametrize("text", [text for text, _ in TRAPS.values()])
def test_traps_as_keys(text) -> None:
    document, (found,) = parse(f"parameters: {{{text}: 1}}\n".encode(), "policy.yaml")

    assert found.code == "PG004"
    assert document.lines[0][found.place.column - 1 :].startswith(text)


HUGE = {
    "one digit more than readers keep": ("1234567890123456789", "has more digits than readers"),
    "five thousand digits": ("1" * 5000, "has more digits than readers"),
    "a negative of many digits": ("-1234567890123456789", "has more digits than readers"),
    "an exponent beyond doubles": ("1e400", "is larger than any number"),
    "a negative beyond doubles": ("-1.0e+999", "is larger than any number"),
    "a decimal beyond doubles": ("1" * 400 + ".5", "is larger than any number"),
}


@pytest.mark.parametrize(("text", "message"), HUGE.values(), ids=HUGE)
def test_numbers_that_readers_lose(text, message) -> None:
    code, said, _ = mistake(text)

    assert code == "PG004"
    assert message in said
    assert len(said) < 100


TEXTS = {
    "a control of two numbers": ("id", "8.10"),
    "a version of two numbers": ("version", "1.10"),
    "a version that is a date": ("version", "2026-01-01"),
    "a name": ("name", "on"),
    "a framework": ("framework", "2025"),
    "a large id": ("id", "1" * 40),
    "a version of the language": ("apiVersion", "1_0"),
    "a slug": ("slug", "0x10"),
}


@pytest.mark.parametrize(("key", "text"), TEXTS.values(), ids=TEXTS)
def test_ids_and_versions_are_text_however_they_look(key, text) -> None:
    assert read(text, key) == text


@pytest.mark.parametrize("text", ["", "null", "~"])
def test_nothing_is_no_id(text) -> None:
    assert read(text, "id") is None


def test_the_key_of_a_list_says_nothing_about_its_items() -> None:
    document, mistakes = parse(b"id: [8.10]\n", "policy.yaml")

    assert (document.value, mistakes) == ({"id": [8.1]}, [])


SURROGATES = {
    "a half": '"\\ud800"',
    "the other half": '"x\\udfff"',
    "both, as JSON writes a character": '"\\ud83d\\ude00"',
}


@pytest.mark.parametrize("text", SURROGATES.values(), ids=SURROGATES)
def test_surrogates_are_refused_without_libyaml_too(text, monkeypatch) -> None:
    assert mistake(text)[0] == "PG001"
    monkeypatch.setattr("plumbgate.loading.guard.LOADER", yaml.SafeLoader)
    assert mistake(text)[0] == "PG005"


# --- against two published readings ------------------------------------------------------------

CORE_1_2 = (
    (re.compile(r"null|Null|NULL|~|"), lambda _: None),
    (re.compile(r"true|True|TRUE"), lambda _: True),
    (re.compile(r"false|False|FALSE"), lambda _: False),
    (re.compile(r"[-+]?[0-9]+"), int),
    (re.compile(r"0o[0-7]+"), lambda text: int(text, 0)),
    (re.compile(r"0x[0-9a-fA-F]+"), lambda text: int(text, 0)),
    (re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?"), float),
    (re.compile(r"[-+]?\.(inf|Inf|INF)"), lambda text: float(text.replace(".", ""))),
    (re.compile(r"\.(nan|NaN|NAN)"), lambda _: math.nan),
)
"""YAML 1.2.2, 10.3.2, table of the core schema's tags."""
DATE = re.compile(r"\d{4}-\d\d?-\d\d?.*", re.DOTALL)
EXPONENT = re.compile(r"-?\d+(\.\d+)?[eE][+-]?\d+")


def core_1_2(text: str):
    return next((build(text) for form, build in CORE_1_2 if form.fullmatch(text)), text)


def yaml_1_1(text: str):
    try:
        return yaml.safe_load(text)
    except (ValueError, yaml.YAMLError):
        return "unreadable"


def same(one, other) -> bool:
    return type(one) is type(other) and one == other


@settings(max_examples=400)
@given(
    st.text("0123456789.:_+-eExobaAfFinNyYtTrRuUlLsSOD~", min_size=1, max_size=8)
    | st.from_regex(r"[+-]?[0-9_.]{1,6}([eE][+-]?[0-9]{1,3})?", fullmatch=True)
    | st.sampled_from([text for text, _ in (*READ.values(), *TRAPS.values())])
)
def test_what_is_read_is_what_both_versions_of_yaml_read(text) -> None:
    """Whatever readers of YAML 1.1 and 1.2 disagree on is refused, but dates and exponents."""
    try:
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError:
        node = None
    assume(isinstance(node, yaml.ScalarNode) and not node.style and node.value == text)
    assume(not DATE.fullmatch(text) and not EXPONENT.fullmatch(text))
    assume(text != "=")

    if scalars.trap(node, None) is None:
        value = scalars.construct(node, None)
        assert same(value, yaml_1_1(text))
        assert same(value, core_1_2(text))


@given(st.text(st.characters(codec="utf-8"), max_size=20))
def test_a_trap_is_never_more_than_a_word(text) -> None:
    node = yaml.ScalarNode("tag:yaml.org,2002:str", text)

    if scalars.trap(node, None):
        assert re.fullmatch(r"[\w.:+-]+", text)


@pytest.mark.parametrize("unit", ["1", "1_", "1:", "0", ".1", "1e", "_", "+1"])
def test_a_long_scalar_takes_no_long_time(unit) -> None:
    node = yaml.ScalarNode("tag:yaml.org,2002:str", unit * 50_000 + "x")
    begun = time.process_time()
    scalars.trap(node, None)

    assert time.process_time() - begun < 0.2
