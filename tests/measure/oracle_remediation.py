"""Remediation counted record by record, in plain loops, to hold the query against."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any

Finding = dict[str, Any]

FLAP = timedelta(days=2)
WEEK = timedelta(days=7)
HOUR = timedelta(hours=1)


@dataclass
class Episode:
    findings: list[Finding]

    @property
    def opened(self) -> datetime:
        return min(finding["opened_at"] for finding in self.findings)

    @property
    def closed(self) -> datetime | None:
        """When the last finding closed; None while any is open."""
        closings = [finding["closed_at"] for finding in self.findings]
        return None if None in closings else max(closings)

    @property
    def resolution(self) -> str | None:
        if self.closed is None:
            return None
        last = max(self.findings, key=lambda f: (f["closed_at"], f["opened_at"], f["finding_id"]))
        return last["resolution"]

    def earliest(self, column: str) -> datetime | None:
        return min((f[column] for f in self.findings if f[column] is not None), default=None)

    def touches(self, other: Episode) -> bool:
        """Whether the later of the two begins less than 2 d after the earlier one ends."""
        first, second = sorted((self, other), key=lambda episode: episode.opened)
        return first.closed is None or second.opened < first.closed + FLAP


def as_known(finding: Finding, close: datetime) -> Finding:
    """Return the finding as it stood at the close: later instants are not there."""
    known = dict(finding)
    if known["closed_at"] is not None and known["closed_at"] >= close:
        known["closed_at"] = known["resolution"] = None
    if known["first_action_at"] is not None and known["first_action_at"] >= close:
        known["first_action_at"] = None
    return known


def episodes_of(findings: list[Finding]) -> list[Episode]:
    """Unite findings of one key, two at a time, until no two touch."""
    episodes = [Episode([finding]) for finding in findings]
    merged = True
    while merged:
        merged = False
        for one in episodes:
            for two in episodes:
                if not merged and one is not two and one.touches(two):
                    one.findings += two.findings
                    episodes.remove(two)
                    merged = True
                    break
            if merged:
                break
    return episodes


def hours(begin: datetime, end: datetime) -> int:
    return ceil((end - begin) / HOUR)


def counts(findings: list[Finding], period: tuple[Any, ...]) -> list[dict[str, int]]:
    """Return the rows of one tenant and period, in no order."""
    _, start, _, close, _ = period
    known = [
        as_known(finding, close)
        for finding in findings
        if finding["opened_at"] < close and finding["severity"] in {"high", "critical"}
    ]
    rows: dict[tuple[int, int, int], Counter[str]] = {}
    for key in {finding["finding_key"] for finding in known}:
        of_key = [finding for finding in known if finding["finding_key"] == key]
        truncated = [f for f in of_key if f["left_truncated"]]
        duplicates = [
            f for f in of_key if f["resolution"] == "duplicate" and not f["left_truncated"]
        ]
        rest = [f for f in of_key if f not in truncated and f not in duplicates]
        for episode in episodes_of(truncated):
            row = rows.setdefault((0, 0, 0), Counter())
            row["left_truncated"] += episode.opened >= start
            row["left_truncated_open"] += episode.closed is None
        for episode in episodes_of(duplicates):
            rows.setdefault((0, 0, 0), Counter())["duplicates"] += episode.opened >= start
        for episode in episodes_of(rest):
            count_episode(rows, episode, start, close)
    return [
        {"hours": took, "limit_hours": limit, "critical": critical, **+row}
        for (took, limit, critical), row in rows.items()
        if +row
    ]


def count_episode(
    rows: dict[tuple[int, int, int], Counter[str]],
    episode: Episode,
    start: datetime,
    close: datetime,
) -> None:
    due = episode.earliest("first_due_at")
    cell = (
        hours(episode.opened, episode.closed or close),
        0 if due is None else hours(episode.opened, due),
        int(any(finding["severity"] == "critical" for finding in episode.findings)),
    )
    row = rows.setdefault(cell, Counter())
    row["still_open"] += episode.closed is None
    if episode.opened < start:
        return
    row["leaving"] += 1
    row["closed"] += episode.closed is not None
    row["events"] += episode.resolution == "remediated"
    row["flaps"] += len(episode.findings) - 1
    if episode.opened + WEEK <= close:
        acted = episode.earliest("first_action_at")
        row["week_passed"] += 1
        row["acted_in_week"] += acted is not None and acted - episode.opened <= WEEK
