-- What each independent source counted last in the period: identities that it lists, and how many
-- of them the inventory holds. A count without both numbers says nothing (stated = 0).
WITH counted AS (
  SELECT
    s.tenant_id, s.business_unit, p.period, s.source, s.matched_n, s.expected_n,
    row_number() OVER (
      PARTITION BY s.tenant_id, s.business_unit, p.period, s.source
      ORDER BY s.counted_at DESC
    ) AS place
  FROM inventory_sources AS s
  JOIN periods AS p ON s.counted_at >= p.start_at AND s.counted_at < p.close_at
  WHERE s.independent
)
SELECT
  c.tenant_id, c.business_unit, c.period, n.name_number,
  CAST(
    CASE WHEN c.matched_n IS NULL OR c.expected_n IS NULL THEN 0 ELSE 1 END AS BIGINT
  ) AS stated,
  coalesce(c.matched_n, 0) AS matched,
  coalesce(c.expected_n, 0) AS expected
FROM counted AS c
JOIN names AS n ON n.known_as = c.source
WHERE c.place = 1
