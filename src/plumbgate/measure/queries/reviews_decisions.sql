-- Recorded decisions of the reviews that belong to the period, and how many of them stamp: approve
-- in bulk, in under 3 s, or by a reviewer who approves everything. One row for all reviewers with
-- the same two counts, since decisions of one reviewer resemble each other.
-- A decision made at or after the close has not happened. One without reviewer is a default of
-- the system: counted apart.
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
-- What came before a decision is the same in every period, so that one pass does for all.
timed AS (
  SELECT
    tenant_id, business_unit, review_id, reviewer_id, decision, decided_at, bulk,
    seconds_on_item, pre_flagged,
    lag(decided_at) OVER (
      PARTITION BY tenant_id, business_unit, source, reviewer_id
      ORDER BY
        coalesce(decided_at, TIMESTAMP '0001-01-01 00:00:00'), review_id, item_id, stage
    ) AS previous_at
  FROM review_decisions
  WHERE decision <> 'not_reviewed'
),
reviewers AS (
  SELECT
    b.tenant_id, b.business_unit, b.period, t.reviewer_id,
    count(*) AS decisions,
    count(*) FILTER (WHERE t.decision = 'approve') AS approvals,
    count(*) FILTER (WHERE t.pre_flagged) AS flagged,
    count(*) FILTER (
      WHERE t.decision = 'approve'
      AND (
        t.bulk
        OR t.seconds_on_item < 3
        OR (t.seconds_on_item IS NULL AND t.decided_at < t.previous_at + INTERVAL '3' SECOND)
      )
    ) AS hasty
  FROM belonging AS b
  JOIN timed AS t
    ON t.tenant_id = b.tenant_id
    AND t.business_unit = b.business_unit
    AND t.review_id = b.review_id
    AND (t.decided_at IS NULL OR t.decided_at < b.close_at)
  GROUP BY b.tenant_id, b.business_unit, b.period, t.reviewer_id
),
-- Who approves everything is asked of the whole tenant, also for a unit: at least 20 decisions, of
-- which at least 5 were flagged, so that an honest reviewer of clean items does not count.
stamped AS (
  SELECT
    r.tenant_id, r.business_unit, r.period,
    CASE WHEN r.reviewer_id IS NULL THEN 0 ELSE r.decisions END AS decisions,
    CASE
      WHEN r.reviewer_id IS NULL THEN 0
      WHEN w.decisions >= 20 AND w.approvals = w.decisions AND w.flagged >= 5 THEN r.approvals
      ELSE r.hasty
    END AS stamps,
    CASE WHEN r.reviewer_id IS NULL THEN 0 ELSE 1 END AS reviewers,
    CASE WHEN r.reviewer_id IS NULL THEN r.decisions ELSE 0 END AS without_reviewer
  FROM reviewers AS r
  LEFT JOIN reviewers AS w
    ON w.tenant_id = r.tenant_id
    AND w.business_unit = ''
    AND w.period = r.period
    AND w.reviewer_id = r.reviewer_id
)
SELECT
  tenant_id, business_unit, period, decisions, stamps,
  CAST(sum(reviewers) AS BIGINT) AS reviewers,
  CAST(sum(without_reviewer) AS BIGINT) AS without_reviewer
FROM stamped
GROUP BY tenant_id, business_unit, period, decisions, stamps
