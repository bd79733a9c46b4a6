"""Policies and snapshots for the tests of the engine, as short as a test wants them."""

from __future__ import annotations

import textwrap
from datetime import UTC, datetime

from plumbgate.engine.compile import CompiledPolicy, compile_policies
from plumbgate.engine.evaluate import evaluate
from plumbgate.loading.policies import load_policies
from plumbgate.measure.metrics import CATALOGUE
from plumbgate.model.snapshot import Change, Facts, Measurement, Period, Scope, Snapshot, State

AT = datetime(2026, 1, 10, tzinfo=UTC)
PERIOD = Period("2025-Q4", datetime(2025, 10, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC))
RMST = "remediation.rmst_high"

HEAD = """\
apiVersion: plumbgate/v1
title: A policy
version: 1.0.0
owner: somebody
"""


def loaded(tmp_path, text: str, name: str = "speed"):
    """Return the policy of this text below its head, and every mistake in it."""
    path = tmp_path / name / "policy.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(HEAD + textwrap.dedent(text), encoding="utf-8")
    policies, mistakes = load_policies({path: f"{name}/policy.yaml"})
    compiled, wrong = compile_policies(policies, CATALOGUE)
    # Cases share a head, of which each reads its own part.
    return compiled, [one for one in (*mistakes, *wrong) if one.code != "PG035"]


def policy(tmp_path, text: str, name: str = "speed") -> CompiledPolicy:
    compiled, mistakes = loaded(tmp_path, text, name)
    assert mistakes == []
    (one,) = compiled
    return one


def measurement(value: float | None = 12.0, state: State = State.OK, **changed) -> Measurement:
    fields = {"n": 100, "low": value, "high": value} | changed
    metric = changed.pop("metric", RMST)
    fields.pop("metric", None)
    return Measurement(metric, state, CATALOGUE[metric].unit, value, **fields)


def snapshot(*measurements: Measurement, **changed) -> Snapshot:
    scope = changed.pop("scope", Scope("acme"))
    as_of = changed.pop("as_of", AT)
    history = changed.pop("history", ())
    difference = changed.pop("change", None)
    changes = {RMST: Change(*difference)} if difference else {}
    programme = changed.pop("programme", {"tenure_periods": 6})
    facts = Facts(
        changed.pop("period", PERIOD),
        programme,
        {m.metric: m for m in measurements},
        change=changes,
        **changed,
    )
    return Snapshot(scope, as_of, facts, history, sha256="ab" * 32)


def judged(compiled: CompiledPolicy, given: Snapshot, at: datetime = AT):
    return evaluate([compiled], [given], CATALOGUE, at)
