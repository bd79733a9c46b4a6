"""What a file's author reads of each JSON Schema keyword that does not hold."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from plumbgate.loading.documents import Document, Keys, closest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from plumbgate.errors import Diagnostic

Error = Any
"""jsonschema's error: its attributes are typed wider than a failed keyword ever leaves them."""

FOREIGN_KEYS = {
    "validations": "rules",
    "spec": "rules",
    "expression": "assert",
    "condition": "assert",
    "match": "applies_when",
    "when": "applies_when",
    "output": "message",
    "messageExpression": "message",
    "failureAction": "enforcement",
    "validationFailureAction": "enforcement",
}
"""Keys of other policy languages, and what is their name here."""


def meanings(error: Error) -> Iterator[tuple[Keys, str, str]]:
    """Yield for each unknown key: its mapping, the key, and the key meant; nothing if none is."""
    if error.validator == "additionalProperties":
        for key in _unknown_keys(error):
            yield tuple(error.absolute_path), key, _meant(key, error)


def misspelt(error: Error) -> Iterator[tuple[Keys, str]]:
    """Yield for each unknown key that is near a known one: its mapping, and the key meant."""
    return ((keys, meant) for keys, _, meant in meanings(error) if meant)


def missing_key(error: Error) -> str | None:
    """Return the required key that an error says is not there."""
    if error.validator != "required":
        return None
    required: list[str] = error.validator_value
    return next(key for key in required if error.message.startswith(f"{key!r} "))


def _unknown_keys(error: Error) -> list[str]:
    return [key for key in error.instance if key not in error.schema.get("properties", {})]


def _meant(key: str, error: Error) -> str:
    """Return the key that an unknown one stands for, among those that are not there already."""
    absent = [known for known in error.schema.get("properties", {}) if known not in error.instance]
    if FOREIGN_KEYS.get(key) in absent:
        return FOREIGN_KEYS[key]
    hint = closest(key, absent)
    return hint.split("`")[1] if hint else ""


def _unknown(document: Document, error: Error) -> Iterator[Diagnostic]:
    keys = tuple(error.absolute_path)
    known = ", ".join(error.schema.get("properties", {}))
    for key in _unknown_keys(error):
        meant = _meant(key, error)
        foreign = meant and FOREIGN_KEYS.get(key) == meant
        said = f"here it is called `{meant}`" if foreign else f"did you mean `{meant}`?"
        yield document.diagnostic(
            "PG011",
            f"unknown key `{key}`{_within(keys)}",
            document.key_place((*keys, key)),
            said if meant else "remove it",
            f"keys allowed here: {known}",
        )


def _missing(document: Document, error: Error) -> Iterator[Diagnostic]:
    keys, key = tuple(error.absolute_path), missing_key(error) or ""
    described = error.schema.get("properties", {}).get(key, {})
    yield document.diagnostic(
        "PG010",
        f"missing key `{key}`{_within(keys)}",
        document.key_place(keys),
        _example(described, key),
        described.get("description", ""),
    )


def _wrong_type(document: Document, error: Error) -> Iterator[Diagnostic]:
    keys = tuple(error.absolute_path)
    wanted = error.validator_value
    names = wanted if isinstance(wanted, list) else [wanted]
    written = document.written(keys)
    quotable = "string" in names and isinstance(error.instance, int | float) and written
    key = str(keys[-1]) if keys and isinstance(keys[-1], str) else ""
    yield document.diagnostic(
        "PG012",
        f"{_subject(keys)} must be {' or '.join(_TYPES[name] for name in names)}, "
        f"found {_found(document, error)}",
        document.place(keys),
        f'quote it: "{written}"' if quotable else _example(error.schema, key),
        error.schema.get("description", ""),
    )


def _not_allowed(document: Document, error: Error) -> Iterator[Diagnostic]:
    keys = tuple(error.absolute_path)
    allowed = [error.validator_value] if error.validator == "const" else list(error.validator_value)
    words = [str(value) for value in allowed]
    yield document.diagnostic(
        "PG013",
        f"{_subject(keys)} cannot be {_found(document, error)}",
        document.place(keys),
        closest(str(error.instance), words) or f"write {' or '.join(f'`{w}`' for w in words)}",
        f"allowed: {', '.join(words)}" if len(words) > 1 else "",
    )


def _wrong_form(document: Document, error: Error) -> Iterator[Diagnostic]:
    keys = tuple(error.absolute_path)
    described = error.schema.get("description", "")
    if "propertyNames" in error.absolute_schema_path:
        place = document.key_place((*keys, error.instance))
        message = f"`{error.instance}` cannot be a name{_within(keys)}"
        yield document.diagnostic("PG014", message, place, described)
    elif not error.instance.strip():
        message = f"{_subject(keys)} is empty"
        hint = _example(error.schema)
        yield document.diagnostic("PG015", message, document.place(keys), hint, described)
    else:
        message = f"{_subject(keys)} does not have the form that it must have"
        hint = _example(error.schema)
        yield document.diagnostic("PG014", message, document.place(keys), hint, described)


def _wrong_size(document: Document, error: Error) -> Iterator[Diagnostic]:
    keys, wanted = tuple(error.absolute_path), error.validator_value
    if not isinstance(error.instance, int | float) and not error.instance:
        message, hint = f"{_subject(keys)} is empty", "add at least one entry"
        yield document.diagnostic("PG015", message, document.key_place(keys), hint)
        return
    bound = f"at {'least' if str(error.validator).startswith('min') else 'most'} {wanted}"
    if isinstance(error.instance, int | float):
        said, hint = f"must be {bound}, found {_found(document, error)}", ""
    else:
        what = "characters" if isinstance(error.instance, str) else "entries"
        said = f"must have {bound} {what}, found {len(error.instance)}"
        hint = _example(error.schema)
    message, note = f"{_subject(keys)} {said}", error.schema.get("description", "")
    yield document.diagnostic("PG012", message, document.place(keys), hint, note)


def _twice(document: Document, error: Error) -> Iterator[Diagnostic]:
    keys = tuple(error.absolute_path)
    message = f"{_subject(keys)} has an entry twice"
    yield document.diagnostic("PG017", message, document.place(keys), "remove one of them")


COMPLAINTS: dict[str, Callable[[Document, Error], Iterator[Diagnostic]]] = {
    "additionalProperties": _unknown,
    "const": _not_allowed,
    "enum": _not_allowed,
    "maxItems": _wrong_size,
    "maxLength": _wrong_size,
    "maximum": _wrong_size,
    "minItems": _wrong_size,
    "minLength": _wrong_size,
    "minProperties": _wrong_size,
    "minimum": _wrong_size,
    "pattern": _wrong_form,
    "required": _missing,
    "type": _wrong_type,
    "uniqueItems": _twice,
}
"""Every keyword of the shipped schemas that can fail."""

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


def _found(document: Document, error: Error) -> str:
    found = error.instance
    if isinstance(found, str):
        return f'text "{found}"' if len(found) <= _SHOWN else f'text "{found[:_SHOWN]}..."'
    if isinstance(found, bool):
        return "true" if found else "false"
    if isinstance(found, int | float):
        written = document.written(tuple(error.absolute_path))
        return f"the number {written or found}"
    return {type(None): "nothing", list: "a list"}.get(type(found), "a mapping")


_SHOWN = 60
"""So many characters of a text are repeated, or of an example shown."""


def _example(described: dict[str, Any], key: str = "") -> str:
    """Return the schema's first example as a fix, behind its key where it has one."""
    examples = described.get("examples")
    if not examples:
        return ""
    written = json.dumps(examples[0], ensure_ascii=False)
    if len(written) > _SHOWN:
        return ""
    return f"write `{key}: {written}`" if key else f"write {written}"
