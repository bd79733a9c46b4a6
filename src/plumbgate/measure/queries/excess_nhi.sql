-- Non-human identities alive when the period ends: of how many the usage is observed, and how many
-- of these hold more than they use.
-- That is a grant on an admin-equivalent entitlement, or that at least half of the grants begun
-- more than 90 d before the end, of which there is one, were not used in these 90 d. A use after
-- the end counts as one. Whether an entitlement that the records do not describe is
-- admin-equivalent is not known: the holders of such are counted too.
WITH lives AS (
  SELECT
    tenant_id, business_unit, identity_id, usage_observed, created_at,
    CASE
      WHEN disabled_at IS NULL OR deleted_at < disabled_at THEN deleted_at
      ELSE disabled_at
    END AS ended_at
  FROM identities
  WHERE kind IN ('service_account', 'api_key', 'workload', 'ai_agent')
),
alive AS (
  SELECT i.tenant_id, i.business_unit, p.period, i.identity_id, i.usage_observed
  FROM lives AS i
  JOIN periods AS p
    ON (i.created_at IS NULL OR i.created_at < p.close_at)
    AND (i.ended_at IS NULL OR i.ended_at >= p.close_at)
),
-- Of these identities alone: that saves most of the work and changes no count.
terms AS (
  SELECT
    g.tenant_id, g.business_unit, g.identity_id, g.effective_at AS began_at, g.last_used_at,
    e.entitlement_id, e.admin_equivalent,
    CASE
      WHEN g.revoked_at IS NULL OR g.expires_at < g.revoked_at THEN g.expires_at
      ELSE g.revoked_at
    END AS ended_at
  FROM grants AS g
  JOIN lives AS i
    ON i.tenant_id = g.tenant_id
    AND i.business_unit = g.business_unit
    AND i.identity_id = g.identity_id
  LEFT JOIN entitlements AS e
    ON e.tenant_id = g.tenant_id
    AND e.business_unit = g.business_unit
    AND e.entitlement_id = g.entitlement_id
),
holdings AS (
  SELECT
    t.tenant_id, t.business_unit, p.period, t.identity_id,
    count(*) FILTER (WHERE t.admin_equivalent) AS admin_grants,
    count(*) FILTER (WHERE t.entitlement_id IS NULL) AS undescribed_grants,
    count(*) FILTER (WHERE t.began_at < p.end_at - INTERVAL '90' DAY) AS aged_grants,
    count(*) FILTER (
      WHERE t.began_at < p.end_at - INTERVAL '90' DAY
        AND (t.last_used_at IS NULL OR t.last_used_at < p.end_at - INTERVAL '90' DAY)
    ) AS unused_grants
  FROM terms AS t
  JOIN periods AS p
    ON t.began_at < p.close_at AND (t.ended_at IS NULL OR t.ended_at >= p.close_at)
  GROUP BY t.tenant_id, t.business_unit, p.period, t.identity_id
),
holders AS (
  SELECT
    a.tenant_id, a.business_unit, a.period,
    CASE WHEN a.usage_observed THEN 1 ELSE 0 END AS observed,
    CASE WHEN h.admin_grants > 0 THEN 1 ELSE 0 END AS admin,
    CASE WHEN h.undescribed_grants > 0 THEN 1 ELSE 0 END AS undescribed,
    CASE
      WHEN h.aged_grants > 0 AND 2 * h.unused_grants >= h.aged_grants THEN 1
      ELSE 0
    END AS idle
  FROM alive AS a
  LEFT JOIN holdings AS h
    ON h.tenant_id = a.tenant_id
    AND h.business_unit = a.business_unit
    AND h.period = a.period
    AND h.identity_id = a.identity_id
)
SELECT
  tenant_id, business_unit, period,
  count(*) FILTER (WHERE observed = 1) AS observed,
  count(*) FILTER (WHERE observed = 1 AND (admin = 1 OR idle = 1)) AS excess,
  count(*) FILTER (WHERE observed = 1 AND undescribed = 1) AS undescribed,
  count(*) FILTER (WHERE observed = 0) AS unobserved,
  count(*) FILTER (WHERE observed = 0 AND admin = 1) AS unobserved_admin
FROM holders
GROUP BY tenant_id, business_unit, period
