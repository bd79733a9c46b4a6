-- Standing and eligible grants held when the period starts, and those that begin and end in it.
-- A grant ends at the earlier of its revocation and its expiry. Just before T it is held if it
-- began before T and has not ended before T, so that held + begun - ended is what the next period
-- starts with. One that begins and ends in the period counts in both.
-- Activations of eligible grants come and go by design: those of the period are counted apart.
WITH terms AS (
  SELECT
    tenant_id, business_unit, assignment, effective_at AS began_at,
    CASE
      WHEN revoked_at IS NULL OR expires_at < revoked_at THEN expires_at
      ELSE revoked_at
    END AS ended_at
  FROM grants
)
SELECT
  t.tenant_id, t.business_unit, p.period,
  hours_between(p.start_at, p.end_at) AS hours,
  count(*) FILTER (
    WHERE t.assignment <> 'jit_activation' AND t.began_at < p.start_at
  ) AS held,
  count(*) FILTER (
    WHERE t.assignment <> 'jit_activation' AND t.began_at >= p.start_at
  ) AS begun,
  count(*) FILTER (
    WHERE t.assignment <> 'jit_activation' AND t.ended_at < p.close_at
  ) AS ended,
  count(*) FILTER (WHERE t.assignment = 'jit_activation') AS activations
FROM terms AS t
JOIN periods AS p
  ON t.began_at < p.close_at AND (t.ended_at IS NULL OR t.ended_at >= p.start_at)
GROUP BY t.tenant_id, t.business_unit, p.period, hours_between(p.start_at, p.end_at)
