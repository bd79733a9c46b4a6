-- Findings opened in the period, and those of them whose remediation owner acts in the workflow:
-- at the opening an owner of the identity, the finding's own where it names one, was active and
-- used the workflow. Each finding counts once, however many owners match.
WITH opened AS (
  SELECT
    f.tenant_id, f.business_unit, p.period,
    f.finding_id, f.identity_id, f.owner_id, f.opened_at,
    CASE WHEN f.closed_at < p.close_at THEN f.resolution END AS resolution
  FROM findings AS f
  JOIN periods AS p ON f.opened_at >= p.start_at AND f.opened_at < p.close_at
),
owned AS (
  SELECT
    f.tenant_id, f.business_unit, f.period, f.finding_id,
    max(CASE WHEN f.resolution = 'duplicate' THEN 1 ELSE 0 END) AS is_duplicate,
    max(CASE WHEN o.owner_in_workflow THEN 1 ELSE 0 END) AS in_workflow
  FROM opened AS f
  LEFT JOIN owners AS o
    ON o.tenant_id = f.tenant_id
    AND o.business_unit = f.business_unit
    AND o.identity_id = f.identity_id
    AND o.owner_status = 'active'
    AND o.valid_from <= f.opened_at
    AND (o.valid_to IS NULL OR f.opened_at < o.valid_to)
    AND (f.owner_id IS NULL OR o.owner_id = f.owner_id)
  GROUP BY f.tenant_id, f.business_unit, f.period, f.finding_id
)
SELECT
  tenant_id, business_unit, period,
  count(*) AS findings,
  count(*) FILTER (WHERE is_duplicate = 1) AS duplicates,
  count(*) FILTER (WHERE is_duplicate = 0 AND in_workflow = 1) AS in_workflow
FROM owned
GROUP BY tenant_id, business_unit, period
