"""What a rule is exactly one of: a threshold, an assertion, a decision table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from plumbgate.model.policy import Expression, Judge, Row, Table, Threshold
from plumbgate.model.verdict import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from plumbgate.errors import Diagnostic
    from plumbgate.loading.documents import Document, Keys

Body = Threshold | Expression | Table
COMPARISONS = ("at_most", "at_least", "below", "above", "between")


def read_body(
    document: Document, keys: Keys, row: Mapping[str, Any], diagnostics: list[Diagnostic]
) -> Body | None:
    """Return the body of the rule at `keys`, or None where it was reported as none."""
    written = [name for name in BODIES if name in row]
    if len(written) != 1:
        said = " and ".join(f"`{name}`" for name in written) or "none of them"
        message = f"a rule has one of {', '.join(f'`{b}`' for b in BODIES)}; this one has {said}"
        place = document.key_place((*keys, *written[1:2]))
        hint = "make two rules of it" if written else "write one of them"
        diagnostics.append(document.diagnostic("PG018", message, place, hint))
        return None
    (name,) = written
    return BODIES[name](document, (*keys, name), row[name], diagnostics)


def _threshold(
    document: Document, keys: Keys, row: Mapping[str, Any], diagnostics: list[Diagnostic]
) -> Threshold | None:
    written = [name for name in COMPARISONS if name in row]
    if len(written) != 1:
        place = document.key_place((*keys, *written[1:2]))
        found = " and ".join(f"`{name}`" for name in written) or "none"
        message = f"a threshold has exactly one limit; this one has {found}"
        hint = f"write one of {', '.join(COMPARISONS)}"
        diagnostics.append(document.diagnostic("PG018", message, place, hint))
        return None
    (comparison,) = written
    limits = row[comparison]
    return Threshold(
        row["metric"],
        comparison,
        tuple(limits) if comparison == "between" else (limits,),
        document.place((*keys, comparison)),
        document.place((*keys, "metric")),
        Judge(row.get("judge", "estimate")),
        row.get("min_sample"),
        document.place((*keys, "min_sample")) if "min_sample" in row else None,
    )


def _assertion(document: Document, keys: Keys, _: str, __: list[Diagnostic]) -> Expression:
    return document.expression(keys)


def _table(
    document: Document,
    keys: Keys,
    rows: Sequence[Mapping[str, Any]],
    diagnostics: list[Diagnostic],
) -> Table | None:
    before = len(diagnostics)
    diagnostics.extend(_misshapen(document, keys, rows))
    if len(diagnostics) > before:
        return None
    return Table(
        tuple(_row(document, (*keys, index), row) for index, row in enumerate(rows)),
        document.key_place(keys),
    )


def _row(document: Document, keys: Keys, row: Mapping[str, Any]) -> Row:
    when = document.expression((*keys, "when")) if "when" in row else None
    return Row(
        row["id"],
        row["verdict"],
        Outcome(row["outcome"].upper()),
        when,
        document.expression((*keys, "message")),
        when.place if when else document.key_place((*keys, "otherwise")),
    )


def _misshapen(
    document: Document, keys: Keys, rows: Sequence[Mapping[str, Any]]
) -> list[Diagnostic]:
    """Return what keeps rows from being a table that decides every case once."""
    found: list[Diagnostic] = []

    def report(code: str, message: str, where: Keys, hint: str) -> None:
        is_key = where[-1] == "otherwise"
        place = document.key_place(where) if is_key else document.place(where)
        found.append(document.diagnostic(code, message, place, hint))

    ids: set[str] = set()
    outcomes: dict[str, str] = {}
    has_end = any("otherwise" in row for row in rows)
    for index, row in enumerate(rows):
        here: Keys = (*keys, index)
        is_last = index == len(rows) - 1
        if ("when" in row) is ("otherwise" in row):
            said = "both `when` and `otherwise`" if "when" in row else "no condition"
            hint = "write `when`; the last row says `otherwise: true`"
            report("PG018", f"row `{row['id']}` has {said}", (*here, "id"), hint)
        elif "otherwise" in row and not is_last:
            hint = "move it to the end: no row behind it would be tried"
            report("PG034", "`otherwise` stands before the last row", (*here, "otherwise"), hint)
        elif "when" in row and is_last and not has_end:
            hint = "add a last row with `otherwise: true`, that says what holds then"
            report("PG018", "the table has no last row for all that is left", (*here, "id"), hint)
        if row["id"] in ids:
            report("PG017", f"a second row `{row['id']}`", (*here, "id"), "rename it")
        ids.add(row["id"])
        outcome = outcomes.setdefault(row["verdict"], row["outcome"])
        if outcome != row["outcome"]:
            message = f"the verdict `{row['verdict']}` is `{outcome}` in a row above"
            report("PG017", message, (*here, "outcome"), "give a verdict one outcome")
    return found


BODIES: dict[str, Callable[[Document, Keys, Any, list[Diagnostic]], Body | None]] = {
    "threshold": _threshold,
    "assert": _assertion,
    "decide": _table,
}
"""By the key of a rule that holds it, how its body is read."""
