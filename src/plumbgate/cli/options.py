"""Options that several commands have, and the types of their values."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from plumbgate.errors import suggestion

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

EXISTING = click.Path(exists=True, path_type=Path)

policies_option = click.option(
    "--policies",
    type=EXISTING,
    multiple=True,
    help="A folder of packs, a pack or a policy. Default: the project file's, else the shipped.",
)

profiles_option = click.option(
    "--profile",
    "profiles",
    type=EXISTING,
    multiple=True,
    help="A file of profiles. Default: the project file's.",
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
        from plumbgate.render.renderers import RENDERERS

        written, equals, path = value.partition("=")
        if written not in RENDERERS:
            self.fail(_no_format(written, RENDERERS), param, ctx)
        if equals and not path:
            self.fail(f"`{value}` names no file behind its `=`", param, ctx)
        return written, path or "-"


class DiagnosticFormat(click.ParamType[str]):
    """The name of a format of mistakes."""

    name = "FORMAT"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the name, if it is one."""
        from plumbgate.render.diagnostics_formats import DIAGNOSTIC_FORMATS

        if value not in DIAGNOSTIC_FORMATS:
            self.fail(_no_format(value, DIAGNOSTIC_FORMATS), param, ctx)
        return value


def _no_format(written: str, known: Iterable[str]) -> str:
    hint = suggestion(written, known, f"formats are {', '.join(known)}")
    return f"`{written}` is no format; {hint}"
