"""Tests for `plumbgate.loading.snapshots`, `snapshot_checks` and `snapshot_values`."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.cli.snapshots import measurement, quarter, snapshot, write

from plumbgate.loading.snapshots import find_snapshots, load_snapshots
from plumbgate.measure.metrics import CATALOGUE
from plumbgate.model.quantity import Unit
from plumbgate.model.snapshot import Change, Exclusion, Reference, Scope, State

SPEED = "remediation.rmst_high"
SHARE = "remediation.within_sla"


@pytest.fixture(autouse=True)
def _working_folder(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)


def load(content: bytes | str | dict, name: str = "a.json"):
    if isinstance(content, dict):
        write(Path(name), content)
    else:
        Path(name).write_bytes(content.encode() if isinstance(content, str) else content)
    return load_snapshots([Path(name)], CATALOGUE)


def said(mistakes) -> list[tuple[str, str]]:
    return [(d.code, d.message) for d in mistakes]


def source(mistake) -> str:
    """Return what the file holds where a mistake is said to be."""
    line = Path(mistake.place.file).read_text().splitlines()[mistake.place.line - 1]
    assert mistake.excerpt == line
    return line[mistake.place.column - 1 :][: mistake.place.length]


# --- a snapshot as the model -------------------------------------------------------------------


def test_a_snapshot() -> None:
    share = measurement(SHARE, 0.9, n=50, numerator=45, denominator=50, low=0.8, high=0.95)
    past = {"period": quarter(3), "metrics": {SHARE: share}}
    document = snapshot(
        scope={"tenant": "acme", "business_unit": "emea", "labels": {"tier": "gold"}},
        baseline={"periods": ["2025-Q1"], "metrics": {SHARE: share}},
        pooled={SHARE: share},
        change={SHARE: {"delta": 0.1, "low": 0, "high": 0.2}},
        history=[past],
    )
    (found,), mistakes = load(document)

    assert mistakes == []
    assert found.scope == Scope("acme", "emea", None, {"tier": "gold"})
    assert found.as_of == datetime(2026, 1, 2, tzinfo=UTC)
    assert (found.period.id, found.period.complete) == ("2025-Q4", True)
    assert found.period.end == datetime(2026, 1, 1, tzinfo=UTC)
    assert found.facts.programme == {"tenure_periods": 6.0}
    speed = found.facts.metrics[SPEED]
    assert (speed.state, speed.unit, speed.value, speed.n) == (State.OK, Unit.DAYS, 12.0, 120)
    assert speed.frame is not None
    assert (speed.frame.in_scope, speed.frame.measured) == (123, 120)
    assert speed.frame.excluded == (Exclusion("duplicates", 3),)
    (earlier,) = found.history
    assert earlier.period.id == "2025-Q3"
    assert earlier.metrics[SHARE].numerator == 45
    assert found.facts.baseline == Reference(("2025-Q1",), earlier.metrics)
    assert found.facts.previous is None
    assert found.facts.pooled == earlier.metrics
    assert found.facts.change == {SHARE: Change(0.1, 0, 0.2)}
    assert found.provenance == {"tool": "plumbgate"}
    assert len(found.sha256) == 64


def test_json_lines() -> None:
    write(Path("a.jsonl"), snapshot("acme"), snapshot("globex"))
    content = Path("a.jsonl").read_bytes().replace(b"\n", b"\r\n\r\n")
    found, mistakes = load(content, "b.jsonl")

    assert [entry.scope.tenant for entry in found] == ["acme", "globex"]
    assert mistakes == []
    assert found[0].sha256 != found[1].sha256


def test_a_mistake_in_a_line_stands_on_it() -> None:
    lines = [json.dumps(snapshot(name)) for name in ("a", "b", "c")]
    lines[1] = lines[1].replace('"value": 12.0', '"value": NaN')
    lines[2] = lines[2].replace('"state": "ok"', '"state": "okay"')
    found, mistakes = load("\n\n".join(lines), "a.jsonl")

    assert [entry.scope.tenant for entry in found] == ["a"]
    assert [(d.code, d.place.line, source(d)) for d in mistakes] == [
        ("PG032", 3, "NaN"),
        ("PG013", 5, '"okay"'),
    ]


def test_a_byte_order_mark_is_no_mistake() -> None:
    found, mistakes = load(b"\xef\xbb\xbf" + json.dumps(snapshot()).encode())

    assert (len(found), mistakes) == (1, [])


# --- refused -----------------------------------------------------------------------------------

ROW = f"/metrics/{SPEED}"


def changed(**keys: object) -> dict:
    return snapshot(metrics={SPEED: measurement(SPEED, **keys)})


OUT_OF_ORDER = "/period/start: a period begins before the one that stands before it has ended"
FRAME = measurement(SPEED)["frame"]

MISTAKES: dict[str, tuple[dict, tuple[str, str], str]] = {
    "a bool for a number": (
        changed(value=True, low=None, high=None),
        ("PG012", "`value` must be a number or null, found true"),
        "true",
    ),
    "a text for a number": (
        changed(value="12", low=None, high=None),
        ("PG012", '`value` must be a number or null, found text "12"'),
        '"12"',
    ),
    "a fraction for a count": (
        changed(n=1.5),
        ("PG012", "`n` must be a whole number, found the number 1.5"),
        "1.5",
    ),
    "a count below nothing": (
        changed(n=-1),
        ("PG012", "`n` must be at least 0, found the number -1"),
        "-1",
    ),
    "an unknown state": (
        changed(state="good"),
        ("PG013", '`state` cannot be text "good"'),
        '"good"',
    ),
    "an unknown key": (
        changed(valeu=1),
        ("PG011", f"unknown key `valeu` in `{SPEED}`"),
        '"valeu"',
    ),
    "another schema": (
        snapshot(schema="plumbgate/snapshot/v2"),
        ("PG013", '`schema` cannot be text "plumbgate/snapshot/v2"'),
        '"plumbgate/snapshot/v2"',
    ),
    "no tenant": (
        snapshot(scope={}),
        ("PG010", "missing key `tenant` in `scope`"),
        '"scope"',
    ),
    "an unknown metric": (
        snapshot(metrics={"remediation.rmst_hihg": measurement(SPEED)}),
        ("PG021", "unknown metric `remediation.rmst_hihg` at /metrics/remediation.rmst_hihg"),
        '"remediation.rmst_hihg"',
    ),
    "an unknown metric in the history": (
        snapshot(
            history=[
                {
                    "period": quarter(3),
                    "metrics": {},
                    "change": {"a.b": dict.fromkeys(("delta", "low", "high"), 0)},
                }
            ]
        ),
        ("PG021", "unknown metric `a.b` at /history/0/change/a.b"),
        '"a.b"',
    ),
    "an id that no metric can have": (
        snapshot(metrics={"Speed": measurement(SPEED)}),
        ("PG014", "`Speed` cannot be a name in `metrics`"),
        '"Speed"',
    ),
    "another unit": (
        changed(unit="ratio"),
        ("PG023", f"{ROW} is in ratio, the metric is in d"),
        '"ratio"',
    ),
    "ok without a value": (
        changed(value=None, low=None, high=None),
        ("PG032", f"{ROW} has the state ok and no value"),
        f'"{SPEED}"',
    ),
    "a value that was not measured": (
        changed(state="not_measured"),
        ("PG032", f"{ROW} has a value although its state is not_measured"),
        f'"{SPEED}"',
    ),
    "a value without data": (
        changed(value=0, state="no_data"),
        ("PG032", f"{ROW} has a value although its state is no_data"),
        f'"{SPEED}"',
    ),
    "a value that was not reached": (
        changed(state="not_reached"),
        ("PG032", f"{ROW} has a value although its state is not_reached"),
        f'"{SPEED}"',
    ),
    "an interval that runs backwards": (
        changed(low=13, high=11),
        ("PG033", f"{ROW}: the interval from 13 to 11 runs backwards"),
        "{",
    ),
    "a frame that does not add up": (
        changed(frame=FRAME | {"in_scope": 124}),
        ("PG033", f"{ROW}/frame: 124 in scope are not 120 measured and 3 excluded"),
        "{",
    ),
    "a frame that leaves out what it excludes": (
        changed(frame=FRAME | {"excluded": []}),
        ("PG033", f"{ROW}/frame: 123 in scope are not 120 measured and 0 excluded"),
        "{",
    ),
    "a row of the baseline": (
        snapshot(
            baseline={"periods": ["2025-Q1"], "metrics": {SPEED: measurement(SPEED, unit="count")}}
        ),
        ("PG023", f"/baseline/metrics/{SPEED} is in count, the metric is in d"),
        '"count"',
    ),
    "a day that there is not": (
        snapshot(as_of="2026-02-30T00:00:00Z"),
        ("PG032", "`2026-02-30T00:00:00Z` is no instant"),
        '"2026-02-30T00:00:00Z"',
    ),
    "a day of another script": (
        snapshot(as_of="\uff12026-01-02T00:00:00Z"),
        ("PG014", "`as_of` does not have the form that it must have"),
        '"\\uff12026-01-02T00:00:00Z"',
    ),
    "an hour that there is not": (
        snapshot(period=quarter(4) | {"end": "2026-01-01T24:00:01Z"}),
        ("PG032", "`2026-01-01T24:00:01Z` is no instant"),
        '"2026-01-01T24:00:01Z"',
    ),
    "an instant of another zone": (
        snapshot(as_of="2026-01-02T00:00:00+02:00"),
        ("PG014", "`as_of` does not have the form that it must have"),
        '"2026-01-02T00:00:00+02:00"',
    ),
    "a period that ends when it begins": (
        snapshot(period=quarter(4) | {"end": quarter(4)["start"]}),
        ("PG033", "/period/end: a period ends no later than it begins"),
        '"2025-10-01T00:00:00Z"',
    ),
    "a period that is complete too early": (
        snapshot(as_of="2025-12-31T23:59:59Z"),
        (
            "PG033",
            "/period/complete: complete, although it ended after 2025-12-31T23:59:59Z, the `as_of`",
        ),
        "true",
    ),
    "a history that is not in order": (
        snapshot(
            history=[{"period": quarter(n), "metrics": {}} for n in (3, 2)],
        ),
        (
            "PG033",
            f"/history/1{OUT_OF_ORDER}",
        ),
        '"2025-04-01T00:00:00Z"',
    ),
    "a history that holds this period": (
        snapshot(history=[{"period": quarter(4), "metrics": {}}]),
        (
            "PG033",
            OUT_OF_ORDER,
        ),
        '"2025-10-01T00:00:00Z"',
    ),
}


@pytest.mark.parametrize(("document", "expected", "at"), MISTAKES.values(), ids=MISTAKES)
def test_mistakes(document, expected, at) -> None:
    found, mistakes = load(document)

    assert found == []
    assert said(mistakes) == [expected]
    assert source(mistakes[0]) == at


ALLOWED = {
    "a value of nothing": changed(value=0, low=0, high=0),
    "an interval of one point": changed(low=12, high=12),
    "no interval": changed(low=None, high=None),
    "a small sample with its value": changed(state="small_sample"),
    "no data, no value": changed(value=None, low=None, high=None, n=0, state="no_data"),
    "no frame": changed(frame=None),
    "a period that ended just then": snapshot(as_of="2026-01-01T00:00:00Z"),
    "a period that goes on": snapshot(
        as_of="2025-12-01T00:00:00Z", period=quarter(4) | {"complete": False}
    ),
    "a gap in the history": snapshot(history=[{"period": quarter(1), "metrics": {}}]),
    "nothing measured": snapshot(metrics={}),
}


@pytest.mark.parametrize("document", ALLOWED.values(), ids=ALLOWED)
def test_allowed(document) -> None:
    found, mistakes = load(document)

    assert (len(found), mistakes) == (1, [])


@pytest.mark.parametrize("root", ["metrics", "pooled", "change", "since_previous"])
@pytest.mark.parametrize("past", [False, True])
def test_an_unknown_metric_is_found_wherever_it_stands(root, past) -> None:
    row = (
        {"delta": 0, "low": 0, "high": 0}
        if root in {"change", "since_previous"}
        else measurement(SPEED)
    )
    facts = {root: {"a.b": row}}
    history = [{"period": quarter(3), "metrics": {}} | facts] if past else []
    _, mistakes = load(snapshot(history=history, **({} if past else facts)))

    way = f"/history/0/{root}" if past else f"/{root}"
    assert [d.message for d in mistakes if d.code == "PG021"] == [
        f"unknown metric `a.b` at {way}/a.b"
    ]


TEXTS = {
    "NaN": ("12.0", "NaN", ("PG032", f"{ROW}/value is no number that can be judged"), "NaN"),
    "Infinity": ("12.0", "Infinity", ("PG032", f"{ROW}/value is no number that can be judged"), ""),
    "1e400": ("12.0", "1e400", ("PG032", f"{ROW}/value is no number that can be judged"), "1e400"),
    "a number of 400 digits": (
        "12.0",
        "9" * 400,
        ("PG032", f"{ROW}/value is no number that can be judged"),
        "",
    ),
    "a key twice": (
        '"as_of"',
        '"as_of": "2020-01-01T00:00:00Z", "as_of"',
        ("PG003", "duplicate key `as_of` (first at 9:2), the second would silently win"),
        '"as_of"',
    ),
    "half of a surrogate pair": (
        '"acme"',
        '"acme\\ud800"',
        ("PG005", "half of a surrogate pair is no character"),
        '"acme\\ud800"',
    ),
    "deep nesting": (
        "12.0",
        "[" * 900 + "]" * 900,
        ("PG002", "nested deeper than 40 levels"),
        "[",
    ),
    "deeper than Python reads": (
        "12.0",
        "[" * 100_000 + "]" * 100_000,
        ("PG002", "nested deeper than 40 levels"),
        "[",
    ),
}


@pytest.mark.parametrize(("old", "new", "expected", "at"), TEXTS.values(), ids=TEXTS)
def test_texts(old, new, expected, at) -> None:
    text = json.dumps(snapshot(), indent=1).replace(old, new, 1)
    found, mistakes = load(text)

    assert found == []
    assert said(mistakes) == [expected]
    assert source(mistakes[0]).startswith(at)


BYTES = {
    "nothing": (b"", ("PG015", "the file is empty")),
    "truncated": (
        json.dumps(snapshot()).encode()[:500],
        ("PG032", "not JSON: the file ends too early"),
    ),
    "Latin-1": (
        json.dumps(snapshot("caf\u00e9"), ensure_ascii=False).encode("latin-1"),
        ("PG002", "the file is not UTF-8"),
    ),
    "null": (b"null", ("PG012", "the document must be a mapping, found nothing")),
    "a list": (b"[]", ("PG012", "the document must be a mapping, found a list")),
}


@pytest.mark.parametrize(("content", "expected"), BYTES.values(), ids=BYTES)
def test_bytes(content, expected) -> None:
    found, mistakes = load(content)

    assert (found, said(mistakes)) == ([], [expected])


def test_json_lines_without_lines_are_no_snapshots() -> None:
    assert said(load("\n \n", "a.jsonl")[1]) == [("PG015", "the file is empty")]


def test_every_mistake_of_every_file_is_said() -> None:
    write(Path("a/1.json"), changed(n=-1, state="x"))
    write(Path("a/2.json"), snapshot(as_of="x", schema="y"))
    write(Path("a/3.json"), snapshot())
    paths, _ = find_snapshots([Path("a")])
    found, mistakes = load_snapshots(paths, CATALOGUE)

    assert [entry.scope.tenant for entry in found] == ["acme"]
    assert [(d.place.file, d.code) for d in mistakes] == [
        ("a/1.json", "PG012"),
        ("a/1.json", "PG013"),
        ("a/2.json", "PG013"),
        ("a/2.json", "PG014"),
    ]


def test_positions_are_known_in_a_file_of_any_size() -> None:
    rows = {metric: measurement(metric, 0.5, definition="x" * 5000) for metric in CATALOGUE}
    rows[SHARE]["n"] = -1
    past = [{"period": quarter(n), "metrics": rows} for n in (1, 2, 3)]
    _, mistakes = load(snapshot(history=past))

    assert Path("a.json").stat().st_size > 256 * 1024
    assert [source(mistake) for mistake in mistakes] == ["-1"] * 3


# --- which files are snapshots -----------------------------------------------------------------


def test_files_are_found_in_order_and_once() -> None:
    for name in ("b/2.json", "b/1.json", "a/x/3.jsonl", "a/notes.txt"):
        write(Path("all", name), snapshot())
    absolute = Path("all/b").absolute()
    paths, mistakes = find_snapshots([Path("all/b/1.json"), Path("all"), absolute])

    assert [path.as_posix() for path in paths] == [
        "all/b/1.json",
        "all/a/x/3.jsonl",
        "all/b/2.json",
    ]
    assert mistakes == []


FOUND = {
    "an empty folder": ("empty", "PG015", "no snapshot here: with nothing measured, nothing"),
    "what is not there": ("missing", "PG006", "no snapshot here: with nothing measured, nothing"),
    "another format": ("a.parquet", "PG016", "this file is no snapshot: its name ends neither"),
}


@pytest.mark.parametrize(("named", "code", "message"), FOUND.values(), ids=FOUND)
def test_where_no_snapshot_is(named, code, message) -> None:
    Path("empty").mkdir()
    Path("a.parquet").write_bytes(b"PAR1")
    paths, (mistake,) = find_snapshots([Path(named)])

    assert paths == []
    assert (mistake.code, mistake.place.file) == (code, named)
    assert mistake.message.startswith(message)


# --- malformed is never judged -----------------------------------------------------------------

VALUES = st.sampled_from(
    [None, True, 0, -1, 1e308, 10**17, "", "ok", "no_data", "ratio", [], {}, "2025-01-01T00:00:00Z"]
)


def ways(value: object, keys: tuple = ()):
    inner = value.items() if isinstance(value, dict) else ()
    inner = enumerate(value) if isinstance(value, list) else inner
    for key, item in inner:
        yield (*keys, key)
        yield from ways(item, (*keys, key))


FULL = snapshot(
    baseline={"periods": ["2025-Q1"], "metrics": {SHARE: measurement(SHARE, 0.5)}},
    change={SPEED: {"delta": 0.1, "low": 0, "high": 0.2}},
    history=[{"period": quarter(3), "metrics": {SPEED: measurement(SPEED)}}],
)


@given(st.data())
def test_whatever_is_put_anywhere_it_is_read_or_refused_at_a_place(data) -> None:
    document = copy.deepcopy(FULL)
    keys = data.draw(st.sampled_from(list(ways(document))))
    around = document
    for key in keys[:-1]:
        around = around[key]
    around[keys[-1]] = data.draw(VALUES)
    found, mistakes = load(document)

    assert (len(found), bool(mistakes)) in {(1, False), (0, True)}
    for mistake in mistakes:
        assert source(mistake)
