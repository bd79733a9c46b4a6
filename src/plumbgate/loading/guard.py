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

from plumbgate.loading.yaml_syntax import explain
from plumbgate.model.characters import character_class

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_BYTES = 256 * 1024
MAX_DEPTH = 40
MAX_NODES = 20_000

LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

LINE_BREAK = re.compile("\r\n?|\n")
_HIDDEN = re.compile(character_class(without="\t\n\r"))
_OTHER_BREAKS = "\x85\u2028\u2029"
"""YAML 1.1 ends a line, and a comment, at these; YAML 1.2 and editors do not."""

_TOO_DEEP_FOR_LIBYAML = "exceeded maximum nesting depth"
"""Its scanner reads ahead, and may meet its own limit before the events show ours."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a file is refused: a code, a sentence, a fix, a position (both from 1)."""

    code: str
    message: str
    hint: str = ""
    line: int = 1
    column: int = 1


def inspect(content: bytes) -> tuple[str, list[Refusal]]:
    """
    Return the text of a file without its byte-order mark, and what keeps it from being read.

    What makes the rest unreadable ends the list: size, encoding, hidden characters, syntax,
    a second document, depth.
    """
    if len(content) > MAX_BYTES:
        message = f"the file is larger than {MAX_BYTES:,} bytes"
        return "", [Refusal("PG002", message, "split it into several files")]
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return content.decode("utf-8", "replace"), [not_utf8(content, error)]
    return text, list(_hidden(text)) or _refusals(text)


def not_utf8(content: bytes, error: UnicodeDecodeError) -> Refusal:
    """Return the refusal of bytes that are not UTF-8, at the first of them."""
    before = content[: error.start].decode("utf-8", "replace")
    return Refusal("PG002", "the file is not UTF-8", "save it as UTF-8", *position(before))


def position(before: str) -> tuple[int, int]:
    """Return line and column, both from 1, of what follows the text `before`."""
    *whole, begun = LINE_BREAK.split(before)
    return len(whole) + 1, len(begun) + 1


def _hidden(text: str) -> Iterator[Refusal]:
    for number, line in enumerate(LINE_BREAK.split(text), start=1):
        for found in _HIDDEN.finditer(line):
            message = f"hidden character U+{ord(found.group()):04X}"
            breaks = found.group() in _OTHER_BREAKS
            hint = "begin a new line, or delete it" if breaks else "delete it"
            yield Refusal("PG005", message, hint, number, found.start() + 1)


def _refusals(text: str) -> list[Refusal]:
    found: list[Refusal] = []
    depth = nodes = documents = 0
    try:
        for event in yaml.parse(text, Loader=LOADER):
            depth += _DEPTH.get(type(event), 0)
            nodes += isinstance(event, yaml.NodeEvent)
            documents += isinstance(event, yaml.DocumentStartEvent)
            found.extend(_forbidden(event))
            for count, limit, message, hint in (
                (documents, 1, "a second document", "write it to a file of its own"),
                (depth, MAX_DEPTH, f"nested deeper than {MAX_DEPTH} levels", "nest less deeply"),
                (nodes, MAX_NODES, f"more than {MAX_NODES:,} values", "split the file"),
            ):
                if count > limit:
                    return [*found, Refusal("PG002", message, hint, *_place(event))]
    except yaml.MarkedYAMLError as error:
        if error.problem == _TOO_DEEP_FOR_LIBYAML and error.problem_mark:
            return _refusals(text[: error.problem_mark.index])
        message, hint, line, column = explain(error, LINE_BREAK.split(text))
        found.append(Refusal("PG001", f"not YAML: {message}", hint, line, column))
    except ValueError:
        # PyYAML's own scanner, used where libyaml is absent, hands any code to chr().
        found.append(Refusal("PG001", "not YAML: an escape names no character"))
    return found


_DEPTH: dict[type[yaml.Event], int] = {
    yaml.MappingStartEvent: 1,
    yaml.SequenceStartEvent: 1,
    yaml.MappingEndEvent: -1,
    yaml.SequenceEndEvent: -1,
}


def _forbidden(event: yaml.Event) -> Iterator[Refusal]:
    here = _place(event)
    if isinstance(event, yaml.AliasEvent):
        message = f"`*{event.anchor}` is an alias; aliases are not read"
        yield Refusal("PG002", message, "write the value out", *here)
    elif isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent):
        if event.anchor is not None:
            message = f"`&{event.anchor}` is an anchor; anchors are not read"
            yield Refusal("PG002", message, "leave it out", *here)
        if event.tag is not None:
            tag = _written(event.tag)
            hint = "leave it out" if tag.startswith("!!") else "quote a text that begins with `!`"
            yield Refusal("PG002", f"`{tag}` is a tag; tags are not read", hint, *here)


def _written(tag: str) -> str:
    """Return a tag as people write it: libyaml gives `!!str` in full."""
    return re.sub("^tag:yaml.org,2002:", "!!", tag)


def _place(event: yaml.Event) -> tuple[int, int]:
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)
