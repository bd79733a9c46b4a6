"""The measurements of one scope for one period, as known at one instant."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from plumbgate.model.quantity import Unit


class State(StrEnum):
    """Whether a measurement can be judged; only `ok` can."""

    OK = "ok"
    SMALL_SAMPLE = "small_sample"
    NO_DATA = "no_data"
    NOT_REACHED = "not_reached"
    NOT_MEASURED = "not_measured"


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Items in scope that were left out, and why."""

    reason: str
    n: int


@dataclass(frozen=True, slots=True)
class Frame:
    """The population behind a measurement: `in_scope == measured + sum of excluded`."""

    population: str
    """One sentence."""
    in_scope: int
    measured: int
    excluded: tuple[Exclusion, ...] = ()
    selection: str = "census"
    """census, random, risk_weighted or judgmental."""
    collected: str = "export"
    """api, export or manual."""


@dataclass(frozen=True, slots=True)
class Measurement:
    """One value of a metric; `value` is None, never 0 or 1, where the state says so."""

    metric: str
    state: State
    unit: Unit
    value: float | None = None
    n: int = 0
    numerator: float | None = None
    denominator: float | None = None
    low: float | None = None
    """Lower end of the 99 % interval."""
    high: float | None = None
    method: str = ""
    reason: str = ""
    definition: str = ""
    frame: Frame | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A difference to an earlier value, oriented so that plus is better, at 99 %."""

    delta: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Period:
    """Half-open `[start, end)` in UTC; ids sort by time."""

    id: str
    start: datetime
    end: datetime
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Scope:
    """Whom the measurements are about: a tenant, or a unit of it."""

    tenant: str
    business_unit: str | None = None
    domain: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, str | None, str | None]:
        """Tenant, unit and domain: what tells scopes apart, however they are shown."""
        return self.tenant, self.business_unit, self.domain

    @property
    def name(self) -> str:
        """`tenant` or `tenant/unit`, and behind it the domain in brackets, if it is of one."""
        unit = f"/{self.business_unit}" if self.business_unit else ""
        domain = f" ({self.domain})" if self.domain else ""
        return self.tenant + unit + domain


@dataclass(frozen=True, slots=True)
class Reference:
    """Earlier periods, pooled, that a period is compared with."""

    periods: tuple[str, ...]
    metrics: Mapping[str, Measurement]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one period of a scope: all that CEL may read of it."""

    period: Period
    programme: Mapping[str, float]
    metrics: Mapping[str, Measurement]
    baseline: Reference | None = None
    previous: Reference | None = None
    pooled: Mapping[str, Measurement] = field(default_factory=dict)
    change: Mapping[str, Change] = field(default_factory=dict)
    """Difference to the baseline, by metric id."""
    since_previous: Mapping[str, Change] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class UnitPart:
    """A unit of a scope: its share of the baseline population, and what was measured of it."""

    name: str
    weight: float
    snapshot: Snapshot | None
    """None for a unit of which nothing came."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One scope, one period, as known at `as_of`."""

    scope: Scope
    as_of: datetime
    facts: Facts
    history: tuple[Facts, ...] = ()
    """Earlier periods only, oldest first."""
    provenance: Mapping[str, Any] = field(default_factory=dict)
    """Tool, settings, query digests and sources, as JSON."""
    sha256: str = ""
    """Digest of the file that it was read from."""
    units: tuple[UnitPart, ...] = ()
    """Of a tenant: its units, each without units of its own."""

    @property
    def period(self) -> Period:
        """The period that the snapshot is about."""
        return self.facts.period
