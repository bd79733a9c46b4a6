"""Waivers: YAML to the model, refused where they would not stand up to an auditor."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from plumbgate.errors import Diagnostic
from plumbgate.loading.documents import Document, Keys, closest, load
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
    """A waiver, and where it stands."""

    waiver: Waiver
    document: Document
    keys: Keys

    def wrong(self, code: str, key: str, message: str, hint: str) -> Diagnostic:
        """Return a diagnostic at the value of one of the waiver's keys."""
        place = self.document.place((*self.keys, key))
        return self.document.diagnostic(code, message, place, hint)


def load_waivers(paths: Iterable[Path]) -> tuple[list[Waiver], list[Diagnostic]]:
    """
    Return the waivers of these files, and every mistake in them.

    Raises:
        OSError: A file cannot be read.

    """
    entries: dict[str, _Entry] = {}
    diagnostics: list[Diagnostic] = []
    for path in dict.fromkeys(paths):
        if not path.is_file():
            message = "there is no such file of waivers"
            diagnostics.append(Diagnostic("PG006", message, Span(path.as_posix())))
            continue
        document, mistakes = load(path)
        mistakes = mistakes or validate(document, "waiver")
        diagnostics.extend(mistakes)
        for index, row in enumerate(() if mistakes else document.value["waivers"]):
            keys: Keys = ("waivers", index)
            instants = _instants(document, keys, row, diagnostics)
            if instants is None:
                continue
            entry = _Entry(_waiver(document, keys, row, instants), document, keys)
            first = entries.setdefault(entry.waiver.id, entry)
            diagnostics.extend(_mistakes(entry))
            if first is not entry:
                place = first.document.place((*first.keys, "id"))
                message = f"a second waiver `{entry.waiver.id}` (the first is at {place})"
                diagnostics.append(entry.wrong("PG017", "id", message, "rename it"))
    diagnostics.extend(_broken_lineages(entries))
    return [entry.waiver for entry in entries.values()], diagnostics


def _instants(
    document: Document, keys: Keys, row: Mapping[str, Any], diagnostics: list[Diagnostic]
) -> tuple[datetime, datetime] | None:
    """Return from when and until when a waiver holds, or None where it was reported as no time."""
    found: list[datetime] = []
    for key in ("approved", "expires"):
        try:
            found.append(parse_instant(row[key]))
        except ValueError as error:
            message, _, hint = str(error).partition(": ")
            place = document.place((*keys, key))
            diagnostics.append(document.diagnostic("PG040", message, place, hint))
    return (found[0], found[1]) if len(found) == 2 else None  # noqa: PLR2004 (both)


def _waiver(
    document: Document, keys: Keys, row: Mapping[str, Any], instants: tuple[datetime, datetime]
) -> Waiver:
    return Waiver(
        row["id"],
        row["rule"],
        row["scope"]["tenant"],
        row["scope"].get("units") == "all",
        row["reason"],
        row["requester"],
        row["approver"],
        row["compensating_control"],
        *instants,
        document.place((*keys, "rule")),
        row.get("renews"),
    )


def _mistakes(entry: _Entry) -> Iterator[Diagnostic]:
    waiver = entry.waiver
    if _same_person(waiver.approver, waiver.requester):
        message, hint = "the approver is the requester", "have somebody else approve it"
        yield entry.wrong("PG040", "approver", message, hint)
    if waiver.expires <= waiver.approved:
        message, hint = "it ends no later than it begins", "choose a date after `approved`"
        yield entry.wrong("PG040", "expires", message, hint)
    elif waiver.expires - waiver.approved > LONGEST:
        message, hint = f"it lasts longer than {LONGEST.days} days", "expire earlier, then renew it"
        yield entry.wrong("PG040", "expires", message, hint)


def _same_person(one: str, other: str) -> bool:
    return _plain(one) == _plain(other)


def _plain(name: str) -> str:
    """Return a name without what does not set people apart: case, width, spaces."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def _broken_lineages(entries: Mapping[str, _Entry]) -> Iterator[Diagnostic]:
    """Yield the renewals of what is not there, of something else, and those in a circle."""
    for entry in entries.values():
        waiver = entry.waiver
        renewed = entries.get(waiver.renews) if waiver.renews else None
        if renewed:
            yield from _other_subject(entry, renewed.waiver)
            if _in_circle(waiver, entries):
                message = f"the renewals of `{waiver.id}` run in a circle"
                yield entry.wrong("PG041", "renews", message, "name the waiver before it")
        elif waiver.renews:
            message = f"`{waiver.id}` renews `{waiver.renews}`, which is not there"
            others = [known for known in entries if known != waiver.id]
            hint = closest(waiver.renews, others) or "keep the waiver that was renewed"
            yield entry.wrong("PG041", "renews", message, hint)


def _other_subject(entry: _Entry, renewed: Waiver) -> Iterator[Diagnostic]:
    waiver = entry.waiver
    if (waiver.rule, waiver.tenant) != (renewed.rule, renewed.tenant):
        message = f"`{renewed.id}` is for `{renewed.rule}` on {renewed.tenant}: not the same FAIL"
        yield entry.wrong("PG041", "renews", message, "renew a waiver of this rule and tenant")


def _in_circle(waiver: Waiver, entries: Mapping[str, _Entry]) -> bool:
    """Return whether going from renewal to renewal leads back to `waiver`."""
    seen: set[str] = set()
    step: _Entry | None = entries[waiver.id]
    while step and step.waiver.renews and step.waiver.renews not in seen:
        seen.add(step.waiver.renews)
        step = entries.get(step.waiver.renews)
    return waiver.id in seen
