-- Records that an auditor can follow to a person and a reason. Decisions of reviews of the
-- period, with reviewer, time and justification; exceptions open at its end, with expiry and
-- approver.
WITH reviews AS (
  SELECT
    r.tenant_id, r.business_unit, p.period, r.review_id, p.start_at, p.close_at,
    CASE WHEN r.closed_at < p.close_at THEN r.closed_at ELSE r.first_due_at END AS ended_at
  FROM access_reviews AS r
  JOIN periods AS p ON r.started_at < p.close_at
),
items AS (
  SELECT
    r.tenant_id, r.business_unit, r.period, 1 AS is_decision,
    CASE
      WHEN d.reviewer_id IS NOT NULL AND d.decided_at IS NOT NULL AND d.justification_present
        THEN 1
      ELSE 0
    END AS is_recorded
  FROM reviews AS r
  JOIN review_decisions AS d
    ON d.tenant_id = r.tenant_id
    AND d.business_unit = r.business_unit
    AND d.review_id = r.review_id
    AND (d.decided_at IS NULL OR d.decided_at < r.close_at)
  WHERE r.ended_at >= r.start_at AND r.ended_at < r.close_at AND d.decision <> 'not_reviewed'
  UNION ALL
  SELECT
    e.tenant_id, e.business_unit, p.period, 0 AS is_decision,
    CASE WHEN e.expires_at IS NOT NULL AND e.approver_id IS NOT NULL THEN 1 ELSE 0 END
      AS is_recorded
  FROM exceptions AS e
  JOIN periods AS p ON e.opened_at < p.close_at
  WHERE e.closed_at IS NULL OR e.closed_at >= p.close_at
)
SELECT
  tenant_id, business_unit, period,
  count(*) FILTER (WHERE is_decision = 1) AS decisions,
  count(*) FILTER (WHERE is_decision = 1 AND is_recorded = 1) AS decisions_recorded,
  count(*) FILTER (WHERE is_decision = 0) AS exceptions_open,
  count(*) FILTER (WHERE is_decision = 0 AND is_recorded = 1) AS exceptions_recorded
FROM items
GROUP BY tenant_id, business_unit, period
