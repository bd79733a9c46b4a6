"""Options that several commands have, and the types of their values."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from plumbgate.errors import suggestion

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

FORMATS = ("text", "json", "junit")
EXISTING = click.Path(exists=True, path_type=Path)

policies_option = click.option(
    "--policies",
    "policies",
    type=EXISTING,
    multiple=True,
    help="A folder of packs, a pack or a policy. Default: the project file's, else the shipped.",
)
waivers_option = click.option(
    "--waivers",
    "waivers",
    type=EXISTING,
    multiple=True,
    help="A file of waivers. Default: the project file's.",
)


class Instant(click.ParamType["datetime"]):
    """A date, or an RFC 3339 instant with its zone."""

    name = "instant"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Return the instant in UTC."""
        from plumbgate.model.instant import parse_instant

        try:
            return parse_instant(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


class Output(click.ParamType[tuple[str, str]]):
    """`FORMAT` or `FORMAT=PATH`; without a path, or with `-`, it is standard output."""

    name = "FORMAT[=PATH]"

    def convert(
        self, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        """Return format and path."""
        written, equals, path = value.partition("=")
        if written not in FORMATS:
            hint = suggestion(written, FORMATS, f"formats are {', '.join(FORMATS)}")
            self.fail(f"`{written}` is no format; {hint}", param, ctx)
        if equals and not path:
            self.fail(f"`{value}` names no file behind its `=`", param, ctx)
        return written, path or "-"


def destinations(
    written: tuple[tuple[str, str], ...], project: Mapping[str, Path], inputs: Sequence[Path]
) -> dict[str, str]:
    """
    Return for each path, or `-`, its format: the command line's, then the project's others.

    Raises:
        UsageError: Two formats go to one place, however it is written, or one goes where inputs
            are read.

    """
    given = {name for name, _ in written}
    more = [(name, str(path)) for name, path in project.items() if name not in given]
    chosen: dict[str, str] = {}
    taken: dict[str, str] = {}
    for name, path in (*written, *more):
        place = path if path == "-" else os.path.realpath(path)
        if place in taken:
            where = "standard output" if path == "-" else f"`{path}`"
            raise click.UsageError(f"`{taken[place]}` and `{name}` both go to {where}")
        if path != "-" and _is_read(place, inputs):
            raise click.UsageError(f"`{path}` is, or would be, an input; write `{name}` elsewhere")
        taken[place] = chosen[path] = name
    return chosen


def _is_read(place: str, inputs: Sequence[Path]) -> bool:
    """Return whether a file is one of the inputs, or would be found in a folder of them."""
    file = Path(place)
    for given in map(Path, map(os.path.realpath, inputs)):
        found = given.is_dir() and file.is_relative_to(given) and file.suffix in _READ_SUFFIXES
        if file == given or found:
            return True
    return False


_READ_SUFFIXES = frozenset({".json", ".jsonl", ".yaml", ".yml"})
