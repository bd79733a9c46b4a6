-- Episodes of high and critical findings, by the whole hours until each left the risk set: those
-- that opened in the period, and those that are open when it closes.
-- An episode is the findings of one key with less than 2 d between a closing and the next opening.
-- It opens with the first of them, closes with the last to close, and an open one keeps it open.
-- What happens at or after the close has not happened; a due date is a term and stays.
WITH relevant AS (
  SELECT f.tenant_id, f.business_unit, f.finding_key, p.period, p.start_at, p.close_at
  FROM findings AS f
  JOIN periods AS p
    ON f.opened_at < p.close_at
    AND (f.opened_at >= p.start_at OR f.closed_at IS NULL OR f.closed_at >= p.close_at)
  WHERE f.severity IN ('high', 'critical')
  GROUP BY f.tenant_id, f.business_unit, f.finding_key, p.period, p.start_at, p.close_at
),
-- With the earlier findings of such a key, since an episode may reach far back.
known AS (
  SELECT
    r.tenant_id, r.business_unit, r.finding_key, r.period, r.start_at, r.close_at,
    f.finding_id, f.severity, f.opened_at, f.first_due_at,
    CASE WHEN f.first_action_at < r.close_at THEN f.first_action_at END AS first_action_at,
    CASE WHEN f.closed_at < r.close_at THEN f.closed_at ELSE r.close_at END AS left_at,
    CASE WHEN f.closed_at < r.close_at THEN f.resolution END AS resolution,
    CASE
      WHEN f.left_truncated THEN 'left_truncated'
      WHEN f.closed_at < r.close_at AND f.resolution = 'duplicate' THEN 'duplicate'
      ELSE 'counted'
    END AS standing
  FROM relevant AS r
  JOIN findings AS f
    ON f.tenant_id = r.tenant_id
    AND f.business_unit = r.business_unit
    AND f.finding_key = r.finding_key
    AND f.opened_at < r.close_at
  WHERE f.severity IN ('high', 'critical')
),
preceded AS (
  SELECT
    tenant_id, business_unit, finding_key, period, start_at, close_at, finding_id, severity,
    opened_at, first_due_at, first_action_at, left_at, resolution, standing,
    max(left_at) OVER (
      PARTITION BY tenant_id, business_unit, finding_key, period, standing
      ORDER BY opened_at, finding_id
      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS latest_left_at
  FROM known
),
numbered AS (
  SELECT
    tenant_id, business_unit, finding_key, period, start_at, close_at, finding_id, severity,
    opened_at, first_due_at, first_action_at, left_at, resolution, standing,
    count(CASE WHEN opened_at >= latest_left_at + INTERVAL '2' DAY THEN 1 END) OVER (
      PARTITION BY tenant_id, business_unit, finding_key, period, standing
      ORDER BY opened_at, finding_id
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS episode
  FROM preceded
),
ranked AS (
  SELECT
    tenant_id, business_unit, finding_key, period, start_at, close_at, severity, opened_at,
    first_due_at, first_action_at, left_at, resolution, standing, episode,
    row_number() OVER (
      PARTITION BY tenant_id, business_unit, finding_key, period, standing, episode
      ORDER BY left_at DESC, opened_at DESC, finding_id DESC
    ) AS from_last
  FROM numbered
),
episodes AS (
  SELECT
    tenant_id, business_unit, period, start_at, close_at, standing,
    min(opened_at) AS opened_at,
    max(left_at) AS left_at,
    max(CASE WHEN from_last = 1 THEN resolution END) AS resolution,
    min(first_due_at) AS first_due_at,
    min(first_action_at) AS first_action_at,
    max(CASE WHEN severity = 'critical' THEN 1 ELSE 0 END) AS critical,
    count(*) - 1 AS flaps
  FROM ranked
  GROUP BY
    tenant_id, business_unit, finding_key, period, start_at, close_at, standing, episode
),
placed AS (
  SELECT
    tenant_id, business_unit, period, standing, resolution, flaps,
    CASE WHEN opened_at >= start_at THEN 1 ELSE 0 END AS cohort,
    CASE WHEN left_at = close_at THEN 1 ELSE 0 END AS still_open,
    CASE WHEN opened_at + INTERVAL '7' DAY <= close_at THEN 1 ELSE 0 END AS week_passed,
    CASE WHEN first_action_at <= opened_at + INTERVAL '7' DAY THEN 1 ELSE 0 END AS acted_in_week,
    CASE WHEN standing = 'counted' THEN hours_between(opened_at, left_at) ELSE 0 END AS hours,
    CASE
      WHEN standing = 'counted' AND first_due_at IS NOT NULL
        THEN hours_between(opened_at, first_due_at)
      ELSE 0
    END AS limit_hours,
    CASE WHEN standing = 'counted' THEN critical ELSE 0 END AS critical
  FROM episodes
)
SELECT
  tenant_id, business_unit, period, hours,
  -- 0: without a due date of its own.
  limit_hours,
  CAST(critical AS BIGINT) AS critical,
  count(*) FILTER (WHERE standing = 'counted' AND cohort = 1) AS leaving,
  count(*) FILTER (
    WHERE standing = 'counted' AND cohort = 1 AND resolution = 'remediated'
  ) AS events,
  count(*) FILTER (WHERE standing = 'counted' AND cohort = 1 AND still_open = 0) AS closed,
  count(*) FILTER (WHERE standing = 'counted' AND cohort = 1 AND week_passed = 1) AS week_passed,
  count(*) FILTER (
    WHERE standing = 'counted' AND cohort = 1 AND week_passed = 1 AND acted_in_week = 1
  ) AS acted_in_week,
  CAST(sum(CASE WHEN standing = 'counted' AND cohort = 1 THEN flaps ELSE 0 END) AS BIGINT) AS flaps,
  count(*) FILTER (WHERE standing = 'counted' AND still_open = 1) AS still_open,
  count(*) FILTER (WHERE standing = 'left_truncated' AND cohort = 1) AS left_truncated,
  count(*) FILTER (
    WHERE standing = 'left_truncated' AND still_open = 1
  ) AS left_truncated_open,
  count(*) FILTER (WHERE standing = 'duplicate' AND cohort = 1) AS duplicates
FROM placed
WHERE cohort = 1 OR still_open = 1
GROUP BY tenant_id, business_unit, period, hours, limit_hours, critical
