"""What libyaml finds wrong with a text, said to people who do not know a parser's words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    import yaml

SENTENCES: dict[str, tuple[str, str]] = {
    "mapping values are not allowed in this context": (
        "a `:` stands where no key can stand",
        "quote a text that holds `: `; indent a key like those beside it",
    ),
    "found character that cannot start any token": (
        "a value cannot begin with this character",
        "quote the text; indent with spaces, not with tabs",
    ),
    "found a tab character where an indentation space is expected": (
        "a tab indents this line",
        "indent with spaces",
    ),
    "found a tab character that violates indentation": (
        "a tab indents this line",
        "indent with spaces",
    ),
    "found unexpected end of stream": ("a quote is not closed", "close it"),
    "did not find expected ',' or ']'": (
        "a `,` or the closing `]` is missing",
        "quote a text that holds `,`, `: `, a bracket or a brace",
    ),
    "did not find expected ',' or '}'": (
        "a `,` or the closing `}` is missing",
        "quote a text that holds `,`, `: `, a bracket or a brace",
    ),
    "did not find expected key": (
        "here is neither a key nor the end of the mapping",
        "indent it like the keys above",
    ),
    "did not find expected '-' indicator": (
        "here is neither an item nor the end of the list",
        "indent it like the items above",
    ),
    "could not find expected ':'": ("a key without `:`", "write `key: value`"),
    "did not find expected alphabetic or numeric character": (
        "`*` and `&` have a meaning of their own in YAML",
        "quote the whole text",
    ),
    "did not find expected comment or line break": (
        "`|` and `>` begin a block of lines in YAML",
        "quote a text that begins with them; write a block's text on the lines below",
    ),
    "did not find expected node content": (
        "a value cannot begin with this character",
        "quote the text",
    ),
    "mapping keys are not allowed in this context": (
        "`?` begins a key in YAML",
        "quote the text",
    ),
    "block sequence entries are not allowed in this context": (
        "`- ` begins a list, and none can begin here",
        "begin the list on a line of its own, or quote the text",
    ),
    "found unknown escape character": (
        "within double quotes `\\` begins an escape, and there is no such escape",
        "write `\\\\`, or use single quotes",
    ),
    "found invalid Unicode character escape code": (
        "there is no character of this code",
        "write the character itself",
    ),
}
"""By libyaml's own sentence: ours, and the fix."""

_BEHIND_THE_END = (
    "something stands behind the end of a text or a list",
    "quote the whole, or write it below `|`",
)
_TAG = re.compile(r"(?:^|[:\-] )\s*!")
_A_TAG = ("a value that begins with `!` is a tag in YAML", "quote the expression")
_UNFINISHED = frozenset(
    {
        "did not find expected ',' or ']'",
        "did not find expected ',' or '}'",
        "did not find expected key",
        "did not find expected '-' indicator",
    }
)
"""Of what is wrong there, it helps to know where it began."""
_AT_ITS_BEGINNING = frozenset({"found unexpected end of stream", "could not find expected ':'"})
"""Of what is wrong there, the end says nothing: the place is where it began."""


def explain(error: yaml.MarkedYAMLError, lines: Sequence[str]) -> tuple[str, str, int, int]:
    """Return a sentence, the fix, line and column (both from 1) of an error in these lines."""
    problem, began = str(error.problem), error.context_mark
    sentence, hint = SENTENCES.get(problem, (problem, ""))
    mark: Any = began if began and problem in _AT_ITS_BEGINNING else error.problem_mark
    before = lines[mark.line][: mark.column].rstrip() if mark.line < len(lines) else ""
    if problem == "did not find expected key" and before.endswith(("'", '"', "]", "}")):
        sentence, hint = _BEHIND_THE_END
    elif problem == "did not find expected comment or line break" and _TAG.search(before):
        sentence, hint = _A_TAG
    elif began and began.line != mark.line and problem in _UNFINISHED:
        sentence += f"; it begins at {began.line + 1}:{began.column + 1}"
    return sentence, hint, mark.line + 1, mark.column + 1
