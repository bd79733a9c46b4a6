"""Frameworks and their controls, as ids and short labels."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Control:
    """One control, outcome or risk of a framework."""

    framework: str
    """Slug with version: `nist-csf-2.0`."""
    id: str
    """Canonical, as the publisher writes it: `GV.OC-01`, `NHI5:2025`, `GOVERN 1.1`."""
    title: str
    """A short label in the project's own words, or the publisher's short name."""


@dataclass(frozen=True, slots=True)
class Catalog:
    """The controls of one framework version, with its withdrawn ids and its alias rules."""

    slug: str
    title: str
    publisher: str
    link: str
    controls: Mapping[str, Control]
    withdrawn: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Withdrawn id to its successors, which may be none."""
    aliases: tuple[tuple[str, str], ...] = ()
    """Pairs of a pattern (matched against the whole id, ignoring case) and a template."""


class Claim(StrEnum):
    """What a policy says of a control: its verdict speaks for it, or only illustrates it."""

    PRIMARY = "primary"
    GUIDANCE = "guidance"


@dataclass(frozen=True, slots=True)
class ControlMapping:
    """A policy's tie to a control."""

    control: Control
    written: str
    """The id as the policy wrote it."""
    claim: Claim
    relevance: str
