-- Identities other than groups that are alive at the end of the period, and at the end of the
-- last period of its baseline; only periods that have a baseline.
WITH ends AS (
  SELECT
    b.tenant_id, b.business_unit, b.period,
    p.close_at AS end_now, q.close_at AS end_before
  FROM baselines AS b
  JOIN periods AS p ON p.period = b.period
  JOIN periods AS q ON q.period = b.last_period
),
alive AS (
  SELECT
    e.tenant_id, e.business_unit, e.period,
    CASE
      WHEN (i.created_at IS NULL OR i.created_at < e.end_now)
        AND (i.disabled_at IS NULL OR i.disabled_at >= e.end_now)
        AND (i.deleted_at IS NULL OR i.deleted_at >= e.end_now) THEN 1
      ELSE 0
    END AS alive_now,
    CASE
      WHEN (i.created_at IS NULL OR i.created_at < e.end_before)
        AND (i.disabled_at IS NULL OR i.disabled_at >= e.end_before)
        AND (i.deleted_at IS NULL OR i.deleted_at >= e.end_before) THEN 1
      ELSE 0
    END AS alive_before
  FROM ends AS e
  JOIN identities AS i
    ON i.tenant_id = e.tenant_id
    AND i.business_unit = e.business_unit
  WHERE i.kind IS NULL OR i.kind <> 'group'
)
SELECT
  tenant_id, business_unit, period,
  count(*) FILTER (WHERE alive_now = 1 AND alive_before = 1) AS in_both,
  count(*) FILTER (WHERE alive_now = 1 OR alive_before = 1) AS in_either
FROM alive
GROUP BY tenant_id, business_unit, period
