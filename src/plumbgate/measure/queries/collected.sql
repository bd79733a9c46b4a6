-- Records whose own instant lies in the period, and those of them that were collected by hand.
WITH happened AS (
  SELECT tenant_id, business_unit, collected, created_at AS happened_at FROM identities
  UNION ALL
  SELECT tenant_id, business_unit, collected, valid_from AS happened_at FROM owners
  UNION ALL
  SELECT tenant_id, business_unit, collected, effective_at AS happened_at FROM grants
  UNION ALL
  SELECT tenant_id, business_unit, collected, started_at AS happened_at FROM access_reviews
  UNION ALL
  SELECT tenant_id, business_unit, collected, decided_at AS happened_at FROM review_decisions
  UNION ALL
  SELECT tenant_id, business_unit, collected, opened_at AS happened_at FROM findings
  UNION ALL
  SELECT tenant_id, business_unit, collected, opened_at AS happened_at FROM exceptions
  UNION ALL
  SELECT tenant_id, business_unit, collected, occurred_at AS happened_at FROM workflow_events
  UNION ALL
  SELECT tenant_id, business_unit, collected, left_at AS happened_at FROM leavers
  UNION ALL
  SELECT tenant_id, business_unit, collected, counted_at AS happened_at FROM inventory_sources
  UNION ALL
  SELECT tenant_id, business_unit, collected, day AS happened_at FROM feed_days
  UNION ALL
  SELECT tenant_id, business_unit, collected, occurred_at AS happened_at FROM activity
)
SELECT
  h.tenant_id, h.business_unit, p.period,
  count(*) AS records,
  count(*) FILTER (WHERE h.collected = 'manual') AS manual
FROM happened AS h
JOIN periods AS p ON h.happened_at >= p.start_at AND h.happened_at < p.close_at
GROUP BY h.tenant_id, h.business_unit, p.period
