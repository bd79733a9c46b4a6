"""
The portable subset of SQL: what a query file may be written in, as an allow list.

Whatever is not listed is refused, so that a query which passes means the same on every engine.
A parser may drop words that it does not know; so each word of the text must be a listed keyword
or a name that the parser kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlglot
from sqlglot import exp
from sqlglot.tokens import TokenType

if TYPE_CHECKING:
    from collections.abc import Iterator

SCOPE_AND_PERIOD = ["tenant_id", "business_unit", "period"]

ARGUMENTS: dict[type[exp.Expr], set[str]] = {
    exp.Add: {"this", "expression"},
    exp.Alias: {"this", "alias"},
    exp.And: {"this", "expression"},
    exp.Anonymous: {"this", "expressions"},
    exp.CTE: {"this", "alias"},
    exp.Case: {"this", "ifs", "default"},
    exp.Cast: {"this", "to", "_type"},
    exp.Coalesce: {"this", "expressions"},
    exp.Column: {"this", "table"},
    exp.Count: {"this", "big_int"},
    exp.DataType: {"this", "nested"},
    exp.EQ: {"this", "expression"},
    exp.Filter: {"this", "expression"},
    exp.From: {"this"},
    exp.GT: {"this", "expression"},
    exp.GTE: {"this", "expression"},
    exp.Group: {"expressions"},
    exp.Identifier: {"this", "quoted"},
    exp.If: {"this", "true"},
    exp.In: {"this", "expressions"},
    exp.Interval: {"this", "unit"},
    exp.Is: {"this", "expression"},
    exp.Join: {"this", "side", "on"},
    exp.LT: {"this", "expression"},
    exp.LTE: {"this", "expression"},
    exp.Lag: {"this"},
    exp.Literal: {"this", "is_string"},
    exp.Max: {"this"},
    exp.Min: {"this"},
    exp.Mul: {"this", "expression"},
    exp.NEQ: {"this", "expression"},
    exp.Not: {"this"},
    exp.Null: set(),
    exp.Or: {"this", "expression"},
    exp.Order: {"expressions"},
    exp.Ordered: {"this", "desc", "nulls_first"},
    exp.Paren: {"this"},
    exp.RowNumber: set(),
    exp.Select: {"with_", "expressions", "from_", "joins", "where", "group"},
    exp.Star: set(),
    exp.Sub: {"this", "expression"},
    exp.Sum: {"this"},
    exp.Table: {"this", "alias"},
    exp.TableAlias: {"this"},
    exp.Union: {"this", "expression", "distinct"},
    exp.Var: {"this"},
    exp.Where: {"this"},
    exp.Window: {"this", "partition_by", "order", "spec", "over"},
    exp.WindowSpec: {"kind", "start", "start_side", "end", "end_side"},
    exp.With: {"expressions"},
}
"""The nodes of a query, each with the parts that it may have."""

KEYWORDS = frozenset(
    """
    ALL AND AS BETWEEN BIGINT BY CASE CAST COALESCE COUNT CURRENT DAY DESC ELSE END FILTER FROM
    GROUP HOURS_BETWEEN IN INTERVAL IS JOIN LAG LEFT MAX MIN NOT NULL ON OR ORDER OVER PARTITION
    PRECEDING ROW ROW_NUMBER ROWS SECOND SELECT SUM THEN TIMESTAMP UNBOUNDED UNION WHEN WHERE WITH
    """.split()  # noqa: SIM905 (words are read more easily than a list of strings)
)
"""Words of a query that are no names."""

DIALECTS = ("duckdb", "postgres", "spark")
"""Engines that run the queries: to none of them may a name be a keyword."""


def complaints(text: str) -> list[str]:
    """Return why `text` is not portable, a sentence for each reason; none where it is."""
    tree = sqlglot.parse_one(text, read="duckdb")
    found = list(_unknown_words(text, tree)) + list(_outputs(tree))
    for node in tree.walk():
        found += _structure(node)
        found += CHECKS.get(type(node), lambda _: ())(node)
    return sorted(set(found))


def _unknown_words(text: str, tree: exp.Expr) -> Iterator[str]:
    names = {node.name for node in tree.find_all(exp.Identifier)}
    strings = {TokenType.STRING, TokenType.NUMBER}
    for token in sqlglot.tokenize(text, read="duckdb"):
        word = token.text
        if token.token_type in strings or not word.replace("_", "").isalnum():
            continue
        for part in word.split():
            if part.upper() not in KEYWORDS and part not in names:
                yield f"the word {part} is not known"


def _outputs(tree: exp.Expr) -> Iterator[str]:
    if not isinstance(tree, exp.Select):
        yield "a query is one SELECT"
    elif [column.alias_or_name for column in tree.selects][:3] != SCOPE_AND_PERIOD:
        yield "a query returns tenant_id, business_unit, period, then counts"


def _structure(node: exp.Expr) -> Iterator[str]:
    kind = type(node).__name__
    if type(node) not in ARGUMENTS:
        yield f"{kind} is not in the subset"
        return
    given = {name for name, value in node.args.items() if value not in (None, False, [], "")}
    for name in sorted(given - ARGUMENTS[type(node)]):
        yield f"{kind} may not have {name}"


def _select(node: exp.Select) -> Iterator[str]:
    if not isinstance(node.parent, exp.CTE | exp.Union | None):
        yield "a SELECT stands at the top or in WITH, not in an expression"
    columns = [column for column in node.selects if isinstance(column, exp.Star)]
    if columns or any(isinstance(column, exp.Column) and column.is_star for column in node.selects):
        yield "columns are written out"


def _union(node: exp.Union) -> Iterator[str]:
    if node.args.get("distinct"):
        yield "UNION is written UNION ALL"


def _group(node: exp.Group) -> Iterator[str]:
    if not node.expressions or any(isinstance(part, exp.Literal) for part in node.expressions):
        yield "GROUP BY is written out"


def _join(node: exp.Join) -> Iterator[str]:
    if node.args.get("on") is None:
        yield "a join has ON"
    if node.side not in ("", "LEFT"):
        yield "a join is inner or left"
    if "tenant_id" not in _columns_of(node.this):
        return
    equal = {
        pair.left.name
        for pair in node.find_all(exp.EQ)
        if pair.left.name == pair.right.name or isinstance(pair.right, exp.Literal)
    }
    if not {"tenant_id", "business_unit"} <= equal and _earlier_sources_have_scope(node):
        yield f"the join with {node.this.name} includes tenant_id and business_unit"


def _earlier_sources_have_scope(node: exp.Join) -> bool:
    select = node.parent
    joins = select.args["joins"]
    earlier = [select.args["from_"].this, *(join.this for join in joins[: joins.index(node)])]
    return any("tenant_id" in _columns_of(source) for source in earlier)


def _columns_of(source: exp.Expr) -> set[str]:
    """Return the columns of a table expression; of a table that is no CTE, tenant_id or none."""
    root = source.root()
    for cte in root.find_all(exp.CTE):
        if cte.alias == source.name:
            return set(cte.this.named_selects)
    return set() if source.name in ("periods", "days", "names", "ingest") else {"tenant_id"}


def _filter(node: exp.Filter) -> Iterator[str]:
    if not isinstance(node.this, exp.Count | exp.Sum | exp.Max | exp.Min):
        yield "FILTER stands behind an aggregate"
    if isinstance(node.parent, exp.Window):
        yield "a window has no FILTER: write count(CASE WHEN ... THEN 1 END)"


def _sum(node: exp.Sum) -> Iterator[str]:
    outer = node.parent
    while isinstance(outer, exp.Filter | exp.Window):
        outer = outer.parent
    if not isinstance(outer, exp.Cast) or not outer.to.is_type("bigint"):
        yield "a sum is written CAST(sum(...) AS BIGINT)"


def _window(node: exp.Window) -> Iterator[str]:
    spec = node.args.get("spec")
    if not isinstance(node.this, exp.RowNumber | exp.Lag | exp.Max | exp.Count | exp.Sum):
        yield f"{type(node.this).__name__} is no window function of the subset"
    if node.args.get("order") is None:
        yield "a window is ordered"
    framed = isinstance(node.this, exp.Max | exp.Count | exp.Sum)
    if framed and (spec is None or str(spec.args.get("kind")).upper() != "ROWS"):
        yield "a running window has a ROWS frame"


def _order(node: exp.Order) -> Iterator[str]:
    if not isinstance(node.parent, exp.Window):
        yield "ORDER BY stands in a window"


def _cast(node: exp.Cast) -> Iterator[str]:
    instant = node.to.is_type("timestamp", "timestampntz")
    if not node.to.is_type("bigint") and not (instant and isinstance(node.this, exp.Literal)):
        yield "CAST gives BIGINT; only a literal may be a TIMESTAMP"


def _moved(node: exp.Add | exp.Sub) -> Iterator[str]:
    if not isinstance(node.expression, exp.Interval) and not _is_integer(node.expression):
        yield "instants are moved by an interval, never subtracted"


def _multiplied(node: exp.Mul) -> Iterator[str]:
    if not _is_integer(node.this) and not _is_integer(node.expression):
        yield "a count is multiplied by a whole number"


def _interval(node: exp.Interval) -> Iterator[str]:
    amount = node.this
    whole = isinstance(amount, exp.Literal) and amount.is_string and amount.name.isdigit()
    if not whole or node.unit.name.upper() not in ("SECOND", "DAY"):
        yield "an interval is INTERVAL 'n' SECOND or DAY"


def _literal(node: exp.Literal) -> Iterator[str]:
    if not node.is_string and not node.name.isdigit():
        yield "numbers are whole"


def _function(node: exp.Anonymous) -> Iterator[str]:
    if node.name != "hours_between" or len(node.expressions) != 2:
        yield f"{node.name} is no function of the subset"


def _identifier(node: exp.Identifier) -> Iterator[str]:
    name = node.name
    if node.quoted or name != name.lower() or not name.isidentifier() or not name.isascii():
        yield f"the name {name} is not plain and lower case"
    for dialect in DIALECTS:
        if [token.token_type for token in sqlglot.tokenize(name, read=dialect)] != [TokenType.VAR]:
            yield f"the name {name} is a keyword of {dialect}"


def _is_integer(node: exp.Expr) -> bool:
    return isinstance(node, exp.Literal) and not node.is_string and node.name.isdigit()


CHECKS = {
    exp.Add: _moved,
    exp.Anonymous: _function,
    exp.Cast: _cast,
    exp.Filter: _filter,
    exp.Group: _group,
    exp.Identifier: _identifier,
    exp.Interval: _interval,
    exp.Join: _join,
    exp.Literal: _literal,
    exp.Mul: _multiplied,
    exp.Order: _order,
    exp.Select: _select,
    exp.Sub: _moved,
    exp.Sum: _sum,
    exp.Union: _union,
    exp.Window: _window,
}
"""What else holds of a node."""
