"""The page about the language of expressions, made of the registries that the checker reads."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Iterable
from pathlib import Path

from plumbgate.cel import limits
from plumbgate.cel.arithmetic import MAX_TEXT
from plumbgate.cel.functions import FUNCTIONS, Function
from plumbgate.cel.macros import MACROS
from plumbgate.cel.refusals import REFUSED
from plumbgate.cel.scope import (
    CHANGE_FIELDS,
    FACT_ROOTS,
    MEASURED_FIELDS,
    PERIOD_ROOTS,
    POOLED_FIELDS,
    UNIT_ROOTS,
)
from plumbgate.cel.slips import SLIPS
from plumbgate.cel.standard import MAX_PATTERN, STANDARD
from plumbgate.cel.values import MAX_STEPS
from plumbgate.engine.compile import APPLICABILITY_ROOTS
from plumbgate.engine.profiles import ROOTS as PROFILE_ROOTS
from plumbgate.model.quantity import SUFFIXES, Unit, wording

ROOT = Path(__file__).parent.parent.parent
PAGE = ROOT / "docs" / "language.md"
COMMAND = "python -m tests.cel.language_page"

HEAD = f"""\
# The language of expressions

Made by `{COMMAND}`; a test fails where this page is not what it makes.

An expression is CEL, the common expression language, without what two evaluators could read
differently. It is typed before anything runs: every number has a unit, a text that can only be one
of a few words is compared with these alone, and a name that is not known is refused with the
nearest that is. What was not measured is unknown by itself: there is no null, and no default.
"""


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join(
        f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |\n" for row in lines
    )


def code(*words: str) -> str:
    return ", ".join(f"`{word}`" for word in words)


def prose(text: str) -> str:
    return textwrap.fill(" ".join(text.split()), 100, break_on_hyphens=False) + "\n"


def section(title: str, *parts: str) -> str:
    return f"\n## {title}\n\n" + "\n".join(parts)


def units() -> str:
    written = {
        unit: code(*(suffix for suffix, (of, _) in SUFFIXES.items() if of is unit)) for unit in Unit
    }
    said = """In YAML a quantity is one scalar, number and unit: `15 d`, `72 h`, `90 %`. An
    expression sees durations in days and shares as ratios: `72 h` is 3.0, `90 %` is 0.9. A bare
    number is a count, a rate or a ratio; beside days it is refused."""
    rows = ((wording(unit), f"`{unit}`", written[unit]) for unit in Unit)
    return section("Quantities and units", prose(said), table(("what", "unit", "written"), rows))


def fields(names: Iterable[str]) -> str:
    return code(*(f".{name}" for name in names))


def names() -> str:
    changes = f"to the baseline, to the period before, plus is better: {fields(CHANGE_FIELDS)}"
    periods = f"the periods, oldest first, the last is this one; each has {code(*PERIOD_ROOTS)}"
    rows = [
        ("`metrics`, `baseline`, `previous`", "`<family>.<name>`, where it can be judged"),
        ("`measured`", f"`<family>.<name>` and {fields(MEASURED_FIELDS)}"),
        ("`pooled`", f"the four newest periods together: {fields(POOLED_FIELDS)}"),
        ("`change`, `since_previous`", changes),
        *((f"`{root}`", code(*known)) for root, known in FACT_ROOTS.items()),
        ("`params`, `variables`", "the policy's parameters, and its variables above"),
        ("`history`", periods),
        ("`units`", f"the units of the scope; each has {code(*UNIT_ROOTS)}"),
    ]
    said = f"""`applies_when` reads {code(*APPLICABILITY_ROOTS)} alone, and the `for` of a profile
    {code(*PROFILE_ROOTS)}: a measurement that is missing must not switch a rule off."""
    return section("What an expression reads", table(("name", "content"), rows), prose(said))


def operators() -> str:
    said = """`&&`, `||`, `!` and `? :` follow Kleene's logic: one operand that decides is enough,
    whatever the others are; where none decides, what was not measured wins over what went wrong.
    `==`, `!=`, `<`, `<=`, `>`, `>=`, `in`; `+`, `-`, `*`, `/`, and `%` of whole numbers. A whole
    number beside a double is that double. A result that is not a number is an error."""
    macros = f"""Over a list: {code(*(f".{name}(x, ...)" for name in MACROS))}. `all` over no
    period, or over no unit, is undecided."""
    return section("Operators and macros", prose(said), prose(macros))


def summary(function: Function) -> str:
    text = inspect.getdoc(function.reference) or ""
    sentence = " ".join(text.split("\n\n")[0].split())
    return sentence.removeprefix("Return ").rstrip(".").split("; ")[0]


def functions() -> str:
    ours = [
        (
            f"`{one.signature}`",
            summary(one),
            "<br>".join(f"`{text}` is `{value!r}`" for text, value in one.examples),
        )
        for one in FUNCTIONS
    ]
    standard = f"""CEL's: {code(*(one.signature for one in STANDARD))}. `matches` is RE2, in linear
    time. `has(scope.labels.<name>)` asks for a label alone."""
    return section(
        "Functions",
        "plumbgate's own:\n",
        table(("function", "gives", "for example"), ours),
        prose(standard),
    )


def refused() -> str:
    rows = [(f"`{name}`", hint) for name, hint in sorted(REFUSED.items())]
    fixes = dict.fromkeys(fix for _, fix in SLIPS)
    return section(
        "What is refused",
        table(("of CEL", "because, or instead"), rows),
        "Common slips, and what is said of each:\n",
        "".join(f"- {fix}\n" for fix in fixes),
    )


def sizes() -> str:
    rows = [
        (f"{limits.MAX_CHARACTERS:,}", "characters of an expression"),
        (f"{limits.MAX_TOKENS:,}", "words and signs"),
        (f"{limits.MAX_LEVELS}", "levels of brackets, and of values"),
        (f"{limits.MAX_NODES}", "values"),
        (f"{limits.MAX_NESTED_MACROS}", "macros within one another"),
        (f"{limits.MAX_TOTAL_LEVELS}", "levels with the variables that it reads"),
        (f"{MAX_STEPS:,}", "items that one rule may look at"),
        (f"{MAX_TEXT:,}", "characters of a text that `+` makes"),
        (f"{MAX_PATTERN}", "characters of a pattern"),
    ]
    return section("Limits", table(("at most", "of"), rows))


def page() -> str:
    parts = (units(), names(), operators(), functions(), refused(), sizes())
    return HEAD + "".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
