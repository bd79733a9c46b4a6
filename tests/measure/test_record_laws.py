"""Laws of `plumbgate.measure.records`: nothing is lost, and how rows are filed decides nothing."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from plumbgate.errors import InputError
from plumbgate.measure.records import open_records
from plumbgate.measure.records.checks import faults
from plumbgate.measure.records.tables import TABLES

NOW = datetime(2025, 7, 1, tzinfo=UTC)
FINDINGS = TABLES["findings"]
COLUMNS = [column.written for column in FINDINGS.columns]
INSTANTS = (
    "2025-03-01T00:00:00Z",
    "2025-03-02T01:00:00+01:00",
    "2025-07-01T00:00:00Z",
    "2025-07-01T00:00:00.000001Z",
)

some_settings = settings(max_examples=15, deadline=None)


def value_of(column):
    """Return good and bad texts of a column, few enough to make keys and instants meet."""
    if column.choices:
        good = st.sampled_from(column.choices[:2])
    elif column.type.sql == "TIMESTAMP":
        good = st.sampled_from(INSTANTS)
    elif column.type.sql == "BOOLEAN":
        good = st.sampled_from(["true", "FALSE"])
    else:
        good = st.sampled_from(["a", "b"])
    kept = good if column.required else st.just("") | good
    return kept if column.name == "source" else st.one_of(*[kept] * 8, st.sampled_from(["", " x"]))


rows = st.lists(
    st.fixed_dictionaries({column.written: value_of(column) for column in FINDINGS.columns}),
    min_size=1,
    max_size=12,
)


def write_csv(path, told):
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, COLUMNS)
        writer.writeheader()
        writer.writerows(told)


def write_jsonl(path, told):
    path.write_text("".join(json.dumps(row) + "\n" for row in told), "utf-8")


def write_parquet(path, told):
    with duckdb.connect() as connection:
        names = ", ".join(f'"{name}" VARCHAR' for name in COLUMNS)
        connection.execute(f"CREATE TABLE told ({names})")
        marks = ", ".join("?" * len(COLUMNS))
        connection.executemany(
            f"INSERT INTO told VALUES ({marks})", [[row[name] for name in COLUMNS] for row in told]
        )
        connection.execute(f"COPY told TO '{path}' (FORMAT parquet)")


WRITERS = {"csv": write_csv, "jsonl": write_jsonl, "parquet": write_parquet}


def measured(files):
    """Return the table, the sums of all counts, and the counts of each file, of named writers."""
    with TemporaryDirectory() as place:
        for name, told in files.items():
            WRITERS[name.rpartition(".")[2]](Path(place) / name, told)
        with open_records(Path(place), NOW) as records:
            table = records.connection.execute("SELECT * FROM findings ORDER BY ALL").fetchall()
            rejected = Counter((row.reason, row.detail) for row in records.rejected_rows())
            sources = records.sources
    totals = Counter(
        read=sum(source.read for source in sources),
        accepted=sum(source.accepted for source in sources),
        duplicate=sum(source.duplicate for source in sources),
        later=sum(source.later for source in sources),
    )
    return table, totals, rejected, sources


@some_settings
@given(rows)
def test_every_row_has_one_fate(told):
    table, _, rejected, (source,) = measured({"findings.csv": told})

    assert source.read == len(told)
    assert source.accepted == len(table)
    assert sum(source.rejected.values()) == rejected.total()
    assert source.read == (
        source.accepted + source.duplicate + source.later + sum(source.rejected.values())
    )
    assert set(source.rejected) <= {fault.reason for fault in faults(FINDINGS)}


@some_settings
@given(rows, st.data())
def test_order_and_files_decide_nothing(told, data):
    shuffled = data.draw(st.permutations(told))
    cut = data.draw(st.integers(1, len(told)))
    parts = {"findings-b.csv": shuffled[:cut], "findings-a.csv": shuffled[cut:]}
    whole = measured({"findings.csv": told})
    split = measured({name: part for name, part in parts.items() if part})

    assert split[:3] == whole[:3]


@some_settings
@given(rows)
def test_formats_say_the_same(told):
    texts, *others = (measured({f"findings.{suffix}": told}) for suffix in WRITERS)
    for other in others:
        assert other[:3] == texts[:3]


@given(rows, st.integers(0, 3))
@some_settings
def test_a_tenant_does_not_see_another(told, n):
    """Rows of another tenant with the same keys change nothing for the first."""
    alone = measured({"findings.csv": told})[0]
    others = [row | {"tenant_id": "zeta"} for row in told[:n]]
    both = measured({"findings.csv": [*others, *told]})[0]

    assert [row for row in both if row[0] != "zeta"] == alone


TENANT = {"tenant_id": "acme", "source": "lms", "observed_at": "2025-06-01T00:00:00Z"}
EVENT = {"event_id": "e", "at": "2025-03-01T09:00:00Z", "kind": "k", "count": "1"}


def kinds(suffix, text):
    """Return what a file of activities says of `kind` by event, and its counts."""
    with TemporaryDirectory() as place:
        (Path(place) / f"activity.{suffix}").write_bytes(text.encode())
        with open_records(Path(place), NOW) as records:
            found = records.connection.execute("SELECT event_id, kind FROM activity").fetchall()
            return dict(found), records.sources[0]


texts = st.text(st.sampled_from('ab",\n\r\x00\u00e9\U0001f600 \t;\\'), min_size=1, max_size=8)


@some_settings
@given(st.lists(texts, min_size=1, max_size=8), st.booleans(), st.sampled_from(["\n", "\r\n"]))
@example(['"'], False, "\n")
@example(["\n\n", ",\n", '\n"'], False, "\n")
def test_csv_comes_back(values, quoted, end):
    """What Python's writer writes is read back, wherever quotes and line ends stand."""
    stream = io.StringIO()
    quoting = csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
    writer = csv.writer(stream, quoting=quoting, lineterminator=end)
    writer.writerow([*TENANT, *EVENT])
    for number, value in enumerate(values):
        writer.writerow((TENANT | EVENT | {"event_id": str(number), "kind": value}).values())
    found, source = kinds("csv", stream.getvalue())

    assert found == {str(n): value.replace("\r\n", "\n") for n, value in enumerate(values)}
    assert (source.read, source.accepted) == (len(values), len(values))


@some_settings
@given(st.text(st.sampled_from('a",\n'), max_size=40))
def test_csv_that_is_broken_loses_no_sound_row(noise):
    """Whatever stands between two sound rows, lines that have no quote are all accounted for."""
    header = ",".join([*TENANT, *EVENT])
    first, last = (
        ",".join((TENANT | EVENT | {"event_id": name}).values()) for name in ("first", "last")
    )
    found, source = kinds("csv", f"{header}\n{first}\n{noise}\n{last}\n")

    assert "first" in found
    plain = [line for line in noise.split("\n") if line.strip() and '"' not in line]
    assert "last" in found or noise.count('"') > 0
    assert source.read >= 2 + len(plain) * ('"' not in noise)
    assert source.read == source.accepted + source.duplicate + sum(source.rejected.values())


@some_settings
@given(st.lists(texts, min_size=1, max_size=8), st.booleans())
def test_json_texts_come_back(values, ascii_only):
    lines = [
        json.dumps(TENANT | EVENT | {"event_id": n, "kind": value}, ensure_ascii=ascii_only)
        for n, value in enumerate(values)
    ]
    found, source = kinds("jsonl", "\n".join(lines))

    assert found == {str(n): value for n, value in enumerate(values)}
    assert source.accepted == len(values)


@some_settings
@given(
    st.from_regex(r"-?(0|[1-9][0-9]{0,30})(\.[0-9]{1,5})?([eE][+-]?[0-9]{1,2})?", fullmatch=True),
    st.sampled_from(["", " ", "\t "]),
)
def test_json_numbers_keep_their_digits(number, blank):
    row = json.dumps(TENANT | EVENT | {"event_id": 0})
    found, _ = kinds("jsonl", row.replace('"event_id": 0', f'"event_id"{blank}:{blank}{number}'))

    assert list(found) == [number]


PARQUET = """
COPY (SELECT
  'acme' AS tenant_id, 'lms' AS source, {observed_at} AS observed_at, {event_id} AS event_id,
  {at} AS at, 'workshop' AS kind, {count} AS count
) TO '{path}' (FORMAT parquet)
"""
PLAIN = {
    "observed_at": "TIMESTAMPTZ '2025-06-01 02:00:00+02'",
    "event_id": "'e'",
    "at": "TIMESTAMP '2025-03-01 09:00:00'",
    "count": "1",
}
TYPED = {
    "double that is whole": ({"count": "5.0::DOUBLE"}, {"count": 5}),
    "double that is not": ({"count": "5.5::DOUBLE"}, "count is not a whole number from 0"),
    "double that is no number": ({"count": "'nan'::DOUBLE"}, "count is not a whole number from 0"),
    "decimal": ({"count": "5::DECIMAL(9, 2)"}, {"count": 5}),
    "unsigned": ({"count": "5::UINTEGER"}, {"count": 5}),
    "integer as an id": ({"event_id": "123456789012345678"}, {"event_id": "123456789012345678"}),
    "nanoseconds": (
        {"at": "TIMESTAMP_NS '2025-03-01 09:00:00.123456789'"},
        {"occurred_at": datetime.fromisoformat("2025-03-01T09:00:00.123456")},
    ),
    "infinity": ({"at": "TIMESTAMP 'infinity'"}, "at is not an instant"),
    "date": ({"at": "DATE '2025-03-01'"}, "at is not an instant"),
    "null": ({"event_id": "NULL::VARCHAR"}, "event_id is missing"),
}


def parquet(path, values):
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'America/New_York'")
        connection.execute(PARQUET.format(path=path, **PLAIN | values))


@pytest.mark.parametrize(("values", "expected"), TYPED.values(), ids=TYPED)
def test_parquet_types(tmp_path, values, expected):
    parquet(tmp_path / "activity.parquet", values)
    with open_records(tmp_path, NOW) as records:
        found = records.connection.execute("SELECT * FROM activity")
        names = [column[0] for column in found.description]
        accepted = [dict(zip(names, row, strict=True)) for row in found.fetchall()]
        rejected = [(row.row, row.reason) for row in records.rejected_rows()]

    if isinstance(expected, str):
        assert (accepted, rejected) == ([], [(1, expected)])
    else:
        (row,) = accepted
        assert str(row["observed_at"]) == "2025-06-01 00:00:00"
        assert {name: row[name] for name in expected} == expected


NESTED = {"list": "['e']", "struct": "{'id': 'e'}", "binary": "'e'::BLOB", "map": "MAP {'e': 1}"}


@pytest.mark.parametrize("value", NESTED.values(), ids=NESTED)
def test_parquet_of_no_plain_values(tmp_path, value):
    parquet(tmp_path / "activity.parquet", {"event_id": value})
    with pytest.raises(InputError, match="PG067 the column `event_id` is of type"):
        open_records(tmp_path, NOW)


def test_parquet_that_is_none(tmp_path):
    (tmp_path / "activity.parquet").write_bytes(b"PAR1" * 10)
    with pytest.raises(InputError, match="PG067 not a Parquet file that can be read"):
        open_records(tmp_path, NOW)


def test_parquet_without_rows(tmp_path):
    parquet(tmp_path / "all.parquet", {})
    with duckdb.connect() as connection:
        connection.execute(
            f"COPY (FROM '{tmp_path / 'all.parquet'}' LIMIT 0) "
            f"TO '{tmp_path / 'activity.parquet'}' (FORMAT parquet)"
        )
    (tmp_path / "all.parquet").unlink()
    with open_records(tmp_path, NOW) as records:
        assert records.sources[0].rejected == {"the file has no rows": 1}
        assert "activity" in records.absent


@pytest.mark.parametrize("name", ["records", "[r]*"])
def test_parquet_names_are_no_patterns(tmp_path, name):
    """Each file is read once, also where its name would match others."""
    folder = tmp_path / name
    folder.mkdir()
    for number, part in enumerate(["[a]", "a", "*", "'?"]):
        parquet(tmp_path / "one.parquet", {"event_id": f"'{number}'"})
        (tmp_path / "one.parquet").rename(folder / f"activity-{part}.parquet")
    with open_records(folder, NOW) as records:
        assert [source.read for source in records.sources] == [1, 1, 1, 1]
        assert [source.accepted for source in records.sources] == [1, 1, 1, 1]
