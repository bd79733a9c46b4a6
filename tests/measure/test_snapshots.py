"""Tests for the snapshots of a run and for their files."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import PurePosixPath

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.measure.recorded import APRIL, MONTHS, days, snapshots, write

from plumbgate import __version__
from plumbgate.errors import UsageError
from plumbgate.loading.shipped import shipped
from plumbgate.loading.snapshots import load_snapshots
from plumbgate.measure import session
from plumbgate.measure.measures import Estimate
from plumbgate.measure.metrics import CATALOGUE, METRICS
from plumbgate.measure.records import open_records
from plumbgate.measure.records.tables import TABLES
from plumbgate.measure.run import measure
from plumbgate.measure.settings import Settings
from plumbgate.measure.snapshot_files import snapshot_bytes, snapshot_document, snapshot_path
from plumbgate.model.snapshot import Facts, Period, Scope, Snapshot

SCHEMA = json.loads((shipped("schemas") / "snapshot.schema.json").read_text(encoding="utf-8"))

PROGRAMME = {
    "scope": [
        {"onboarded_at": "2024-11-01", "labels": {"tier": "gold", "class": "bank"}},
        {"tenant_id": "globex", "labels": None},
    ],
    "feed_days": days("2024-11-20", "2025-03-31")
    + days("2025-02-01", "2025-03-31", tenant_id="globex"),
    "owners": [
        {
            "identity_id": "svc",
            "owner_status": "active",
            "owner_in_workflow": True,
            "valid_from": "2025-01-01",
        }
    ],
    "findings": [
        {"identity_id": "svc", "opened_at": f"2025-0{month}-{day:02}T09:30:00.000001"}
        for month in (1, 2, 3)
        for day in range(1, 28)
    ]
    + [
        {"opened_at": "2025-02-10", "observed_at": "2025-03-01"},
        {"opened_at": "2025-03-10", "observed_at": "2025-04-01"},
        {"opened_at": "2025-03-10", "observed_at": "2025-04-02"},
        {"opened_at": "2025-03-10", "closed_at": "2025-03-01"},
    ],
}


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    return snapshots(tmp_path_factory.mktemp("records"), PROGRAMME)


def test_a_snapshot_for_each_scope_and_complete_period_since_its_first_record(measured) -> None:
    assert list(measured) == [
        ("acme", "2024-11"),
        ("acme", "2024-12"),
        ("acme", "2025-01"),
        ("acme", "2025-02"),
        ("acme", "2025-03"),
        ("globex", "2025-02"),
        ("globex", "2025-03"),
    ]


def test_a_scope_has_its_labels(measured) -> None:
    scope = measured["acme", "2025-03"].scope

    assert scope == Scope("acme", labels={"class": "bank", "tier": "gold"})
    assert measured["globex", "2025-03"].scope.labels == {}


def test_every_metric_of_the_catalogue_is_there(measured) -> None:
    for snapshot in measured.values():
        assert list(snapshot.facts.metrics) == list(CATALOGUE)


def test_what_a_period_is_compared_with(measured) -> None:
    first, march = measured["acme", "2024-11"].facts, measured["acme", "2025-03"].facts

    assert (first.baseline, first.previous, first.change, first.since_previous) == (
        None,
        None,
        {},
        {},
    )
    assert march.baseline.periods == ("2024-11", "2024-12")
    assert march.previous.periods == ("2025-02",)
    assert set(march.baseline.metrics) == set(march.previous.metrics) == set(CATALOGUE)
    assert "base.telemetry_complete" in march.change
    assert "base.owner_in_workflow" not in march.change


def test_pooled_takes_four_periods(measured) -> None:
    assert measured["acme", "2025-01"].facts.pooled == {}
    pooled = measured["acme", "2025-02"].facts.pooled

    # 11 days of November, and three whole months.
    assert pooled["base.telemetry_complete"].n == 11 + 31 + 31 + 28
    assert measured["acme", "2025-03"].facts.pooled["base.telemetry_complete"].n == 121


def test_history_is_what_earlier_snapshots_say(measured) -> None:
    march = measured["acme", "2025-03"]
    earlier = [
        measured["acme", name].facts for name in ("2024-11", "2024-12", "2025-01", "2025-02")
    ]

    assert list(march.history) == earlier
    assert measured["acme", "2024-11"].history == ()


def test_a_period_does_not_change_with_what_happens_later(measured, tmp_path) -> None:
    may = datetime(2025, 5, 1, tzinfo=UTC)
    known = {
        name: [row for row in rows if row.get("observed_at", "2025") <= "2025-04-01"]
        for name, rows in PROGRAMME.items()
    }
    again = snapshots(tmp_path, known, as_of=may)

    assert again["acme", "2025-03"].facts == measured["acme", "2025-03"].facts
    assert ("acme", "2025-04") in again


def test_provenance(measured) -> None:
    provenance = measured["acme", "2025-03"].provenance
    sources = {source["path"]: source for source in provenance["sources"]}

    assert provenance["tool"] == f"plumbgate {__version__}"
    assert provenance["settings"]["period"] == "month"
    assert {measure.query for measure in METRICS} < set(provenance["queries"])
    assert provenance["queries"]["owners"] == session.digest("owners")
    assert list(sources) == sorted(sources)
    findings = sources["findings.jsonl"]
    assert {name: findings[name] for name in ("table", "read", "accepted", "later", "late")} == {
        "table": "findings",
        "read": 85,
        "accepted": 83,
        "later": 1,
        "late": 1,
    }
    assert findings["rejected"] == {"closed_at before opened_at": 1}


def test_late_rows_are_those_of_the_snapshots_period(measured) -> None:
    for period, late in (("2025-01", 0), ("2025-02", 1), ("2025-03", 1)):
        sources = measured["acme", period].provenance["sources"]
        assert {s["path"]: s["late"] for s in sources}["findings.jsonl"] == late


def test_settings_are_said_as_json(tmp_path) -> None:
    settings = Settings(
        period="30d",
        origin=date(2025, 1, 1),
        remediation_window=10,
        sla={"high": 20, "critical": 5},
        feed_gap=3,
        system_logs={"rotation": "vault", "jit": "cloud"},
        expect_feeds=("vault", "feed"),
    )
    found = snapshots(tmp_path, {"activity": [{"at": "2025-01-01"}]}, settings=settings)

    assert found["acme", "2025-01-01.30d"].provenance["settings"] == {
        "period": "30d",
        "origin": "2025-01-01",
        "remediation_window": 10.0,
        "sla": {"critical": 5.0, "high": 20.0},
        "feed_gap": 3.0,
        "system_logs": {"jit": "cloud", "rotation": "vault"},
        "expect_feeds": ["feed", "vault"],
    }


def test_the_zone_in_which_as_of_is_said_changes_nothing(measured, tmp_path) -> None:
    as_of = APRIL.astimezone(timezone(timedelta(hours=-5)))

    assert list(snapshots(tmp_path, PROGRAMME, as_of=as_of).values()) == list(measured.values())


NOTHING = {
    "only running periods": [{"at": "2025-03-01"}],
    "only instants to come": [{"at": "2025-09-01"}],
}


@pytest.mark.parametrize("rows", NOTHING.values(), ids=NOTHING)
def test_nothing_to_measure_is_refused(tmp_path, rows) -> None:
    with pytest.raises(UsageError, match=r"no period with records was complete at 2025-03-31"):
        snapshots(tmp_path, {"activity": rows}, as_of=datetime(2025, 3, 31, tzinfo=UTC))


# The file


def test_the_file_follows_its_schema(measured) -> None:
    validator = jsonschema.Draft202012Validator(SCHEMA)
    for snapshot in measured.values():
        assert list(validator.iter_errors(json.loads(snapshot_bytes(snapshot)))) == []


def test_reading_the_file_gives_the_snapshot(measured, tmp_path) -> None:
    for number, snapshot in enumerate(measured.values()):
        path = tmp_path / f"{number}.json"
        path.write_bytes(snapshot_bytes(snapshot))
        (loaded,), mistakes = load_snapshots([path], CATALOGUE)

        assert mistakes == []
        assert replace(loaded, sha256="") == snapshot
        assert snapshot_bytes(loaded) == snapshot_bytes(snapshot)


def test_a_frame_adds_up_everywhere(measured) -> None:
    for snapshot in measured.values():
        facts = [snapshot.facts, *snapshot.history]
        for frame in (measurement.frame for part in facts for measurement in part.metrics.values()):
            assert frame.in_scope == frame.measured + sum(left.n for left in frame.excluded)


def test_the_form_of_the_document(measured) -> None:
    document = snapshot_document(measured["globex", "2025-02"])

    assert list(document) == [
        "schema",
        "scope",
        "as_of",
        "period",
        "programme",
        "metrics",
        "baseline",
        "previous",
        "pooled",
        "change",
        "since_previous",
        "history",
        "units",
        "provenance",
    ]
    assert document["scope"] == {
        "tenant": "globex",
        "business_unit": None,
        "domain": None,
        "labels": {},
    }
    assert document["period"] == {
        "id": "2025-02",
        "start": "2025-02-01T00:00:00Z",
        "end": "2025-03-01T00:00:00Z",
        "complete": True,
    }
    assert document["metrics"]["base.telemetry_complete"] == {
        "value": 1.0,
        "unit": "ratio",
        "n": 28,
        "numerator": 28.0,
        "denominator": 28.0,
        "low": 1.0,
        "high": 1.0,
        "method": "all counted: low = high = value",
        "state": "ok",
        "reason": "",
        "definition": CATALOGUE["base.telemetry_complete"].definition,
        "frame": {
            "population": "Days in the period on which a source was expected to report",
            "in_scope": 28,
            "measured": 28,
            "excluded": [],
            "selection": "census",
            "collected": "export",
        },
    }


def test_the_bytes_end_a_line_and_hold_a_measurement_a_line(measured) -> None:
    text = snapshot_bytes(measured["acme", "2025-03"]).decode()

    assert text.endswith("}\n")
    (line,) = [
        line for line in text.splitlines() if line.startswith('    "base.telemetry_gap": {"value"')
    ][:1]
    assert json.loads("{" + line.rstrip(",") + "}")["base.telemetry_gap"]["unit"] == "d"


def plain(**facts):
    period = Period("2025-03", datetime(2025, 3, 1, tzinfo=UTC), datetime(2025, 4, 1, tzinfo=UTC))
    return Snapshot(Scope("acme", labels={"a": "é\u2028"}), APRIL, Facts(period, **facts))


def test_text_is_utf_8_and_numbers_are_written_as_they_are() -> None:
    written = snapshot_bytes(plain(programme={"activity": 0.1 + 0.2}, metrics={}))

    assert "é\u2028".encode() in written
    assert b"0.30000000000000004" in written


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_a_number_that_is_none_is_not_written(number) -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        snapshot_bytes(plain(programme={"activity": number}, metrics={}))


PATHS = {
    "plain": ("acme", "acme/2025-03.json"),
    "spaces and slashes": ("A/B C", "A%2FB%20C/2025-03.json"),
    "a tilde and a percent": ("~a%2F", "%7Ea%252F/2025-03.json"),
    "not ASCII": ("é", "%C3%A9/2025-03.json"),
    "this folder": (".", "%2E/2025-03.json"),
    "the folder above": ("..", "%2E%2E/2025-03.json"),
    "dots in a name": ("a..b.c", "a..b.c/2025-03.json"),
    "a null": ("a\0b", "a%00b/2025-03.json"),
}


@pytest.mark.parametrize(("tenant", "path"), PATHS.values(), ids=PATHS)
def test_the_path_of_the_file(tenant, path) -> None:
    snapshot = replace(plain(programme={}, metrics={}), scope=Scope(tenant))

    assert snapshot_path(snapshot) == PurePosixPath(path)


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), st.text(min_size=1))
def test_no_tenant_leaves_its_folder_or_shares_it(tenant, other) -> None:
    template = plain(programme={}, metrics={})
    path = snapshot_path(replace(template, scope=Scope(tenant)))
    folder, name = path.parts

    assert (folder not in {".", ".."}, name) == (True, "2025-03.json")
    if not any("\ud800" <= letter <= "\udfff" for letter in other) and other != tenant:
        assert snapshot_path(replace(template, scope=Scope(other))) != path


# The same inputs, the same bytes

PROGRAM = """
import sys, pathlib, datetime
from plumbgate.measure.records import open_records
from plumbgate.measure.run import measure
from plumbgate.measure.settings import Settings
from plumbgate.measure.snapshot_files import snapshot_bytes

as_of = datetime.datetime(2025, 4, 1, tzinfo=datetime.UTC)
with open_records(pathlib.Path(sys.argv[1]), as_of) as records:
    for snapshot in measure(records, as_of, Settings(period="month", remediation_window=14)):
        sys.stdout.buffer.write(snapshot_bytes(snapshot))
"""


def test_the_bytes_depend_on_nothing_but_the_records(measured, tmp_path) -> None:
    expected = b"".join(map(snapshot_bytes, measured.values()))
    folder = write(tmp_path / "elsewhere", PROGRAMME)
    for number, zone in enumerate(["America/New_York", "Asia/Kathmandu"]):
        environment = os.environ | {
            "TZ": zone,
            "PYTHONHASHSEED": str(number),
            "LANG": "tr_TR.UTF-8",
        }
        run = [sys.executable, "-c", PROGRAM, str(folder)]
        written = subprocess.run(
            run, env=environment, cwd=tmp_path, check=True, capture_output=True
        ).stdout

        assert written == expected


def test_the_order_of_rows_changes_nothing_but_the_digests(measured, tmp_path) -> None:
    folder = write(tmp_path, PROGRAMME)
    for name in PROGRAMME:
        path = folder / f"{name}.jsonl"
        lines = path.read_text(encoding="utf-8").splitlines()
        path.write_text("\n".join(reversed(lines)) + "\n", encoding="utf-8")
    with open_records(folder, APRIL) as records:
        again = measure(records, APRIL, MONTHS)

    assert [snapshot.facts for snapshot in again] == [s.facts for s in measured.values()]


# The registry


def test_the_catalogue_is_read_without_the_table_engine() -> None:
    program = "import sys, plumbgate.measure.metrics; assert 'duckdb' not in sys.modules"

    subprocess.run([sys.executable, "-c", program], check=True)


def test_every_metric_is_whole() -> None:
    assert len(CATALOGUE) == len(METRICS)
    for row in METRICS:
        metric = row.metric
        assert metric.definition.endswith(".")
        assert metric.definition[0].isupper()
        assert metric.minimum >= 1
        assert metric.gamed
        assert metric.interval
        assert metric.source
        assert metric.counter in {"", *CATALOGUE}
        assert set(metric.records) <= set(TABLES)


@pytest.mark.parametrize("row", METRICS, ids=CATALOGUE)
def test_no_rows_are_nothing_to_judge(row) -> None:
    estimate = row.compute([], Settings())

    assert isinstance(estimate, Estimate)
    assert estimate.n == 0
    assert (estimate.value, estimate.low, estimate.high) == (None, None, None)
    assert estimate.frame is not None
