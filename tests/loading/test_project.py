"""Tests for `plumbgate.loading.project`."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from plumbgate.errors import InputError
from plumbgate.loading.project import FILE_NAME, find_project, load_project

PROJECT = """\
apiVersion: plumbgate/v1
policies: [policies, more/speed]
waivers: [waivers.yaml]
snapshots: [out/snapshots]
expect:
  scopes: [acme, acme/emea]
  feeds: [hr-sync]
measure:
  period: 91d
  origin: 2025-01-01
  remediation_window: 45 d
  sla: {critical: 7 d, high: 720 h}
  feed_gap: 1 w
  system_logs: {jit: cloud-audit}
outputs:
  junit: out/junit.xml
"""


@pytest.fixture(autouse=True)
def _working_folder(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)


def load(*changes: tuple[str, str]):
    text = PROJECT
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    Path("sub").mkdir(exist_ok=True)
    Path("sub", FILE_NAME).write_text(text)
    return load_project(Path("sub", FILE_NAME))


def test_a_project() -> None:
    project = load()

    assert project.file == "sub/plumbgate.yaml"
    assert project.policies == (Path("sub/policies"), Path("sub/more/speed"))
    assert project.waivers == (Path("sub/waivers.yaml"),)
    assert project.snapshots == (Path("sub/out/snapshots"),)
    assert project.expected_scopes == ("acme", "acme/emea")
    assert project.expected_feeds == ("hr-sync",)
    assert project.outputs == {"junit": Path("sub/out/junit.xml")}
    assert project.measure == {
        "period": "91d",
        "origin": date(2025, 1, 1),
        "remediation_window": 45.0,
        "sla": {"critical": 7.0, "high": 30.0},
        "feed_gap": 7.0,
        "system_logs": {"jit": "cloud-audit"},
    }


def test_a_project_that_says_nothing() -> None:
    project = load((PROJECT, "apiVersion: plumbgate/v1\n"))

    assert (project.policies, project.expected_scopes, project.measure, project.outputs) == (
        (),
        (),
        {},
        {},
    )


def test_an_absolute_path_stays_where_it_is() -> None:
    project = load(("waivers.yaml", "/etc/waivers.yaml"))

    assert project.waivers == (Path("/etc/waivers.yaml"),)


MISTAKES = {
    "an unknown key": (
        ("policies:", "polices:"),
        ("PG011", "unknown key `polices`", 2, 1, "did you mean `policies`?"),
    ),
    "an output that there is not": (
        ("junit:", "junt:"),
        ("PG011", "unknown key `junt` in `outputs`", 16, 3, "did you mean `junit`?"),
    ),
    "an empty list": (
        ("[waivers.yaml]", "[]"),
        ("PG015", "`waivers` is empty", 3, 1, "add at least one entry"),
    ),
    "a path for a list": (
        ("[waivers.yaml]", "waivers.yaml"),
        (
            "PG012",
            '`waivers` must be a list, found text "waivers.yaml"',
            3,
            10,
            'write ["policies"]',
        ),
    ),
    "a scope that is a number": (
        ("scopes: [acme", "scopes: [8.10"),
        (
            "PG012",
            "item 1 of `scopes` must be text, found the number 8.10",
            6,
            12,
            'quote it: "8.10"',
        ),
    ),
    "a scope that YAML takes for false": (
        ("scopes: [acme", "scopes: [no"),
        (
            "PG004",
            "`no` is false to some YAML readers and text to others",
            6,
            12,
            'write false, or quote it: "no"',
        ),
    ),
    "a window of no unit": (
        ("window: 45 d", "window: 45"),
        (
            "PG023",
            "`remediation_window` must be a duration, found `45`",
            11,
            23,
            "write a number and a unit, as `45 d`",
        ),
    ),
    "a limit below nothing": (
        ("high: 720 h", "high: -1 d"),
        (
            "PG012",
            "`high` must be longer than nothing, found `-1 d`",
            12,
            30,
            "write a number and a unit, as `45 d`",
        ),
    ),
    "a day that there is not": (
        ("2025-01-01", "2025-02-30"),
        ("PG012", "`2025-02-30` is no date of the calendar", 10, 11, "write 2025-01-31"),
    ),
    "a period of nothing": (
        ("91d", "0d"),
        ("PG014", "`period` does not have the form that it must have", 9, 11, 'write "quarter"'),
    ),
}


@pytest.mark.parametrize(("change", "expected"), MISTAKES.values(), ids=MISTAKES)
def test_mistakes(change, expected) -> None:
    with pytest.raises(InputError) as refused:
        load(change)

    assert [
        (d.code, d.message, d.place.line, d.place.column, d.hint) for d in refused.value.diagnostics
    ] == [expected]
    assert {d.place.file for d in refused.value.diagnostics} == {"sub/plumbgate.yaml"}


def test_every_mistake_is_said() -> None:
    with pytest.raises(InputError) as refused:
        load(("window: 45 d", "window: 45"), ("2025-01-01", "2025-02-30"), ("1 w", "w"))

    assert [d.place.line for d in refused.value.diagnostics] == [10, 11, 13]


def test_the_file_is_found_in_the_nearest_folder_upwards(tmp_path) -> None:
    deep = tmp_path / "a/b/c"
    deep.mkdir(parents=True)
    assert find_project(deep) in {None, *(p / FILE_NAME for p in tmp_path.parents)}

    (tmp_path / FILE_NAME).write_text("")
    assert find_project(deep) == tmp_path / FILE_NAME
    (tmp_path / "a/b" / FILE_NAME).write_text("")
    assert find_project(deep) == tmp_path / "a/b" / FILE_NAME
    (deep / FILE_NAME).mkdir()
    assert find_project(deep) == tmp_path / "a/b" / FILE_NAME
