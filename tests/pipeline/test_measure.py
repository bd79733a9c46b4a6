"""`plumbgate measure` as a user runs it: what became of each row is said."""

from __future__ import annotations

import pytest

from plumbgate.cli import run

HEADER = (
    "tenant_id,source,observed_at,finding_id,finding_key,type,severity,opened_at,closed_at,"
    "resolution,left_truncated,raised_by\n"
)
ROW = "acme,scanner,{seen},{id},{id},stale,high,2025-04-02T00:00:00Z,{closed},false,scanner\n"


@pytest.fixture
def records(tmp_path):
    folder = tmp_path / "records"
    folder.mkdir()
    rows = [
        ROW.format(seen="2025-07-02T00:00:00Z", id="f1", closed="2025-04-09T00:00:00Z,remediated"),
        ROW.format(seen="2025-07-02T00:00:00Z", id="f1", closed="2025-04-09T00:00:00Z,remediated"),
        ROW.format(seen="2025-07-02T00:00:00Z", id="f2", closed="2025-04-01T00:00:00Z,remediated"),
        ROW.format(seen="2026-07-02T00:00:00Z", id="f3", closed=","),
    ]
    (folder / "findings.csv").write_text(HEADER + "".join(rows))
    return folder


def test_every_row_is_accounted_for(records, tmp_path, capsys) -> None:
    out = tmp_path / "out"

    assert run(["measure", str(records), "--as-of", "2025-07-10", "-o", str(out)]) == 0

    printed = capsys.readouterr()
    assert printed.out == f"1 snapshot in {out}\n"
    assert "findings.csv: 4 read, 1 accepted, 1 duplicate, 1 later, 1 rejected: " in printed.err
    assert "rejected findings.csv:4: " in printed.err
    assert [path.name for path in (out / "acme").iterdir()] == ["2025-Q2.json"]


def test_periods_of_days_need_their_origin(records, tmp_path, capsys) -> None:
    out = tmp_path / "out"
    arguments = ["measure", str(records), "--as-of", "2025-07-10", "-o", str(out)]

    assert run([*arguments, "--period", "91d"]) == 2
    assert "origin" in capsys.readouterr().err
    assert not out.exists()

    assert run([*arguments, "--period", "91d", "--origin", "2025-01-01"]) == 0
    assert [path.name for path in (out / "acme").iterdir()] == ["2025-04-02.91d.json"]


REFUSED = {
    "no records at all": ("", "no"),
    "a misspelt column": (HEADER.replace("severity", "severty") + ROW, "severty"),
}


@pytest.mark.parametrize(("content", "said"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_read_is_refused_and_nothing_is_written(
    content, said, tmp_path, capsys
) -> None:
    records, out = tmp_path / "records", tmp_path / "out"
    records.mkdir()
    if content:
        (records / "findings.csv").write_text(content)

    assert run(["measure", str(records), "--as-of", "2025-07-10", "-o", str(out)]) == 2

    assert said in capsys.readouterr().err
    assert not out.exists()
