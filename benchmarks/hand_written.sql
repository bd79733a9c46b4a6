-- The counts behind every metric and fact, as one would write them by hand for one purpose:
-- DuckDB's own dialect, records as they lie in Parquet, nothing checked on the way. It leans on
-- what is known of these records: quarters, one row a key, all observed in time, every quarter
-- measurable. A column `<metric> <part>` is summed over the rows of a tenant and quarter, nulls
-- left out; other columns only group.
CREATE TEMP TABLE quarters AS
SELECT
  starts, starts + INTERVAL 3 MONTH AS ends,
  -- The end of the last quarter of its baseline: the first two quarters, or the only one before.
  CASE
    WHEN starts > TIMESTAMP '2024-04-01' THEN TIMESTAMP '2024-07-01'
    WHEN starts > TIMESTAMP '2024-01-01' THEN TIMESTAMP '2024-04-01'
  END AS baseline_ends
FROM range(TIMESTAMP '2024-01-01', TIMESTAMP '2025-07-01', INTERVAL 3 MONTH) AS t(starts);

CREATE MACRO quarter_of(moment) AS CAST(date_trunc('quarter', moment) AS TIMESTAMP);

CREATE MACRO hours(a, b) AS (epoch_us(b) - epoch_us(a) + 3599999999) // 3600000000;

-- A review belongs to the quarter of its closing; while it was open, to that of its due date.
CREATE TEMP TABLE quarterly_reviews AS
SELECT tenant_id, review_id, quarter_of(closed_at) AS starts
FROM 'access_reviews.parquet' WHERE closed_at IS NOT NULL
UNION ALL
SELECT tenant_id, review_id, quarter_of(first_due_at) AS starts
FROM 'access_reviews.parquet'
WHERE first_due_at < TIMESTAMP '2025-07-01'
  AND (closed_at IS NULL OR quarter_of(closed_at) > quarter_of(first_due_at));

WITH items AS (
  SELECT
    tenant_id, starts, review_id, item_id, bool_or(pre_flagged) AS flagged,
    arg_max(decision IN ('revoke', 'modify') AND reviewer_id IS NOT NULL, stage) FILTER (
      decision <> 'not_reviewed'
      AND (decided_at IS NULL OR decided_at < starts + INTERVAL 3 MONTH)
    ) AS caught
  FROM 'review_decisions.parquet' JOIN quarterly_reviews USING (tenant_id, review_id)
  GROUP BY ALL
)
SELECT
  tenant_id, starts,
  count(*) FILTER (caught) AS "reviews.flagged_recall numerator",
  count(*) AS "reviews.flagged_recall denominator"
FROM items WHERE flagged GROUP BY ALL;

WITH decisions AS (
  SELECT
    *,
    decided_at - lag(decided_at) OVER (
      PARTITION BY tenant_id, source, reviewer_id
      ORDER BY decided_at NULLS FIRST, review_id, item_id, stage
    ) AS gap
  FROM 'review_decisions.parquet' WHERE decision <> 'not_reviewed' AND reviewer_id IS NOT NULL
),
reviewers AS (
  SELECT
    tenant_id, starts, reviewer_id, count(*) AS decisions,
    count(*) FILTER (decision = 'approve') AS approvals,
    count(*) FILTER (pre_flagged) AS flagged,
    count(*) FILTER (
      decision = 'approve'
      AND (bulk OR coalesce(seconds_on_item < 3, gap < INTERVAL 3 SECOND))
    ) AS hasty
  FROM decisions JOIN quarterly_reviews USING (tenant_id, review_id)
  WHERE decided_at IS NULL OR decided_at < starts + INTERVAL 3 MONTH
  GROUP BY ALL
)
SELECT
  tenant_id, starts,
  CASE WHEN decisions >= 20 AND approvals = decisions AND flagged >= 5 THEN approvals ELSE hasty END
    AS "reviews.rubber_stamp_share numerator",
  decisions AS "reviews.rubber_stamp_share denominator"
FROM reviewers;

-- Nine findings in ten are alone under their key. Only the others can be one episode, and need a
-- window; what counts as a duplicate changes with the quarter, and so does the window.
WITH high AS (
  SELECT *, count(*) OVER (PARTITION BY tenant_id, finding_key) AS alike
  FROM 'findings.parquet' WHERE severity IN ('high', 'critical')
),
known AS (
  SELECT
    tenant_id, starts, ends, finding_key, opened_at, first_action_at, first_due_at, alike,
    severity = 'critical' AS critical,
    least(coalesce(closed_at, ends), ends) AS left_at,
    CASE WHEN closed_at < ends THEN resolution END AS resolution
  FROM high JOIN quarters
    ON opened_at < ends
    AND (alike > 1 OR opened_at >= starts OR closed_at IS NULL OR closed_at >= ends)
  WHERE NOT left_truncated AND NOT coalesce(resolution = 'duplicate' AND closed_at < ends, false)
),
parted AS (
  SELECT
    *,
    coalesce(opened_at >= max(left_at) OVER before + INTERVAL 2 DAY, false) AS parts
  FROM known WHERE alike > 1
  WINDOW before AS (
    PARTITION BY tenant_id, finding_key, starts ORDER BY opened_at
    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
  )
),
numbered AS (
  SELECT
    *,
    count(*) FILTER (parts) OVER (
      PARTITION BY tenant_id, finding_key, starts ORDER BY opened_at
      ROWS UNBOUNDED PRECEDING
    ) AS episode
  FROM parted
),
episodes AS (
  SELECT
    tenant_id, starts, ends, min(opened_at) AS opened_at, max(left_at) AS left_at,
    arg_max(coalesce(resolution, ''), (left_at, opened_at)) AS resolution,
    min(first_due_at) AS first_due_at, min(first_action_at) AS first_action_at,
    bool_or(critical) AS critical
  FROM numbered GROUP BY tenant_id, starts, ends, finding_key, episode
  UNION ALL
  SELECT
    tenant_id, starts, ends, opened_at, left_at, coalesce(resolution, '') AS resolution,
    first_due_at, first_action_at, critical
  FROM known WHERE alike = 1
),
timed AS (
  SELECT
    tenant_id, starts, opened_at >= starts AS cohort, left_at = ends AS open, resolution,
    hours(opened_at, left_at) AS hours,
    coalesce(hours(opened_at, first_due_at), CASE WHEN critical THEN 168 ELSE 720 END) AS due,
    opened_at + INTERVAL 7 DAY <= ends AS week,
    first_action_at < ends AND first_action_at <= opened_at + INTERVAL 7 DAY AS acted
  FROM episodes WHERE opened_at >= starts OR left_at = ends
)
SELECT
  tenant_id, starts, hours, due,
  count(*) FILTER (cohort AND resolution = 'remediated') AS "remediation.rmst_high numerator",
  count(*) FILTER (cohort) AS "remediation.rmst_high denominator",
  count(*) FILTER (cohort AND resolution = 'remediated' AND hours <= due)
    AS "remediation.within_sla numerator",
  count(*) FILTER (cohort) AS "remediation.within_sla denominator",
  count(*) FILTER (cohort AND NOT open AND resolution <> 'remediated')
    AS "remediation.reclass_share numerator",
  count(*) FILTER (cohort AND NOT open) AS "remediation.reclass_share denominator",
  count(*) FILTER (cohort AND week AND acted) AS "remediation.first_action_7d numerator",
  count(*) FILTER (cohort AND week) AS "remediation.first_action_7d denominator",
  count(*) FILTER (open) AS "remediation.open_age_p90 denominator"
FROM timed GROUP BY ALL;

-- Held at the start is all that began before it, less all that ended before it.
WITH terms AS (
  SELECT tenant_id, effective_at, least(revoked_at, expires_at) AS ended_at
  FROM 'grants.parquet' WHERE assignment <> 'jit_activation'
),
moves AS (
  SELECT tenant_id, quarter_of(effective_at) AS starts, count(*) AS begun, 0 AS ended
  FROM terms GROUP BY ALL
  UNION ALL
  SELECT tenant_id, quarter_of(ended_at) AS starts, 0 AS begun, count(*) AS ended
  FROM terms WHERE ended_at < TIMESTAMP '2025-07-01' GROUP BY ALL
),
net AS (
  SELECT tenant_id, starts, sum(begun) - sum(ended) AS net FROM moves GROUP BY ALL
)
SELECT
  tenant_id, starts, net AS "entitlements.net_drift numerator",
  sum(net) OVER (PARTITION BY tenant_id ORDER BY starts) - net AS "entitlements.net_drift n"
FROM net;

CREATE TEMP TABLE lives AS
SELECT
  tenant_id, identity_id, kind, usage_observed, parent_identity_id, created_at, disabled_at,
  deleted_at, least(disabled_at, deleted_at) AS ended_at
FROM 'identities.parquet';

WITH alive AS (
  SELECT tenant_id, identity_id, starts, ends
  FROM lives JOIN quarters
    ON (created_at IS NULL OR created_at < ends) AND (ended_at IS NULL OR ended_at >= ends)
  WHERE usage_observed AND kind IN ('service_account', 'api_key', 'workload', 'ai_agent')
),
terms AS (
  SELECT
    tenant_id, identity_id, effective_at, last_used_at, admin_equivalent,
    least(revoked_at, expires_at) AS ended_at
  FROM 'grants.parquet' JOIN 'entitlements.parquet' USING (tenant_id, entitlement_id)
),
held AS (
  SELECT
    tenant_id, identity_id, starts, bool_or(admin_equivalent) AS admin,
    count(*) FILTER (effective_at < ends - INTERVAL 90 DAY) AS aged,
    count(*) FILTER (
      effective_at < ends - INTERVAL 90 DAY
      AND coalesce(last_used_at < ends - INTERVAL 90 DAY, true)
    ) AS unused
  FROM terms JOIN alive USING (tenant_id, identity_id)
  WHERE effective_at < ends AND (terms.ended_at IS NULL OR terms.ended_at >= ends)
  GROUP BY ALL
)
SELECT
  tenant_id, starts,
  count(*) FILTER (admin OR (aged > 0 AND 2 * unused >= aged))
    AS "entitlements.excess_nhi numerator",
  count(*) AS "entitlements.excess_nhi denominator"
FROM alive LEFT JOIN held USING (tenant_id, identity_id, starts)
GROUP BY ALL;

-- An exception goes on with the one before it in its lineage, else with the one that it stands in
-- for, else with the one before it of the same subject and control.
WITH RECURSIVE placed AS (
  SELECT *, row_number() OVER (PARTITION BY tenant_id ORDER BY opened_at, exception_id) AS place
  FROM 'exceptions.parquet'
),
preceded AS (
  SELECT
    *,
    CASE
      WHEN lineage_id IS NOT NULL
        THEN lag(exception_id) OVER (PARTITION BY tenant_id, lineage_id ORDER BY place)
    END AS in_lineage,
    CASE
      WHEN lineage_id IS NULL
        AND opened_at
          <= max(coalesce(closed_at, TIMESTAMP '9999-01-01')) OVER same + INTERVAL 30 DAY
        THEN lag(exception_id) OVER (PARTITION BY tenant_id, subject_id, control_id ORDER BY place)
    END AS of_subject
  FROM placed
  WINDOW same AS (
    PARTITION BY tenant_id, subject_id, control_id ORDER BY place
    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
  )
),
pointed AS (
  SELECT
    e.tenant_id, e.exception_id, e.place, e.opened_at, e.closed_at,
    coalesce(e.in_lineage, s.exception_id, e.of_subject) AS before
  FROM preceded AS e LEFT JOIN placed AS s
    ON s.tenant_id = e.tenant_id AND s.exception_id = e.supersedes_id AND s.place < e.place
),
rooted AS (
  SELECT tenant_id, exception_id, exception_id AS root, place, opened_at, closed_at
  FROM pointed WHERE before IS NULL
  UNION ALL
  SELECT e.tenant_id, e.exception_id, r.root, e.place, e.opened_at, e.closed_at
  FROM pointed AS e JOIN rooted AS r
    ON r.tenant_id = e.tenant_id AND r.exception_id = e.before
),
spells AS (
  SELECT
    *,
    max(closed_at) OVER (
      PARTITION BY tenant_id, root ORDER BY place
      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS closed_before
  FROM rooted
),
lineages AS (
  SELECT
    tenant_id, starts,
    bool_or(
      CASE
        WHEN opened_at > closed_before AND opened_at <= closed_before + INTERVAL 30 DAY
          THEN closed_before
        ELSE opened_at
      END < starts
    ) AS at_start,
    bool_or(closed_at IS NULL OR closed_at >= ends) AS at_end
  FROM spells JOIN quarters ON opened_at < ends AND (closed_at IS NULL OR closed_at >= starts)
  GROUP BY tenant_id, starts, root
)
SELECT
  tenant_id, starts,
  count(*) FILTER (at_start AND at_end) AS "exceptions.carryover numerator",
  count(*) FILTER (at_start) AS "exceptions.carryover denominator",
  count(*) FILTER (at_end) AS "exceptions.active_per_1k numerator"
FROM lineages GROUP BY ALL;

WITH alive AS (
  SELECT
    tenant_id, starts,
    (created_at IS NULL OR created_at < ends) AND (ended_at IS NULL OR ended_at >= ends) AS now,
    baseline_ends IS NOT NULL AS compared,
    (created_at IS NULL OR created_at < baseline_ends)
    AND (ended_at IS NULL OR ended_at >= baseline_ends) AS before
  FROM lives CROSS JOIN quarters WHERE kind <> 'group'
)
SELECT
  tenant_id, starts,
  count(*) FILTER (now) AS "exceptions.active_per_1k denominator",
  count(*) FILTER (compared AND now AND before) AS "base.population_overlap numerator",
  count(*) FILTER (compared AND (now OR before)) AS "base.population_overlap denominator"
FROM alive GROUP BY ALL;

WITH flows AS (
  SELECT
    tenant_id, quarter_of("at") AS starts,
    CASE flow WHEN 'jit' THEN 0 WHEN 'offboarding' THEN 1 ELSE 2 END AS flow,
    count(*) FILTER (path = 'governed') AS governed,
    count(*) FILTER (path <> 'unknown') AS known
  FROM 'workflow_events.parquet'
  WHERE outcome = 'ok' AND flow IN ('jit', 'offboarding', 'rotation')
  GROUP BY ALL
),
-- A flow in which no bypass was seen so far tells nothing.
seen AS (
  SELECT
    *, sum(known - governed) OVER (PARTITION BY tenant_id, flow ORDER BY starts) AS bypasses
  FROM flows
)
SELECT
  tenant_id, starts, governed AS "workflow.governed_share numerator",
  known AS "workflow.governed_share denominator"
FROM seen WHERE known > 0 AND bypasses > 0
QUALIFY row_number() OVER (
  PARTITION BY tenant_id, starts ORDER BY known >= 50 DESC, governed / known, flow
) = 1;

WITH leaving AS (
  SELECT
    tenant_id, subject_id, left_at, quarter_of(left_at) AS starts,
    CASE
      WHEN due_at > left_at THEN hours(left_at, due_at) WHEN kind = 'human' THEN 24 ELSE 168
    END AS due
  FROM 'leavers.parquet'
),
bounded AS (
  SELECT *, starts + INTERVAL 3 MONTH AS ends FROM leaving
),
children AS (
  SELECT
    b.tenant_id, b.subject_id, b.left_at, b.ends, i.identity_id, i.deleted_at, i.ended_at
  FROM bounded AS b
  JOIN lives AS i ON i.tenant_id = b.tenant_id AND i.parent_identity_id = b.subject_id
  WHERE i.created_at IS NULL OR i.created_at < b.ends
),
holders AS (
  SELECT
    b.tenant_id, b.subject_id, b.left_at, b.ends, b.subject_id AS identity_id, i.deleted_at
  FROM bounded AS b
  LEFT JOIN lives AS i ON i.tenant_id = b.tenant_id AND i.identity_id = b.subject_id
  UNION ALL
  SELECT tenant_id, subject_id, left_at, ends, identity_id, deleted_at FROM children
),
things AS (
  SELECT h.tenant_id, subject_id, left_at, least(revoked_at, expires_at, deleted_at) AS ended_at
  FROM 'grants.parquet' AS g JOIN holders AS h USING (tenant_id, identity_id)
  WHERE effective_at < ends
  UNION ALL
  SELECT tenant_id, subject_id, left_at, ended_at FROM children
),
lasting AS (
  SELECT
    tenant_id, subject_id, left_at, max(coalesce(ended_at, TIMESTAMP '9999-01-01')) AS ended_at
  FROM things GROUP BY ALL
),
timed AS (
  SELECT
    b.tenant_id, starts, due, coalesce(l.ended_at < ends, true) AS done,
    hours(b.left_at, least(greatest(b.left_at, l.ended_at), ends)) AS hours
  FROM bounded AS b
  LEFT JOIN lasting AS l USING (tenant_id, subject_id, left_at)
  LEFT JOIN lives AS i ON i.tenant_id = b.tenant_id AND i.identity_id = b.subject_id
  WHERE l.subject_id IS NOT NULL OR coalesce(i.created_at < ends, i.identity_id IS NOT NULL)
)
SELECT
  tenant_id, starts, hours, due,
  count(*) FILTER (done AND hours <= due) AS "workflow.offboard_complete numerator",
  count(*) AS "workflow.offboard_complete denominator"
FROM timed GROUP BY ALL;

WITH latest AS (
  SELECT
    tenant_id, quarter_of(as_of) AS starts, source, arg_max((matched_n, expected_n), as_of) AS n
  FROM 'inventory_sources.parquet' WHERE independent GROUP BY ALL
)
SELECT
  tenant_id, starts, sum(n[1]) AS "base.inventory_coverage numerator",
  sum(n[2]) AS "base.inventory_coverage denominator"
FROM latest GROUP BY ALL;

SELECT
  tenant_id, quarter_of(opened_at) AS starts,
  count(*) FILTER (
    EXISTS (
      FROM 'owners.parquet' AS o
      WHERE o.tenant_id = f.tenant_id AND o.identity_id = f.identity_id
        AND coalesce(o.owner_id = f.owner_id, true)
        AND o.owner_status = 'active' AND o.owner_in_workflow
        AND o.valid_from <= f.opened_at AND coalesce(f.opened_at < o.valid_to, true)
    )
  ) AS "base.owner_in_workflow numerator",
  count(*) AS "base.owner_in_workflow denominator"
FROM 'findings.parquet' AS f
WHERE resolution IS NULL
  OR resolution <> 'duplicate'
  OR quarter_of(closed_at) > quarter_of(opened_at)
GROUP BY ALL;

WITH firsts AS (
  SELECT tenant_id, source, min(day) FILTER (expected) AS day FROM 'feed_days.parquet' GROUP BY ALL
),
expected AS (
  SELECT
    d.tenant_id, d.source, d.day, coalesce(received, false) AS received,
    coalesce(f.expected, true) AS expected
  FROM (
    SELECT
      tenant_id, source,
      unnest(range(day, TIMESTAMP '2025-07-01', INTERVAL 1 DAY)) AS day
    FROM firsts
  ) AS d
  LEFT JOIN 'feed_days.parquet' AS f USING (tenant_id, source, day)
),
runs AS (
  SELECT
    *, count(*) FILTER (received) OVER (PARTITION BY tenant_id, source ORDER BY day) AS run
  FROM expected
),
gaps AS (
  SELECT
    tenant_id, quarter_of(day) AS starts, expected, received,
    CASE
      WHEN expected AND NOT received
        THEN count(*) FILTER (expected AND NOT received) OVER (
          PARTITION BY tenant_id, source, run ORDER BY day
        )
      ELSE 0
    END AS gap
  FROM runs
)
SELECT
  tenant_id, starts,
  count(*) FILTER (expected AND received) AS "base.telemetry_complete numerator",
  count(*) FILTER (expected) AS "base.telemetry_complete denominator",
  max(gap) AS "base.telemetry_gap numerator",
  count(*) FILTER (expected) AS "base.telemetry_gap denominator"
FROM gaps GROUP BY ALL;

WITH sources AS (
  SELECT
    tenant_id, quarter_of(day) AS starts, source, sum(records) AS records, sum(rejected) AS rejected
  FROM 'feed_days.parquet' GROUP BY ALL
)
SELECT
  tenant_id, starts, rejected AS "base.rejected_records numerator",
  records AS "base.rejected_records denominator"
FROM sources
QUALIFY row_number() OVER (
  PARTITION BY tenant_id, starts ORDER BY rejected / records DESC, source
) = 1;

WITH happened AS (
  SELECT tenant_id, quarter_of(created_at) AS starts, collected FROM 'identities.parquet'
  UNION ALL
  SELECT tenant_id, quarter_of(valid_from) AS starts, collected FROM 'owners.parquet'
  UNION ALL
  SELECT tenant_id, quarter_of(effective_at) AS starts, collected FROM 'grants.parquet'
  UNION ALL
  SELECT tenant_id, quarter_of(started_at) AS starts, collected FROM 'access_reviews.parquet'
  UNION ALL
  SELECT tenant_id, quarter_of(decided_at) AS starts, collected FROM 'review_decisions.parquet'
  UNION ALL
  SELECT tenant_id, quarter_of(opened_at) AS starts, collected FROM 'findings.parquet'
  UNION ALL
  SELECT tenant_id, quarter_of(opened_at) AS starts, collected FROM 'exceptions.parquet'
  UNION ALL
  SELECT tenant_id, quarter_of("at") AS starts, collected FROM 'workflow_events.parquet'
  UNION ALL
  SELECT tenant_id, quarter_of(left_at) AS starts, collected FROM 'leavers.parquet'
  UNION ALL
  SELECT tenant_id, quarter_of(as_of) AS starts, collected FROM 'inventory_sources.parquet'
  UNION ALL
  SELECT tenant_id, quarter_of(day) AS starts, collected FROM 'feed_days.parquet'
  UNION ALL
  SELECT tenant_id, quarter_of("at") AS starts, collected FROM 'activity.parquet'
)
SELECT
  tenant_id, starts, count(*) FILTER (collected = 'manual') AS "base.manual_share numerator",
  count(*) AS "base.manual_share denominator"
FROM happened WHERE starts < TIMESTAMP '2025-07-01' GROUP BY ALL;

SELECT tenant_id, quarter_of("at") AS starts, sum(count) AS "programme.activity value"
FROM 'activity.parquet' GROUP BY ALL;

SELECT
  tenant_id, starts, count(*) FILTER (closed_at < ends) AS "programme.review_cycles value",
  count(*) FILTER (due AND closed_at <= first_due_at) / nullif(count(*) FILTER (due), 0)
    AS "programme.review_cadence value"
FROM (
  SELECT *, first_due_at < ends AND first_due_at >= ends - INTERVAL 1 YEAR AS due
  FROM 'access_reviews.parquet' CROSS JOIN quarters
)
GROUP BY ALL;

WITH items AS (
  SELECT
    tenant_id, starts, count(*) AS decisions,
    count(*) FILTER (reviewer_id IS NOT NULL AND decided_at IS NOT NULL AND justification_present)
      AS recorded,
    0 AS open, 0 AS approved
  FROM 'review_decisions.parquet' JOIN quarterly_reviews USING (tenant_id, review_id)
  WHERE decision <> 'not_reviewed'
    AND (decided_at IS NULL OR decided_at < starts + INTERVAL 3 MONTH)
  GROUP BY ALL
  UNION ALL
  SELECT
    tenant_id, starts, 0 AS decisions, 0 AS recorded, count(*) AS open,
    count(*) FILTER (expires_at IS NOT NULL AND approver_id IS NOT NULL) AS approved
  FROM 'exceptions.parquet'
  JOIN quarters ON opened_at < ends AND (closed_at IS NULL OR closed_at >= ends)
  GROUP BY ALL
),
sums AS (
  SELECT
    tenant_id, starts, sum(decisions) AS decisions, sum(recorded) AS recorded, sum(open) AS open,
    sum(approved) AS approved
  FROM items GROUP BY ALL
)
SELECT
  tenant_id, starts,
  least(
    sum(recorded) OVER newest / sum(decisions) OVER newest,
    coalesce(sum(approved) OVER newest / nullif(sum(open) OVER newest, 0), 1)
  ) AS "programme.auditability value"
FROM sums
WINDOW newest AS (PARTITION BY tenant_id ORDER BY starts ROWS BETWEEN 3 PRECEDING AND CURRENT ROW)
QUALIFY sum(decisions) OVER newest > 0;
