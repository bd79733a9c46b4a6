-- Access reviews: finished from onboarding to the period's end, first due in the period, and of
-- these closed in time.
SELECT
  r.tenant_id, r.business_unit, p.period,
  count(*) FILTER (WHERE r.closed_at >= s.onboarded_at AND r.closed_at < p.close_at) AS finished,
  count(*) FILTER (WHERE r.first_due_at >= p.start_at AND r.first_due_at < p.close_at) AS due,
  count(*) FILTER (
    WHERE r.first_due_at >= p.start_at
      AND r.first_due_at < p.close_at
      AND r.closed_at <= r.first_due_at
  ) AS closed_in_time
FROM access_reviews AS r
JOIN scopes AS s ON s.tenant_id = r.tenant_id AND s.business_unit = r.business_unit
JOIN periods AS p ON r.started_at < p.close_at
GROUP BY r.tenant_id, r.business_unit, p.period
