-- What happened in each governed flow: through the workflow, around it, or by an unknown path.
-- Denied, failed and expired events did not happen. A share of 1 may only mean that nobody looks,
-- so whether a bypass of the flow was seen before the period closed is told too.
-- Flows are numbered: 0 just-in-time access, 1 offboarding, 2 rotation. Each has a row for every
-- period from its first event on, also where nothing happened.
WITH happened AS (
  SELECT
    tenant_id, business_unit, path, occurred_at,
    CAST(
      CASE WHEN flow = 'jit' THEN 0 WHEN flow = 'offboarding' THEN 1 ELSE 2 END AS BIGINT
    ) AS flow
  FROM workflow_events
  WHERE outcome = 'ok' AND flow IN ('jit', 'offboarding', 'rotation')
),
flows AS (
  SELECT
    tenant_id, business_unit, flow,
    min(occurred_at) AS first_at,
    min(CASE WHEN path = 'bypass' THEN occurred_at END) AS first_bypass_at
  FROM happened
  GROUP BY tenant_id, business_unit, flow
),
counted AS (
  SELECT
    h.tenant_id, h.business_unit, p.period, h.flow,
    count(*) FILTER (WHERE h.path = 'governed') AS governed,
    count(*) FILTER (WHERE h.path = 'bypass') AS bypass,
    count(*) FILTER (WHERE h.path = 'unknown') AS unknown_path
  FROM happened AS h
  JOIN periods AS p ON h.occurred_at >= p.start_at AND h.occurred_at < p.close_at
  GROUP BY h.tenant_id, h.business_unit, p.period, h.flow
)
SELECT
  f.tenant_id, f.business_unit, p.period, f.flow,
  coalesce(c.governed, 0) AS governed,
  coalesce(c.bypass, 0) AS bypass,
  coalesce(c.unknown_path, 0) AS unknown_path,
  CAST(CASE WHEN f.first_bypass_at < p.close_at THEN 1 ELSE 0 END AS BIGINT) AS bypass_seen
FROM flows AS f
JOIN periods AS p ON f.first_at < p.close_at
LEFT JOIN counted AS c
  ON c.tenant_id = f.tenant_id
  AND c.business_unit = f.business_unit
  AND c.period = p.period
  AND c.flow = f.flow
