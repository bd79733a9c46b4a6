-- Items of the reviews that belong to the period, by flag: how many were flagged beforehand, and
-- of how many of these a reviewer's final decision takes something away.
-- A review belongs to the period of its closing, or while it is open to that of its first due
-- date. A decision made at or after the close has not happened: its item is not reviewed yet.
WITH belonging AS (
  SELECT r.tenant_id, r.business_unit, r.review_id, p.period, p.close_at
  FROM access_reviews AS r
  JOIN periods AS p
    ON (r.closed_at >= p.start_at AND r.closed_at < p.close_at)
    OR (
      (r.closed_at IS NULL OR r.closed_at >= p.close_at)
      AND r.first_due_at >= p.start_at AND r.first_due_at < p.close_at
    )
),
-- An item has one row a stage, so that the last stage with a decision has the final one. Two maxima
-- tell whether it takes something away; ranking the decisions would cost several times as much.
items AS (
  SELECT
    d.tenant_id, d.business_unit, b.period, d.review_id, d.item_id,
    max(CASE WHEN d.pre_flagged THEN 1 WHEN NOT d.pre_flagged THEN 0 END) AS flag,
    max(
      CASE
        WHEN d.decision <> 'not_reviewed' AND (d.decided_at IS NULL OR d.decided_at < b.close_at)
          THEN d.stage
      END
    ) AS last_stage,
    max(
      CASE
        WHEN d.decision IN ('revoke', 'modify')
          AND d.reviewer_id IS NOT NULL
          AND (d.decided_at IS NULL OR d.decided_at < b.close_at)
          THEN d.stage
      END
    ) AS last_caught_stage
  FROM belonging AS b
  JOIN review_decisions AS d
    ON d.tenant_id = b.tenant_id
    AND d.business_unit = b.business_unit
    AND d.review_id = b.review_id
  GROUP BY d.tenant_id, d.business_unit, b.period, d.review_id, d.item_id
)
SELECT
  tenant_id, business_unit, period,
  count(*) FILTER (WHERE flag = 1) AS flagged,
  count(*) FILTER (WHERE flag = 1 AND last_caught_stage = last_stage) AS caught,
  count(*) FILTER (WHERE flag = 0) AS unflagged,
  count(*) FILTER (WHERE flag IS NULL) AS unknown_flag
FROM items
GROUP BY tenant_id, business_unit, period
