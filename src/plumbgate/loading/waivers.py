"""Waivers: YAML to the model, refused where they would not stand up to an auditor."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from plumbgate.errors import Diagnostic, suggestion
from plumbgate.loading.documents import Document, Keys, load
from plumbgate.loading.schemas import validate
from plumbgate.model.instant import parse_instant
from plumbgate.model.span import Span
from plumbgate.model.waiver import Waiver

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

LONGEST = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class _Entry:
    """A waiver as it is written, and where it stands."""

    document: Document
    keys: Keys
    row: Mapping[str, Any]

    def wrong(self, code: str, key: str, message: str, hint: str) -> Diagnostic:
        """Return a diagnostic at the value of one of the waiver's keys."""
        return self.document.diagnostic(code, message, self.place(key), hint)

    def place(self, key: str) -> Span:
        """Return where the value of one of the waiver's keys stands."""
        return self.document.place((*self.keys, key))

    def instant(self, key: str) -> datetime | None:
        """Return the instant at `key`, or None where there is none that can be read."""
        try:
            return parse_instant(self.row[key])
        except (KeyError, TypeError, ValueError):
            return None


def load_waivers(paths: Iterable[Path]) -> tuple[list[Waiver], list[Diagnostic]]:
    """
    Return the waivers of these files, none where there are mistakes, and every mistake.

    Raises:
        OSError: A file cannot be read.

    """
    entries: dict[str, _Entry] = {}
    diagnostics: list[Diagnostic] = []
    is_whole = True
    for path in dict.fromkeys(paths):
        if not path.is_file():
            message, hint = "there is no such file of waivers", "correct the path that names it"
            diagnostics.append(Diagnostic("PG006", message, Span(path.as_posix()), hint))
            is_whole = False
            continue
        document, unreadable = load(path)
        mistakes = unreadable or validate(document, "waiver")
        diagnostics.extend(mistakes)
        is_whole = is_whole and not mistakes
        for entry in _entries(document):
            diagnostics.extend(_mistakes(entry))
            name = entry.row.get("id")
            first = entries.setdefault(name, entry) if isinstance(name, str) else entry
            if first is not entry:
                message = f"a second waiver `{name}` (the first is at {first.place('id')})"
                diagnostics.append(entry.wrong("PG017", "id", message, "rename it"))
    # What is renewed may stand in what could not be read.
    if is_whole:
        diagnostics.extend(_broken_lineages(entries))
    waivers = [] if diagnostics else [_waiver(entry) for entry in entries.values()]
    return waivers, diagnostics


def _entries(document: Document) -> Iterator[_Entry]:
    """Yield the waivers of a document, which may be wrong in any way."""
    rows = document.value.get("waivers") if isinstance(document.value, dict) else None
    for index, row in enumerate(rows if isinstance(rows, list) else ()):
        if isinstance(row, dict):
            yield _Entry(document, ("waivers", index), row)


def _waiver(entry: _Entry) -> Waiver:
    row = entry.row
    return Waiver(
        row["id"],
        row["rule"],
        row["scope"]["tenant"],
        row["scope"].get("units") == "all",
        row["reason"],
        row["requester"],
        row["approver"],
        row["compensating_control"],
        parse_instant(row["approved"]),
        parse_instant(row["expires"]),
        entry.place("rule"),
        row.get("renews"),
        tuple(row.get("verdicts", ())),
        entry.place("verdicts"),
    )


def _mistakes(entry: _Entry) -> Iterator[Diagnostic]:
    """Yield what would not stand up to an auditor, as far as an entry can be read."""
    approver, requester = entry.row.get("approver"), entry.row.get("requester")
    if approver and requester and _same_person(str(approver), str(requester)):
        message, hint = "the approver is the requester", "have somebody else approve it"
        yield entry.wrong("PG040", "approver", message, hint)
    for key in ("approved", "expires"):
        written = entry.row.get(key)
        if isinstance(written, str) and entry.instant(key) is None:
            hint = "write 2026-01-31 or 2026-01-31T12:00:00Z"
            yield entry.wrong("PG040", key, f"`{written}` is no instant", hint)
    approved, expires = entry.instant("approved"), entry.instant("expires")
    if approved is None or expires is None:
        return
    if expires <= approved:
        message, hint = "it ends no later than it begins", "choose a date after `approved`"
        yield entry.wrong("PG040", "expires", message, hint)
    elif expires - approved > LONGEST:
        message, hint = f"it lasts longer than {LONGEST.days} days", "expire earlier, then renew it"
        yield entry.wrong("PG040", "expires", message, hint)


def _same_person(one: str, other: str) -> bool:
    return _plain(one) == _plain(other)


def _plain(name: str) -> str:
    """Return a name without what does not set people apart: case, width, spaces."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def _broken_lineages(entries: Mapping[str, _Entry]) -> Iterator[Diagnostic]:
    """Yield the renewals of what is not there, of something else, and those in a circle."""
    for name, entry in entries.items():
        renews: str = entry.row.get("renews", "")
        if renews in entries:
            yield from _other_subject(entry, entries[renews])
            if _in_circle(name, entries):
                message = f"the renewals of `{name}` run in a circle"
                yield entry.wrong("PG041", "renews", message, "name the waiver before it")
        elif renews:
            message = f"`{name}` renews `{renews}`, which is not there"
            others = [known for known in entries if known != name]
            hint = suggestion(renews, others) or "keep the waiver that was renewed"
            yield entry.wrong("PG041", "renews", message, hint)


def _other_subject(entry: _Entry, renewed: _Entry) -> Iterator[Diagnostic]:
    (rule, tenant), own = _subject(renewed), _subject(entry)
    if (rule, tenant) != own:
        message = f"`{renewed.row['id']}` is for `{rule}` on {tenant}: not the same FAIL"
        yield entry.wrong("PG041", "renews", message, "renew a waiver of this rule and tenant")


def _subject(entry: _Entry) -> tuple[str, str]:
    return entry.row["rule"], entry.row["scope"]["tenant"]


def _in_circle(name: str, entries: Mapping[str, _Entry]) -> bool:
    """Return whether going from renewal to renewal leads back to `name`."""
    seen: set[str] = set()
    step: str = entries[name].row.get("renews", "")
    while step in entries and step not in seen:
        seen.add(step)
        step = entries[step].row.get("renews", "")
    return name in seen
