"""Files damaged in every way that chance finds: refused in words, or judged, never more."""

from __future__ import annotations

import json
import os
import random
import shutil
from pathlib import Path

import pytest
from tests.cli.damage import damaged, edited, regrown, reworded
from tests.engine.build import AT
from tests.engine.build import snapshot as unmeasured

from plumbgate.cli import run
from plumbgate.codes import CODES
from plumbgate.engine.evaluate import evaluate
from plumbgate.errors import Diagnostic, InputError
from plumbgate.loading.guard import LINE_BREAK
from plumbgate.loading.project import load_project
from plumbgate.loading.schemas import is_valid
from plumbgate.loading.snapshots import load_snapshots
from plumbgate.loading.waivers import load_waivers
from plumbgate.measure.metrics import CATALOGUE
from plumbgate.model.project import Project
from plumbgate.model.snapshot import Scope
from plumbgate.model.verdict import Outcome
from plumbgate.pipeline.lint import lint
from plumbgate.pipeline.policies import policies_below
from plumbgate.pipeline.profiles import profiles_for, profiles_on
from plumbgate.proving.cases import load_cases
from plumbgate.render.diagnostics import render_diagnostics
from plumbgate.render.diagnostics_json import render_json

WORDS = {"level": tuple(Outcome), "share": tuple(Outcome)}

VALID = Path(__file__).parent / "valid"
RICH = Path(__file__).parent / "rich"
MUTANTS = int(os.environ.get("PLUMBGATE_MUTANTS", "400"))
"""So many policies and profiles are damaged; a release is preceded by 10,000."""

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


POLICY, PROFILES = "policies/house/programme/policy.yaml", "profiles.yaml"
SEEDS = {
    POLICY: [RICH / POLICY, RICH / POLICY, VALID / "policies/house/speed/policy.yaml"],
    PROFILES: [RICH / PROFILES],
}
TENURES = (0, 1, 2, 3, 9)
UNMEASURED = [
    unmeasured(scope=Scope(f"s-{tenure}", labels=labels), programme={"tenure_periods": tenure})
    for tenure in TENURES
    for labels in ({}, {"tier": "regulated"})
]


@pytest.mark.parametrize("damage", [damaged, edited, regrown, reworded])
def test_a_damaged_policy_is_refused_or_never_passes_unmeasured(
    damage, tmp_path, monkeypatch, capsys
) -> None:
    """A policy and its profiles, `PLUMBGATE_MUTANTS` times over the four kinds of damage."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(RICH, tmp_path, dirs_exist_ok=True)
    chance = random.Random(damage.__name__)  # noqa: S311 (the same damage in every run)
    refused, times = 0, MUTANTS // 4
    for number in range(times):
        name = POLICY if number % 5 else PROFILES
        text = chance.choice(SEEDS[name]).read_text(encoding="utf-8")
        mutant = damage(text, chance).encode("utf-8", "surrogatepass")
        Path(name).write_bytes(mutant)
        mistakes = lint([Path("policies"), Path(PROFILES)], Project())
        for mistake in mistakes:
            assert in_order(mistake), (mistake, mutant)
        if mistakes:
            refused += 1
        else:
            assert Outcome.PASS not in outcomes(), mutant
        if number % 25 == 0:
            assert run(["lint", "policies", PROFILES]) == (2 if mistakes else 0), mutant
        shutil.copy(RICH / name, name)
    assert times / 2 < refused < times
    assert "Traceback" not in capsys.readouterr().err


def in_order(mistake: Diagnostic) -> bool:
    """Return whether a mistake has a known code, and a place that is in the file it names."""
    place, path = mistake.place, Path(mistake.place.file)
    if not path.is_file():
        path = Path("policies") / path
    lines = LINE_BREAK.split(path.read_text(encoding="utf-8-sig", errors="replace"))
    within = 0 < place.line <= len(lines)
    line = lines[place.line - 1] if within else ""
    return (
        mistake.code in CODES
        and bool(mistake.message)
        and (within or place.line == len(lines) + 1)
        and 0 < place.column <= len(line) + 1
        and mistake.excerpt in {"", line}
        and "exit 2" in render_diagnostics([mistake])
        and is_valid(json.loads(render_json([mistake])), "diagnostics")
    )


def outcomes() -> set[Outcome]:
    """Return what the policies say of scopes of which nothing is measured."""
    policies = policies_below([Path("policies")])
    profiles, _ = profiles_for(policies, [Path(PROFILES)])
    if profiles_on(profiles, policies, UNMEASURED, AT):
        return set()
    judged = evaluate(policies.compiled, UNMEASURED, CATALOGUE, AT, profiles)
    return {verdict.outcome for verdict in judged}
