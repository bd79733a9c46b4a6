"""
What a YAML scalar means: JSON's core types, and text.

YAML 1.1 and 1.2 readers differ on many plain scalars (`no`, `0777`, `12:30:45`). Those are
refused rather than read either way, so that an editor and this tool never disagree about a rule.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from yaml import ScalarNode

Scalar = str | int | float | bool | None

TEXT_KEYS = frozenset({"id", "version", "name", "apiVersion", "framework", "slug"})
"""Keys whose value is text however it looks: control `8.10` is not the number 8.1."""

_CONSTANTS: dict[str, Scalar] = {"true": True, "false": False, "null": None, "~": None, "": None}
_INTEGER = re.compile(r"-?(?:0|[1-9]\d*)")
_FLOAT = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?")

_AMBIGUOUS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?i:yes|on)"), "true"),
    (re.compile(r"(?i:no|off)"), "false"),
    (re.compile(r"True|TRUE"), "true"),
    (re.compile(r"False|FALSE"), "false"),
    (re.compile(r"Null|NULL"), "null"),
    (re.compile(r"[+-]?\d[\d_]*(?::[0-5]?\d)+(?:\.[\d_]*)?"), "a number of base 60"),
    (re.compile(r"[+-]?0[0-7_]+"), "an octal number"),
    (re.compile(r"[+-]?0[xob][\da-fA-F_]+"), "a number of another base"),
    (re.compile(r"[+-]?\d[\d,]*_[\d_]*(?:\.\d*)?"), "a number without its underscores"),
    (re.compile(r"\+\d+(?:\.\d+)?|[+-]?\.\d+|[+-]?\d+\."), "a number"),
    (re.compile(r"[+-]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"), "a number that is none"),
)

_LONGEST_INTEGER = 18
"""Digits; beyond it, a reader in another language may keep other digits."""


def ambiguity(node: ScalarNode, key: str | None) -> str | None:
    """Return what some YAML readers take a plain scalar for, where readers differ; else None."""
    if node.style or key in TEXT_KEYS:
        return None
    text: str = node.value
    for pattern, reading in _AMBIGUOUS:
        if pattern.fullmatch(text):
            return reading
    if _INTEGER.fullmatch(text) and len(text.lstrip("-")) > _LONGEST_INTEGER:
        return "a number too large to keep its digits"
    return None


def construct(node: ScalarNode, key: str | None) -> Scalar:
    """Return the value of a scalar that is not ambiguous."""
    text: str = node.value
    if node.style or key in TEXT_KEYS:
        return text
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    return text
