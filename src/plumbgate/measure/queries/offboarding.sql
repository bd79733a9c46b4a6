-- Leavers of the period by the whole hours until the last thing of theirs ended, and by the limit.
-- Things are the grants of the subject and of identities that name it as parent, and those
-- identities themselves. What ended before the subject left takes no time, as nothing at all does;
-- one thing that is open when the period closes leaves the leaver open.
-- What happens at or after the close has not happened; a due date is a term and stays.
WITH leaving AS (
  SELECT
    l.tenant_id, l.business_unit, p.period, p.close_at, l.subject_id, l.left_at,
    CASE
      WHEN l.due_at > l.left_at THEN hours_between(l.left_at, l.due_at)
      WHEN l.kind = 'human' THEN CAST(24 AS BIGINT)
      ELSE CAST(168 AS BIGINT)
    END AS limit_hours
  FROM leavers AS l
  JOIN periods AS p ON l.left_at >= p.start_at AND l.left_at < p.close_at
),
children AS (
  SELECT
    l.tenant_id, l.business_unit, l.period, l.close_at, l.subject_id, l.left_at,
    c.identity_id, c.disabled_at, c.deleted_at
  FROM leaving AS l
  JOIN identities AS c
    ON c.tenant_id = l.tenant_id
    AND c.business_unit = l.business_unit
    AND c.parent_identity_id = l.subject_id
    AND (c.created_at IS NULL OR c.created_at < l.close_at)
),
holders AS (
  SELECT
    tenant_id, business_unit, period, close_at, subject_id, left_at, subject_id AS identity_id
  FROM leaving
  UNION ALL
  SELECT tenant_id, business_unit, period, close_at, subject_id, left_at, identity_id
  FROM children
),
things AS (
  SELECT
    h.tenant_id, h.business_unit, h.period, h.subject_id, h.left_at,
    g.revoked_at AS taken_at, g.expires_at, i.deleted_at
  FROM holders AS h
  JOIN grants AS g
    ON g.tenant_id = h.tenant_id
    AND g.business_unit = h.business_unit
    AND g.identity_id = h.identity_id
    AND g.effective_at < h.close_at
  LEFT JOIN identities AS i
    ON i.tenant_id = h.tenant_id
    AND i.business_unit = h.business_unit
    AND i.identity_id = h.identity_id
  UNION ALL
  SELECT
    tenant_id, business_unit, period, subject_id, left_at,
    disabled_at AS taken_at, deleted_at AS expires_at, deleted_at
  FROM children
),
-- A thing without an end ends when no period can see it.
bounded AS (
  SELECT
    tenant_id, business_unit, period, subject_id, left_at,
    coalesce(taken_at, TIMESTAMP '9999-12-31 00:00:00') AS taken_at,
    coalesce(expires_at, TIMESTAMP '9999-12-31 00:00:00') AS expires_at,
    coalesce(deleted_at, TIMESTAMP '9999-12-31 00:00:00') AS deleted_at
  FROM things
),
lasting AS (
  SELECT
    tenant_id, business_unit, period, subject_id, left_at,
    max(
      CASE
        WHEN taken_at <= expires_at AND taken_at <= deleted_at THEN taken_at
        WHEN expires_at <= deleted_at THEN expires_at
        ELSE deleted_at
      END
    ) AS ended_at
  FROM bounded
  GROUP BY tenant_id, business_unit, period, subject_id, left_at
),
timed AS (
  SELECT
    l.tenant_id, l.business_unit, l.period, l.limit_hours,
    CASE WHEN s.identity_id IS NULL AND t.subject_id IS NULL THEN 0 ELSE 1 END AS known,
    CASE WHEN t.ended_at >= l.close_at THEN 0 ELSE 1 END AS done,
    CASE
      WHEN t.ended_at >= l.close_at THEN hours_between(l.left_at, l.close_at)
      WHEN t.ended_at > l.left_at THEN hours_between(l.left_at, t.ended_at)
      ELSE CAST(0 AS BIGINT)
    END AS hours
  FROM leaving AS l
  LEFT JOIN identities AS s
    ON s.tenant_id = l.tenant_id
    AND s.business_unit = l.business_unit
    AND s.identity_id = l.subject_id
    AND (s.created_at IS NULL OR s.created_at < l.close_at)
  LEFT JOIN lasting AS t
    ON t.tenant_id = l.tenant_id
    AND t.business_unit = l.business_unit
    AND t.period = l.period
    AND t.subject_id = l.subject_id
    AND t.left_at = l.left_at
)
SELECT
  tenant_id, business_unit, period, hours, limit_hours,
  count(*) FILTER (WHERE known = 1) AS leaving,
  count(*) FILTER (WHERE known = 1 AND done = 1) AS events,
  count(*) FILTER (WHERE known = 0) AS unknown_subjects
FROM timed
GROUP BY tenant_id, business_unit, period, hours, limit_hours
