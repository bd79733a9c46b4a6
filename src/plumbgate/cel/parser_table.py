"""
cel-python's parser, from a table that comes with the package.

Lark is slow to build the table of a grammar, and this one is the same in every process. So it is
made ahead, by `python -m tests.cel.test_parser_table`, and read as JSON: data, as trusted as the
code beside it. No folder of the user's is written to, or has a say in it.
"""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import lark

if TYPE_CHECKING:
    from collections.abc import Iterable

TABLE = Path(__file__).with_name("parser_table.json")
"""A built parser, as Lark serializes it, and its `origin`."""


def origin(sources: Iterable[Path]) -> dict[str, str]:
    """Return what a table is made of: a version of Lark, and the grammar and options in files."""
    digests = {source.name: sha256(source.read_bytes()).hexdigest() for source in sources}
    return {"lark": lark.__version__} | digests


def load(sources: Iterable[Path], table: Path = TABLE, **options: object) -> lark.Lark | None:
    """
    Return the parser, with those of its `options` that are no data.

    None where the table was made of other sources or by another Lark, or cannot be read: then the
    parser has to be built, which only takes longer.
    """
    try:
        made = json.loads(table.read_bytes())
        if made["origin"] != origin(sources):
            return None
    except (OSError, ValueError):
        return None
    parser = made["data"]["parser"]["parser"]
    # JSON has no numbers as keys.
    parser["states"] = dict(enumerate(parser["states"]))
    # Not public, but the door of Lark's own generated parsers; and `origin` pins the version.
    return lark.Lark._load_from_dict(made["data"], made["memo"], **options)  # type: ignore[no-any-return,no-untyped-call]  # noqa: SLF001
