"""The names that an expression may read, and what stands behind each of them."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

MEASURED_FIELDS = (
    "state",
    "n",
    "numerator",
    "denominator",
    "value",
    "low",
    "high",
    "worst",
    "best",
)
POOLED_FIELDS = ("state", "n", "value", "low", "high")
CHANGE_FIELDS = ("delta", "low", "high")

METRIC_ROOTS: dict[str, tuple[str, ...]] = {
    "metrics": (),
    "baseline": (),
    "previous": (),
    "measured": MEASURED_FIELDS,
    "pooled": POOLED_FIELDS,
    "change": CHANGE_FIELDS,
    "since_previous": CHANGE_FIELDS,
}
"""Roots under which every metric of the catalogue stands, and the fields that it has there."""

FACT_ROOTS: dict[str, tuple[str, ...]] = {
    "scope": ("tenant", "business_unit", "domain", "labels"),
    "programme": (
        "tenure_periods",
        "review_cycles",
        "activity",
        "activity_baseline",
        "auditability",
        "review_cadence",
    ),
    "period": ("id", "start", "end"),
}
"""Roots that hold facts of the scope, and their fields."""


@dataclass(frozen=True, slots=True)
class Names:
    """What one expression may read."""

    metrics: Collection[str] = ()
    parameters: Collection[str] = ()
    variables: Collection[str] = ()
    roots: Collection[str] = (*METRIC_ROOTS, *FACT_ROOTS, "params", "variables", "history")
    bound: Mapping[str, bool] = field(default_factory=dict)
    """Macro variables, and whether each is a period of the history."""

    def problem(self, path: tuple[str, ...]) -> tuple[int, str, str] | None:
        """
        Return what is wrong with a dotted name: the part's index, a sentence, a suggestion.

        A part behind a text, a number or a label is not looked at here.
        """
        root = path[0]
        if root in self.bound:
            return self._of_period(path) if self.bound[root] else None
        if root not in self.roots:
            return self._root(path)
        if root in METRIC_ROOTS:
            return self._metric(path)
        members, of = self._members(root)
        return _member(path, 1, members, of)

    def _members(self, root: str) -> tuple[Collection[str] | None, str]:
        if root == "params":
            return self.parameters, "the policy's parameters"
        if root == "variables":
            return self.variables, "the policy's variables above this"
        return FACT_ROOTS.get(root), f"`{root}`"

    def _of_period(self, path: tuple[str, ...]) -> tuple[int, str, str] | None:
        if len(path) == 1:
            return None
        inner = Names(
            self.metrics,
            self.parameters,
            self.variables,
            (*METRIC_ROOTS, "programme", "period", "variables"),
        )
        found = inner.problem(path[1:])
        return found and (found[0] + 1, found[1], found[2])

    def _root(self, path: tuple[str, ...]) -> tuple[int, str, str]:
        root = path[0]
        if root in METRIC_ROOTS or root in FACT_ROOTS or root in {"params", "variables", "history"}:
            return 0, f"`{root}` cannot be read here", f"only {', '.join(self.roots)} can"
        if ".".join(path[:2]) in self.metrics:
            return 0, f"unknown name `{root}`", f"write `metrics.{'.'.join(path[:2])}`"
        if root in self.parameters:
            return 0, f"unknown name `{root}`", f"write `params.{root}`"
        if root in self.variables:
            return 0, f"unknown name `{root}`", f"write `variables.{root}`"
        return 0, f"unknown name `{root}`", suggestion(root, [*self.roots, *self.bound])

    def _metric(self, path: tuple[str, ...]) -> tuple[int, str, str] | None:
        root, fields = path[0], METRIC_ROOTS[path[0]]
        metric = ".".join(path[1:3])
        if len(path) == 1:
            return 0, f"`{root}` alone is no value", f"name a metric: `{root}.<family>.<name>`"
        if metric not in self.metrics:
            hint = suggestion(metric, self.metrics) or _same_name(path[-1], self.metrics)
            return 1, f"unknown metric `{metric}`", hint or "`plumbgate metrics list` shows all"
        if len(path) > 3:  # noqa: PLR2004 (root, family, name)
            return _member(path, 3, fields, f"`{root}.{metric}`")
        return None


def _member(
    path: tuple[str, ...], index: int, known: Collection[str] | None, of: str
) -> tuple[int, str, str] | None:
    if known is None or len(path) <= index or path[index] in known:
        return None
    listed = f"there are {', '.join(known)}" if known else "there are none"
    return index, f"unknown name `{path[index]}` among {of}", suggestion(path[index], known, listed)


def _same_name(name: str, metrics: Collection[str]) -> str:
    same = [metric for metric in metrics if metric.split(".")[1] == name]
    return f"did you mean `{same[0]}`?" if same else ""


def suggestion(written: str, known: Collection[str], otherwise: str = "") -> str:
    """Return a did-you-mean, or `otherwise` where nothing is near."""
    near = difflib.get_close_matches(written, list(known), n=1, cutoff=0.6)
    return f"did you mean `{near[0]}`?" if near else otherwise
