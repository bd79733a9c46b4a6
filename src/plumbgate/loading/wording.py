"""The parts of a complaint: what it is about, what was found there, an example of what can be."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from plumbgate.loading.documents import Document, Keys

SHOWN = 60
"""So many characters of a text are repeated, or of an example shown."""

TYPES = {
    "string": "text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping",
    "null": "null",
}
"""The types of JSON Schema, as people say them."""


def subject(keys: Keys) -> str:
    """Return how the value at `keys` is called: by its own key, or its place in a list."""
    names = [str(key) for key in keys if isinstance(key, str)]
    if not keys:
        return "the document"
    if isinstance(keys[-1], int):
        return f"item {keys[-1] + 1} of `{names[-1]}`" if names else f"item {keys[-1] + 1}"
    return f"`{names[-1]}`"


def within(keys: Keys) -> str:
    """Return ` in ...` for what lies inside something, and nothing for the whole document."""
    return f" in {subject(keys)}" if keys else ""


def found(document: Document, keys: Keys, value: object) -> str:
    """Return what stands at `keys`, a number as the file writes it."""
    if isinstance(value, str):
        return f'text "{value}"' if len(value) <= SHOWN else f'text "{value[:SHOWN]}..."'
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return f"the number {document.written(keys) or value}"
    return {type(None): "nothing", list: "a list"}.get(type(value), "a mapping")


def example(described: dict[str, Any], key: str = "") -> str:
    """Return the schema's first example as a fix, behind its key where it has one."""
    examples = described.get("examples")
    # A number is never suggested: it would be taken for one that was measured.
    if not examples or isinstance(examples[0], int | float):
        return ""
    written = json.dumps(examples[0], ensure_ascii=False)
    if len(written) > SHOWN:
        return ""
    return f"write `{key}: {written}`" if key else f"write {written}"
