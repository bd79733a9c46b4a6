"""`plumbgate lint` in each of its formats."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from plumbgate.cli import run
from plumbgate.loading.schemas import schema

CASES = Path(__file__).parent
MANY = CASES / "negative" / "several-mistakes-in-several-files"

GITHUB = """\
::error file=policies/house/reach/policy.yaml,line=7,col=35,endColumn=43,title=plumbgate PG030::\
`ID.RA-66` is no control of `nist-csf-2.0` (NIST Cybersecurity Framework (CSF) 2.0)\
%0Adid you mean `ID.RA-06`?
::error file=policies/house/reach/policy.yaml,line=17,col=57,endColumn=64,title=plumbgate PG021::\
unknown parameter `max_dys`%0Adid you mean `max_days`?
::error file=policies/house/reach/policy.yaml,line=23,col=9,endColumn=11,title=plumbgate PG020::\
CEL syntax error: `or` is not an operator in CEL, write `||`
::error file=policies/house/speed/policy.yaml,line=9,col=21,endColumn=28,title=plumbgate PG012::\
`days` is not a unit; units are %25, ratio, w, d, h, min, s, count, per_1k, ratio_per_30d\
%0Awrite `15 d`
::error file=policies/house/speed/policy.yaml,line=16,col=15,endColumn=19,title=plumbgate PG013::\
`severity` cannot be text "hihg"%0Adid you mean `high`?\
%0Aallowed: info, low, medium, high, critical
"""


@pytest.fixture
def project(tmp_path, monkeypatch) -> Path:
    """Return a project with mistakes in several files of policies."""
    shutil.copytree(MANY / "policies", tmp_path / "policies")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def read(printed: str) -> list[dict]:
    document = json.loads(printed)
    Draft202012Validator(schema("diagnostics")).validate(document)
    return document["diagnostics"]


def test_text_goes_to_standard_error(project, capsys) -> None:
    assert run(["lint", "policies"]) == 2
    said = capsys.readouterr()
    assert run(["lint", "policies", "-f", "text"]) == 2
    assert capsys.readouterr() == said

    assert said.out == ""
    assert said.err.count("error[PG") == 5
    assert said.err.endswith("\nexplain a code: plumbgate explain PG030\n")


def test_json_holds_what_the_text_says(project, capsys) -> None:
    run(["lint", "policies"])
    text = capsys.readouterr().err

    assert run(["lint", "policies", "--format", "json"]) == 2

    printed = capsys.readouterr()
    rows = read(printed.out)
    assert printed.err == ""
    assert len(rows) == 5
    assert rows[4] == {
        "code": "PG013",
        "message": '`severity` cannot be text "hihg"',
        "file": "policies/house/speed/policy.yaml",
        "line": 16,
        "column": 15,
        "length": 4,
        "hint": "did you mean `high`?",
        "note": "allowed: info, low, medium, high, critical",
    }
    for row in rows:
        assert f"error[{row['code']}]: {row['message']}\n" in text
        assert f"--> {row['file']}:{row['line']}:{row['column']}\n" in text


def test_github_reads_commands(project, capsys) -> None:
    assert run(["lint", "policies", "-f", "github"]) == 2

    printed = capsys.readouterr()
    assert printed.out == GITHUB
    assert printed.err == ""


WITHOUT = {
    "text": "no mistakes\n",
    "json": '{\n  "schema": "plumbgate/diagnostics/v1",\n  "diagnostics": []\n}\n',
    "github": "",
}


@pytest.mark.parametrize("name", WITHOUT)
def test_without_a_mistake(name, capsys) -> None:
    assert run(["lint", str(CASES / "valid" / "policies"), "-f", name]) == 0
    assert capsys.readouterr().out == WITHOUT[name]


def test_the_schema_holds_where_there_is_none(capsys) -> None:
    assert read(WITHOUT["json"]) == []


def test_mistakes_of_the_project_file_are_said_in_the_format_too(project, capsys) -> None:
    (project / "plumbgate.yaml").write_text("apiVersion: plumbgate/v1\npolcies: [policies]\n")

    assert run(["lint", "-f", "json"]) == 2

    printed = capsys.readouterr()
    assert [(row["code"], row["file"], row["line"]) for row in read(printed.out)] == [
        ("PG011", "plumbgate.yaml", 2)
    ]
    assert printed.err == ""


FORMATS = {
    "misspelt": ("jsno", "`jsno` is no format; did you mean `json`?"),
    "of a report": ("junit", "`junit` is no format; formats are text, json, github"),
    "with a file": ("json=x.json", "`json=x.json` is no format"),
}


@pytest.mark.parametrize(("written", "said"), FORMATS.values(), ids=FORMATS)
def test_a_format_that_there_is_not(written, said, project, capsys) -> None:
    assert run(["lint", "policies", "-f", written]) == 2

    printed = capsys.readouterr()
    assert said in printed.err
    assert printed.out == ""


CATALOG = """\
apiVersion: plumbgate/v1
slug: house-1.0
title: House controls
publisher: The risk office
link: https://example.org/house
controls:
  - {id: H-01, title: Findings are remediated}
withdrawn: {}
aliases: []
"""
VALID = CASES / "valid"


@pytest.fixture
def valid(tmp_path, monkeypatch) -> Path:
    """Return a project without a mistake, with a file of each kind."""
    shutil.copytree(VALID, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    policy = Path("policies/house/speed/policy.yaml")
    text = policy.read_text(encoding="utf-8")
    mapping = '  - {framework: house-1.0, id: H-01, claim: guidance, relevance: "It is ours"}\n'
    policy.write_text(text.replace("parameters:\n", f"{mapping}parameters:\n", 1), encoding="utf-8")
    head = "apiVersion: plumbgate/v1\n"
    files = {
        "house.yaml": CATALOG,
        "policies/house/speed/cases.yaml": (
            f"{head}cases:\n  - {{name: nothing, given: {{}}, expect: {{level: UNKNOWN}}}}\n"
        ),
        "customers.yml": (
            f"{head}profiles:\n  - id: slow\n    for: scope.tenant == 'acme'\n"
            "    parameters: {speed.max_days: 30 d}\n"
        ),
        "plumbgate.yaml": (
            f"{head}policies: [policies]\nprofiles: [customers.yml]\nwaivers: [waivers.yaml]\n"
            "catalogs: [house.yaml]\nsnapshots: [snapshots]\n"
        ),
    }
    for name, content in files.items():
        Path(name).write_text(content, encoding="utf-8")
    return tmp_path


def test_every_kind_of_file_is_linted_and_in_order(valid, capsys) -> None:
    assert run(["lint"]) == 0
    assert run(["lint", "."]) == 0
    assert run(["test"]) == 0
    assert run(["check", "--at", "2026-01-10"]) == 0


BROKEN = {
    "the policy": ("policies/house/speed/policy.yaml", "at_most: max_days", "at_most: max_day"),
    "its cases": ("policies/house/speed/cases.yaml", "level: UNKNOWN", "level: UNKNWON"),
    "the profiles": ("customers.yml", "30 d", "46 d"),
    "the waivers": ("waivers.yaml", "rule: ", "rule: un"),
    "the catalog": ("house.yaml", "withdrawn: {}", "withdrawn: {H-00: [H-02]}"),
    "the project file": ("plumbgate.yaml", "snapshots:", "snapshot:"),
}


@pytest.mark.parametrize("place", [(), (".",)], ids=["what the project names", "the folder"])
@pytest.mark.parametrize(("file", "old", "new"), BROKEN.values(), ids=BROKEN)
def test_a_mistake_in_any_kind_of_file_is_said(file, old, new, place, valid, capsys) -> None:
    text = Path(file).read_text(encoding="utf-8")
    assert old in text
    Path(file).write_text(text.replace(old, new, 1), encoding="utf-8")

    assert run(["lint", *place]) == 2
    printed = capsys.readouterr().err
    assert f"--> {file}:" in printed
    assert printed.count("error[") == 1


def test_all_of_them_at_once(valid, capsys) -> None:
    for file, old, new in BROKEN.values():
        text = Path(file).read_text(encoding="utf-8")
        Path(file).write_text(text.replace(old, new, 1), encoding="utf-8")

    assert run(["lint", "."]) == 2
    printed = capsys.readouterr().err
    # Against a policy with mistakes cases and waivers are not held.
    for file in (
        "policies/house/speed/policy.yaml",
        "customers.yml",
        "house.yaml",
        "plumbgate.yaml",
    ):
        assert f"--> {file}:" in printed, file


STRAYS = {
    "cases without a policy": ("policies/house/other/cases.yaml", "cases without a policy"),
    "a policy of another name": ("policies/house/other/rules.yaml", "name it policy.yaml"),
    "something else": ("notes.yml", "none of plumbgate's"),
}


@pytest.mark.parametrize(("file", "said"), STRAYS.values(), ids=STRAYS)
def test_a_file_that_is_none_of_ours(file, said, valid, capsys) -> None:
    Path(file).parent.mkdir(exist_ok=True)
    case = "cases:\n  - {name: n, given: {}, expect: {level: PASS}}\n"
    content = case if "cases" in file else "rules: []\n" if "rules" in file else "hello: there\n"
    Path(file).write_text(f"apiVersion: plumbgate/v1\n{content}", encoding="utf-8")

    assert run(["lint", "."]) == 2
    printed = capsys.readouterr().err
    assert "error[PG016]" in printed
    assert said in printed
