"""`check` through the real command: which snapshots are judged, exit codes, what goes where."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from lxml import etree
from tests.cli.snapshots import measurement, quarter, snapshot, write

from plumbgate.cli import run
from plumbgate.render.renderers import RENDERERS

VALID = Path(__file__).parent / "valid"
SPEED = "remediation.rmst_high"
SHARE = "remediation.within_sla"
AT = "2026-01-10"
LATER = "2026-01-05T00:00:00Z"


@pytest.fixture(autouse=True)
def _working_folder(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(VALID / "policies", tmp_path / "policies")


def judged(tenant: str = "acme", days: float | None = 12.0, **changed) -> dict:
    """Return a snapshot on which the policy's rules hang on one metric alone."""
    state = {} if days is not None else {"state": "no_data", "n": 0, "low": None, "high": None}
    metrics = {
        SPEED: measurement(SPEED, days, **state),
        SHARE: measurement(SHARE, 0.5),
    }
    return snapshot(tenant, metrics=metrics, **changed)


def check(*more: str) -> int:
    return run(["check", "snapshots", "--policies", "policies", "--at", AT, *more])


def report(capsys, *more: str) -> dict:
    check("-f", "json", *more)
    return json.loads(capsys.readouterr().out)


# --- exit codes --------------------------------------------------------------------------------

CODES = {
    "it passes": ([judged(days=12.0)], 0, "GATE OPEN"),
    "it fails": ([judged(days=16.0)], 1, "GATE CLOSED"),
    "it is undecided": ([judged(days=None)], 3, "GATE CLOSED"),
    "one fails, one is undecided": (
        [judged("acme", None), judged("globex", 16.0)],
        1,
        "GATE CLOSED",
    ),
    "one passes, one is undecided": (
        [judged("acme", 12.0), judged("globex", None)],
        3,
        "GATE CLOSED",
    ),
    "it is too old": ([judged(as_of="2026-01-02T00:00:00Z")], 0, "GATE OPEN"),
}


@pytest.mark.parametrize(("documents", "code", "said"), CODES.values(), ids=CODES)
def test_exit_codes(documents, code, said, capsys) -> None:
    write(Path("snapshots/all.jsonl"), *documents)

    assert check() == code

    printed = capsys.readouterr()
    assert said in printed.out
    assert f"exit {code}" in printed.out
    assert printed.err == ""


AGES = {"at its limit": ("2026-02-16T00:00:00Z", 0), "beyond": ("2026-02-16T00:00:01Z", 3)}


@pytest.mark.parametrize(("at", "code"), AGES.values(), ids=AGES)
def test_a_snapshot_that_is_too_old_decides_nothing(at, code, capsys) -> None:
    write(Path("snapshots/a.json"), judged())

    assert check("--at", at) == code
    assert ("stale" in capsys.readouterr().out) == (code == 3)


def test_a_snapshot_from_the_future_decides_nothing(capsys) -> None:
    write(Path("snapshots/a.json"), judged())

    assert check("--at", "2026-01-01T23:59:59Z") == 3


def test_nothing_to_check_is_refused(capsys) -> None:
    assert run(["check"]) == 2
    assert capsys.readouterr().err == (
        "error: nothing to check: name snapshots, files or folders of them\n"
    )


# --- which snapshots are judged ----------------------------------------------------------------


def periods(document: dict) -> list[tuple[str, str]]:
    return [(s["period"]["id"], s["as_of"]) for s in document["snapshots"]]


def test_the_newest_complete_period_is_judged_in_whatever_order_files_come(capsys) -> None:
    unfinished = quarter(4) | {"id": "2026-Q1", "start": quarter(4)["end"], "complete": False}
    unfinished["end"] = "2026-04-01T00:00:00Z"
    write(Path("snapshots/1.json"), judged(in_quarter=3))
    write(Path("snapshots/2.json"), judged(in_quarter=4))
    write(Path("snapshots/0.json"), judged(days=99.0, period=unfinished, as_of=LATER))
    write(Path("snapshots/3.json"), judged(days=99.0, in_quarter=2))

    assert periods(report(capsys)) == [("2025-Q4", "2026-01-02T00:00:00Z")]


def test_a_period_that_is_not_complete_decides_nothing(capsys) -> None:
    unfinished = quarter(4) | {"complete": False}
    write(Path("snapshots/1.json"), judged(period=unfinished, as_of="2025-12-30T00:00:00Z"))

    assert check() == 3


@pytest.mark.parametrize("more", [[], ["--all-periods"]])
@pytest.mark.parametrize("names", ["ab", "ba"])
@pytest.mark.parametrize("days", [16.0, 17.0, 18.0, 19.0, 20.0])
def test_of_a_period_that_was_measured_twice_what_was_known_last_is_judged(
    more, names, days, capsys
) -> None:
    write(Path(f"snapshots/{names[0]}.json"), judged(days=days))
    write(Path(f"snapshots/{names[1]}.json"), judged(days=days + 5, as_of=LATER))

    assert periods(report(capsys, *more)) == [("2025-Q4", LATER)]


def test_all_periods_are_judged_in_order(capsys) -> None:
    for number in (3, 1, 4, 2):
        write(Path(f"snapshots/{9 - number}.json"), judged(in_quarter=number))

    assert [period for period, _ in periods(report(capsys, "--all-periods"))] == [
        "2025-Q1",
        "2025-Q2",
        "2025-Q3",
        "2025-Q4",
    ]


def test_no_scope_hides_another(capsys) -> None:
    scopes = [
        {"tenant": "acme"},
        {"tenant": "acme", "domain": "cloud"},
        {"tenant": "acme", "business_unit": "emea"},
        {"tenant": "acme", "business_unit": "emea", "domain": "cloud"},
    ]
    write(Path("snapshots/all.jsonl"), *(judged(scope=scope) for scope in scopes))
    document = report(capsys)

    assert len(document["snapshots"]) == len(scopes)
    assert len({verdict["id"] for verdict in document["verdicts"]}) == len(document["verdicts"])


def test_a_file_that_is_named_twice_is_judged_once(capsys) -> None:
    path = write(Path("snapshots/a.json"), judged())

    check("snapshots/a.json", str(path.absolute()), "--all-periods", "-f", "json")
    assert len(json.loads(capsys.readouterr().out)["snapshots"]) == 1


def test_the_order_of_arguments_changes_no_byte(capsys) -> None:
    write(Path("snapshots/a.json"), judged("acme"))
    write(Path("more/b.json"), judged("globex", 16.0))
    outputs = []
    for places in (["snapshots", "more"], ["more", "snapshots"]):
        run(["check", *places, "--policies", "policies", "--at", AT, "-f", "json"])
        outputs.append(capsys.readouterr().out)

    assert outputs[0] == outputs[1]


# --- what goes where ---------------------------------------------------------------------------


def test_the_help_names_every_format(capsys) -> None:
    assert run(["check", "--help"]) == 0

    printed = capsys.readouterr().out
    assert [name for name in RENDERERS if name not in printed] == []


@pytest.mark.parametrize("name", RENDERERS)
def test_a_format_without_a_path_goes_to_standard_output(name, capsys) -> None:
    write(Path("snapshots/a.json"), judged())

    assert check("-f", name) == 0

    printed = capsys.readouterr()
    assert "GATE OPEN" in (printed.out if name == "text" else printed.err)
    assert ("GATE OPEN" in printed.err) == (name != "text")
    if name == "json":
        assert json.loads(printed.out)["gate"]["state"] == "open"
    if name == "junit":
        assert etree.fromstring(printed.out.encode()).tag == "testsuites"


def test_formats_go_to_their_files_and_the_text_to_standard_output(capsys) -> None:
    write(Path("snapshots/a.json"), judged(days=16.0))

    assert check("-f", "junit=out/deep/j.xml", "-f", "json=r.json", "-f", "text=t.txt") == 1

    printed = capsys.readouterr()
    assert Path("t.txt").read_text(encoding="utf-8") == printed.out
    assert json.loads(Path("r.json").read_bytes())["gate"]["exit_code"] == 1
    assert len(etree.parse("out/deep/j.xml").findall(".//failure")) == 2


@pytest.mark.parametrize("mode", [0o022, 0o077])
def test_outputs_are_as_readable_as_any_new_file(mode, capsys) -> None:
    write(Path("snapshots/a.json"), judged())
    before = os.umask(mode)
    try:
        check("-f", "json=r.json")
        Path("plain").touch()
    finally:
        os.umask(before)

    assert Path("r.json").stat().st_mode == Path("plain").stat().st_mode


SAME_PLACE = {
    "the same path": ["json=x", "junit=x"],
    "a path written otherwise": ["json=x", "junit=./y/../x"],
    "an absolute path": ["json=x", "junit={here}/x"],
    "a link": ["json=x", "junit=link"],
    "standard output": ["json", "junit=-"],
    "one format twice": ["json=x", "json=x"],
}


@pytest.mark.parametrize("outputs", SAME_PLACE.values(), ids=SAME_PLACE)
def test_two_formats_in_one_place_are_refused(outputs, capsys, tmp_path) -> None:
    write(Path("snapshots/a.json"), judged())
    Path("link").symlink_to("x")
    formats = [part for output in outputs for part in ("-f", output.format(here=tmp_path))]

    assert check(*formats) == 2
    assert "both go to" in capsys.readouterr().err
    assert not Path("x").exists()


FORMAT_MISTAKES = {
    "misspelt": ("jnuit=x", "`jnuit` is no format; did you mean `junit`?"),
    "like nothing": ("pdf", "`pdf` is no format; formats are text, json, junit"),
    "none": ("=x", "`` is no format; formats are text, json, junit"),
}


@pytest.mark.parametrize(("written", "said"), FORMAT_MISTAKES.values(), ids=FORMAT_MISTAKES)
def test_unknown_formats(written, said, capsys) -> None:
    write(Path("snapshots/a.json"), judged())

    assert check("-f", written) == 2
    assert said in capsys.readouterr().err


# --- the project file --------------------------------------------------------------------------


def project(text: str) -> None:
    Path("plumbgate.yaml").write_text("apiVersion: plumbgate/v1\n" + text)


def test_outputs_of_the_project_are_written_unless_the_command_line_names_the_format(
    capsys,
) -> None:
    write(Path("snapshots/a.json"), judged())
    project("outputs: {json: out/r.json, junit: out/j.xml}\n")

    assert check("-f", "json=mine.json") == 0
    assert sorted(map(str, Path().glob("**/*.[jx]*"))) == [
        "mine.json",
        "out/j.xml",
        "snapshots/a.json",
    ]
    assert capsys.readouterr().err == "project: plumbgate.yaml\n"


def test_an_output_of_the_project_overwrites_none_of_the_command_line(capsys) -> None:
    write(Path("snapshots/a.json"), judged())
    project("outputs: {junit: out/report}\n")

    assert check("-f", "json=out/report") == 2
    assert "`json` and `junit` both go to" in capsys.readouterr().err
    assert not Path("out").exists()


def test_what_the_project_names_and_is_not_there_is_said_at_once(capsys) -> None:
    project("policies: [none]\nwaivers: [none.yaml]\nsnapshots: [nothing]\n")

    assert run(["check", "--at", AT]) == 2

    printed = capsys.readouterr().err
    assert [line for line in printed.splitlines() if line.startswith("error")] == [
        "error[PG006]: there is no such file or folder of policies",
        "error[PG006]: there is no such file of waivers",
        "error[PG006]: no snapshot here: with nothing measured, nothing could fail",
    ]


def test_expected_scopes_that_came_are_not_missed(capsys) -> None:
    write(Path("snapshots/a.json"), judged())
    project("expect: {scopes: [acme]}\n")
    assert check() == 0
    capsys.readouterr()

    project("expect: {scopes: [acme, acme/emea, globex, globex]}\n")
    document = report(capsys)
    missing = [v for v in document["verdicts"] if v["reason"] == "expected, not received"]
    assert [(v["scope"]["tenant"], v["scope"]["business_unit"]) for v in missing] == [
        ("acme", "emea"),
        ("acme", "emea"),
        ("globex", None),
        ("globex", None),
    ]
    assert document["gate"]["exit_code"] == 3


# --- all or nothing ----------------------------------------------------------------------------


@pytest.mark.parametrize("blocked", ["folder", "file/t.txt", "file/deep/t.txt"])
def test_an_output_that_cannot_be_written_leaves_the_others_as_they_were(blocked, capsys) -> None:
    write(Path("snapshots/a.json"), judged())
    Path("folder").mkdir()
    Path("file").write_text("a file, no folder")
    Path("r.json").write_text("old")
    before = sorted(map(str, Path().rglob("*")))

    assert check("-f", "json=r.json", "-f", f"text={blocked}", "-f", "junit=new/deep/j.xml") == 2
    assert check("-f", "junit=new/deep/j.xml", "-f", f"text={blocked}", "-f", "json=r.json") == 2

    assert Path("r.json").read_text() == "old"
    assert sorted(map(str, Path().rglob("*"))) == before
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("error: ")
    assert len(printed.err.splitlines()) == 2


@pytest.mark.parametrize("allowed", [0, 1, 2])
def test_a_full_disk_leaves_no_half_of_a_file(allowed, monkeypatch, capsys) -> None:
    write(Path("snapshots/a.json"), judged())
    Path("r.json").write_text("old")
    before = sorted(map(str, Path().rglob("*")))
    synced = []

    def sync(handle: int) -> None:
        synced.append(handle)
        if len(synced) > allowed:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", sync)

    assert check("-f", "json=r.json", "-f", "junit=new/j.xml", "-f", "text=t.txt") == 2

    assert Path("r.json").read_text() == "old"
    assert sorted(map(str, Path().rglob("*"))) == before
    assert capsys.readouterr().err == "error: No space left on device\n"


def test_an_internal_error_shows_nothing_that_a_terminal_obeys(monkeypatch, capsys) -> None:
    def broken(*_):
        raise RuntimeError("\x1b[2J\n::error::")

    write(Path("snapshots/a.json"), judged())
    monkeypatch.setattr("plumbgate.pipeline.check.evaluate", broken)

    assert check("-f", "json=r.json") == 4

    printed = capsys.readouterr().err
    assert printed.startswith(r"internal error: RuntimeError: \x1b[2J\n::error::")
    assert printed.count("\n") == 1
    assert not Path("r.json").exists()


# --- the same bytes everywhere -----------------------------------------------------------------

PLACES = {
    "UTC": {"TZ": "UTC", "LANG": "C", "LC_ALL": "C", "PYTHONHASHSEED": "0"},
    "New York": {"TZ": "America/New_York", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "1"},
    "Kiritimati, on one's own": {"TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "4242"},
}


def digests(environment: dict[str, str]) -> dict[str, str]:
    formats = [part for name in RENDERERS for part in ("-f", f"{name}=out/{name}")]
    command = [sys.executable, "-m", "plumbgate", "check", "snapshots", "--policies", "policies"]
    command += ["--waivers", "waivers.yaml", "--at", "2026-01-10T12:00:00+02:00", *formats]
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("LC_", "LANG", "TZ"))}
    ended = subprocess.run(command, env=inherited | environment, capture_output=True, check=False)
    assert ended.returncode == 1, ended.stderr
    outputs = {path.name: path.read_bytes() for path in sorted(Path("out").iterdir())}
    outputs |= {"stdout": ended.stdout, "stderr": ended.stderr}
    return {name: hashlib.sha256(content).hexdigest() for name, content in outputs.items()}


def test_the_same_inputs_give_the_same_bytes_wherever_they_are_judged() -> None:
    labels = {"tier": "gold", "class": "bank", "a": "b"}
    scope = {"tenant": "B\u00f6rse \u98a8", "business_unit": None, "domain": None, "labels": labels}
    write(
        Path("snapshots/all.jsonl"), judged(days=16.0), judged("globex", 16.0), judged(scope=scope)
    )
    shutil.copy(VALID / "waivers.yaml", "waivers.yaml")
    first, *others = (digests(environment) for environment in PLACES.values())

    assert set(first) == {*RENDERERS, "stdout", "stderr"}
    assert others == [first] * len(others)
