"""Instants as text: RFC 3339 in UTC, with `Z`."""

from __future__ import annotations

import re
from datetime import UTC, datetime

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_INSTANT = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?(?:[Zz]|[+-]\d{2}:\d{2})", re.ASCII
)


def parse_instant(text: str) -> datetime:
    """
    Return the instant that `text` names, in UTC; a date means 00:00 UTC, seconds may be left out.

    Raises:
        ValueError: It is neither a date nor an RFC 3339 instant with its zone.

    """
    try:
        if _DATE.fullmatch(text):
            return datetime.fromisoformat(text).replace(tzinfo=UTC)
        if _INSTANT.fullmatch(text):
            return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        # A day, an hour or a zone that there is not.
        pass
    raise ValueError(f"`{text}` is no instant: write 2026-01-31 or 2026-01-31T12:00:00Z")


def format_instant(instant: datetime) -> str:
    """
    Return an instant in UTC as text: `2026-01-31T12:00:00Z`.

    Raises:
        ValueError: It has no zone, and would be read in that of the machine.

    """
    if instant.tzinfo is None:
        raise ValueError(f"{instant.isoformat()} has no zone")
    plain = instant.astimezone(UTC).replace(tzinfo=None)
    return plain.isoformat(timespec="microseconds" if plain.microsecond else "seconds") + "Z"
