"""A policy with one threshold, and the cases that prove it."""

from __future__ import annotations

import textwrap
from pathlib import PurePath
from typing import TYPE_CHECKING

from plumbgate.model.metric import Better
from plumbgate.scaffold.filling import filled
from plumbgate.scaffold.limits import limit_for

if TYPE_CHECKING:
    from plumbgate.model.metric import Metric

_WORDS = {
    Better.DOWN: {
        "good": "low",
        "comparison": "at_most",
        "words": "at most",
        "strictest": "Highest",
        "bound": "max",
    },
    Better.UP: {
        "good": "high",
        "comparison": "at_least",
        "words": "at least",
        "strictest": "Lowest",
        "bound": "min",
    },
}
_WIDTH = 100


def policy_files(metric: Metric, schemas: str | None) -> dict[PurePath, bytes]:
    """
    Return the files of a policy on `metric`, by their path in its folder.

    `schemas` leads from there to the folder of JSON Schemas; without one, nothing is said of them.
    """
    limit, words = limit_for(metric), _WORDS[metric.better]
    values = words | {
        "metric": metric.id,
        "definition": _comment(f"{metric.id}: {metric.definition}"),
        "parameter": f"{words['bound']}_{metric.id.partition('.')[2]}",
        "limit": limit.written,
        "least": limit.least,
        "most": limit.most,
        "at_limit": limit.value,
        "beyond": limit.beyond(metric.better),
        "too_few": str(metric.minimum - 1),
    }
    policy = filled("policy.yaml", values | {"modeline": _modeline(schemas, "policy")})
    cases = filled("cases.yaml", values | {"modeline": _modeline(schemas, "cases")})
    if metric.minimum > 1:  # a sample of none is no sample
        cases += filled("cases-small-sample.yaml", values)
    return {PurePath("policy.yaml"): policy.encode(), PurePath("cases.yaml"): cases.encode()}


def _modeline(schemas: str | None, kind: str) -> str:
    return f"# yaml-language-server: $schema={schemas}/{kind}.schema.json\n" if schemas else ""


def _comment(text: str) -> str:
    return textwrap.fill(text, _WIDTH, initial_indent="# ", subsequent_indent="#   ")
