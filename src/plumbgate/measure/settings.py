"""What a project may set about measuring; the defaults are METRICS' proposals."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of one `measure` run; they enter the snapshot's provenance."""

    period: str = "quarter"
    """`quarter`, `month` or `<N>d`, counted from `origin`."""
    origin: date | None = None
    """First day of period 0; needed for `<N>d` alone."""
    remediation_window: float = 45.0
    """Days up to which restricted mean time is taken; at most half of a period."""
    sla: Mapping[str, float] = field(default_factory=lambda: {"critical": 7.0, "high": 30.0})
    """Days within which a finding of a severity is due, where it has no due date of its own."""
    feed_gap: float = 7.0
    """Days without receipt beyond which a feed is silent."""
    system_logs: Mapping[str, str] = field(default_factory=dict)
    """Per workflow flow the source that would show a bypass."""
    expect_feeds: tuple[str, ...] = ()
    """Sources that must report; one without a row in a period is silent there."""
