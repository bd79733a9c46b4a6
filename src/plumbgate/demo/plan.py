"""What can be told of a tenant: sizes, and how each thing goes from quarter to quarter."""

from __future__ import annotations

from dataclasses import dataclass, fields
from itertools import pairwise
from typing import TYPE_CHECKING

from plumbgate.demo.instants import QUARTERS, Quarter

if TYPE_CHECKING:
    from datetime import date, datetime

Series = tuple[int, ...]
"""One number for each quarter since onboarding, oldest first; the last is that of `QUARTERS`."""


@dataclass(frozen=True, slots=True)
class Silence:
    """Days on which a source did not deliver, both included; their events are lost."""

    source: str
    first: date
    last: date
    told: bool
    """Whether the days have rows that say so, or no rows at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """
    The story of one tenant in numbers; shares are whole percents.

    Raises:
        ValueError: The series differ in length, are empty, or tell more quarters than there are;
            or `excess` rises, for which nothing is planned.

    """

    tenant: str
    story: str
    sector: str

    staff: int
    """Persons when the tenant is onboarded; whoever leaves is replaced in the same quarter."""
    leavers: int
    """Persons who leave in a quarter."""
    machines: int
    """Service accounts, keys, workloads and agents when the tenant is onboarded."""
    flagged: int
    """Items of a quarter's access reviews that were flagged beforehand."""
    findings: int
    """High and critical findings raised in a quarter."""
    changes: int
    """Activations of just-in-time access in a quarter, and rotations as many."""
    exceptions: int
    """Exceptions open when the tenant is onboarded."""
    owned: int
    """Share of the machines whose owner acts inside the workflow."""
    documented: int
    """Share of decisions with a reason, and of exceptions with an approver."""
    late_reviews: int
    """Campaigns of access reviews in a quarter that close after their due date."""

    recall: Series
    """Share of the flagged items that a reviewer revokes."""
    stamped: Series
    """Share of the decisions that were made in bulk or in a blink."""
    fix_days: Series
    """Median days until a high finding is fixed; a critical one takes half of it."""
    acted: Series
    """Share of the findings first acted upon within 7 days; fixes within 7 days are a floor."""
    reclassified: Series
    """Share of the findings that are closed otherwise than by a fix."""
    growth: Series
    """Standing grants begun less ended, per mille of those held at the start."""
    excess: Series
    """Share of the first machines that hold more than they use, at the end; it never rises."""
    raised: Series
    """New exceptions; they stay open until the end of their quarter."""
    carried: Series
    """Share of the exceptions open at the start that are open at the end."""
    governed: Series
    """Share of activations, rotations, offboardings and grants that take the governed path."""
    offboarded: Series
    """Share of the leavers whose access ends within a day."""
    covered: Series
    """Share of the independent lists of identities that the inventory holds."""
    activity: Series
    """Workshops, trainings, closed tickets and views of dashboards."""

    silences: tuple[Silence, ...] = ()

    def __post_init__(self) -> None:
        """Refuse series that cannot be told."""
        lengths = {len(getattr(self, f.name)) for f in fields(self) if f.type == "Series"}
        if len(lengths) != 1 or not 1 <= max(lengths) <= len(QUARTERS):
            raise ValueError(f"the series of {self.tenant} do not tell the same quarters")
        if any(before < now for before, now in pairwise(self.excess)):
            raise ValueError(f"the excess of {self.tenant} rises")

    @property
    def quarters(self) -> tuple[Quarter, ...]:
        """The quarters that the plan tells, oldest first."""
        return QUARTERS[-len(self.recall) :]

    @property
    def onboarded(self) -> datetime:
        """The start of the first quarter."""
        return self.quarters[0].start
