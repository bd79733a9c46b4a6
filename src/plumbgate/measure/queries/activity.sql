-- Enablement activity of the period: workshops, trainings, closed tickets, views of dashboards.
SELECT
  a.tenant_id, a.business_unit, p.period,
  CAST(sum(a.count) AS BIGINT) AS activity
FROM activity AS a
JOIN periods AS p ON a.occurred_at >= p.start_at AND a.occurred_at < p.close_at
GROUP BY a.tenant_id, a.business_unit, p.period
