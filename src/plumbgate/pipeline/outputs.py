"""Where the formats of a report go: which were asked for, and that nothing is in their way."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from plumbgate.errors import UsageError
from plumbgate.loading.snapshots import SUFFIXES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

STANDARD_OUTPUT = "-"
_READ_SUFFIXES = frozenset({*SUFFIXES, ".yaml", ".yml"})
"""Of files that a folder of inputs is searched for."""


def destinations(
    written: Iterable[tuple[str, str]], project: Mapping[str, Path], inputs: Sequence[Path]
) -> dict[str, str]:
    """
    Return for each path, or `-`, its format: those `written`, then the project's others.

    Raises:
        UsageError: Two formats go to one place, however it is written, or one goes where inputs
            are read.

    """
    asked = list(written)
    given = {name for name, _ in asked}
    asked += [(name, str(path)) for name, path in project.items() if name not in given]
    chosen: dict[str, str] = {}
    taken: dict[str, str] = {}
    for name, path in asked:
        place = path if path == STANDARD_OUTPUT else os.path.realpath(path)
        if place in taken:
            where = "standard output" if path == STANDARD_OUTPUT else f"`{path}`"
            raise UsageError(f"`{taken[place]}` and `{name}` both go to {where}")
        if path != STANDARD_OUTPUT and _is_read(Path(place), inputs):
            raise UsageError(f"`{path}` is, or would be, an input; write `{name}` elsewhere")
        taken[place] = chosen[path] = name
    return chosen


def _is_read(file: Path, inputs: Sequence[Path]) -> bool:
    """Return whether a file is one of the inputs, or would be found in a folder of them."""
    return any(
        file == given
        or (given.is_dir() and file.is_relative_to(given) and file.suffix in _READ_SUFFIXES)
        for given in map(Path, map(os.path.realpath, inputs))
    )
