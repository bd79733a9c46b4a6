"""Files damaged in every way that chance finds: refused in words, or judged, never more."""

from __future__ import annotations

import json
import random
import shutil
from pathlib import Path

import pytest

from plumbgate.cli import run
from plumbgate.codes import CODES
from plumbgate.errors import InputError
from plumbgate.loading.project import load_project
from plumbgate.loading.schemas import is_valid
from plumbgate.loading.snapshots import load_snapshots
from plumbgate.loading.waivers import load_waivers
from plumbgate.measure.metrics import CATALOGUE
from plumbgate.model.verdict import Outcome
from plumbgate.pipeline.policies import policies_below
from plumbgate.proving.cases import load_cases
from plumbgate.render.diagnostics import render_diagnostics
from plumbgate.render.diagnostics_json import render_json

WORDS = {"level": tuple(Outcome), "share": tuple(Outcome)}

VALID = Path(__file__).parent / "valid"

PROJECT = """\
apiVersion: plumbgate/v1
policies: [policies]
waivers: [waivers.yaml]
expect: {scopes: [acme]}
measure: {period: 91d, origin: 2025-01-01, feed_gap: 1 w, sla: {high: 30 d}}
outputs: {junit: out/j.xml}
"""
CASES = """\
apiVersion: plumbgate/v1
cases:
  - name: it is fast
    given:
      at: 2026-01-02
      metrics: {remediation.rmst_high: {value: 12, n: 120, low: 11, high: 13, state: ok}}
      change: {remediation.rmst_high: {delta: 1, low: 0, high: 2}}
      history: [{metrics: {remediation.within_sla: 0.5}}]
    expect: {level: PASS, share: {verdict: PASS, message: "x"}}
"""

NASTY = (
    *"{}[]:,-?&*!|>'\"%@`#\\\n\t \r\x00\x85\u2028\u202e\ufeff\U0001f512\u00e9",
    *("null", "true", "no", "NaN", ".inf", "1e400", "-1", "0x1F", "9" * 400, "1_0", "12:30:45"),
    *("2026-02-30", "{}", "[]", "[[[[", "- - - -", "<<: ", "*a", "&a ", "!!str ", "---\n", "...\n"),
    *("''", '""', "'''", "\\ud800", "\\u0000", "%YAML 1.1\n", ": ", " #", "? ", "|2\n", ">-\n"),
    *("(" * 40, "!" * 40, "a ? b : c", " && ", " = ", "{metrics.}", "params.", "\n  ", "\n      "),
)


def damaged(text: str, chance: random.Random) -> str:
    """Return the text after a few cuts, insertions, and lines moved, doubled or shifted."""
    for _ in range(chance.randint(1, 3)):
        at, length = chance.randint(0, len(text)), chance.choice([0, 0, 1, 2, 5, 20])
        lines = text.split("\n")
        line = chance.randrange(len(lines))
        match chance.randrange(6):
            case 0 | 1 | 2:
                text = text[:at] + chance.choice(NASTY) + text[at + length :]
            case 3:
                text = text[:at] + text[at + max(1, length) :]
            case 4:
                lines.insert(chance.randrange(len(lines)), lines[line])
                text = "\n".join(lines)
            case _:
                shift = chance.randint(-2, 3)
                lines[line] = " " * shift + lines[line] if shift > 0 else lines[line][-shift:]
                text = "\n".join(lines)
    return text


def policies(_: Path):
    return policies_below([Path("policies")]).diagnostics


def project(path: Path):
    try:
        load_project(path)
    except InputError as error:
        return error.diagnostics
    return []


READERS = {
    "policies": (
        "policies/house/speed/policy.yaml",
        (VALID / "policies/house/speed/policy.yaml").read_text(encoding="utf-8"),
        policies,
        700,
    ),
    "waivers": (
        "waivers.yaml",
        (VALID / "waivers.yaml").read_text(encoding="utf-8"),
        lambda path: load_waivers([path])[1],
        1000,
    ),
    "snapshots": (
        "a.json",
        (VALID / "snapshots/acme.json").read_text(encoding="utf-8"),
        lambda path: load_snapshots([path], CATALOGUE)[1],
        2000,
    ),
    "project": ("plumbgate.yaml", PROJECT, project, 700),
    "cases": (
        "cases.yaml",
        CASES,
        lambda path: load_cases(path, "speed", WORDS, CATALOGUE)[1],
        700,
    ),
}


@pytest.mark.parametrize(("name", "text", "read", "times"), READERS.values(), ids=READERS)
def test_whatever_is_damaged_is_said_in_words(
    name, text, read, times, tmp_path, monkeypatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    assert list(read(path)) == []

    chance = random.Random(name)  # noqa: S311 (the same damage in every run)
    refused = 0
    for _ in range(times):
        content = damaged(text, chance).encode("utf-8", "surrogatepass")
        path.write_bytes(content)
        mistakes = list(read(path))
        refused += bool(mistakes)
        assert {mistake.code for mistake in mistakes} <= set(CODES), content
        assert all(mistake.message and mistake.place.line > 0 for mistake in mistakes), content
        assert ("exit 2\nexplain a code: " in render_diagnostics(mistakes)) == bool(mistakes)
        assert is_valid(json.loads(render_json(mistakes)), "diagnostics")
    assert refused > times / 2


def test_whole_runs_end_in_a_verdict_or_a_refusal(tmp_path, monkeypatch, capsys) -> None:
    """No damage to a snapshot turns a closed gate into an open one by accident, or exits 4."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(VALID / "policies", "policies")
    text = (VALID / "snapshots/acme.json").read_text(encoding="utf-8")
    chance = random.Random("runs")  # noqa: S311 (the same damage in every run)
    codes = set()
    for _ in range(150):
        Path("a.json").write_bytes(damaged(text, chance).encode("utf-8", "surrogatepass"))
        codes.add(run(["check", "a.json", "--policies", "policies", "--at", "2026-01-10"]))

    assert codes <= {0, 1, 2, 3}
    assert 2 in codes
    assert "Traceback" not in capsys.readouterr().err
