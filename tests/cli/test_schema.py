"""`plumbgate schema`: the schemas as they are shipped."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from plumbgate.cli import run

SCHEMAS = Path(__file__).parent.parent.parent / "schemas"
KINDS = sorted(file.name.removesuffix(".schema.json") for file in SCHEMAS.glob("*.schema.json"))


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_is_printed_as_it_is_shipped(kind, capfdbinary) -> None:
    assert run(["schema", kind]) == 0
    assert capfdbinary.readouterr().out == (SCHEMAS / f"{kind}.schema.json").read_bytes()


def test_without_a_kind_all_are_listed_with_their_titles(capsys) -> None:
    assert run(["schema"]) == 0

    listed = [line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines()]
    assert [name for name, _ in listed] == KINDS
    for name, title in listed:
        assert title == json.loads((SCHEMAS / f"{name}.schema.json").read_bytes())["title"]


REFUSALS = {
    "misspelt": ("polcy", "did you mean `policy`?"),
    "like nothing": ("xyz", f"kinds are {', '.join(KINDS)}"),
    "a way out of the folder": ("../schemas/policy", f"kinds are {', '.join(KINDS)}"),
}


@pytest.mark.parametrize(("kind", "hint"), REFUSALS.values(), ids=REFUSALS)
def test_a_kind_that_there_is_not(kind, hint, capsys) -> None:
    assert run(["schema", kind]) == 2

    printed = capsys.readouterr()
    assert printed.err == f"error: there is no schema `{kind}`: {hint}\n"
    assert printed.out == ""
