"""Waivers: YAML to the model, refused where they would not stand up to an auditor."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from plumbgate.errors import Diagnostic
from plumbgate.loading.documents import Document, Keys, load
from plumbgate.loading.schemas import validate
from plumbgate.model.instant import parse_instant
from plumbgate.model.waiver import Waiver

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

LONGEST = timedelta(days=365)


def load_waivers(paths: Iterable[Path]) -> tuple[list[Waiver], list[Diagnostic]]:
    """Return the waivers of these files, and every mistake in them."""
    waivers: dict[str, Waiver] = {}
    diagnostics: list[Diagnostic] = []
    for path in paths:
        document, mistakes = load(path)
        mistakes = mistakes or validate(document, "waiver")
        diagnostics.extend(mistakes)
        if mistakes:
            continue
        for index, row in enumerate(document.value["waivers"]):
            keys: Keys = ("waivers", index)
            found = _instants(document, keys, row)
            if isinstance(found, list):
                diagnostics.extend(found)
                continue
            waiver = _waiver(document, keys, row, found)
            diagnostics.extend(_mistakes(document, keys, waiver))
            if waiver.id in waivers:
                place = document.place((*keys, "id"))
                message = f"a second waiver `{waiver.id}`"
                diagnostics.append(document.diagnostic("PG017", message, place, "rename it"))
            waivers[waiver.id] = waiver
    diagnostics.extend(_lineages(waivers))
    return list(waivers.values()), diagnostics


def _instants(
    document: Document, keys: Keys, row: Mapping[str, Any]
) -> tuple[datetime, datetime] | list[Diagnostic]:
    instants: list[datetime] = []
    diagnostics: list[Diagnostic] = []
    for key in ("approved", "expires"):
        try:
            instants.append(parse_instant(row[key]))
        except ValueError as error:
            place = document.place((*keys, key))
            diagnostics.append(document.diagnostic("PG040", str(error), place))
    return diagnostics or (instants[0], instants[1])


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
        document.place(keys),
        row.get("renews"),
    )


def _mistakes(document: Document, keys: Keys, waiver: Waiver) -> Iterable[Diagnostic]:
    def wrong(key: str, message: str, hint: str) -> Diagnostic:
        return document.diagnostic("PG040", message, document.place((*keys, key)), hint)

    if waiver.approver.strip().casefold() == waiver.requester.strip().casefold():
        yield wrong("approver", "the approver is the requester", "have somebody else approve it")
    if waiver.expires <= waiver.approved:
        yield wrong("expires", "it expires before it is approved", "choose a later date")
    elif waiver.expires - waiver.approved > LONGEST:
        yield wrong(
            "expires", f"it lasts longer than {LONGEST.days} days", "expire earlier, then renew it"
        )


def _lineages(waivers: Mapping[str, Waiver]) -> Iterable[Diagnostic]:
    """Yield the renewals whose lineage is broken or runs in a circle."""
    for waiver in waivers.values():
        seen = {waiver.id}
        renewed = waiver.renews
        while renewed is not None:
            if renewed not in waivers:
                message = f"`{waiver.id}` renews `{renewed}`, which is not there"
                yield Diagnostic("PG041", message, waiver.place, "keep the renewed waiver")
                break
            if renewed in seen:
                message = f"the renewals of `{waiver.id}` run in a circle"
                yield Diagnostic("PG041", message, waiver.place, "name the waiver before it")
                break
            seen.add(renewed)
            renewed = waivers[renewed].renews
