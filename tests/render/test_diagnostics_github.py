"""Tests for `plumbgate.render.diagnostics_github`, read back as GitHub's runner reads."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plumbgate.errors import Diagnostic
from plumbgate.model.span import Span
from plumbgate.render.diagnostics_github import SHOWN, render_github
from plumbgate.render.text_safety import visible


def diagnostic(message="m", file="a.yaml", hint="", note="", line=9) -> Diagnostic:
    return Diagnostic("PG011", message, Span(file, line, 3, 8), hint, note)


def unescaped(text: str, escapes: dict[str, str]) -> str:
    """Return what the runner makes of a text: the per cent sign last, as it does."""
    for escape, character in escapes.items():
        text = text.replace(escape, character)
    return text.replace("%25", "%")


IN_TEXT = {"%0D": "\r", "%0A": "\n"}
IN_PROPERTY = IN_TEXT | {"%3A": ":", "%2C": ","}


def read(line: str) -> tuple[str, dict[str, str], str]:
    """Return command, properties and text of a line, as `ActionCommand.TryParseV2` takes it."""
    assert line.startswith("::")
    end = line.index("::", 2)
    command, _, properties = line[2:end].partition(" ")
    pairs = (one.split("=", 1) for one in properties.split(",") if "=" in one)
    named = {name: unescaped(value, IN_PROPERTY) for name, value in pairs}
    return command, named, unescaped(line[end + 2 :], IN_TEXT)


HEAD = "::error file=a.yaml,line=9,col=3,endColumn=11,title=plumbgate PG011::"
LINES = {
    "with all it has": (
        diagnostic("unknown key `x`", hint="remove it", note="keys: id, title"),
        f"{HEAD}unknown key `x`%0Aremove it%0Akeys: id, title\n",
    ),
    "with a sentence alone": (
        diagnostic("empty"),
        f"{HEAD}empty\n",
    ),
    "with a note and no fix": (
        diagnostic("empty", note="see"),
        f"{HEAD}empty%0Asee\n",
    ),
    "of a file with a name that means something": (
        diagnostic("a, b: 90 %", "C:\\a, b%2C\n::x.yaml"),
        HEAD.replace("a.yaml", "C%3A\\a%2C b%252C%0A\\x3a%3Ax.yaml") + "a, b: 90 %25\n",
    ),
    "with other commands inside": (
        diagnostic("a\r\n::add-mask::b ##[add-mask]c ##vso[task.setvariable]d %0A::x::"),
        (
            f"{HEAD}a\\r%0A\\x3a:add-mask::b \\x23\\x23[add-mask]c "
            "\\x23\\x23vso[task.setvariable]d %250A::x::\n"
        ),
    ),
}


@pytest.mark.parametrize(("given_", "expected"), LINES.values(), ids=LINES)
def test_lines(given_, expected) -> None:
    assert render_github([given_]) == expected


TEXT = st.text(max_size=20) | st.lists(
    st.sampled_from(["\r", "\n", "::", ":", ",", "%", "%0A", "%25", "#", "##[", "=", " ", "\u2028"])
).map("".join)


@given(TEXT, TEXT, TEXT, TEXT)
def test_what_the_runner_reads_is_what_was_meant(message, file, hint, note) -> None:
    def shown(text: str) -> str:
        return re.sub("#(?=#)", "# ", visible(text, keep_lines=True))

    printed = render_github([diagnostic(message, file, hint, note)])

    assert printed.splitlines(keepends=True) == [printed]
    command, properties, text = read(printed.removesuffix("\n"))
    assert command == "error"
    assert properties == {
        "file": shown(file),
        "line": "9",
        "col": "3",
        "endColumn": "11",
        "title": "plumbgate PG011",
    }
    assert text == "\n".join(shown(part) for part in (message, hint, note) if part)
    assert "##" not in printed


@pytest.mark.parametrize("n", [0, 1, SHOWN - 1, SHOWN, SHOWN + 1, 50])
def test_no_more_than_github_shows_and_the_last_counts_the_rest(n) -> None:
    lines = render_github([diagnostic(line=line) for line in range(1, n + 1)]).splitlines()

    assert len(lines) == min(n, SHOWN)
    numbers = [read(line)[1].get("line") for line in lines]
    if n > SHOWN:
        assert numbers.pop() is None
        last = f"::error title=plumbgate::+{n - SHOWN + 1} more: `plumbgate lint -f json` lists all"
        assert lines[-1] == last
    assert numbers == [str(line) for line in range(1, len(numbers) + 1)]
