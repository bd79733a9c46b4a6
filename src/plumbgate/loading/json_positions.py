"""Where every key and value of a JSON text stands, found token by token, without recursion."""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING

from plumbgate.loading.guard import LINE_BREAK, MAX_DEPTH
from plumbgate.loading.scalars import LONGEST_INTEGER
from plumbgate.model.span import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plumbgate.errors import Diagnostic
    from plumbgate.loading.documents import Document, Keys

TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]|[^\s{}\[\]:,"]+')
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


def keeps_digits(whole: str) -> bool:
    """Return whether a whole number is short enough for every reader to keep its digits."""
    return len(whole.lstrip("-")) <= LONGEST_INTEGER


def is_broken(written: str) -> bool:
    """Return whether a text in quotes holds half of a surrogate pair, which is no character."""
    if not _SURROGATE.search(written):
        return False
    return any("\ud800" <= character <= "\udfff" for character in json.loads(written))


def may_be_broken(text: str) -> bool:
    """Return whether any text in a file writes surrogates: quick, and sure where it says no."""
    return bool(_SURROGATE.search(text))


def pointer(keys: Keys) -> str:
    """Return the JSON pointer (RFC 6901) of a value."""
    return "/" + "/".join(str(key).replace("~", "~0").replace("/", "~1") for key in keys)


class Positions:
    """Fills the positions of a document whose text is JSON, from its tokens."""

    def __init__(self, document: Document, first_line: int) -> None:
        """Begin at the line of the file on which the text begins."""
        self.document = document
        self.line = first_line
        self.begun = 0
        """Where the line begins in the text."""
        self.around: list[Keys] = []
        """The objects and lists around a token, by their keys."""
        self.coming: list[str | int | None] = []
        """In each of them the key of the value that comes next; None where a key comes."""

    def find(self, text: str) -> Iterator[Diagnostic]:
        """Note where everything stands, and yield what no verdict may rest on."""
        seen = 0
        for token in TOKEN.finditer(text):
            for found in LINE_BREAK.finditer(text, seen, token.start()):
                self.line, self.begun = self.line + 1, found.end()
            seen = token.end()
            column = token.start() - self.begun + 1
            place = Span(self.document.file, self.line, column, len(token.group()))
            yield from self._take(token.group(), place)
            if len(self.around) > MAX_DEPTH:
                message = f"nested deeper than {MAX_DEPTH} levels"
                yield self.document.diagnostic("PG002", message, place, "nest less deeply")
                return

    def _take(self, written: str, place: Span) -> Iterator[Diagnostic]:
        if written == ",":
            last = self.coming[-1]
            self.coming[-1] = last + 1 if isinstance(last, int) else None
        elif written in "}]":
            self.around.pop()
            self.coming.pop()
        elif self.coming and self.coming[-1] is None:
            yield from self._key(written, place)
        elif written != ":":
            yield from self._value(written, place)

    def _key(self, written: str, place: Span) -> Iterator[Diagnostic]:
        key: str = json.loads(written)
        keys = (*self.around[-1], key)
        yield from self._broken(written, place)
        first = self.document.keys.get(keys)
        if first:
            message = (
                f"duplicate key `{key}` (first at {first.line}:{first.column}), "
                "the second would silently win"
            )
            yield self.document.diagnostic("PG003", message, place, "remove one of them")
        self.document.keys[keys] = place
        self.coming[-1] = key

    def _value(self, written: str, place: Span) -> Iterator[Diagnostic]:
        key = self.coming[-1] if self.coming else None
        keys: Keys = () if key is None else (*self.around[-1], key)
        self.document.values[keys] = place
        if written in "{[":
            self.around.append(keys)
            self.coming.append(None if written == "{" else 0)
        elif written[0] == '"':
            yield from self._broken(written, place)
        elif written not in {"true", "false", "null"} and not _can_be_judged(written):
            message = f"{pointer(keys)} is no number that can be judged"
            hint = "leave the metric out: what was not measured is unknown"
            yield self.document.diagnostic("PG032", message, place, hint)

    def _broken(self, written: str, place: Span) -> Iterator[Diagnostic]:
        if is_broken(written):
            message = "half of a surrogate pair is no character"
            yield self.document.diagnostic("PG005", message, place, "write the character itself")


def _can_be_judged(number: str) -> bool:
    whole = number.lstrip("-").isdigit()
    return keeps_digits(number) if whole else math.isfinite(float(number))
