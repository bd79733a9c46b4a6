"""JSON Schema validation whose complaints name the place, the allowed and the fix."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from jsonschema import Draft202012Validator

from plumbgate.loading.documents import Document, Keys, closest
from plumbgate.loading.shipped import shipped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from plumbgate.errors import Diagnostic

ValidationError = Any
"""jsonschema's: its attributes are typed wider than a failed keyword ever leaves them."""


@cache
def schema(kind: str) -> dict[str, Any]:
    """Return the shipped JSON Schema of one kind of file: `policy`, `snapshot`, `report`, ..."""
    loaded: dict[str, Any] = json.loads(
        (shipped("schemas") / f"{kind}.schema.json").read_text(encoding="utf-8")
    )
    return loaded


@cache
def _validator(kind: str) -> Draft202012Validator:
    return Draft202012Validator(schema(kind))


def validate(document: Document, kind: str) -> list[Diagnostic]:
    """Return everything in which the document departs from the schema of its kind."""
    errors = list(_validator(kind).iter_errors(document.value))
    misspelt = {
        (keys, corrected)
        for error in errors
        for keys, unknown, corrected in _unknown_keys(error)
        if unknown != corrected
    }
    found: list[Diagnostic] = []
    for error in errors:
        if error.validator == "required":
            missing = _missing_key(error)
            # A typo that explains the missing key is said once.
            if (tuple(error.absolute_path), missing) in misspelt:
                continue
        found.extend(_REPORTERS.get(str(error.validator), _other)(document, error))
    return found


def _unknown_keys(error: ValidationError) -> Iterator[tuple[Keys, str, str]]:
    """Yield for each unknown key: the mapping it stands in, the key, the key that was meant."""
    if error.validator != "additionalProperties":
        return
    known = list(error.schema.get("properties", {}))
    for key in error.instance:
        if key not in known:
            hint = closest(str(key), known)
            yield tuple(error.absolute_path), key, hint.split("`")[1] if hint else key


def _unknown(document: Document, error: ValidationError) -> Iterator[Diagnostic]:
    known = list(error.schema.get("properties", {}))
    for keys, key, _ in _unknown_keys(error):
        foreign = FOREIGN_KEYS.get(key, "")
        yield document.diagnostic(
            "PG011",
            f"unknown key `{key}`{_within(keys)}",
            document.key_place((*keys, key)),
            closest(str(key), known) or foreign or "remove it",
            f"keys allowed here: {', '.join(known)}",
        )


def _missing(document: Document, error: ValidationError) -> Iterator[Diagnostic]:
    keys = tuple(error.absolute_path)
    key = _missing_key(error)
    described = error.schema.get("properties", {}).get(key, {})
    yield document.diagnostic(
        "PG010",
        f"missing key `{key}`{_within(keys)}",
        document.key_place(keys),
        _example(key, described),
        described.get("description", ""),
    )


def _missing_key(error: ValidationError) -> str:
    return next(str(k) for k in error.validator_value if f"{k!r} is" in error.message)


def _wrong_type(document: Document, error: ValidationError) -> Iterator[Diagnostic]:
    keys = tuple(error.absolute_path)
    wanted = error.validator_value
    names = wanted if isinstance(wanted, list) else [wanted]
    expected = " or ".join(_TYPES[name] for name in names)
    yield document.diagnostic(
        "PG012",
        f"{_subject(keys)} must be {expected}, found {_found(error.instance)}",
        document.place(keys),
        _example(str(keys[-1]) if keys else "", error.schema),
        error.schema.get("description", ""),
    )


def _not_allowed(document: Document, error: ValidationError) -> Iterator[Diagnostic]:
    keys = tuple(error.absolute_path)
    allowed = [error.validator_value] if error.validator == "const" else list(error.validator_value)
    words = [str(value) for value in allowed if value is not None]
    yield document.diagnostic(
        "PG013",
        f"{_subject(keys)} cannot be {_found(error.instance)}",
        document.place(keys),
        closest(str(error.instance), words) or f"write {' or '.join(f'`{w}`' for w in words)}",
        f"allowed: {', '.join(words)}",
    )


def _wrong_form(document: Document, error: ValidationError) -> Iterator[Diagnostic]:
    keys = tuple(error.absolute_path)
    yield document.diagnostic(
        "PG014",
        f"{_subject(keys)} does not have the form it must have: {_found(error.instance)}",
        document.place(keys),
        _example("", error.schema),
        error.schema.get("description", ""),
    )


def _too_few(document: Document, error: ValidationError) -> Iterator[Diagnostic]:
    keys = tuple(error.absolute_path)
    yield document.diagnostic(
        "PG015", f"{_subject(keys)} is empty", document.key_place(keys), "add at least one entry"
    )


def _one_of_several(document: Document, error: ValidationError) -> Iterator[Diagnostic]:
    keys = tuple(error.absolute_path)
    wanted = error.schema.get("$comment", "exactly one of its forms")
    yield document.diagnostic(
        "PG012", f"{_subject(keys)} must have {wanted}", document.key_place(keys)
    )


def _other(document: Document, error: ValidationError) -> Iterator[Diagnostic]:
    keys = tuple(error.absolute_path)
    yield document.diagnostic(
        "PG012",
        f"{_subject(keys)} must satisfy {error.validator} {error.validator_value}, "
        f"found {_found(error.instance)}",
        document.place(keys),
        "",
        error.schema.get("description", ""),
    )


_REPORTERS: dict[str, Callable[[Document, ValidationError], Iterator[Diagnostic]]] = {
    "additionalProperties": _unknown,
    "required": _missing,
    "type": _wrong_type,
    "enum": _not_allowed,
    "const": _not_allowed,
    "pattern": _wrong_form,
    "minItems": _too_few,
    "minProperties": _too_few,
    "minLength": _too_few,
    "oneOf": _one_of_several,
    "maxProperties": _one_of_several,
}

FOREIGN_KEYS = {
    "validations": "here it is `rules`",
    "expression": "here it is `assert`",
    "match": "here it is `applies_when`",
    "output": "here it is `message`",
    "messageExpression": "here it is `message`, with `{expression}` in its text",
    "failureAction": "here it is `enforcement`",
    "validationFailureAction": "here it is `enforcement`",
}
"""Keys that other policy languages use for what has a name here."""

_TYPES = {
    "string": "text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping",
    "null": "null",
}


def _subject(keys: Keys) -> str:
    names = [str(key) for key in keys if isinstance(key, str)]
    if not keys:
        return "the document"
    if isinstance(keys[-1], int):
        return f"item {keys[-1] + 1} of `{names[-1]}`" if names else f"item {keys[-1] + 1}"
    return f"`{names[-1]}`"


def _within(keys: Keys) -> str:
    return f" in {_subject(keys)}" if keys else ""


def _found(instance: object) -> str:
    if isinstance(instance, str):
        return f'text "{instance[:60]}"'
    if isinstance(instance, bool):
        return "true" if instance else "false"
    if instance is None:
        return "nothing"
    if isinstance(instance, int | float):
        return f"the number {instance:g}"
    return "a list" if isinstance(instance, list) else "a mapping"


def _example(key: str, described: dict[str, Any]) -> str:
    examples = described.get("examples")
    if not examples:
        return ""
    written = json.dumps(examples[0], ensure_ascii=False)
    return f"write `{key}: {written}`" if key else f"write {written}"
