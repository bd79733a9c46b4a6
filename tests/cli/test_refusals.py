"""Bad input, through the real command: exit 2, every mistake with its place and fix, no output."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from plumbgate.cli import run

ROOT = Path(__file__).parent.parent.parent
POLICY = (ROOT / "policies/signals/remediation-speed/policy.yaml").read_text(encoding="utf-8")
SNAPSHOT = ROOT / "examples/snapshots/harrowgate-clinics/2025-Q4.json"
WAIVERS = (ROOT / "examples/waivers.yaml").read_text(encoding="utf-8")
LIMIT = "{metric: remediation.rmst_high, at_most: max_days}"
MOVING = "variables.trend == 'improved' || (variables.at_target && variables.trend != 'worsened')"


@pytest.fixture
def place(tmp_path, monkeypatch) -> Path:
    """Return a folder with a policy, a snapshot and waivers that are all in order."""
    (tmp_path / "policies/house/speed").mkdir(parents=True)
    (tmp_path / "policies/house/speed/policy.yaml").write_text(POLICY, encoding="utf-8")
    (tmp_path / "snapshots").mkdir()
    shutil.copy(SNAPSHOT, tmp_path / "snapshots/a.json")
    waivers = WAIVERS.replace("remediation-speed.", "speed.")
    (tmp_path / "waivers.yaml").write_text(waivers, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def check(*more: str) -> int:
    return run(
        [
            "check", "snapshots", "--policies", "policies", "--waivers", "waivers.yaml",
            "--at", "2026-01-05", "-f", "json=out/r.json", "-f", "junit=out/j.xml", *more,
        ]
    )  # fmt: skip


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_in_order_it_writes(place, capsys) -> None:
    assert check() == 0
    assert sorted(p.name for p in (place / "out").iterdir()) == ["j.xml", "r.json"]


POLICY_MISTAKES = {
    "an unknown key": ("threshold: " + LIMIT, "treshold: " + LIMIT, "did you mean `threshold`?"),
    "an unknown metric": (
        "remediation.rmst_high, at_most",
        "remediation.rmst_hihg, at_most",
        "did you mean `remediation.rmst_high`?",
    ),
    "a CEL syntax error": (MOVING, "variables.trend ==", "PG020"),
    "and for &&": (MOVING, "variables.at_target and variables.at_target", "write `&&`"),
    "or for ||": (MOVING, "variables.at_target or variables.at_target", "write `||`"),
    "one equals sign": (MOVING, "variables.trend = 'improved'", "`==`"),
    "a duplicate key": ("    severity: high\n", "    severity: high\n    severity: low\n", "PG003"),
    "an anchor": ("owner: identity-governance", "owner: &who identity-governance", "PG002"),
    "a wrong unit": ("at_most: max_days", "at_most: 90 %", "PG023"),
    "a wrong direction": ("at_most: max_days", "at_least: max_days", "PG027"),
    "an unknown parameter": ("at_most: max_days", "at_most: max_dais", "did you mean `max_days`?"),
    "an unknown control": ("id: ID.RA-06", "id: ID.RA-66", "PG030"),
    "a withdrawn control": ("id: ID.RA-06", "id: PR.AC-1", "PR.AA-01"),
    "a text that is no text": ("owner: identity-governance", "owner: no", "PG004"),
    "no CEL bool": (MOVING, "metrics.remediation.rmst_high", "PG022"),
}


@pytest.mark.parametrize(("old", "new", "said"), POLICY_MISTAKES.values(), ids=POLICY_MISTAKES)
def test_a_mistake_in_a_policy(old, new, said, place, capsys) -> None:
    policy = place / "policies/house/speed/policy.yaml"
    edit(policy, old, new)
    line = next(
        number
        for number, (before, after) in enumerate(
            zip(POLICY.splitlines(), policy.read_text().splitlines(), strict=False), start=1
        )
        if before != after
    )

    assert check() == 2

    printed = capsys.readouterr()
    assert said in printed.err
    assert f"policies/house/speed/policy.yaml:{line}:" in printed.err
    assert "Traceback" not in printed.err
    assert printed.out == ""
    assert not (place / "out").exists()


def test_a_hundred_thousand_brackets(place, capsys) -> None:
    (place / "policies/house/speed/policy.yaml").write_text("[" * 100_000)

    assert check() == 2

    printed = capsys.readouterr()
    assert "policies/house/speed/policy.yaml:1:" in printed.err
    assert len(printed.err) < 2_000


def test_an_empty_policy_folder(place, capsys) -> None:
    shutil.rmtree(place / "policies/house")

    assert check() == 2
    assert "PG015" in capsys.readouterr().err


def test_an_empty_snapshot_folder(place, capsys) -> None:
    (place / "snapshots/a.json").unlink()

    assert check() == 2
    assert "PG015" in capsys.readouterr().err
    assert not (place / "out").exists()


def changed_snapshot(place: Path, change) -> None:
    path = place / "snapshots/a.json"
    document = json.loads(path.read_text())
    change(document)
    path.write_text(json.dumps(document))


def set_value(value):
    def change(document):
        document["metrics"]["remediation.rmst_high"]["value"] = value

    return change


def rename(document):
    document["metrics"]["remediation.rmst"] = document["metrics"].pop("remediation.rmst_high")


def miscount(document):
    document["metrics"]["remediation.rmst_high"]["frame"]["in_scope"] += 1


def set_field(**fields):
    def change(document):
        document["metrics"]["remediation.within_sla"].update(fields)

    return change


SNAPSHOT_MISTAKES = {
    "ok below the minimum sample": set_field(n=3),
    "more than the whole": set_field(value=2.0, low=None, high=None),
    "less than nothing": set_field(value=-0.1, low=None, high=None),
    "outside its own interval": set_field(value=0.99),
    "no data, though counted": set_field(state="no_data", value=None, low=None, high=None),
    "NaN": set_value(float("nan")),
    "infinity": set_value(float("inf")),
    "a bool": set_value(True),
    "a text": set_value("12"),
    "ok without a value": set_value(None),
    "an unknown metric": rename,
    "a frame that does not add up": miscount,
    "no period": lambda document: document.pop("period"),
    "another schema": lambda document: document.update(schema="plumbgate/snapshot/v2"),
}


@pytest.mark.parametrize("change", SNAPSHOT_MISTAKES.values(), ids=SNAPSHOT_MISTAKES)
def test_a_mistake_in_a_snapshot(change, place, capsys) -> None:
    changed_snapshot(place, change)

    assert check() == 2

    printed = capsys.readouterr()
    assert "snapshots/a.json:" in printed.err
    assert "Traceback" not in printed.err
    assert not (place / "out").exists()


def test_two_snapshots_of_one_period_are_not_chosen_from(place, capsys) -> None:
    shutil.copy(place / "snapshots/a.json", place / "snapshots/b.json")
    assert check() == 0

    path = place / "snapshots/b.json"
    document = json.loads(path.read_text())
    document["metrics"]["remediation.rmst_high"]["value"] = 13.0
    path.write_text(json.dumps(document))
    capsys.readouterr()

    assert check() == 2
    printed = capsys.readouterr().err
    assert "snapshots/b.json" in printed
    assert "the first is snapshots/a.json" in printed


WAIVER_MISTAKES = {
    "no approver": ("    approver: m.okafor\n", "", "missing key `approver`"),
    "its own approver": ("approver: m.okafor", "approver: R.Lindqvist", "PG040"),
    "too long": ("expires: 2026-03-31", "expires: 2027-03-31", "365"),
    "over before it began": ("expires: 2026-03-31", "expires: 2026-01-05", "PG040"),
    "no date": ("expires: 2026-03-31", "expires: soon", "PG0"),
    "an unknown rule": ("rule: speed.level", "rule: speed.levle", "did you mean `speed.level`?"),
    "a lost renewal": (
        "  - id: W-2026-002\n",
        "  - id: W-2026-002\n    renews: W-2025-009\n",
        "W-2025-009",
    ),
}


@pytest.mark.parametrize(("old", "new", "said"), WAIVER_MISTAKES.values(), ids=WAIVER_MISTAKES)
def test_a_mistake_in_a_waiver(old, new, said, place, capsys) -> None:
    edit(place / "waivers.yaml", old, new)

    assert check() == 2

    printed = capsys.readouterr()
    assert said in printed.err
    assert "waivers.yaml:" in printed.err
    assert not (place / "out").exists()


def test_every_mistake_of_every_file_in_one_run(place, capsys) -> None:
    edit(place / "policies/house/speed/policy.yaml", "at_most: max_days", "at_most: max_dais")
    edit(place / "policies/house/speed/policy.yaml", MOVING, "variables.at_target and true")
    edit(place / "waivers.yaml", "approver: m.okafor", "approver: r.lindqvist")
    changed_snapshot(place, rename)

    assert check() == 2

    printed = capsys.readouterr().err
    for code in ("PG020", "PG021", "PG040"):
        assert code in printed
    for file in ("policy.yaml", "waivers.yaml", "a.json"):
        assert file in printed


OUTPUTS = {
    "an unknown format": (["-f", "jnuit=x"], "did you mean `junit`?"),
    "the same place twice": (["-f", "json=x", "-f", "junit=x"], "x"),
    "no instant": (["--at", "yesterday"], "yesterday"),
    "no file behind the sign": (["-f", "junit="], "names no file"),
    "over a snapshot": (["-f", "json=snapshots/a.json"], "input"),
    "among the snapshots": (["-f", "json=./snapshots/r.json"], "input"),
    "over the project": (["-f", "json=plumbgate.yaml"], "input"),
    "over the waivers": (["--waivers", "waivers.yaml", "-f", "json=waivers.yaml"], "input"),
    "among the policies": (["--policies", "policies", "-f", "json=policies/r.yaml"], "input"),
}


@pytest.mark.parametrize(("arguments", "said"), OUTPUTS.values(), ids=OUTPUTS)
def test_bad_usage(arguments, said, place, capsys) -> None:
    (place / "plumbgate.yaml").write_text("apiVersion: plumbgate/v1\n")
    assert run(["check", "snapshots", *arguments]) == 2
    assert said in capsys.readouterr().err


def test_an_output_that_cannot_be_written_leaves_the_others_as_they_were(place, capsys) -> None:
    assert check() == 0
    before = (place / "out/r.json").read_bytes()
    edit(place / "policies/house/speed/policy.yaml", "value: 15 d", "value: 16 d")
    (place / "blocked").write_text("a file, not a folder")

    assert check("-f", "text=blocked/t.txt") == 2

    assert (place / "out/r.json").read_bytes() == before
    assert sorted(p.name for p in (place / "out").iterdir()) == ["j.xml", "r.json"]


def test_what_nobody_thought_of_is_an_internal_error(place, capsys, monkeypatch) -> None:
    def broken(*_):
        raise RuntimeError("a mistake of ours")

    monkeypatch.setattr("plumbgate.pipeline.check.evaluate", broken)

    assert check() == 4
    assert "internal error: RuntimeError: a mistake of ours" in capsys.readouterr().err
    assert not (place / "out").exists()


def test_a_typo_hides_no_mistake_behind_it(place, capsys) -> None:
    policy = place / "policies/house/speed/policy.yaml"
    edit(policy, "threshold: " + LIMIT, "treshold: {metric: remediation.rmst_hihg, at_mots: 15 d}")
    edit(policy, "looser: lower", "loser: lower")
    edit(policy, MOVING, "variables.trend = 'improved'")

    assert check() == 2

    printed = capsys.readouterr().err
    for fix in ("`threshold`?", "`at_most`?", "`looser`?", "`remediation.rmst_high`?", "`==`"):
        assert fix in printed
