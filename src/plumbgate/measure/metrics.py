"""
Every metric, one row each: the registry.

The gate reads it too, so that nothing that it imports may import the table engine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from plumbgate.measure.base import BASE
from plumbgate.measure.deliveries import DELIVERIES
from plumbgate.measure.entitlements import ENTITLEMENTS
from plumbgate.measure.exceptions import EXCEPTIONS
from plumbgate.measure.offboarding import OFFBOARDING
from plumbgate.measure.remediation import REMEDIATION
from plumbgate.measure.reviews import REVIEWS
from plumbgate.measure.workflow import WORKFLOW

if TYPE_CHECKING:
    from plumbgate.measure.measures import Measure
    from plumbgate.model.metric import Metric

METRICS: tuple[Measure, ...] = (
    *REVIEWS,
    *REMEDIATION,
    *ENTITLEMENTS,
    *EXCEPTIONS,
    *WORKFLOW,
    *OFFBOARDING,
    *BASE,
    *DELIVERIES,
)
"""How each metric is measured, family by family."""

CATALOGUE: dict[str, Metric] = {measure.metric.id: measure.metric for measure in METRICS}
"""What each metric is, by id."""
