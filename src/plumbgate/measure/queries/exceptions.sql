-- Lineages of exceptions: those open when the period starts, when it ends, and both times; and the
-- identities alive when it ends.
-- An exception is open until it is closed; a passed expiry closes nothing. It goes on with
--   1. the one before it under the same lineage_id; else
--   2. the one that it supersedes, if that one opened before it; else, if it names no lineage,
--   3. the one before it of the same subject and control, if it opened while any of these was open
--      or at most 30 d after the latest closing of them.
-- Earlier exceptions alone decide it, so that a later one cannot redraw the past. What goes on with
-- one another is a lineage. A gap of at most 30 d in it counts as open once its end is there.
WITH numbered AS (
  SELECT
    tenant_id, business_unit, exception_id, lineage_id, supersedes_id, subject_id, control_id,
    opened_at, closed_at,
    row_number() OVER (
      PARTITION BY tenant_id, business_unit ORDER BY opened_at, exception_id
    ) AS place
  FROM exceptions
),
preceded AS (
  SELECT
    tenant_id, business_unit, lineage_id, supersedes_id, subject_id, control_id, opened_at, place,
    lag(place) OVER (
      PARTITION BY tenant_id, business_unit, lineage_id ORDER BY place
    ) AS before_in_lineage,
    lag(place) OVER (
      PARTITION BY tenant_id, business_unit, subject_id, control_id ORDER BY place
    ) AS before_of_subject,
    count(CASE WHEN closed_at IS NULL THEN 1 END) OVER (
      PARTITION BY tenant_id, business_unit, subject_id, control_id ORDER BY place
      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS still_open,
    max(closed_at) OVER (
      PARTITION BY tenant_id, business_unit, subject_id, control_id ORDER BY place
      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS latest_closed_at
  FROM numbered
),
-- `up` is the place of the exception that this one goes on with; a first one points to itself.
pointed AS (
  SELECT
    e.tenant_id, e.business_unit, e.lineage_id, e.subject_id, e.control_id, e.place,
    e.before_in_lineage, e.before_of_subject,
    CASE
      WHEN e.lineage_id IS NOT NULL AND e.before_in_lineage IS NOT NULL THEN e.before_in_lineage
      WHEN s.place < e.place THEN s.place
      WHEN e.lineage_id IS NULL
        AND (e.still_open > 0 OR e.opened_at <= e.latest_closed_at + INTERVAL '30' DAY)
        THEN e.before_of_subject
      ELSE e.place
    END AS up
  FROM preceded AS e
  LEFT JOIN numbered AS s
    ON s.tenant_id = e.tenant_id
    AND s.business_unit = e.business_unit
    AND s.exception_id = e.supersedes_id
),
-- Exceptions that each go on with the one just before them share their first, however many.
gathered AS (
  SELECT
    tenant_id, business_unit, place, lineage_id, before_in_lineage, before_of_subject, up,
    max(CASE WHEN before_in_lineage IS NULL THEN place END) OVER (
      PARTITION BY tenant_id, business_unit, lineage_id ORDER BY place
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS first_in_lineage,
    max(CASE WHEN up = before_of_subject THEN NULL ELSE place END) OVER (
      PARTITION BY tenant_id, business_unit, subject_id, control_id ORDER BY place
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS first_of_subject
  FROM pointed
),
up_1 AS (
  SELECT
    tenant_id, business_unit, place, 1 AS asks,
    CASE
      WHEN lineage_id IS NOT NULL AND before_in_lineage IS NOT NULL THEN first_in_lineage
      WHEN up = before_of_subject THEN first_of_subject
      ELSE up
    END AS up
  FROM gathered
),
-- Other steps take rounds, since recursion is not portable: in each, an exception asks the one that
-- it points to where that one points, and so points twice as far. Eight rounds follow 256 steps, as
-- of renewals that each change subject or control. A window answers, not a join: engines that
-- inline would read the inputs of a join twice as often in each round.
sides AS (
  SELECT 0 AS asks
  UNION ALL
  SELECT 1 AS asks
),
up_2 AS (
  SELECT
    n.tenant_id, n.business_unit, n.place, s.asks,
    max(CASE WHEN s.asks = 0 THEN n.up END) OVER (
      PARTITION BY n.tenant_id, n.business_unit, CASE WHEN s.asks = 0 THEN n.place ELSE n.up END
      ORDER BY s.asks, n.place
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS up
  FROM up_1 AS n
  JOIN sides AS s ON n.asks = 1
),
up_4 AS (
  SELECT
    n.tenant_id, n.business_unit, n.place, s.asks,
    max(CASE WHEN s.asks = 0 THEN n.up END) OVER (
      PARTITION BY n.tenant_id, n.business_unit, CASE WHEN s.asks = 0 THEN n.place ELSE n.up END
      ORDER BY s.asks, n.place
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS up
  FROM up_2 AS n
  JOIN sides AS s ON n.asks = 1
),
up_8 AS (
  SELECT
    n.tenant_id, n.business_unit, n.place, s.asks,
    max(CASE WHEN s.asks = 0 THEN n.up END) OVER (
      PARTITION BY n.tenant_id, n.business_unit, CASE WHEN s.asks = 0 THEN n.place ELSE n.up END
      ORDER BY s.asks, n.place
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS up
  FROM up_4 AS n
  JOIN sides AS s ON n.asks = 1
),
up_16 AS (
  SELECT
    n.tenant_id, n.business_unit, n.place, s.asks,
    max(CASE WHEN s.asks = 0 THEN n.up END) OVER (
      PARTITION BY n.tenant_id, n.business_unit, CASE WHEN s.asks = 0 THEN n.place ELSE n.up END
      ORDER BY s.asks, n.place
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS up
  FROM up_8 AS n
  JOIN sides AS s ON n.asks = 1
),
up_32 AS (
  SELECT
    n.tenant_id, n.business_unit, n.place, s.asks,
    max(CASE WHEN s.asks = 0 THEN n.up END) OVER (
      PARTITION BY n.tenant_id, n.business_unit, CASE WHEN s.asks = 0 THEN n.place ELSE n.up END
      ORDER BY s.asks, n.place
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS up
  FROM up_16 AS n
  JOIN sides AS s ON n.asks = 1
),
up_64 AS (
  SELECT
    n.tenant_id, n.business_unit, n.place, s.asks,
    max(CASE WHEN s.asks = 0 THEN n.up END) OVER (
      PARTITION BY n.tenant_id, n.business_unit, CASE WHEN s.asks = 0 THEN n.place ELSE n.up END
      ORDER BY s.asks, n.place
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS up
  FROM up_32 AS n
  JOIN sides AS s ON n.asks = 1
),
up_128 AS (
  SELECT
    n.tenant_id, n.business_unit, n.place, s.asks,
    max(CASE WHEN s.asks = 0 THEN n.up END) OVER (
      PARTITION BY n.tenant_id, n.business_unit, CASE WHEN s.asks = 0 THEN n.place ELSE n.up END
      ORDER BY s.asks, n.place
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS up
  FROM up_64 AS n
  JOIN sides AS s ON n.asks = 1
),
up_256 AS (
  SELECT
    n.tenant_id, n.business_unit, n.place, s.asks,
    max(CASE WHEN s.asks = 0 THEN n.up END) OVER (
      PARTITION BY n.tenant_id, n.business_unit, CASE WHEN s.asks = 0 THEN n.place ELSE n.up END
      ORDER BY s.asks, n.place
      ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
    ) AS up
  FROM up_128 AS n
  JOIN sides AS s ON n.asks = 1
),
rooted AS (
  SELECT
    e.tenant_id, e.business_unit, r.up AS lineage, e.opened_at, e.closed_at,
    max(e.closed_at) OVER (
      PARTITION BY e.tenant_id, e.business_unit, r.up ORDER BY e.place
      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS latest_closed_at
  FROM numbered AS e
  JOIN up_256 AS r
    ON r.tenant_id = e.tenant_id
    AND r.business_unit = e.business_unit
    AND r.place = e.place
    AND r.asks = 1
),
bridged AS (
  SELECT
    tenant_id, business_unit, lineage, opened_at, closed_at,
    CASE
      WHEN latest_closed_at < opened_at AND opened_at <= latest_closed_at + INTERVAL '30' DAY
        THEN latest_closed_at
      ELSE opened_at
    END AS open_from
  FROM rooted
),
lineages AS (
  SELECT
    b.tenant_id, b.business_unit, p.period,
    max(CASE WHEN b.open_from < p.start_at THEN 1 ELSE 0 END) AS at_start,
    max(CASE WHEN b.closed_at < p.close_at THEN 0 ELSE 1 END) AS at_end
  FROM bridged AS b
  JOIN periods AS p
    ON b.opened_at < p.close_at AND (b.closed_at IS NULL OR b.closed_at >= p.start_at)
  GROUP BY b.tenant_id, b.business_unit, p.period, b.lineage
),
lives AS (
  SELECT
    tenant_id, business_unit, created_at,
    CASE
      WHEN disabled_at IS NULL OR deleted_at < disabled_at THEN deleted_at
      ELSE disabled_at
    END AS ended_at
  FROM identities
  WHERE kind <> 'group'
),
counted AS (
  SELECT tenant_id, business_unit, period, at_start, at_end, 0 AS alive
  FROM lineages
  UNION ALL
  SELECT i.tenant_id, i.business_unit, p.period, 0 AS at_start, 0 AS at_end, 1 AS alive
  FROM lives AS i
  JOIN periods AS p
    ON (i.created_at IS NULL OR i.created_at < p.close_at)
    AND (i.ended_at IS NULL OR i.ended_at >= p.close_at)
)
SELECT
  tenant_id, business_unit, period,
  count(*) FILTER (WHERE at_start = 1) AS open_at_start,
  count(*) FILTER (WHERE at_start = 1 AND at_end = 1) AS carried_over,
  count(*) FILTER (WHERE at_end = 1) AS open_at_end,
  count(*) FILTER (WHERE alive = 1) AS identities
FROM counted
GROUP BY tenant_id, business_unit, period
