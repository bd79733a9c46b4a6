"""
What a YAML scalar means: JSON's core types, and text.

YAML 1.1 and 1.2 readers differ on many plain scalars (`no`, `0777`, `12:30:45`). Those are
refused rather than read either way, so that an editor and this tool never disagree about a rule.
Two are read although readers differ: a date is text, and `1e3` is the number that it is in JSON.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yaml import ScalarNode

Scalar = str | int | float | bool | None

TEXT_KEYS = frozenset({"id", "version", "name", "apiVersion", "framework", "slug"})
"""Keys whose value is text however it looks: control `8.10` is not the number 8.1."""

LONGEST_INTEGER = 18
"""Digits; beyond it, a reader in another language may keep other digits."""

_CONSTANTS: dict[str, Scalar] = {"true": True, "false": False, "null": None, "~": None, "": None}
_NOTHING = frozenset({"null", "~", ""})
_INTEGER = re.compile(r"-?(?:0|[1-9]\d*)", re.ASCII)
_FLOAT = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?", re.ASCII)

_AMBIGUOUS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.ASCII), reading)
    for pattern, reading in (
        (r"(?i:yes|on)|True|TRUE", "true"),
        (r"(?i:no|off)|False|FALSE", "false"),
        (r"Null|NULL", "null"),
        (r"[+-]?\d[\d_]*(?::[0-5]?\d)+(?:\.[\d_]*)?", "a number of base 60"),
        (r"[+-]?0[0-7_]+", "an octal number"),
        (r"[+-]?0[xob][\da-fA-F_]+", "a number of another base"),
        (r"(?=.*_)[+-]?\.?\d[\d_]*(?:\.[\d_]*)?(?:[eE][+-]?\d+)?", "a number"),
        (r"[+-]?0\d+(?:\.\d*)?(?:[eE][+-]?\d+)?", "a number"),
        (r"[+-]?(?:\d+\.|\.\d+)(?:[eE][+-]?\d+)?", "a number"),
        (r"\+\d+(?:\.\d+)?(?:[eE][+-]?\d+)?", "a number"),
        (r"[+-]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)", "a number that is none"),
    )
)


@dataclass(frozen=True, slots=True)
class Trap:
    """Why a plain scalar is not read: what it is, and the fix."""

    message: str
    hint: str


def trap(node: ScalarNode, key: str | None) -> Trap | None:
    """Return why a scalar under `key` cannot be read safely, or None where it can."""
    if node.style or key in TEXT_KEYS:
        return None
    text: str = node.value
    for pattern, reading in _AMBIGUOUS:
        if pattern.fullmatch(text):
            plain = reading if reading in _CONSTANTS else "a plain decimal number"
            message = f"`{_short(text)}` is {reading} to some YAML readers and text to others"
            return Trap(message, f'write {plain}, or quote it: "{_short(text)}"')
    if _INTEGER.fullmatch(text):
        if len(text.lstrip("-")) > LONGEST_INTEGER:
            return Trap(f"`{_short(text)}` has more digits than readers keep", "round it")
    elif _FLOAT.fullmatch(text) and not math.isfinite(float(text)):
        return Trap(f"`{_short(text)}` is larger than any number that readers keep", "write less")
    return None


def construct(node: ScalarNode, key: str | None) -> Scalar:
    """Return the value of a scalar that is no trap."""
    text: str = node.value
    if node.style or (key in TEXT_KEYS and text not in _NOTHING):
        return text
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    return text


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:37]}..."  # noqa: PLR2004 (what a line can show)
