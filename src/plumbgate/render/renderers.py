"""The formats, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plumbgate.render import json_report, junit, text

if TYPE_CHECKING:
    from collections.abc import Callable

    from plumbgate.model.report import Report

RENDERERS: dict[str, Callable[[Report], bytes]] = {
    "text": text.render,
    "json": json_report.render,
    "junit": junit.render,
}
