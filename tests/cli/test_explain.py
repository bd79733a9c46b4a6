"""`plumbgate explain`, and the page that says the same."""

from __future__ import annotations

import pytest
from tests.cli.diagnostics_page import COMMAND, PAGE, examples, page

from plumbgate.cli import run
from plumbgate.codes import CODES

PG011 = """\
PG011
  A key is there that is not known here.
  why: A misspelt key would do nothing, and nobody would notice that a setting is gone.
  fix: Take the spelling from the hint or from the list of allowed keys, or remove the key.
"""


@pytest.mark.parametrize("written", ["PG011", "pg011"])
def test_a_code_is_explained(written, capsys) -> None:
    assert run(["explain", written]) == 0
    assert capsys.readouterr().out == PG011


def test_each_code_is_explained(capsys) -> None:
    for name, code in CODES.items():
        assert run(["explain", name]) == 0
        lines = [name, f"  {code.meaning}", f"  why: {code.why}", f"  fix: {code.fix}"]
        assert capsys.readouterr().out.splitlines() == lines


REFUSALS = {
    "a code that is not there": ("PG111", "there is no diagnostic `PG111`: did you mean `PG011`?"),
    "one like nothing": ("PGxyz", "there is no diagnostic `PGXYZ`: a code is written PG011"),
    "a rule's name that begins as a code": ("pg-hosts.x", "there is no rule `pg-hosts.x`: rules"),
    "what a terminal would obey": ("\x1b[2J", "there is no rule `\\x1b[2J`: rules are "),
    "nothing": ("", "there is no rule ``: rules are "),
}


@pytest.mark.parametrize(("written", "said"), REFUSALS.values(), ids=REFUSALS)
def test_anything_else_is_refused(written, said, capsys) -> None:
    assert run(["explain", written]) == 2

    printed = capsys.readouterr()
    assert printed.err.startswith(f"error: {said}")
    assert printed.out == ""


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), COMMAND


def test_a_mistake_that_stands_alone_is_the_example(tmp_path) -> None:
    one, other = "error[PG001]: one\n  --> a:1:1\n", "error[PG001]: other\n  --> a:1:1\n"
    last = "\n1 file, 1 error\n"
    for name, text in (("a", f"{one}\nerror[PG002]: x\n{last}"), ("b", f"{other}{last}")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "expected.txt").write_text(text, encoding="utf-8")

    assert examples(tmp_path) == {"PG001": other, "PG002": "error[PG002]: x\n"}
