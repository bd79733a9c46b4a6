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
made AS (
  SELECT
    d.tenant_id, d.business_unit, b.period, d.review_id, d.item_id, d.reviewer_id, d.pre_flagged,
    d.stage,
    CASE WHEN d.decided_at IS NULL OR d.decided_at < b.close_at THEN d.decision END AS decision,
    coalesce(d.decided_at, TIMESTAMP '0001-01-01 00:00:00') AS decided_at,
    coalesce(d.source_record_id, '') AS source_record_id
  FROM belonging AS b
  JOIN review_decisions AS d
    ON d.tenant_id = b.tenant_id
    AND d.business_unit = b.business_unit
    AND d.review_id = b.review_id
),
ranked AS (
  SELECT
    tenant_id, business_unit, period, review_id, item_id, reviewer_id, pre_flagged, decision,
    row_number() OVER (
      PARTITION BY tenant_id, business_unit, period, review_id, item_id
      ORDER BY
        CASE WHEN decision IS NULL OR decision = 'not_reviewed' THEN 1 ELSE 0 END,
        stage DESC, decided_at DESC, source_record_id DESC
    ) AS place
  FROM made
),
items AS (
  SELECT
    tenant_id, business_unit, period, review_id, item_id,
    max(CASE WHEN pre_flagged THEN 1 WHEN NOT pre_flagged THEN 0 END) AS flag,
    max(
      CASE
        WHEN place = 1 AND decision IN ('revoke', 'modify') AND reviewer_id IS NOT NULL THEN 1
        ELSE 0
      END
    ) AS caught
  FROM ranked
  GROUP BY tenant_id, business_unit, period, review_id, item_id
)
SELECT
  tenant_id, business_unit, period,
  count(*) FILTER (WHERE flag = 1) AS flagged,
  count(*) FILTER (WHERE flag = 1 AND caught = 1) AS caught,
  count(*) FILTER (WHERE flag = 0) AS unflagged,
  count(*) FILTER (WHERE flag IS NULL) AS unknown_flag
FROM items
GROUP BY tenant_id, business_unit, period
