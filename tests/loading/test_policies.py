"""Tests for `plumbgate.loading.policies`, `policy_reader` and `quantities`."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from plumbgate.cel.check import compile_expression
from plumbgate.cel.names import Names
from plumbgate.loading.documents import parse
from plumbgate.loading.mending import STANDING_ALONE
from plumbgate.loading.policies import find_policies, load_policies
from plumbgate.loading.policy_reader import NO_NAMES
from plumbgate.loading.rule_bodies import COMPARISONS
from plumbgate.loading.schemas import schema
from plumbgate.model.catalog import Claim
from plumbgate.model.policy import Enforcement, Expression, Judge, Looser, NoData, Severity
from plumbgate.model.quantity import Unit

POLICY = """\
apiVersion: plumbgate/v1
title: Findings are remediated
version: 1.2.0
owner: identity-governance
max_age: 45 d
applies_when: programme.tenure_periods >= 1
controls:
  - {framework: nist-csf-2.0, id: GV.OV-01, claim: primary, relevance: "Results are reviewed"}
parameters:
  max_days: {value: 15 d, min: 24 h, max: 6 w, looser: higher, description: "Mean", basis: "Ours"}
  grace: {value: 3}
variables:
  - name: slower
    expression: trend(since_previous.remediation.rmst_high, 3.0) == 'worsened'
rules:
  - id: level
    title: Within the limit
    severity: high
    threshold: {metric: remediation.rmst_high, at_most: max_days, judge: worst}
    no_data: not_applicable
    message: "It is {metrics.remediation.rmst_high}."
    remediation: Route them.
  - id: direction
    title: Not slower
    severity: low
    enforcement: warn
    applies_when: programme.tenure_periods > params.grace
    assert: |
      !variables.slower
"""


@pytest.fixture
def write(tmp_path, monkeypatch):
    """Write policies below the working folder, by their folders' names."""
    monkeypatch.chdir(tmp_path)

    def write(*changes: tuple[str, str], at: str = "pack/speed/policy.yaml") -> None:
        text = POLICY
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        path = Path(at)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    return write


def load(*folders: str):
    files, missing = find_policies(map(Path, folders or ("pack",)))
    policies, mistakes = load_policies(files)
    return policies, [*missing, *mistakes]


def said(mistakes) -> list[tuple[str, str, str, int, int, str]]:
    return [
        (d.code, d.message, d.place.file, d.place.line, d.place.column, d.hint) for d in mistakes
    ]


# --- a policy as the model ---------------------------------------------------------------------


def test_a_policy(write) -> None:
    write()
    (policy,), mistakes = load()

    assert mistakes == []
    assert (policy.id, policy.title, policy.version, policy.owner) == (
        "speed",
        "Findings are remediated",
        "1.2.0",
        "identity-governance",
    )
    assert policy.max_age == 45
    assert policy.applies_when is not None
    assert policy.applies_when.text == "programme.tenure_periods >= 1"
    assert str(policy.place) == "pack/speed/policy.yaml:1:1"
    (mapping,) = policy.controls
    assert (mapping.control.id, mapping.written, mapping.claim) == (
        "GV.OV-01",
        "GV.OV-01",
        Claim.PRIMARY,
    )
    days, grace = policy.parameters
    assert (days.value, days.unit, days.low, days.high) == (15, Unit.DAYS, 1, 42)
    assert (days.looser, days.description, days.basis) == (Looser.HIGHER, "Mean", "Ours")
    assert (grace.value, grace.unit, grace.low, grace.high) == (3, None, None, None)
    (variable,) = policy.variables
    assert variable.name == "slower"
    assert variable.expression.at(1, 1).line == 14


def test_a_threshold_and_an_assertion(write) -> None:
    write()
    (policy,), _ = load()
    level, direction = policy.rules

    assert (level.id, level.severity, level.enforcement) == (
        "speed.level",
        Severity.HIGH,
        Enforcement.BLOCK,
    )
    assert level.no_data is NoData.NOT_APPLICABLE
    assert level.message is not None
    assert level.message.text == "It is {metrics.remediation.rmst_high}."
    threshold = level.body
    assert (threshold.metric, threshold.comparison, threshold.limits, threshold.judge) == (
        "remediation.rmst_high",
        "at_most",
        ("max_days",),
        Judge.WORST,
    )
    assert (threshold.place.line, threshold.place.column) == (19, 57)
    assert (threshold.metric_place.line, threshold.metric_place.column) == (19, 25)
    assert (direction.enforcement, direction.no_data) == (Enforcement.WARN, NoData.UNKNOWN)
    assert direction.message is None
    assert isinstance(direction.body, Expression)
    assert direction.body.text == "!variables.slower\n"
    assert direction.body.at(1, 2).line == 29
    assert direction.place == direction.body.place


@pytest.mark.parametrize("value", ["1 d", "24 h", "42 d", "6 w"])
def test_a_value_may_lie_on_its_bounds(write, value) -> None:
    write(("value: 15 d", f"value: {value}"))

    assert load()[1] == []


def test_a_control_may_be_claimed_and_illustrated(write) -> None:
    write(("\nparameters:", CONTROL_TWICE.replace("primary", "guidance")))

    assert load()[1] == []


def test_between_has_two_limits(write) -> None:
    write(("at_most: max_days", "between: [1 d, max_days]"))
    (policy,), mistakes = load()

    assert mistakes == []
    assert policy.rules[0].body.limits == ("1 d", "max_days")


def test_what_may_be_left_out(write) -> None:
    head, rules = POLICY.partition("max_age")[0], POLICY[POLICY.index("rules:") :]
    write((POLICY, head + rules.partition("  - id: direction")[0]))
    (policy,), mistakes = load()

    assert mistakes == []
    assert (policy.controls, policy.parameters, policy.variables) == ((), (), ())
    assert (policy.max_age, policy.applies_when) == (None, None)


def test_comparisons_are_the_schemas() -> None:
    limits = set(schema("policy")["$defs"]["threshold"]["properties"])

    assert set(COMPARISONS) == limits - {"metric", "judge", "min_sample"}


# --- mistakes inside a policy ------------------------------------------------------------------

FILE = "pack/speed/policy.yaml"

CONTROL_TWICE = """
  - {framework: nist-csf-2.0, id: gv.ov-01, claim: primary, relevance: x}
parameters:"""

MISTAKES = {
    "an unknown control": (
        ("GV.OV-01", "GV.OV-9"),
        (
            "PG030",
            "`GV.OV-9` is no control of `nist-csf-2.0` (NIST Cybersecurity Framework (CSF) 2.0)",
            8,
            35,
            "did you mean `GV.OV-03`, `GV.OV-02` or `GV.OV-01`?",
        ),
    ),
    "a withdrawn control": (
        ("GV.OV-01", "ID.GV-01"),
        (
            "PG030",
            "`ID.GV-01` was withdrawn and is not in `nist-csf-2.0`",
            8,
            35,
            "it is now `GV.PO`, `GV.PO-01` and `GV.PO-02`; write what the policy speaks for",
        ),
    ),
    "an unknown framework": (
        ("nist-csf-2.0", "nist-csf"),
        (
            "PG030",
            "`nist-csf` names no version, and ids change meaning between versions",
            8,
            17,
            "write `nist-csf-2.0`",
        ),
    ),
    "a control twice": (
        ("\nparameters:", CONTROL_TWICE),
        (
            "PG017",
            "a second primary mapping to `GV.OV-01` of `nist-csf-2.0`",
            9,
            35,
            "remove one of them",
        ),
    ),
    "a quantity with an unknown unit": (
        ("value: 15 d", "value: 15 days"),
        (
            "PG012",
            (
                "`days` is not a unit; units are %, ratio, w, d, h, min, s, count, per_1k, "
                "ratio_per_30d"
            ),
            10,
            21,
            "write `15 d`",
        ),
    ),
    "a quantity of a unit like none": (
        ("value: 15 d", "value: 15 fortnights"),
        (
            "PG012",
            (
                "`fortnights` is not a unit; units are %, ratio, w, d, h, min, s, count, per_1k, "
                "ratio_per_30d"
            ),
            10,
            21,
            "",
        ),
    ),
    "a quantity that is none": (
        ("value: 15 d", "value: fifteen"),
        (
            "PG012",
            "`fifteen` is not a quantity",
            10,
            21,
            "write a number and a unit, as `15 d`",
        ),
    ),
    "a number in quotes": (
        ("value: 3", 'value: "3"'),
        (
            "PG012",
            '`value` must be a quantity, found text "3"',
            11,
            18,
            "write the number without quotes, or give it a unit",
        ),
    ),
    "a value below its bounds": (
        ("value: 15 d", "value: 23 h"),
        (
            "PG012",
            "the value of `max_days` lies outside its bounds",
            10,
            21,
            "write at least 24 h, or move `min`",
        ),
    ),
    "a value above its bounds": (
        ("value: 15 d", "value: 43 d"),
        (
            "PG012",
            "the value of `max_days` lies outside its bounds",
            10,
            21,
            "write at most 6 w, or move `max`",
        ),
    ),
    "a bound of another unit": (
        ("max: 6 w", "max: 60 %"),
        ("PG023", "`max` has another unit than `value`", 10, 43, "write it in d, as `value`"),
    ),
    "a bound with a unit, a value without": (
        ("value: 3", "value: 3, min: 1 d"),
        (
            "PG023",
            "`value` has no unit, and `min` is in d",
            11,
            18,
            "write `3 d`",
        ),
    ),
    "a bound without a unit, a value with one": (
        ("max: 6 w", "max: 42"),
        ("PG023", "`max` has another unit than `value`", 10, 43, "write it in d, as `value`"),
    ),
    "a bound that is none": (
        ("min: 24 h", "min: none"),
        ("PG012", "`none` is not a quantity", 10, 32, "write a number and a unit, as `15 d`"),
    ),
    "an age without a unit": (
        ("max_age: 45 d", "max_age: 45"),
        (
            "PG023",
            "`max_age` must be a duration, found `45`",
            5,
            10,
            "write a number and a unit, as `45 d`",
        ),
    ),
    "an age of no duration": (
        ("max_age: 45 d", "max_age: 0 h"),
        (
            "PG012",
            "`max_age` must be longer than nothing, found `0 h`",
            5,
            10,
            "write a number and a unit, as `45 d`",
        ),
    ),
    "an age that is no quantity": (
        ("max_age: 45 d", "max_age: d"),
        ("PG012", "`d` is not a quantity", 5, 10, "write a number and a unit, as `15 d`"),
    ),
    "two rules of one name": (
        ("id: direction", "id: level"),
        ("PG017", "a second rule `level`", 23, 9, "rename it"),
    ),
    "two variables of one name": (
        (
            "rules:",
            '  - {name: slower, expression: "metrics.remediation.rmst_high > 1.0"}\nrules:',
        ),
        ("PG017", "a second variable `slower`", 15, 12, "rename it"),
    ),
    "a parameter named by a word of CEL": (
        ("grace: {", "in: {"),
        ("PG014", "`in` is a word of CEL, and no name", 11, 3, "rename it"),
    ),
    "a variable named by a word of CEL": (
        ("name: slower", "name: while"),
        ("PG014", "`while` is a word of CEL, and no name", 13, 11, "rename it"),
    ),
    "a rule named by a word of CEL": (
        ("id: direction", "id: import"),
        ("PG014", "`import` is a word of CEL, and no name", 23, 9, "rename it"),
    ),
    "two bodies": (
        (
            "    assert: |",
            "    threshold: {metric: remediation.rmst_high, at_most: 1 d}\n    assert: |",
        ),
        (
            "PG018",
            (
                "a rule has one of `threshold`, `assert`, `decide`; "
                "this one has `threshold` and `assert`"
            ),
            29,
            5,
            "make two rules of it",
        ),
    ),
    "no body": (
        ("    assert: |\n      !variables.slower\n", ""),
        (
            "PG018",
            "a rule has one of `threshold`, `assert`, `decide`; this one has none of them",
            23,
            5,
            "write one of them",
        ),
    ),
    "two limits": (
        ("at_most: max_days", "at_most: max_days, below: 3 d"),
        (
            "PG018",
            "a threshold has exactly one limit; this one has `at_most` and `below`",
            19,
            67,
            "write one of at_most, at_least, below, above, between",
        ),
    ),
    "no limit": (
        (", at_most: max_days", ""),
        (
            "PG018",
            "a threshold has exactly one limit; this one has none",
            19,
            5,
            "write one of at_most, at_least, below, above, between",
        ),
    ),
}


@pytest.mark.parametrize(("change", "expected"), MISTAKES.values(), ids=MISTAKES)
def test_mistakes(write, change, expected) -> None:
    write(change)
    _, mistakes = load()
    code, message, line, column, hint = expected

    assert said(mistakes) == [(code, message, FILE, line, column, hint)]
    assert mistakes[0].excerpt == Path(FILE).read_text(encoding="utf-8").splitlines()[line - 1]


def test_every_mistake_of_every_file_is_said(write) -> None:
    write(("max_age: 45 d", "max_age: 45"), ("id: direction", "id: level"), at="pack/a/policy.yaml")
    write(("severity: low", "severity: lo"), at="pack/b/policy.yaml")
    write(("title: Not slower", "title: Not: slower"), at="pack/c/policy.yaml")
    _, mistakes = load()

    assert sorted((d.place.file, d.place.line, d.code) for d in mistakes) == [
        ("pack/a/policy.yaml", 5, "PG023"),
        ("pack/a/policy.yaml", 23, "PG017"),
        ("pack/b/policy.yaml", 25, "PG013"),
        ("pack/c/policy.yaml", 24, "PG001"),
    ]


def test_a_small_mistake_hides_no_other(write) -> None:
    """What stands alone is taken as if it were right, and misspelt keys as what they mean."""
    write(
        ("title: Findings are remediated\n", ""),
        ("severity: high", "severity: hihg"),
        ("no_data: not", "nodata: not"),
        ("at_most: max_days", "at_most: max_days, below: 1 d"),
        ("max: 6 w", "max: 60 %"),
        ("GV.OV-01", "GV.OV-9"),
        ("claim: primary", "claim: 1"),
        ("enforcement: warn", "enforcement: warns"),
    )
    _, mistakes = load()

    assert sorted((d.code, d.place.line) for d in mistakes) == [
        ("PG010", 1),
        ("PG011", 19),
        ("PG013", 7),
        ("PG013", 17),
        ("PG013", 25),
        ("PG018", 18),
        ("PG023", 9),
        ("PG030", 7),
    ]


@pytest.mark.parametrize("key", sorted(STANDING_ALONE))
def test_what_stands_alone_has_an_example_to_stand_in_for_it(key) -> None:
    parts = [schema("policy"), *schema("policy")["$defs"].values()]
    described = [part["properties"][key] for part in parts if key in part["properties"]]

    assert described
    assert all(part["examples"] for part in described)


def test_a_parameter_may_have_the_name_of_what_stands_alone(write) -> None:
    write(("grace: {value: 3}", "title: 3"))
    _, mistakes = load()

    assert [(d.code, d.message, d.place.line) for d in mistakes] == [
        ("PG012", "`title` must be a mapping, found the number 3", 11)
    ]


def test_what_other_things_are_checked_against_is_not_made_up(write) -> None:
    write(("value: 15 d", "value: []"), ("id: direction", "id: level"))
    _, mistakes = load()

    assert [(d.code, d.place.line) for d in mistakes] == [("PG012", 10)]


def test_without_a_parameters_value_no_expression_can_be_checked(write) -> None:
    """Else a threshold would be said to have another unit than the parameter that is none."""
    write(("value: 15 d", "value: 15 days"))
    policies, _ = load()
    assert policies == []

    write(("GV.OV-01", "GV.OV-9"))
    policies, mistakes = load()
    assert [policy.id for policy in policies] == ["speed"]
    assert [mistake.code for mistake in mistakes] == ["PG030"]


@pytest.mark.parametrize("word", sorted(NO_NAMES))
def test_a_word_of_cel_is_no_expression(word) -> None:
    document, _ = parse(b"assert: 'params." + word.encode() + b" > 1.0'", "policy.yaml")
    names = Names(parameters=(word,))
    compiled = compile_expression(document.expression(("assert",)), names)

    assert [mistake.code for mistake in compiled] == ["PG020"]


# --- which files are policies ------------------------------------------------------------------


def test_files_are_found_in_order_below_folders_and_by_themselves(write) -> None:
    for name in ("b/two", "a/one", "a/three"):
        write(at=f"packs/{name}/policy.yaml")
    write(at="other/policy.yml")
    (Path("packs/a/one") / "cases.yaml").write_text("")
    Path("packs/.git/x").mkdir(parents=True)
    Path("packs/.git/x/policy.yaml").write_text("")
    files, mistakes = find_policies([Path("packs"), Path("other/policy.yml")])

    assert list(files.values()) == [
        "packs/a/one/policy.yaml",
        "packs/a/three/policy.yaml",
        "packs/b/two/policy.yaml",
        "other/policy.yml",
    ]
    assert mistakes == []


@pytest.mark.parametrize(
    "named", ["pack", "pack/speed", "./pack/../pack", "pack/speed/policy.yaml"]
)
def test_a_file_that_is_named_twice_is_read_once(write, named) -> None:
    write()
    policies, mistakes = load(str(Path("pack").absolute()), "pack", named)

    assert [policy.id for policy in policies] == ["speed"]
    assert mistakes == []


@pytest.mark.parametrize(
    ("inside", "named"),
    [
        ("pack/speed", "."),
        ("pack/speed", "policy.yaml"),
        ("pack/speed/x", ".."),
        (".", "pack/speed"),
    ],
)
def test_the_id_is_the_folders_name_from_wherever_it_is_named(write, inside, named) -> None:
    write()
    Path("pack/speed/x").mkdir()
    os.chdir(inside)
    (policy,), mistakes = load(named)

    assert (policy.id, mistakes) == ("speed", [])


def test_a_folder_that_is_a_link_is_called_by_its_own_name(write) -> None:
    write(at="store/3f2a/policy.yaml")
    Path("pack").mkdir()
    Path("pack/speed").symlink_to(Path("store/3f2a").absolute())
    (policy,), mistakes = load("pack/speed")

    assert (policy.id, policy.place.file, mistakes) == ("speed", "pack/speed/policy.yaml", [])


def test_below_an_absolute_folder_names_begin_with_the_folder(write, tmp_path) -> None:
    write()
    files, _ = find_policies([tmp_path / "pack"])

    assert files == {tmp_path / "pack/speed/policy.yaml": "pack/speed/policy.yaml"}


FOUND = {
    "an empty folder": (
        "PG015",
        "no policy here: with nothing to judge, nothing could fail",
        "empty",
        "a policy is <pack>/<policy-id>/policy.yaml",
    ),
    "a folder that is not there": (
        "PG006",
        "there is no such file or folder of policies",
        "missing",
        "a policy is <pack>/<policy-id>/policy.yaml",
    ),
    "a file of another name": (
        "PG016",
        "this file is neither a policy nor the cases of one",
        "pack/speed/rules.yaml",
        "name it policy.yaml in a folder named after the policy, or move it away",
    ),
}


@pytest.mark.parametrize(("code", "message", "named", "hint"), FOUND.values(), ids=FOUND)
def test_where_no_policy_is(write, code, message, named, hint) -> None:
    write(at="pack/speed/rules.yaml")
    Path("empty").mkdir()
    _, mistakes = load(named)

    assert said(mistakes) == [(code, message, named, 1, 1, hint)]


def test_a_stray_file_beside_policies_is_refused(write) -> None:
    """A policy under a wrong name must not be left out in silence."""
    write()
    write(at="pack/speed/polcy.yaml")
    _, mistakes = load()

    assert [(d.code, d.place.file) for d in mistakes] == [("PG016", "pack/speed/polcy.yaml")]


def test_two_policies_of_one_name(write) -> None:
    write(at="a/speed/policy.yaml")
    write(at="b/speed/policy.yaml")
    _, mistakes = load("a", "b")

    assert said(mistakes) == [
        (
            "PG017",
            "a second policy `speed` (the first is a/speed/policy.yaml)",
            "b/speed/policy.yaml",
            1,
            1,
            "rename one of the folders",
        )
    ]


def test_a_folder_whose_name_is_no_id(write) -> None:
    write(at="pack/My Policy/policy.yaml")
    _, mistakes = load()

    assert said(mistakes) == [
        (
            "PG014",
            "`My Policy` cannot be a policy's id",
            "pack/My Policy/policy.yaml",
            1,
            1,
            "name its folder in lower case, digits and `-`",
        )
    ]
