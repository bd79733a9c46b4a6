"""Waivers, loaded and held against the rules that they are for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from plumbgate.errors import Diagnostic, suggestion
from plumbgate.loading.waivers import load_waivers
from plumbgate.model.policy import Table
from plumbgate.model.verdict import Outcome
from plumbgate.pipeline.policies import with_excerpt

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from plumbgate.model.policy import Rule
    from plumbgate.model.waiver import Waiver
    from plumbgate.pipeline.policies import Policies


def waivers_for(policies: Policies, files: Iterable[Path]) -> tuple[list[Waiver], list[Diagnostic]]:
    """Return the waivers of these files; where all else is in order, their rules must exist."""
    waivers, mistakes = load_waivers(files)
    if mistakes or policies.diagnostics:
        return waivers, mistakes
    rules = {rule.rule.id: rule.rule for policy in policies.compiled for rule in policy.rules}
    wrong = [mistake for waiver in waivers for mistake in _misfits(waiver, rules)]
    return waivers, [with_excerpt(one, Path(one.place.file)) for one in wrong]


def _misfits(waiver: Waiver, rules: Mapping[str, Rule]) -> Iterator[Diagnostic]:
    """Yield why a waiver covers nothing of these rules, ever."""
    rule = rules.get(waiver.rule)
    if rule is None:
        yield Diagnostic(
            "PG042",
            f"waiver `{waiver.id}` is for `{waiver.rule}`, which is no rule of these policies",
            waiver.place,
            suggestion(waiver.rule, rules, "name a rule as <policy>.<rule>"),
        )
        return
    rows = rule.body.rows if isinstance(rule.body, Table) else ()
    failing = list(dict.fromkeys(row.verdict for row in rows if row.outcome is Outcome.FAIL))
    listed = ", ".join(f"`{verdict}`" for verdict in failing) or "none"
    if rows and not waiver.verdicts:
        message = f"waiver `{waiver.id}` does not say which verdicts of `{rule.id}` it accepts"
        hint = f"write `verdicts: [{', '.join(failing[:1])}]`"
        yield Diagnostic("PG042", message, waiver.place, hint, f"verdicts that fail: {listed}")
    for verdict in waiver.verdicts:
        if verdict not in failing:
            message = (
                f"waiver `{waiver.id}` accepts `{verdict}`, which `{rule.id}` never fails with"
            )
            hint = suggestion(verdict, failing, "a waiver covers a FAIL only")
            hint = hint if rows else "remove `verdicts`: the rule is no table"
            note = f"verdicts that fail: {listed}" if rows else ""
            yield Diagnostic("PG042", message, waiver.verdicts_place or waiver.place, hint, note)
