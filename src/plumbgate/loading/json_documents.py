"""
JSON documents: read quickly where nothing is wrong, else with the position of every value.

Python's reader takes NaN, keeps the last of two equal keys and recurses into the file. None of
that may reach a verdict, so that both ways of reading here refuse it.
"""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from plumbgate.loading import guard
from plumbgate.loading.documents import Document
from plumbgate.loading.json_positions import (
    TOKEN,
    Positions,
    is_broken,
    keeps_digits,
    may_be_broken,
)
from plumbgate.model.span import Span

if TYPE_CHECKING:
    from plumbgate.errors import Diagnostic

_SENTENCES = (
    ("Expecting value", "a value is missing here"),
    ("Expecting ',' delimiter", "a `,` is missing here"),
    ("Expecting ':' delimiter", "a `:` is missing here"),
    ("Expecting property name", "a key in double quotes is missing here"),
    ("Extra data", "something stands behind the end"),
    ("Unterminated string", "a text is not closed"),
    ("Invalid control character", "a line break or tab stands inside a text"),
    ("Invalid \\", "an escape is none of JSON's"),
    ("Illegal trailing comma", "a `,` stands behind the last entry"),
)
"""By the beginning of Python's sentence, ours."""


class _RefusedError(ValueError):
    """Something that Python's reader takes and no verdict may rest on."""


def read(content: bytes) -> Any:  # noqa: ANN401 (JSON)
    """
    Return the value of a JSON text; depth is not limited here, but by what schemas admit.

    Raises:
        ValueError, RecursionError: It cannot be read safely; `parse` says why, and where.

    """
    text = content.decode("utf-8-sig")
    if may_be_broken(text) and any(map(is_broken, TOKEN.findall(text))):
        raise _RefusedError("half of a surrogate pair")
    return json.loads(
        text,
        parse_constant=_refuse,
        parse_int=_whole,
        parse_float=_finite,
        object_pairs_hook=_unique,
    )


def _refuse(written: str) -> Any:  # noqa: ANN401 (it never returns)
    raise _RefusedError(written)


def _whole(written: str) -> int:
    return int(written) if keeps_digits(written) else _refuse(written)


def _any_whole(written: str) -> float:
    """Return a whole number, as a double where Python would refuse so many digits."""
    return int(written) if keeps_digits(written) else float(written)


def _finite(written: str) -> float:
    number = float(written)
    return number if math.isfinite(number) else _refuse(written)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    built = dict(pairs)
    return built if len(built) == len(pairs) else _refuse("a key twice")


def parse(content: bytes, file: str, first_line: int = 1) -> tuple[Document, list[Diagnostic]]:
    """
    Return the document with the position of every key and value, and what is wrong as JSON.

    `first_line` is the line of the file on which `content` begins.
    """
    digest = hashlib.sha256(content).hexdigest()
    text, refusal = content.decode("utf-8-sig", "replace"), None
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        refusal = guard.not_utf8(content, error)
    lines = ("",) * (first_line - 1) + tuple(guard.LINE_BREAK.split(text))
    document = Document(file, lines, digest, None)
    if refusal:
        place = Span(file, refusal.line + first_line - 1, refusal.column)
        return document, [document.diagnostic(refusal.code, refusal.message, place, refusal.hint)]
    try:
        value = json.loads(text, parse_int=_any_whole)
    except json.JSONDecodeError as error:
        return document, [_syntax(document, text, error, first_line)]
    except RecursionError:
        value = None
    diagnostics = list(Positions(document, first_line).find(text))
    return replace(document, value=value), diagnostics


def _syntax(
    document: Document, text: str, error: json.JSONDecodeError, first_line: int
) -> Diagnostic:
    if not text.strip():
        return document.diagnostic("PG015", "the file is empty", Span(document.file))
    line, column = guard.position(text[: error.pos])
    place = Span(document.file, line + first_line - 1, column)
    if error.pos >= len(text.rstrip()) and error.msg.startswith("Expecting"):
        message, hint = "not JSON: the file ends too early", "write it again"
    else:
        said = (ours for theirs, ours in _SENTENCES if error.msg.startswith(theirs))
        message, hint = f"not JSON: {next(said, error.msg)}", "write the file again, whole"
    return document.diagnostic("PG032", message, place, hint)
