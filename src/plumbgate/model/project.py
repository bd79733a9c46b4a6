"""What belongs to one programme, as its project file says."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import PurePath


@dataclass(frozen=True, slots=True)
class Project:
    """The content of `plumbgate.yaml`; paths are resolved against its folder."""

    file: str = ""
    policies: tuple[PurePath, ...] = ()
    profiles: tuple[PurePath, ...] = ()
    catalogs: tuple[PurePath, ...] = ()
    waivers: tuple[PurePath, ...] = ()
    snapshots: tuple[PurePath, ...] = ()
    expected_scopes: tuple[str, ...] = ()
    expected_feeds: tuple[str, ...] = ()
    max_clock_skew: float | None = None
    """Days that the instant of judging may be away from the clock."""
    measure: Mapping[str, Any] = field(default_factory=dict)
    """Settings of `measure`; durations in days."""
    outputs: Mapping[str, PurePath] = field(default_factory=dict)
