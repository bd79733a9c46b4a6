-- Days on which each source was expected to report, and days on which it did.
-- A day is expected from the source's first expected day on, with a row or without one, unless
-- its row says otherwise. gap_days is the longest run of expected days without receipt that ends
-- in the period; it is counted back across the period's start.
WITH sources AS (
  SELECT
    tenant_id, business_unit, source,
    min(day) AS first_row,
    min(CASE WHEN expected THEN day END) AS first_expected
  FROM feed_days
  GROUP BY tenant_id, business_unit, source
),
calendar AS (
  SELECT
    s.tenant_id, s.business_unit, s.source, d.day,
    CASE WHEN f.source IS NULL THEN 0 ELSE 1 END AS has_row,
    CASE WHEN f.received THEN 1 ELSE 0 END AS received,
    CASE
      WHEN d.day >= s.first_expected AND (f.expected IS NULL OR f.expected) THEN 1
      ELSE 0
    END AS expected
  FROM sources AS s
  JOIN days AS d ON d.day >= s.first_row
  LEFT JOIN feed_days AS f
    ON f.tenant_id = s.tenant_id
    AND f.business_unit = s.business_unit
    AND f.source = s.source
    AND f.day = d.day
),
runs AS (
  SELECT
    tenant_id, business_unit, source, day, has_row, received, expected,
    count(CASE WHEN received = 1 THEN 1 END) OVER (
      PARTITION BY tenant_id, business_unit, source
      ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS run
  FROM calendar
),
gaps AS (
  SELECT
    tenant_id, business_unit, source, day, has_row, received, expected,
    count(CASE WHEN expected = 1 AND received = 0 THEN 1 END) OVER (
      PARTITION BY tenant_id, business_unit, source, run
      ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS gap
  FROM runs
)
SELECT
  g.tenant_id, g.business_unit, p.period, n.name_number,
  count(*) FILTER (WHERE g.has_row = 1) AS row_days,
  count(*) FILTER (WHERE g.expected = 1) AS expected_days,
  count(*) FILTER (WHERE g.expected = 1 AND g.received = 1) AS received_days,
  max(CASE WHEN g.expected = 1 AND g.received = 0 THEN g.gap ELSE 0 END) AS gap_days
FROM gaps AS g
JOIN periods AS p ON g.day >= p.start_at AND g.day < p.close_at
JOIN names AS n ON n.known_as = g.source
GROUP BY g.tenant_id, g.business_unit, p.period, n.name_number
