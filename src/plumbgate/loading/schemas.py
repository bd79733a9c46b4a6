"""JSON Schema validation whose complaints name the place, the allowed and the fix."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend

from plumbgate.loading.schema_complaints import COMPLAINTS, missing_key, misspelt
from plumbgate.loading.shipped import shipped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from plumbgate.errors import Diagnostic
    from plumbgate.loading.documents import Document

Schema = dict[str, Any]

DATA_KEYWORDS = frozenset({"const", "enum", "examples", "required"})
"""Keywords that hold data, not schemas."""


def _pattern(
    validator: Any,  # noqa: ANN401 (jsonschema's own signature)
    pattern: str,
    instance: object,
    schema: Schema,  # noqa: ARG001 (as above)
) -> Iterator[ValidationError]:
    """Hold a text against a pattern as JSON Schema means it."""
    if validator.is_type(instance, "string") and not _exact(pattern).search(str(instance)):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


@cache
def _exact(pattern: str) -> re.Pattern[str]:
    """Return a pattern whose last `$` is the end of the text: Python's is also that of a line."""
    return re.compile(re.sub(r"(?<!\\)\$$", r"\\Z", pattern))


_Validator: Any = extend(  # type: ignore[no-untyped-call]  # jsonschema leaves it untyped
    Draft202012Validator, {"pattern": _pattern}
)


@cache
def schema(kind: str) -> Schema:
    """Return the shipped JSON Schema of one kind of file: `policy`, `snapshot`, `report`, ..."""
    loaded: Schema = json.loads(
        (shipped("schemas") / f"{kind}.schema.json").read_text(encoding="utf-8")
    )
    return loaded


@cache
def _inlined(kind: str) -> Schema:
    """Return a schema with every `$ref` replaced by what it names; what stands beside it wins."""
    root = schema(kind)

    def inline(node: Any) -> Any:  # noqa: ANN401 (JSON)
        if isinstance(node, list):
            return [inline(item) for item in node]
        if not isinstance(node, dict):
            return node
        if "$ref" in node:
            node = root["$defs"][node["$ref"].removeprefix("#/$defs/")] | node
        return {
            key: value if key in DATA_KEYWORDS else inline(value)
            for key, value in node.items()
            if key not in {"$ref", "$defs"}
        }

    inlined: Schema = inline(root)
    return inlined


def errors(value: object, kind: str) -> list[ValidationError]:
    """Return jsonschema's errors, in its own words."""
    return list(_Validator(_inlined(kind)).iter_errors(value))


def validate(document: Document, kind: str) -> list[Diagnostic]:
    """Return everything in which the document departs from the schema of its kind."""
    if is_valid(document.value, kind):
        return []
    found = errors(document.value, kind)
    explained = {typo for error in found for typo in misspelt(error)}
    return [
        diagnostic
        for error in found
        # A typo that explains the missing key is said once.
        if (tuple(error.absolute_path), missing_key(error)) not in explained
        for diagnostic in COMPLAINTS[str(error.validator)](document, error)
    ]


def is_valid(value: object, kind: str) -> bool:
    """
    Return whether `value` agrees with the schema of its kind.

    Uses jsonschema's keywords without its account of paths and references, which costs several
    times what the keywords do.
    """
    return _Quick(kind).holds(value, _inlined(kind))


class _Quick:
    """What jsonschema's keywords ask of a validator, answered with yes or no."""

    def __init__(self, kind: str) -> None:
        self._checks = _checks(kind)

    def holds(self, value: object, part: Schema) -> bool:
        return not any(
            True
            for check, wanted in self._checks[id(part)]
            for _ in check(self, wanted, value, part) or ()
        )

    def is_type(self, value: object, name: str) -> bool:
        return bool(_Validator.TYPE_CHECKER.is_type(value, name))

    def descend(
        self,
        instance: object,
        schema: Schema,
        path: object = None,  # noqa: ARG002 (jsonschema's own signature)
        schema_path: object = None,  # noqa: ARG002 (jsonschema's own signature)
    ) -> tuple[str, ...]:
        return () if self.holds(instance, schema) else ("it does not hold",)


Check = tuple["Callable[..., Iterable[object] | None]", Any]
"""A keyword's function in jsonschema, and what the schema says for it."""


@cache
def _checks(kind: str) -> dict[int, tuple[Check, ...]]:
    """Return for every schema inside the one of `kind`, by identity, what it checks."""
    found: dict[int, tuple[Check, ...]] = {}

    def note(part: Any) -> None:  # noqa: ANN401 (JSON)
        if isinstance(part, list):
            for item in part:
                note(item)
        elif isinstance(part, dict):
            found[id(part)] = tuple(
                (_Validator.VALIDATORS[keyword], wanted)
                for keyword, wanted in part.items()
                if keyword in _Validator.VALIDATORS
            )
            for keyword, inner in part.items():
                if keyword not in DATA_KEYWORDS:
                    note(inner)

    note(_inlined(kind))
    return found
