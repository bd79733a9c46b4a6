"""All that a run concluded, in memory: what every output translates."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from plumbgate.model.catalog import Control
    from plumbgate.model.snapshot import Period, Scope
    from plumbgate.model.verdict import Verdict
    from plumbgate.model.waiver import Waiver


class FindingStatus(StrEnum):
    """OSCAL's two words for a control."""

    SATISFIED = "satisfied"
    NOT_SATISFIED = "not-satisfied"


@dataclass(frozen=True, slots=True)
class Finding:
    """The one conclusion per scope and control, from primary claims only."""

    scope: Scope
    period: Period | None
    control: Control
    status: FindingStatus
    verdicts: tuple[str, ...]
    """Ids of the verdicts behind it."""


class GateState(StrEnum):
    """Whether a pipeline may go on."""

    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Gate:
    """The gate: a pure function of the verdicts."""

    state: GateState
    exit_code: int
    counts: Mapping[str, int]
    """How many verdicts have each outcome, how many FAILs are waived or warn, how many loosened."""


@dataclass(frozen=True, slots=True)
class PolicyUsed:
    """A policy that was judged, by digest."""

    id: str
    title: str
    version: str
    sha256: str


@dataclass(frozen=True, slots=True)
class SnapshotUsed:
    """A snapshot that was judged, by digest."""

    scope: Scope
    period: Period
    as_of: datetime
    sha256: str


class WaiverState(StrEnum):
    """What a waiver did in this run."""

    ACTIVE = "active"
    EXPIRED = "expired"
    NOT_YET = "not yet approved"
    UNUSED = "unused"
    OVERLAPPING = "overlapping"
    """Another waiver, named before it, covers all that it would cover."""


@dataclass(frozen=True, slots=True)
class WaiverUsed:
    """A waiver, what it did, and the verdicts that it covers."""

    waiver: Waiver
    state: WaiverState
    covers: tuple[str, ...] = ()
    renewals: int = 0
    """How often its lineage was renewed up to it."""
    since: datetime | None = None
    """When the first waiver of its lineage was approved."""


@dataclass(frozen=True, slots=True)
class Report:
    """Verdicts, findings and waivers of one run, with the gate that follows from them."""

    at: datetime
    tool: str
    gate: Gate
    policies: tuple[PolicyUsed, ...]
    snapshots: tuple[SnapshotUsed, ...]
    verdicts: tuple[Verdict, ...]
    findings: tuple[Finding, ...]
    waivers: tuple[WaiverUsed, ...]
