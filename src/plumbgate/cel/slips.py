"""The common slips of people who know YAML, SQL or Python, and what to write in CEL instead."""

from __future__ import annotations

import re
from dataclasses import dataclass

_QUOTED = re.compile(r"//[^\n]*|'(?:\\.|[^'\\\n])*'|\"(?:\\.|[^\"\\\n])*\"")

SLIPS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\band\b"), "`and` is not an operator in CEL, write `&&`"),
    (re.compile(r"\bor\b"), "`or` is not an operator in CEL, write `||`"),
    (re.compile(r"\bnot\s+in\b"), "there is no `not in` in CEL, write `!(x in [...])`"),
    (re.compile(r"\bnot\s+\S"), "`not` is not an operator in CEL, write `!`"),
    (re.compile(r"\bis\b"), "`is` is not an operator in CEL, write `==`"),
    (re.compile(r"\bbetween\b", re.IGNORECASE), "write both bounds: `low <= x && x <= high`"),
    (re.compile(r"\b(?:if|then|else)\b"), "a choice is written `test ? one : other` in CEL"),
    (re.compile(r"=>"), "`=>` is not an operator in CEL, write `>=`"),
    (re.compile(r"=<"), "`=<` is not an operator in CEL, write `<=`"),
    (re.compile(r"<>"), "`<>` is not an operator in CEL, write `!=`"),
    (re.compile(r"(?<![=!<>])=(?!=)"), "`=` is not an operator in CEL, write `==` to compare"),
    (re.compile(r"[=!]=="), "CEL compares with two signs: `==`, `!=`"),
    (re.compile(r"(?<!&)&(?!&)"), "`&` is not an operator in CEL, write `&&`"),
    (re.compile(r"(?<!\|)\|(?!\|)"), "`|` is not an operator in CEL, write `||`"),
    (re.compile(r"\*\*"), "there is no power in CEL, write the product out"),
    (re.compile(r"\.\?|\[\?|\?\?"), "leave the `?` out: an optional value hides a missing one"),
    (re.compile(r"(\d\s*%)\s*(?:$|[^\w\s.(\[{'\"-])"), "a share is a ratio in CEL: write 0.95"),
    (re.compile(r"\d+,\d+"), "a decimal point is a point in CEL: write {}"),
    (
        re.compile(r"\b\d+(?:\.\d+)?\s*(?:d|days?|h|min|w)\b"),
        "a time is a parameter with its unit: `limit: {value: 15 d}`",
    ),
    (
        re.compile(r"\{\{[^{}]*\}\}|\$\{[^{}]*\}|\$\w+"),
        "a name stands as it is in CEL, without `{{ }}` or `${ }`",
    ),
    (re.compile(r"#"), "a comment in CEL begins with `//`"),
    (re.compile(r";"), "an expression stands alone in CEL, without `;`"),
    (re.compile(r"[\u2018\u2019\u201c\u201d]"), "write a straight quote: ' or \""),
)
"""
A pattern that spans the place of the error, and the fix; the first that fits is shown.

`{}` in a fix stands for what was written, with a point for its comma.
"""


@dataclass(frozen=True, slots=True)
class Slip:
    """A slip: where it stands in the text, and the fix."""

    start: int
    length: int
    fix: str


def find_slip(text: str, offset: int) -> Slip | None:
    """Return the slip at `offset`, where `text` was found to be no CEL."""
    masked = _QUOTED.sub(lambda match: "_" * len(match.group()), text)
    for pattern, fix in SLIPS:
        for match in pattern.finditer(masked):
            if match.start() <= offset < match.end():
                slip = match.group(1) if pattern.groups else match.group()
                said = fix.replace("{}", slip.replace(",", "."))
                return Slip(match.start(), len(slip.rstrip()), said)
    return None
