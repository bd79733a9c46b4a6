-- Records of a programme that is made up, as typed Parquet in the working folder: five tenants over
-- six quarters from 2024-01-01, all delivered as of 2025-07-01. The variable `rows` says about how
-- many there are. Every choice is a hash of a row's number, so that the same engine makes the same
-- records again. Rows of one tenant have numbers that are equal modulo 5, which keeps every
-- reference inside its tenant.
CREATE MACRO draw(i, salt, n) AS CAST(hash(i, salt) % CAST(n AS UBIGINT) AS BIGINT);
CREATE MACRO tenant(i) AS concat('tenant-', i % 5);
CREATE MACRO moment(i, salt) AS
  TIMESTAMP '2024-01-01' + to_seconds(draw(i, salt, 547 * 86400));
CREATE MACRO past(moment) AS CASE WHEN moment < TIMESTAMP '2025-07-01' THEN moment END;
CREATE MACRO collected(i) AS CASE WHEN draw(i, 'collected', 50) = 0 THEN 'manual' ELSE 'api' END;
-- A row of the same tenant as `i`, of a table of n rows.
CREATE MACRO mate(i, salt, n) AS draw(i, salt, n // 5) * 5 + i % 5;
CREATE MACRO share(part, least) AS
  CAST(greatest(getvariable('rows') * part // 1000, least) // 20 * 20 AS BIGINT);

SET VARIABLE identities = share(80, 400);
SET VARIABLE owners = share(50, 200);
SET VARIABLE entitlements = share(2, 100);
SET VARIABLE grants = share(220, 1000);
SET VARIABLE decisions = share(370, 1000);
SET VARIABLE findings = share(120, 600);
SET VARIABLE exceptions = share(30, 400);
SET VARIABLE events = share(120, 600);
SET VARIABLE activities = share(10, 100);

-- One identity in eight leaves; most of what it held ends within two days.
CREATE MACRO leaves(i) AS draw(i, 'leaver', 8) = 0;
CREATE MACRO left_at(i) AS moment(i, 'left');

CREATE TEMP TABLE identities AS
SELECT
  i, tenant(i) AS tenant_id, 'directory' AS source, collected(i) AS collected,
  concat('identity-', i) AS identity_id,
  CASE
    WHEN draw(i, 'kind', 100) < 40 THEN 'human'
    WHEN draw(i, 'kind', 100) < 60 THEN 'service_account'
    WHEN draw(i, 'kind', 100) < 75 THEN 'api_key'
    WHEN draw(i, 'kind', 100) < 85 THEN 'workload'
    WHEN draw(i, 'kind', 100) < 93 THEN 'ai_agent'
    WHEN draw(i, 'kind', 100) < 97 THEN 'group'
    ELSE 'unknown'
  END AS kind,
  concat('native-', i) AS native_id,
  'active' AS status,
  CASE WHEN draw(i, 'aged', 10) < 6 THEN NULL ELSE moment(i, 'created') END AS created_at,
  draw(i, 'usage', 20) > 2 AS usage_observed,
  CASE WHEN draw(i, 'child', 5) = 0 THEN mate(i, 'parent', getvariable('identities')) END AS parent
FROM range(getvariable('identities')) AS t(i);

COPY (
  SELECT
    tenant_id, source, collected, TIMESTAMP '2025-07-01' AS observed_at, identity_id, kind,
    native_id, status, created_at,
    CASE
      WHEN leaves(parent) AND draw(i, 'cleared', 10) < 8
        THEN past(greatest(created_at, left_at(parent) + to_minutes(draw(i, 'clearing', 2880))))
      WHEN draw(i, 'disabled', 12) = 0
        THEN past(coalesce(created_at, TIMESTAMP '2024-02-01') + to_hours(draw(i, 'end', 9000)))
    END AS disabled_at,
    CASE
      WHEN draw(i, 'deleted', 20) = 0
        THEN past(coalesce(created_at, TIMESTAMP '2024-03-01') + to_hours(draw(i, 'gone', 9000)))
    END AS deleted_at,
    usage_observed,
    CASE WHEN parent IS NOT NULL THEN concat('identity-', parent) END AS parent_identity_id
  FROM identities ORDER BY i
) TO 'identities.parquet';

CREATE TEMP TABLE owners AS
SELECT owner, mate(owner, 'identity', getvariable('identities')) AS identity
FROM range(getvariable('owners')) AS t(owner);

COPY (
  SELECT
    tenant(owner) AS tenant_id, 'directory' AS source, collected(owner) AS collected,
    TIMESTAMP '2025-07-01' AS observed_at, concat('identity-', identity) AS identity_id,
    concat('owner-', owner) AS owner_id,
    CASE WHEN draw(owner, 'status', 10) = 0 THEN 'left' ELSE 'active' END AS owner_status,
    CASE WHEN draw(owner, 'told', 30) = 0 THEN NULL ELSE draw(owner, 'workflow', 10) > 0 END
      AS owner_in_workflow,
    TIMESTAMP '2024-01-01' + to_days(draw(owner, 'from', 20)) AS valid_from,
    CASE
      WHEN draw(owner, 'changed', 10) = 0
        THEN TIMESTAMP '2024-02-01' + to_days(draw(owner, 'to', 500))
    END AS valid_to
  FROM owners ORDER BY owner
) TO 'owners.parquet';

COPY (
  SELECT
    tenant(i) AS tenant_id, 'directory' AS source, collected(i) AS collected,
    TIMESTAMP '2025-07-01' AS observed_at, concat('entitlement-', i) AS entitlement_id,
    concat('system-', draw(i, 'system', 40)) AS system, draw(i, 'privileged', 5) = 0 AS privileged,
    draw(i, 'admin', 20) = 0 AS admin_equivalent
  FROM range(getvariable('entitlements')) AS t(i)
) TO 'entitlements.parquet';

COPY (
  WITH begun AS (
    SELECT
      i, mate(i, 'identity', getvariable('identities')) AS identity,
      -- Half of them early, so that there is a stock from the second quarter on.
      CASE
        WHEN draw(i, 'early', 2) = 0
          THEN TIMESTAMP '2024-01-01' + to_seconds(draw(i, 'effective', 91 * 86400))
        ELSE moment(i, 'effective')
      END AS effective_at
    FROM range(getvariable('grants')) AS t(i)
  )
  SELECT
    tenant(i) AS tenant_id, 'directory' AS source, collected(i) AS collected,
    TIMESTAMP '2025-07-01' AS observed_at, concat('grant-', i) AS grant_id,
    concat('identity-', identity) AS identity_id,
    concat('entitlement-', mate(i, 'entitlement', getvariable('entitlements'))) AS entitlement_id,
    effective_at,
    CASE
      WHEN leaves(identity) AND draw(i, 'cleared', 10) < 9
        THEN past(greatest(effective_at, left_at(identity) + to_minutes(draw(i, 'clearing', 2000))))
      WHEN draw(i, 'revoked', 5) < 2 THEN past(effective_at + to_hours(draw(i, 'held', 9000)))
    END AS revoked_at,
    CASE WHEN draw(i, 'expires', 8) = 0 THEN effective_at + to_hours(draw(i, 'term', 9000)) END
      AS expires_at,
    CASE draw(i, 'assignment', 10)
      WHEN 0 THEN 'jit_activation' WHEN 1 THEN 'eligible' ELSE 'standing'
    END AS assignment,
    CASE draw(i, 'path', 4) WHEN 0 THEN 'bypass' ELSE 'governed' END AS path,
    CASE WHEN draw(i, 'used', 5) > 0 THEN past(effective_at + to_hours(draw(i, 'use', 9000))) END
      AS last_used_at
  FROM begun ORDER BY i
) TO 'grants.parquet';

CREATE TEMP TABLE reviews AS
SELECT i, moment(i, 'started') AS started_at
FROM range(getvariable('decisions') // 175 + 1) AS t(i);

COPY (
  SELECT
    tenant(i) AS tenant_id, 'reviews' AS source, collected(i) AS collected,
    TIMESTAMP '2025-07-01' AS observed_at, concat('review-', i) AS review_id, started_at,
    started_at + INTERVAL 28 DAY AS due_at, started_at + INTERVAL 21 DAY AS first_due_at,
    CASE
      WHEN draw(i, 'closed', 12) > 0 THEN past(started_at + to_hours(100 + draw(i, 'took', 600)))
    END AS closed_at,
    'any' AS status, CAST(160 AS BIGINT) AS items_total
  FROM reviews ORDER BY i
) TO 'access_reviews.parquet';

-- 160 items a review; the first fifteen are looked at in a second stage.
COPY (
  WITH asked AS (
    SELECT
      d, d // 175 AS i, d % 175 % 160 AS item, d % 175 // 160 + 1 AS stage,
      draw(d // 175 * 160 + d % 175 % 160, 'flag', 100) AS flag,
      draw(d // 175 * 8 + draw(d, 'reviewer', 8), 'person', 40) AS reviewer
    FROM range(getvariable('decisions')) AS t(d)
  ),
  decided AS (
    SELECT
      asked.*, r.started_at,
      CASE
        WHEN reviewer >= 37 THEN 'approve'
        WHEN flag < 12 AND draw(d, 'caught', 3) > 0 THEN 'revoke'
        WHEN draw(d, 'decision', 100) < 82 THEN 'approve'
        WHEN draw(d, 'decision', 100) < 89 THEN 'revoke'
        WHEN draw(d, 'decision', 100) < 92 THEN 'modify'
        WHEN draw(d, 'decision', 100) < 94 THEN 'dont_know'
        ELSE 'not_reviewed'
      END AS decision
    FROM asked JOIN reviews AS r USING (i)
  )
  SELECT
    tenant(i) AS tenant_id, 'reviews' AS source, collected(d) AS collected,
    TIMESTAMP '2025-07-01' AS observed_at, concat('decision-', d) AS source_record_id,
    concat('review-', i) AS review_id, concat('item-', item) AS item_id,
    CAST(stage AS BIGINT) AS stage,
    concat('identity-', (d % (getvariable('identities') // 5)) * 5 + i % 5) AS identity_id,
    CASE WHEN draw(d, 'default', 50) > 0 THEN concat('reviewer-', i % 5, '-', reviewer) END
      AS reviewer_id,
    decision,
    CASE
      WHEN decision <> 'not_reviewed'
        THEN past(
          started_at + to_hours(24 * stage + reviewer) + to_seconds(item * 8 + draw(d, 'pace', 16))
        )
    END AS decided_at,
    draw(d, 'justified', 10) > 0 AS justification_present,
    draw(d, 'bulk', 20) = 0 AS bulk,
    CASE WHEN draw(d, 'timed', 3) > 0 THEN draw(d, 'seconds', 60) END AS seconds_on_item,
    CASE WHEN flag < 12 THEN true WHEN flag < 95 THEN false END AS pre_flagged
  FROM decided ORDER BY d
) TO 'review_decisions.parquet';

-- Of ten findings the last is the fifth again: one or five days after it was closed.
COPY (
  WITH seen AS (
    SELECT i, moment(i, 'opened') AS opened_at, mate(i, 'owner', getvariable('owners')) AS owner
    FROM range(getvariable('findings')) AS t(i)
  ),
  left_open AS (
    SELECT
      seen.*,
      CASE
        WHEN draw(i, 'closed', 5) > 0
          THEN past(opened_at + to_minutes(60 + draw(i, 'took', 40) * draw(i, 'long', 2900)))
      END AS closed_at
    FROM seen
  ),
  raised AS (
    SELECT i, i AS finding, opened_at, closed_at, owner FROM left_open
    WHERE i % 10 <> 9
    UNION ALL
    SELECT
      n.i, n.i - 5 AS finding,
      coalesce(
        f.closed_at + to_days(CASE WHEN draw(n.i, 'flap', 2) = 0 THEN 1 ELSE 5 END), n.opened_at
      ) AS opened_at,
      NULL AS closed_at, f.owner
    FROM left_open AS n JOIN left_open AS f ON f.i = n.i - 5
    WHERE n.i % 10 = 9
  ),
  ended AS (
    SELECT
      * EXCLUDE (closed_at),
      CASE
        WHEN i % 10 < 9 THEN closed_at
        WHEN draw(i, 'closed', 3) > 0 THEN past(opened_at + to_hours(1 + draw(i, 'took', 1000)))
      END AS closed_at
    FROM raised WHERE past(opened_at) IS NOT NULL
  )
  SELECT
    tenant(i) AS tenant_id, 'scanner' AS source, collected(i) AS collected,
    TIMESTAMP '2025-07-01' AS observed_at, concat('finding-', i) AS finding_id,
    concat('key-', finding) AS finding_key,
    CASE WHEN draw(i, 'whose', 10) > 0 THEN concat('identity-', o.identity) END AS identity_id,
    'posture' AS type,
    CASE
      WHEN draw(finding, 'severity', 10) < 2 THEN 'low'
      WHEN draw(finding, 'severity', 10) < 5 THEN 'medium'
      WHEN draw(finding, 'severity', 10) < 9 THEN 'high'
      ELSE 'critical'
    END AS severity,
    opened_at,
    CASE WHEN draw(i, 'acted', 10) < 8 THEN past(opened_at + to_hours(draw(i, 'action', 300))) END
      AS first_action_at,
    CASE WHEN draw(i, 'due', 2) = 0 THEN opened_at + to_days(5 + draw(i, 'term', 30)) END
      AS first_due_at,
    closed_at,
    CASE
      WHEN closed_at IS NULL THEN NULL
      WHEN draw(i, 'how', 100) < 82 THEN 'remediated'
      WHEN draw(i, 'how', 100) < 88 THEN 'reclassified'
      WHEN draw(i, 'how', 100) < 92 THEN 'risk_accepted'
      WHEN draw(i, 'how', 100) < 95 THEN 'duplicate'
      WHEN draw(i, 'how', 100) < 98 THEN 'false_positive'
      ELSE 'expired'
    END AS resolution,
    draw(i, 'truncated', 50) = 0 AS left_truncated,
    CASE WHEN draw(i, 'assigned', 3) = 0 THEN concat('owner-', owner) END AS owner_id,
    'scanner' AS raised_by
  FROM ended JOIN owners AS o USING (owner) ORDER BY i
) TO 'findings.parquet';

-- Four exceptions follow one another: under one lineage, each in place of the one before, for one
-- subject and control, or not at all.
COPY (
  WITH asked AS (
    SELECT
      i, i // 20 * 5 + i % 5 AS line, i // 5 % 4 AS place,
      draw(i // 20 * 5 + i % 5, 'line', 4) AS kept_by
    FROM range(getvariable('exceptions')) AS t(i)
  ),
  opened AS (
    SELECT
      *,
      TIMESTAMP '2024-01-01'
        + to_hours(draw(line, 'first', 8000) + place * 1500 + draw(i, 'gap', 300)) AS opened_at
    FROM asked
  )
  SELECT
    tenant(i) AS tenant_id, 'tickets' AS source, collected(i) AS collected,
    TIMESTAMP '2025-07-01' AS observed_at, concat('exception-', i) AS exception_id,
    CASE WHEN kept_by = 0 THEN concat('lineage-', line) END AS lineage_id,
    concat('subject-', line, CASE WHEN kept_by IN (1, 3) THEN concat('-', place) ELSE '' END)
      AS subject_id,
    concat('control-', line % 30) AS control_id, opened_at,
    CASE WHEN draw(i, 'term', 5) > 0 THEN opened_at + INTERVAL 90 DAY END AS expires_at,
    CASE
      WHEN draw(i, 'closed', 6) > 0 THEN past(opened_at + to_hours(500 + draw(i, 'took', 1600)))
    END AS closed_at,
    CASE WHEN draw(i, 'approved', 8) > 0 THEN 'approver' END AS approver_id,
    CASE WHEN kept_by = 1 AND place > 0 THEN concat('exception-', i - 5) END AS supersedes_id
  FROM opened WHERE past(opened_at) IS NOT NULL ORDER BY i
) TO 'exceptions.parquet';

COPY (
  SELECT
    tenant(i) AS tenant_id, 'workflow' AS source, collected(i) AS collected,
    TIMESTAMP '2025-07-01' AS observed_at, concat('event-', i) AS event_id,
    CASE draw(i, 'flow', 8)
      WHEN 0 THEN 'offboarding' WHEN 1 THEN 'rotation' WHEN 2 THEN 'onboarding'
      WHEN 3 THEN 'access_request' ELSE 'jit'
    END AS flow,
    CASE
      WHEN draw(i, 'path', 100) < 78 THEN 'governed'
      WHEN draw(i, 'path', 100) < 96 THEN 'bypass'
      ELSE 'unknown'
    END AS path,
    concat('identity-', mate(i, 'subject', getvariable('identities'))) AS subject_id,
    moment(i, 'at') AS "at",
    CASE draw(i, 'outcome', 12) WHEN 0 THEN 'denied' WHEN 1 THEN 'failed' ELSE 'ok' END AS outcome
  FROM range(getvariable('events')) AS t(i)
) TO 'workflow_events.parquet';

COPY (
  SELECT
    tenant_id, 'hr' AS source, collected, TIMESTAMP '2025-07-01' AS observed_at,
    CASE WHEN draw(i, 'known', 30) = 0 THEN concat('stranger-', i) ELSE identity_id END
      AS subject_id,
    left_at(i) AS left_at, 'hr' AS hr_source, kind,
    CASE WHEN draw(i, 'due', 3) = 0 THEN left_at(i) + to_hours(draw(i, 'term', 72)) END AS due_at
  FROM identities WHERE leaves(i) ORDER BY i
) TO 'leavers.parquet';

COPY (
  SELECT
    tenant(i) AS tenant_id, concat('list-', s) AS source, collected(i) AS collected,
    TIMESTAMP '2025-07-01' AS observed_at,
    TIMESTAMP '2024-01-10' + to_months(CAST(m AS INTEGER)) AS as_of, CAST(100 AS BIGINT) AS records,
    s < 2 AS independent, 90 + draw(m * 3 + s, i, 10) AS matched_n,
    CAST(100 AS BIGINT) AS expected_n
  FROM range(5) AS t(i), range(3) AS u(s), range(18) AS v(m) ORDER BY i, s, m
) TO 'inventory_sources.parquet';

-- One day in two hundred has no row; on one in a hundred nothing came.
COPY (
  SELECT
    tenant(i) AS tenant_id, feed AS source, 'api' AS collected,
    TIMESTAMP '2025-07-01' AS observed_at,
    TIMESTAMP '2024-01-01' + to_days(CAST(d AS INTEGER)) AS day,
    d % 7 < 6 OR feed <> 'hr' AS expected,
    draw(d * 5 + i, feed, 100) > 0 AS received,
    200 + draw(d * 5 + i, concat(feed, ' sent'), 50) AS records,
    draw(d * 5 + i, concat(feed, ' refused'), 4) AS rejected
  FROM
    range(5) AS t(i),
    (SELECT unnest(['directory', 'reviews', 'scanner', 'tickets', 'workflow', 'hr']) AS feed),
    range(547) AS u(d)
  WHERE draw(d * 5 + i, concat(feed, ' row'), 200) > 0
  ORDER BY i, feed, d
) TO 'feed_days.parquet';

COPY (
  SELECT
    tenant(i) AS tenant_id, 'enablement' AS source, collected(i) AS collected,
    TIMESTAMP '2025-07-01' AS observed_at, concat('activity-', i) AS event_id,
    moment(i, 'at') AS "at", 'training' AS kind, 1 + draw(i, 'count', 5) AS count
  FROM range(getvariable('activities')) AS t(i)
) TO 'activity.parquet';
