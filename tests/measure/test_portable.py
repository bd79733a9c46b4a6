"""Each query file is written in the portable subset, and that subset refuses all else."""

from __future__ import annotations

from importlib.resources import files

import duckdb
import pytest
import sqlglot
from sqlglot import exp
from sqlglot.optimizer.qualify import qualify
from tests.measure.portable import complaints

from plumbgate.measure.facts import QUERIES
from plumbgate.measure.metrics import METRICS
from plumbgate.measure.records.tables import TABLES
from plumbgate.measure.session import LAID, prepare, query_text

NAMES = sorted(
    path.name.removesuffix(".sql")
    for path in (files("plumbgate.measure") / "queries").iterdir()
    if path.name.endswith(".sql")
)
COLUMNS = {
    name: {column.name: column.type.sql for column in table.columns}
    for name, table in TABLES.items()
} | LAID


@pytest.fixture(scope="module")
def empty():
    connection = duckdb.connect()
    prepare(connection)
    for name in TABLES:
        typed = ", ".join(f"{column} {type_}" for column, type_ in COLUMNS[name].items())
        connection.execute(f"CREATE TABLE {name} ({typed})")
    return connection


def test_every_file_is_read_and_every_query_has_a_file() -> None:
    assert set(NAMES) == {measure.query for measure in METRICS} | set(QUERIES)


@pytest.mark.parametrize("name", NAMES)
def test_the_engine_returns_scope_and_period_as_text_and_counts_as_bigint(empty, name) -> None:
    described = empty.execute(f"DESCRIBE {query_text(name)}").fetchall()
    types = [(column, type_) for column, type_, *_ in described]

    assert types[:3] == [(key, "VARCHAR") for key in ("tenant_id", "business_unit", "period")]
    assert {type_ for _, type_ in types[3:]} == {"BIGINT"}
    assert empty.execute(query_text(name)).fetchall() == []


@pytest.mark.parametrize("name", NAMES)
def test_the_query_stays_inside_the_subset(name) -> None:
    assert complaints(query_text(name)) == []


@pytest.mark.parametrize("name", NAMES)
def test_another_parser_finds_every_column(name) -> None:
    tree = sqlglot.parse_one(query_text(name), read="duckdb")
    qualified = qualify(tree, schema=COLUMNS, dialect="duckdb", validate_qualify_columns=True)

    assert all(column.table for column in qualified.find_all(exp.Column))


@pytest.mark.parametrize("name", NAMES)
def test_a_header_says_what_is_counted(name) -> None:
    first = query_text(name).splitlines()[0]

    assert first.startswith("-- ")
    assert len(first) > len("-- ")


SOUND = """
WITH known AS (
  SELECT
    g.tenant_id, g.business_unit, p.period, g.grant_id, g.effective_at, p.close_at,
    row_number() OVER (
      PARTITION BY g.tenant_id, g.business_unit ORDER BY g.effective_at DESC, g.grant_id
    ) AS place
  FROM grants AS g
  JOIN periods AS p ON g.effective_at < p.close_at - INTERVAL '90' DAY
  LEFT JOIN identities AS i
    ON i.tenant_id = g.tenant_id AND i.business_unit = g.business_unit
    AND i.identity_id = g.identity_id
  WHERE g.assignment IN ('standing', 'eligible') AND i.kind IS NOT NULL
)
SELECT
  tenant_id, business_unit, period,
  hours_between(effective_at, close_at) AS hours,
  count(*) FILTER (WHERE place = 1) AS newest,
  CAST(sum(place) AS BIGINT) AS places
FROM known
GROUP BY tenant_id, business_unit, period, hours_between(effective_at, close_at)
"""


def query(count="count(*)", source="grants AS g", more=""):
    """Return a query that is sound but for the parts that are given."""
    return (
        f"SELECT g.tenant_id, g.business_unit, p.period, {count} AS n FROM {source} "
        f"JOIN periods AS p ON g.effective_at < p.close_at {more} "
        "GROUP BY g.tenant_id, g.business_unit, p.period"
    )


def window(called, frame=""):
    return f"count(*) AS n, {called} OVER (PARTITION BY g.tenant_id ORDER BY g.grant_id {frame})"


ROWS = "ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"


@pytest.mark.parametrize(
    "text",
    [
        SOUND,
        query(),
        query(window("count(CASE WHEN g.path = 'bypass' THEN 1 END)", ROWS)),
        query(window("lag(g.grant_id)")),
        query("CAST(sum(1) FILTER (WHERE g.path = 'bypass') AS BIGINT)"),
        query("coalesce(max(2 * 3), 0)"),
    ],
)
def test_what_the_subset_allows_is_not_refused(text) -> None:
    assert complaints(text) == []


GRANTS = "g.tenant_id = e.tenant_id AND g.business_unit = e.business_unit"
FAULTY = {
    # 1: scope and period, then whole numbers.
    "1 no scope": ("SELECT period, count(*) AS n FROM periods GROUP BY period", "returns tenant"),
    "1 average": (query("avg(g.n)"), "Avg is not"),
    "1 quantile": (query("quantile_cont(g.n, 0.5)"), "is not in the subset"),
    "1 division": (query("g.n / 2"), "Div is not"),
    "1 whole division": (query("g.n // 2"), "IntDiv is not"),
    "1 fraction": (query("max(0.5)"), "numbers are whole"),
    "1 decimal": (query("CAST(max(g.n) AS DECIMAL(9, 2))"), "CAST gives BIGINT"),
    "1 float": (query("CAST(max(g.n) AS DOUBLE)"), "CAST gives BIGINT"),
    "1 bare sum": (query("sum(g.n)"), "CAST(sum(...) AS BIGINT)"),
    "1 sum as integer": (query("CAST(sum(g.n) AS INTEGER)"), "CAST(sum(...) AS BIGINT)"),
    "1 distinct count": (query("count(DISTINCT g.grant_id)"), "Distinct is not"),
    # 2: instants are compared or moved.
    "2 subtracted": (query("max(p.end_at - p.start_at)"), "never subtracted"),
    "2 truncated": (query("max(date_trunc('month', g.effective_at))"), "is not in the subset"),
    "2 extracted": (query("max(EXTRACT(year FROM g.effective_at))"), "Extract is not"),
    "2 difference": (query("max(date_diff('day', p.start_at, p.end_at))"), "is not in the subset"),
    "2 months": (query("max(p.end_at + INTERVAL '1' MONTH)"), "SECOND or DAY"),
    "2 interval of a column": (query("max(p.end_at + INTERVAL (g.n) DAY)"), "SECOND or DAY"),
    # 3: one function of the project.
    "3 another function": (query("minutes_between(p.start_at, p.end_at)"), "no function"),
    "3 one argument": (query("hours_between(p.start_at)"), "no function"),
    "3 an engine's own": (query("epoch_us(p.start_at)"), "no function"),
    # 4: naive UTC, and scope keys in every join.
    "4 zone": (query("max(p.end_at AT TIME ZONE 'UTC')"), "AtTimeZone is not"),
    "4 instant with zone": (query("max(CAST('2025-01-01' AS TIMESTAMPTZ))"), "CAST gives BIGINT"),
    "4 cast column": (query("max(CAST(g.path AS TIMESTAMP))"), "only a literal"),
    "4 clock": (query("max(CURRENT_TIMESTAMP)"), "CurrentTimestamp is not"),
    "4 join without tenant": (
        query(more="JOIN entitlements AS e ON g.entitlement_id = e.entitlement_id"),
        "the join with entitlements includes",
    ),
    "4 join without unit": (
        query(more="LEFT JOIN entitlements AS e ON g.tenant_id = e.tenant_id"),
        "the join with entitlements includes",
    ),
    # 5: WITH, SELECT, inner and left joins with ON, WHERE, GROUP BY.
    "5 asof": (query(more=f"ASOF JOIN owners AS e ON {GRANTS} AND g.n >= e.n"), "have method"),
    "5 lateral": (query(more="CROSS JOIN LATERAL (SELECT 1) AS e"), "Lateral is not"),
    "5 cross join": (query(more="CROSS JOIN days AS d"), "a join has ON"),
    "5 comma": (query(source="days AS d, grants AS g"), "a join has ON"),
    "5 right join": (query(more=f"RIGHT JOIN owners AS e ON {GRANTS}"), "inner or left"),
    "5 full join": (query(more=f"FULL JOIN owners AS e ON {GRANTS}"), "inner or left"),
    "5 semi join": (query(more=f"SEMI JOIN owners AS e ON {GRANTS}"), "may not have kind"),
    "5 using": (query(more="JOIN owners AS e USING (tenant_id)"), "may not have using"),
    "5 natural": (query(more="NATURAL JOIN owners AS e"), "a join has ON"),
    "5 qualify": (query() + " QUALIFY row_number() OVER (ORDER BY n) = 1", "Qualify is not"),
    "5 having": (query() + " HAVING count(*) > 1", "Having is not"),
    "5 limit": (query() + " LIMIT 1", "Limit is not"),
    "5 order": (query() + " ORDER BY 1", "ORDER BY stands in a window"),
    "5 distinct": (query().replace("SELECT", "SELECT DISTINCT", 1), "Distinct is not"),
    "5 distinct on": (
        query().replace("SELECT", "SELECT DISTINCT ON (g.grant_id)", 1),
        "Distinct is not",
    ),
    "5 arg_max": (query("arg_max(g.n, g.effective_at)"), "ArgMax is not"),
    "5 least": (query("max(least(g.n, 1))"), "Least is not"),
    "5 greatest": (query("max(greatest(g.n, 1))"), "Greatest is not"),
    "5 group by all": (
        query().partition(" GROUP BY")[0] + " GROUP BY ALL",
        "GROUP BY is written out",
    ),
    "5 group by place": (
        query().partition(" GROUP BY")[0] + " GROUP BY 1, 2, 3",
        "GROUP BY is written out",
    ),
    "5 subquery": (query("max((SELECT 1))"), "Subquery is not"),
    "5 exists": (query(more="AND EXISTS (SELECT 1 FROM owners)"), "Exists is not"),
    "5 in a query": (query(more="AND g.n IN (SELECT 1)"), "may not have query"),
    "5 derived table": (query(source="(SELECT 1 AS n) AS g"), "Subquery is not"),
    "5 star": (query(source="grants AS g").replace("count(*) AS n", "g.*"), "written out"),
    "5 exclude": (query().replace("count(*) AS n", "* EXCLUDE (a)"), "may not have except_"),
    "5 union": (query() + " UNION " + query(), "UNION is written UNION ALL"),
    "5 sample": (query(source="grants AS g TABLESAMPLE 10%"), "TableSample is not"),
    "5 recursion": ("WITH RECURSIVE r AS (SELECT 1 AS n) " + query(), "may not have recursive"),
    "5 a word the parser drops": (query(source="grants AS g WITH ORDINALITY"), "word"),
    # 6: FILTER in aggregates, and windows that are ordered and framed.
    "6 filter in a window": (
        query("count(*) FILTER (WHERE g.n = 1) OVER (ORDER BY g.grant_id)"),
        "a window has no FILTER",
    ),
    "6 filter of no aggregate": (query("lag(g.n) FILTER (WHERE g.n = 1)"), "behind an aggregate"),
    "6 no order": (query("row_number() OVER (PARTITION BY g.tenant_id)"), "a window is ordered"),
    "6 no frame": (query(window("count(g.n)")), "has a ROWS frame"),
    "6 range": (query(window("max(g.n)", ROWS.replace("ROWS", "RANGE"))), "has a ROWS frame"),
    "6 rank": (query(window("rank()")), "is not in the subset"),
    "6 lead": (query(window("lead(g.n)")), "Lead is not"),
    "6 running min": (query(window("min(g.n)", ROWS)), "no window function"),
    "6 lag by two": (query(window("lag(g.n, 2)")), "may not have offset"),
    "6 place of nulls": (
        query("row_number() OVER (ORDER BY g.grant_id NULLS FIRST)"),
        "word NULLS is not known",
    ),
    # 7: plain names.
    "7 quoted": (query('max(g."n")'), "not plain"),
    "7 upper case": (query("max(g.Name)"), "not plain"),
    "7 keyword": (query("max(g.offset)"), "keyword of"),
    "7 parameter": (query("max($1)"), "Placeholder is not"),
}


@pytest.mark.parametrize(("text", "reason"), FAULTY.values(), ids=FAULTY)
def test_what_is_outside_is_refused(text, reason) -> None:
    assert any(reason in complaint for complaint in complaints(text)), complaints(text)
