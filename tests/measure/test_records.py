"""Tests for `plumbgate.measure.records`: a folder for each case, and how files are told apart."""

from __future__ import annotations

import os
import time
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest
import yaml

from plumbgate.errors import InputError
from plumbgate.measure.records import lines, open_records
from plumbgate.measure.records.tables import SHARED, TABLES

CASES = sorted(path.parent for path in Path(__file__).parent.glob("records/*/expected.yaml"))
NOW = datetime(2025, 7, 1, tzinfo=UTC)
HEADER = "tenant_id,source,observed_at,event_id,at,kind,count\n"
ROW = "acme,lms,2025-06-01T00:00:00Z,e1,2025-03-01T09:00:00Z,workshop,1\n"


def instant(text):
    return datetime.fromisoformat(text).astimezone(UTC)


def rows_of(connection, table):
    """Return the rows of a canonical table as dictionaries, ordered by key; instants as text."""
    key = ", ".join(("tenant_id", *table.key))
    found = connection.execute(f"SELECT * FROM {table.name} ORDER BY {key}")
    columns = [column[0] for column in found.description]
    return [
        {
            column: str(value) if isinstance(value, datetime) else value
            for column, value in zip(columns, row, strict=True)
        }
        for row in found.fetchall()
    ]


def counts_of(source):
    told = asdict(source)
    return {name: told[name] for name in ("read", "accepted", "duplicate", "later", "rejected")}


def problems_of(folder, as_of=NOW):
    with pytest.raises(InputError) as refused:
        open_records(folder, as_of)
    return [
        {
            "code": problem.code,
            "file": Path(problem.place.file).relative_to(folder).as_posix(),
            "line": problem.place.line,
            "message": problem.message,
            "hint": problem.hint,
        }
        for problem in refused.value.diagnostics
    ]


def problem_of(folder):
    (problem,) = problems_of(folder)
    return problem["code"], problem["file"], problem["line"], problem["message"]


def check(case):
    expected = yaml.safe_load((case / "expected.yaml").read_text("utf-8"))
    as_of = instant(expected["as_of"])
    if "error" in expected:
        assert problems_of(case / "records", as_of) == expected["error"]
        return
    with open_records(case / "records", as_of) as records:
        rejected = [asdict(row) for row in records.rejected_rows()]
        tables = {
            name: [
                {column: row[column] for column in rows[0]}
                for row in rows_of(records.connection, TABLES[name])
            ]
            for name, rows in expected.get("tables", {}).items()
        }

    assert {source.path: counts_of(source) for source in records.sources} == expected["sources"]
    assert rejected == expected.get("rejected", [])
    assert [asdict(warning) for warning in records.warnings] == expected.get("warnings", [])
    assert tables == expected.get("tables", {})
    present = expected.get("present", list(tables))
    assert sorted(TABLES.keys() - records.absent) == present


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case):
    check(case)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case_in_small_blocks(case, monkeypatch):
    """Where a file is cut into blocks while it is read decides nothing."""
    monkeypatch.setattr(lines, "CHUNK", 5)
    check(case)


def test_case_in_another_zone(monkeypatch):
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    try:
        check(next(case for case in CASES if case.name == "instants"))
    finally:
        monkeypatch.undo()
        time.tzset()


TEXTS = {
    "byte order mark": b"\xef\xbb\xbf" + (HEADER + ROW).encode(),
    "CRLF": (HEADER + ROW).replace("\n", "\r\n").encode(),
    "LF in the header, CRLF after it": (HEADER + ROW.replace("\n", "\r\n")).encode(),
    "no line end": (HEADER + ROW).strip().encode(),
    "all quoted": "".join(
        ",".join(f'"{field}"' for field in line.split(",")) + "\n"
        for line in (HEADER + ROW).splitlines()
    ).encode(),
}


@pytest.mark.parametrize("written", TEXTS.values(), ids=TEXTS)
def test_text_is_read_however_it_was_saved(tmp_path, written):
    (tmp_path / "activity.csv").write_bytes(written)
    with open_records(tmp_path, NOW) as records:
        (row,) = rows_of(records.connection, TABLES["activity"])

    assert (row["tenant_id"], row["kind"], row["count"]) == ("acme", "workshop", 1)
    assert records.sources[0].read == 1


REFUSED = {
    "Latin-1": (
        (HEADER + ROW + ROW.replace("acme", "caf\u00e9")).encode("latin-1"),
        ("PG063", "activity.csv", 3, "not UTF-8 at byte 120 of the file"),
    ),
    "UTF-16": (
        (HEADER + ROW).encode("utf-16"),
        ("PG063", "activity.csv", 1, "not UTF-8 at byte 0 of the file"),
    ),
    "half a character at the end": (
        (HEADER + ROW).encode() + b"\xc3",
        ("PG063", "activity.csv", 3, "not UTF-8 at byte 117 of the file"),
    ),
    "CR alone": (
        (HEADER + ROW).replace("\n", "\r").encode(),
        ("PG063", "activity.csv", 1, "lines end in CR alone"),
    ),
    "a header that never closes": (
        b'"tenant_id,source\nacme,lms\n',
        (
            "PG063",
            "activity.csv",
            1,
            "the header is no row of CSV: unexpected end of data",
        ),
    ),
    "a line without end": (
        HEADER.encode() + b"x" * 3000,
        ("PG063", "activity.csv", 2, "a line is longer than 2000 bytes"),
    ),
    "a header without end": (
        ",".join(map(str, range(300))).encode(),
        ("PG064", "activity.csv", 1, "300 columns, where `activity` has 12"),
    ),
}


@pytest.mark.parametrize(("written", "problem"), REFUSED.values(), ids=REFUSED)
@pytest.mark.parametrize("chunk", [16, 1 << 22])
def test_text_that_cannot_be_read(tmp_path, monkeypatch, written, problem, chunk):
    monkeypatch.setattr(lines, "LONGEST", 2000)
    monkeypatch.setattr(lines, "CHUNK", chunk)
    (tmp_path / "activity.csv").write_bytes(written)

    assert problem_of(tmp_path) == problem


def test_keys_without_end(tmp_path):
    """A file of something else is refused once, not once for each of its names."""
    lines = "".join(f'{{"key_{number}": 1}}\n' for number in range(300))
    (tmp_path / "activity.jsonl").write_text(lines)

    message = "300 columns, where `activity` has 12"
    assert problem_of(tmp_path) == ("PG064", "activity.jsonl", 1, message)


def test_link_out_of_the_folder(tmp_path):
    folder, outside = tmp_path / "records", tmp_path / "outside"
    folder.mkdir()
    outside.mkdir()
    (outside / "activity.csv").write_text(HEADER + ROW)
    (folder / "activity-1.csv").symlink_to(outside / "activity.csv")
    (folder / "grants").symlink_to(outside)

    told = problems_of(folder)
    assert [(problem["code"], problem["file"]) for problem in told] == [
        ("PG062", "activity-1.csv"),
        ("PG062", "grants"),
    ]


def test_link_within_the_folder(tmp_path):
    """Mounted volumes show files as links into a hidden folder beside them."""
    (tmp_path / "..data").mkdir()
    (tmp_path / "..data" / "activity.csv").write_text(HEADER + ROW)
    (tmp_path / "activity.csv").symlink_to(tmp_path / "..data" / "activity.csv")
    with open_records(tmp_path, NOW) as records:
        assert [source.path for source in records.sources] == ["activity.csv"]


def test_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "activity.csv")
    assert problem_of(tmp_path)[:2] == ("PG062", "activity.csv")


def test_name_that_is_not_utf8(tmp_path):
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/activity-\xff.csv")).write_text(HEADER + ROW)
    (problem,) = problems_of(tmp_path)
    assert (problem["file"], problem["message"]) == (
        "activity-\\xff.csv",
        "the file's name is not UTF-8",
    )


def test_folder_that_is_not_there(tmp_path):
    assert problem_of(tmp_path / "none") == ("PG060", ".", 1, "there is no such folder")


def test_instant_without_a_zone(tmp_path):
    (tmp_path / "activity.csv").write_text(HEADER + ROW)
    with pytest.raises(ValueError, match="zone"):
        open_records(tmp_path, NOW.replace(tzinfo=None))


def test_late_rows(tmp_path):
    """The instant lies in the period, and the row was seen only when the period was over."""
    rows = {
        "in time": ("2025-03-31T23:59:59Z", "2025-03-31T23:59:59.999999Z"),
        "at the end": ("2025-01-01T00:00:00Z", "2025-04-01T00:00:00Z"),
        "long after": ("2025-03-01T00:00:00Z", "2025-06-01T00:00:00Z"),
        "in the next period": ("2025-04-01T00:00:00Z", "2025-08-01T00:00:00Z"),
    }
    lines = "".join(f"acme,lms,{seen},{name},{at},x,1\n" for name, (at, seen) in rows.items())
    (tmp_path / "activity-1.csv").write_text(HEADER + lines)
    (tmp_path / "activity-2.csv").write_text(HEADER + ROW)
    quarters = [datetime(2025, month, 1, tzinfo=UTC) for month in (1, 4, 7)]
    with open_records(tmp_path, datetime(2026, 1, 1, tzinfo=UTC)) as records:
        first, second = records.late(list(pairwise(quarters)))
        assert first == {"activity-1.csv": 2, "activity-2.csv": 1}
        assert second == {"activity-1.csv": 1}
        assert records.late([]) == ()


def test_engine_reads_no_other_file(tmp_path):
    (tmp_path / "activity.csv").write_text(HEADER + ROW)
    with open_records(tmp_path, NOW) as records:
        for statement in (
            f"SELECT * FROM read_csv('{tmp_path / 'activity.csv'}')",
            f"COPY activity TO '{tmp_path / 'out.csv'}'",
            "SET enable_external_access = true",
        ):
            with pytest.raises(duckdb.Error):
                records.connection.execute(statement)
        zone = records.connection.execute("SELECT current_setting('TimeZone')").fetchone()
    assert zone == ("UTC",)
    assert [path.name for path in tmp_path.iterdir()] == ["activity.csv"]


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_schema_is_whole(table):
    columns = {column.name: column for column in table.columns}
    written = [column.written for column in table.columns]
    assert len(columns) == len(set(written)) == len(written)
    assert table.columns[: len(SHARED)] == SHARED
    assert all(columns[name].required or name == "business_unit" for name in table.key)
    assert table.instant is None or columns[table.instant].type.sql == "TIMESTAMP"
    assert {name for one in table.checks for name in one.shows} <= columns.keys()


def test_every_table_is_there(tmp_path):
    (tmp_path / "activity.csv").write_text(HEADER + ROW)
    with open_records(tmp_path, NOW) as records:
        for table in TABLES.values():
            told = records.connection.execute(f"DESCRIBE {table.name}").fetchall()
            assert [(name, type_) for name, type_, *_ in told] == [
                (column.name, column.type.sql) for column in table.columns
            ]
