"""What a file's author reads of each JSON Schema keyword that does not hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from plumbgate.errors import suggestion
from plumbgate.loading.wording import TYPES, example, found, subject, within

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from plumbgate.errors import Diagnostic
    from plumbgate.loading.documents import Document, Keys

Error = Any
"""jsonschema's error: its attributes are typed wider than a failed keyword ever leaves them."""

FOREIGN_KEYS = {
    "validations": "rules",
    "spec": "rules",
    "expression": "assert",
    "condition": "assert",
    "expr": "assert",
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
    hint = suggestion(key, absent)
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
            f"unknown key `{key}`{within(keys)}",
            document.key_place((*keys, key)),
            said if meant else "remove it",
            f"keys allowed here: {known}",
        )


def _missing(document: Document, error: Error) -> Iterator[Diagnostic]:
    keys, key = tuple(error.absolute_path), missing_key(error) or ""
    described = error.schema.get("properties", {}).get(key, {})
    yield document.diagnostic(
        "PG010",
        f"missing key `{key}`{within(keys)}",
        document.key_place(keys),
        example(described, key),
        described.get("description", ""),
    )


def _wrong_type(document: Document, error: Error) -> Iterator[Diagnostic]:
    keys = tuple(error.absolute_path)
    wanted = error.validator_value
    names = wanted if isinstance(wanted, list) else [wanted]
    written = document.written(keys)
    hint = example(error.schema)
    if not keys:
        hint = f"write its keys: {', '.join(error.schema['required'])}"
    quotable = "string" in names and isinstance(error.instance, int | float) and written
    yield document.diagnostic(
        "PG012",
        f"{subject(keys)} must be {' or '.join(TYPES[name] for name in names)}, "
        f"found {found(document, keys, error.instance)}",
        document.place(keys),
        f'quote it: "{written}"' if quotable else hint,
        error.schema.get("description", ""),
    )


def _not_allowed(document: Document, error: Error) -> Iterator[Diagnostic]:
    keys = tuple(error.absolute_path)
    allowed = [error.validator_value] if error.validator == "const" else list(error.validator_value)
    words = [str(value) for value in allowed]
    near = suggestion(str(error.instance), words)
    yield document.diagnostic(
        "PG013",
        f"{subject(keys)} cannot be {found(document, keys, error.instance)}",
        document.place(keys),
        near or f"write {' or '.join(f'`{word}`' for word in words)}",
        f"allowed: {', '.join(words)}" if near and len(words) > 1 else "",
    )


def _wrong_form(document: Document, error: Error) -> Iterator[Diagnostic]:
    keys = tuple(error.absolute_path)
    described = error.schema.get("description", "")
    if "propertyNames" in error.absolute_schema_path:
        place = document.key_place((*keys, error.instance))
        message = f"`{error.instance}` cannot be a name{within(keys)}"
        yield document.diagnostic("PG014", message, place, described)
    elif not error.instance.strip():
        message = f"{subject(keys)} is empty"
        hint = example(error.schema)
        yield document.diagnostic("PG015", message, document.place(keys), hint, described)
    else:
        message = f"{subject(keys)} does not have the form that it must have"
        hint = example(error.schema)
        yield document.diagnostic("PG014", message, document.place(keys), hint, described)


def _wrong_size(document: Document, error: Error) -> Iterator[Diagnostic]:
    keys, wanted = tuple(error.absolute_path), error.validator_value
    if not isinstance(error.instance, int | float) and not error.instance:
        message, hint = f"{subject(keys)} is empty", "add at least one entry"
        yield document.diagnostic("PG015", message, document.key_place(keys), hint)
        return
    bound = f"at {'least' if str(error.validator).startswith('min') else 'most'} {wanted}"
    if isinstance(error.instance, int | float):
        said, hint = f"must be {bound}, found {found(document, keys, error.instance)}", ""
    else:
        said = f"must have {bound} entries, found {len(error.instance)}"
        hint = example(error.schema)
    message, note = f"{subject(keys)} {said}", error.schema.get("description", "")
    yield document.diagnostic("PG012", message, document.place(keys), hint, note)


COMPLAINTS: dict[str, Callable[[Document, Error], Iterator[Diagnostic]]] = {
    "additionalProperties": _unknown,
    "const": _not_allowed,
    "enum": _not_allowed,
    "maxItems": _wrong_size,
    "maximum": _wrong_size,
    "minItems": _wrong_size,
    "minLength": _wrong_size,
    "minProperties": _wrong_size,
    "minimum": _wrong_size,
    "pattern": _wrong_form,
    "required": _missing,
    "type": _wrong_type,
}
"""Every keyword that can fail in the schemas of files that are read."""
