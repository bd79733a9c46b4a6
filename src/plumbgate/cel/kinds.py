"""The kinds of values that the profile has, by CEL's names for them."""

from __future__ import annotations

from plumbgate.cel.environment import LazyMap, Periods, Struct, Units, celtypes

KINDS: dict[type, str] = {
    celtypes.BoolType: "bool",
    celtypes.DoubleType: "double",
    celtypes.DurationType: "duration",
    celtypes.IntType: "int",
    celtypes.ListType: "list",
    celtypes.MapType: "map",
    celtypes.StringType: "string",
    celtypes.TimestampType: "timestamp",
    LazyMap: "period",
    Periods: "list",
    Struct: "map",
    Units: "list",
}
"""By the class that represents it."""

NUMBERS = frozenset({"double", "int"})


def kind(value: object) -> str:
    """Return the kind of a value; one that the profile does not have keeps its class's name."""
    return KINDS.get(type(value), type(value).__name__)
