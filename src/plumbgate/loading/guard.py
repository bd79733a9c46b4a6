"""
What a YAML file may be, decided on the stream of parse events, before any tree is built.

PyYAML's C composer recurses: a hundred thousand brackets end the interpreter. Events do not
recurse, so the limits are held against them first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_BYTES = 256 * 1024
MAX_DEPTH = 40
MAX_NODES = 20_000

LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\uffff]"
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a file is refused: a code, a sentence, a position (both from 1), a fix."""

    code: str
    message: str
    line: int = 1
    column: int = 1
    hint: str = ""


def decode(content: bytes) -> str | Refusal:
    """Return the text of a UTF-8 file without its byte-order mark, or why it has none."""
    if len(content) > MAX_BYTES:
        return Refusal(
            "PG002",
            f"the file has {len(content):,} bytes; at most {MAX_BYTES:,} are read",
            hint="split it",
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        line = before.count(b"\n") + 1
        column = error.start - (before.rfind(b"\n") + 1) + 1
        return Refusal("PG002", "the file is not UTF-8", line, column, "save it as UTF-8")
    hidden = _HIDDEN.search(text)
    if hidden:
        line = text.count("\n", 0, hidden.start()) + 1
        column = hidden.start() - text.rfind("\n", 0, hidden.start())
        name = f"U+{ord(hidden.group()):04X}"
        return Refusal("PG005", f"hidden character {name}", line, column, "delete it")
    return text


def refusals(text: str) -> list[Refusal]:
    """
    Return what is wrong with the text as YAML: syntax, size, anchors, tags, several documents.

    The first one that makes the rest unreadable ends the list.
    """
    found: list[Refusal] = []
    depth = nodes = documents = 0
    try:
        for event in yaml.parse(text, Loader=LOADER):
            depth += _DEPTH.get(type(event), 0)
            nodes += isinstance(event, yaml.NodeEvent)
            documents += isinstance(event, yaml.DocumentStartEvent)
            found.extend(_forbidden(event))
            for count, limit, message in (
                (documents, 1, "a second document"),
                (depth, MAX_DEPTH, f"nested deeper than {MAX_DEPTH} levels"),
                (nodes, MAX_NODES, f"more than {MAX_NODES:,} values"),
            ):
                if count > limit:
                    return [*found, Refusal("PG002", message, *_position(event), "split the file")]
    except yaml.MarkedYAMLError as error:
        found.append(_syntax(error))
    return found


_DEPTH: dict[type[yaml.Event], int] = {
    yaml.MappingStartEvent: 1,
    yaml.SequenceStartEvent: 1,
    yaml.MappingEndEvent: -1,
    yaml.SequenceEndEvent: -1,
}


def _forbidden(event: yaml.Event) -> Iterator[Refusal]:
    here = _position(event)
    if isinstance(event, yaml.AliasEvent):
        yield Refusal("PG002", f"alias `*{event.anchor}`", *here, "write the value out")
    elif isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent):
        if event.anchor is not None:
            yield Refusal("PG002", f"anchor `&{event.anchor}`", *here, "write the value out")
        if event.tag is not None:
            yield Refusal("PG002", f"tag `{event.tag}`", *here, "leave the tag out")


def _position(event: yaml.Event) -> tuple[int, int]:
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


def _syntax(error: yaml.MarkedYAMLError) -> Refusal:
    mark = error.problem_mark or error.context_mark
    problem = error.problem or "cannot be read"
    context = f" {error.context}" if error.context else ""
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    hint = _SYNTAX_HINTS.get(problem, "")
    return Refusal("PG001", f"not YAML: {problem}{context}", line, column, hint)


_SYNTAX_HINTS = {
    "mapping values are not allowed in this context": "quote the text that holds `: `",
    "found character that cannot start any token": "indent with spaces; quote `%` and `@`",
    "did not find expected ',' or '}'": "quote the text inside `{...}`",
    "did not find expected ',' or ']'": "quote the text inside `[...]`",
}
