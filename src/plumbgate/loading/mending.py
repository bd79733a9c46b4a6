"""
Documents with their misspelt keys put right.

A typo in one key must not hide the mistakes that stand behind it, or below it: what is meant is
clear enough to look further. The mended document is checked, never judged.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from plumbgate.loading.schema_complaints import meanings
from plumbgate.loading.schemas import errors, validate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from plumbgate.errors import Diagnostic
    from plumbgate.loading.documents import Document, Keys

Found = TypeVar("Found")
Renames = dict[tuple["Keys", str], str]
"""For each unknown key, by the mapping it stands in: the key that is meant, or nothing."""


def validate_through(document: Document, kind: str) -> tuple[Document | None, list[Diagnostic]]:
    """
    Return every departure from the schema, those behind misspelt keys too.

    The document comes back mended; None where it departs in other ways than by unknown keys.
    """
    found: dict[Diagnostic, None] = {}
    mended: Document | None = document
    while mended and (wrong := validate(mended, kind)):
        found.update(dict.fromkeys(wrong))
        mended = _mended(mended, kind)
    return mended, list(found)


def _mended(document: Document, kind: str) -> Document | None:
    renames: Renames = {
        (keys, key): meant
        for error in errors(document.value, kind)
        for keys, key, meant in meanings(error)
    }
    if not renames:
        return None
    return replace(
        document,
        value=_renamed(document.value, (), renames),
        values=_moved(document.values, renames),
        keys=_moved(document.keys, renames),
        verbatim=_moved(document.verbatim, renames),
    )


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
