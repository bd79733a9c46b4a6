"""
Policies with their small mistakes put right, so that these hide none of the others.

What a misspelt key means is clear enough to look behind it, and what stands under some keys says
nothing about the rest. The mended document is checked, never judged.
"""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from plumbgate.loading.schema_complaints import meanings, missing_key
from plumbgate.loading.schemas import errors, validate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from jsonschema.exceptions import ValidationError

    from plumbgate.errors import Diagnostic
    from plumbgate.loading.documents import Document, Keys

STANDING_ALONE = frozenset(
    {
        "apiVersion",
        "basis",
        "claim",
        "description",
        "enforcement",
        "no_data",
        "owner",
        "relevance",
        "remediation",
        "severity",
        "title",
        "version",
    }
)
"""Keys whose value nothing else is checked against: an example may stand in for it."""

Found = TypeVar("Found")
Renames = dict[tuple["Keys", str], str]
"""For each unknown key, by the mapping it stands in: the key that is meant, or nothing."""


def validate_through(document: Document, kind: str) -> tuple[Document | None, list[Diagnostic]]:
    """
    Return every departure from the schema, those behind misspelt keys too.

    The document comes back mended; None where it departs from the schema in other ways.
    """
    found: dict[Diagnostic, None] = {}
    mended: Document | None = document
    while mended and (wrong := validate(mended, kind)):
        found.update(dict.fromkeys(wrong))
        mended = _mended(mended, kind)
    return mended, list(found)


def _mended(document: Document, kind: str) -> Document | None:
    found = errors(document.value, kind)
    renames: Renames = {
        (keys, key): meant for error in found for keys, key, meant in meanings(error)
    }
    stand_ins = dict(pair for error in found for pair in _stand_ins(error))
    if not renames and not stand_ins:
        return None
    value = copy.deepcopy(document.value)
    for keys, example in stand_ins.items():
        around = value
        for key in keys[:-1]:
            around = around[key]
        around[keys[-1]] = example
    return replace(
        document,
        value=_renamed(value, (), renames),
        values=_moved(document.values, renames),
        keys=_moved(document.keys, renames),
        verbatim=_moved(document.verbatim, renames),
    )


def _stand_ins(error: ValidationError) -> Iterator[tuple[Keys, Any]]:
    """Yield the way to a value that stands alone and is wrong or missing, with an example."""
    keys: Keys = tuple(error.absolute_path)
    schema: Any = error.schema
    missing = missing_key(error)
    if missing in STANDING_ALONE:
        yield (*keys, missing), schema["properties"][missing]["examples"][0]
    # A parameter may have the name of such a key: the schema's own name of the value tells.
    name = [None, *error.absolute_schema_path][-2]
    if name in STANDING_ALONE:
        yield keys, schema["examples"][0]


def _renamed(value: Any, keys: Keys, renames: Renames) -> Any:  # noqa: ANN401 (JSON)
    if isinstance(value, list):
        return [_renamed(item, (*keys, index), renames) for index, item in enumerate(value)]
    if not isinstance(value, dict):
        return value
    return {
        name: _renamed(item, (*keys, key), renames)
        for key, item in value.items()
        if (name := renames.get((keys, key), key))
    }


def _moved(places: Mapping[Keys, Found], renames: Renames) -> dict[Keys, Found]:
    return {
        tuple(renames.get((keys[:end], str(key)), key) for end, key in enumerate(keys)): place
        for keys, place in places.items()
    }
