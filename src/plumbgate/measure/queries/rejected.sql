-- Records read and rejected: of each table in this whole run (whole_run = 1; the same numbers in
-- every period of a scope), and of each source as its feed days in the period say.
WITH counted AS (
  SELECT
    s.tenant_id, s.business_unit, p.period, 1 AS whole_run,
    i.table_name AS known_as, i.rows_read AS records, i.rows_rejected AS rejected
  FROM scopes AS s
  JOIN periods AS p ON p.end_at > s.first_at
  JOIN ingest AS i ON i.rows_read > 0
  UNION ALL
  SELECT
    f.tenant_id, f.business_unit, p.period, 0 AS whole_run,
    f.source AS known_as, CAST(sum(f.records) AS BIGINT) AS records,
    CAST(sum(f.rejected) AS BIGINT) AS rejected
  FROM feed_days AS f
  JOIN periods AS p ON f.day >= p.start_at AND f.day < p.close_at
  WHERE f.records > 0 OR f.rejected > 0
  GROUP BY f.tenant_id, f.business_unit, p.period, f.source
)
SELECT
  c.tenant_id, c.business_unit, c.period, n.name_number,
  CAST(c.whole_run AS BIGINT) AS whole_run,
  c.records, c.rejected
FROM counted AS c
JOIN names AS n ON n.known_as = c.known_as
