"""An approved, expiring acceptance of a FAIL; it explains an outcome and never rewrites it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from plumbgate.model.span import Span


@dataclass(frozen=True, slots=True)
class Waiver:
    """Who accepts which rule's FAIL, for which tenant, why and until when."""

    id: str
    rule: str
    tenant: str
    units: bool
    """Whether the tenant's units are covered too."""
    reason: str
    requester: str
    approver: str
    compensating_control: str
    approved: datetime
    expires: datetime
    """The first instant at which it covers nothing."""
    place: Span
    """Of the rule's name."""
    renews: str | None = None
    verdicts: tuple[str, ...] = ()
    """Of a `decide` rule: the verdicts that it accepts."""
    verdicts_place: Span | None = None

    def is_active(self, at: datetime) -> bool:
        """Return whether `approved <= at < expires`: the one place that decides it."""
        return self.approved <= at < self.expires
