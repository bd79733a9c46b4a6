"""What the types of expressions refuse, and what they let pass."""

from __future__ import annotations

import pytest

from plumbgate.cel.check import compile_expression
from plumbgate.cel.names import Names
from plumbgate.cel.program import Program
from plumbgate.cel.types import BOOL, STRING, Type, one_of
from plumbgate.measure.metrics import CATALOGUE
from plumbgate.model.policy import Expression
from plumbgate.model.quantity import Unit
from plumbgate.model.span import Span

DAYS = "metrics.remediation.rmst_high"
SHARE = "metrics.reviews.flagged_recall"
DRIFT = "metrics.entitlements.net_drift"
CHANGE = "change.remediation.rmst_high"
TREND = f"trend({CHANGE}, params.days)"
STATE = "measured.remediation.rmst_high.state"
N = "measured.remediation.rmst_high.n"

NAMES = Names(
    CATALOGUE,
    {
        "days": Type("double", Unit.DAYS),
        "share": Type("double", Unit.RATIO),
        "bare": Type("double", constant=3.0),
        "much": Type("double", constant=95.0),
    },
    {},
    {"level": one_of(["PASS", "FAIL", "UNKNOWN", "ERROR", "NOT_APPLICABLE"])},
)


def typed(text: str) -> Program | list:
    return compile_expression(Expression(text, Span("policy.yaml", 1, 1), ((1, 1),)), NAMES)


REFUSED = {
    # kinds
    "a text against a number": (f"{DAYS} == '15'", "PG022", "quoted"),
    "a number against a text": ("scope.tenant == 1.0", "PG022", "never"),
    "a bool against a number": ("true == 1.0", "PG022", "never"),
    "an order of a text and a number": (f"'a' < {DAYS}", "PG022", "order"),
    "an order of booleans": ("true < false", "PG022", "order"),
    "a number as a condition": (f"{DAYS} && true", "PG022", "compare it"),
    "a text as a condition": (f"{TREND} || true", "PG022", "true or false"),
    "not of a number": (f"!{DAYS}", "PG022", "compare it"),
    "minus of a text": ("-scope.tenant == 'a'", "PG022", "`-`"),
    "a choice between kinds": (f"true ? {DAYS} : 'a'", "PG022", "either"),
    "a list of kinds": (f"[{DAYS}, 'a'].size() > 1", "PG022", "either"),
    "a sum of texts": ("['a'].sum() > 1.0", "PG022", "numbers"),
    "a text plus a number": (f"'a' + {DAYS} == 'b'", "PG022", "`+`"),
    "a macro over a number": (f"{DAYS}.all(x, true)", "PG022", "list"),
    "a body that is no condition": ("[1.0].all(x, x)", "PG022", "compare it"),
    "an index that is no number": ("[1.0]['a'] > 1.0", "PG022", "item"),
    "in of a number": (f"1.0 in {DAYS}", "PG022", "list"),
    "a field of a number": (f"[{DAYS}].exists(x, x.n > 1.0)", "PG022", "field"),
    "a whole number and a double": (f"[1.0].size() * {DAYS} > 1.0", "PG022", "double("),
    "trend of a value": (f"trend({DAYS}, params.days) == 'flat'", "PG022", "change"),
    "the count of periods as a parameter": ("history.last(params.bare).size() > 1", "PG022", "int"),
    "percent": (f"{SHARE} % 2.0 > 1.0", "PG022", "0.95"),
    "an instant and a number of days": ("period.end - params.days > period.start", "PG022", "`-`"),
    "a duration and a number of days": (f"{DAYS} <= duration('360h')", "PG022", "order"),
    # structures
    "a change": (f"{CHANGE} > 1.0", "PG025", "`.delta`"),
    "a measurement": ("measured.remediation.rmst_high > 1.0", "PG025", "`.value`"),
    "a period": ("history[0] == history[1]", "PG025", "period"),
    "a unit": ("units[0] == units[1]", "PG025", "unit"),
    # units
    "days against a share": (f"{DAYS} <= params.share", "PG023", "days"),
    "days against a share metric": (f"{DAYS} <= {SHARE}", "PG023", "share"),
    "days against a bare number": (f"{DAYS} <= 15.0", "PG023", "15 d"),
    "days against a whole number": (f"{DAYS} <= 15", "PG023", "15 d"),
    "days against a bare parameter": (f"{DAYS} <= params.bare", "PG023", "15 d"),
    "a share against a percentage": (f"{SHARE} >= 95.0", "PG023", "write 0.95"),
    "a share against a bare percentage": (f"{SHARE} >= params.much", "PG023", "0.95"),
    "a share in percentages": (f"{SHARE} in [80.0, 90.0]", "PG023", "0.8"),
    "a sample against a share": (f"{N} >= params.share", "PG023", "count"),
    "a change against another unit": (f"{CHANGE}.delta > params.share", "PG023", "share"),
    "a trend with another unit": (f"trend({CHANGE}, params.share) == 'flat'", "PG023", "share"),
    "a drift against a share": (f"{DRIFT} <= params.share", "PG023", "30 days"),
    "days and shares in a list": (f"[{DAYS}, {SHARE}].max() > 1.0", "PG023", "days"),
    "days squared": (f"{DAYS} * {DAYS} > 1.0", "PG023", "quantity"),
    "one over days": (f"1.0 / {DAYS} > 1.0", "PG023", "quantity"),
    "a limit that is calculated": (f"{DAYS} <= 30 / 2.0", "PG023", "15 d"),
    "a limit that is chosen": (f"{DAYS} <= [15.0, 20.0].min()", "PG023", "15 d"),
    "a division of whole numbers": ("units.size() / 2 >= 1", "PG022", "double("),
    # words
    "a misspelt trend": (f"{TREND} == 'improving'", "PG031", "did you mean `improved`?"),
    "a trend in a list": (f"{TREND} in ['improved', 'stable']", "PG031", "stable"),
    "a misspelt state": (f"{STATE} == 'okay'", "PG031", "`ok`"),
    "a misspelt outcome": ("units.all(u, u.verdicts.level == 'PASSED')", "PG031", "`PASS`"),
    "an outcome in small letters": ("units.all(u, u.verdicts.level != 'pass')", "PG031", "pass"),
    "two trends of other words": (f"{TREND} == {STATE}", "PG031", "never"),
    "words in an order": (f"{TREND} > 'flat'", "PG022", "`==`"),
    # names
    "a rule that there is not": ("units.all(u, u.verdicts.levle == 'PASS')", "PG021", "`level`"),
    "a field of a unit": ("units.all(u, u.wieght > 0.5)", "PG021", "`weight`"),
    "params of a period": ("history.all(h, h.params.days > 1.0)", "PG021", "cannot be read"),
    "a hyphen": ("metrics.nhi-owner.coverage > 0.5", "PG021", "subtraction"),
}


@pytest.mark.parametrize(("text", "code", "said"), REFUSED.values(), ids=REFUSED)
def test_refused(text, code, said) -> None:
    diagnostics = typed(text)

    assert isinstance(diagnostics, list)
    assert diagnostics[0].code == code
    assert said in f"{diagnostics[0].message} {diagnostics[0].hint}"


TYPES = {
    f"{DAYS} <= params.days": BOOL,
    f"{DAYS} > 0": BOOL,
    f"{DAYS}": Type("double", Unit.DAYS),
    f"{DAYS} / params.days": Type("double", Unit.RATIO, computed=True),
    f"{DAYS} * params.share": Type("double", Unit.DAYS, computed=True),
    f"2 * {DAYS}": Type("double", Unit.DAYS, computed=True),
    f"1 - {SHARE}": Type("double", Unit.RATIO, difference=True, computed=True),
    f"{SHARE} >= 0.95": BOOL,
    f"{CHANGE}.delta > -params.days": BOOL,
    "change.reviews.flagged_recall.delta > -0.05": BOOL,
    "change.exceptions.carryover.low": Type("double", Unit.RATIO, difference=True),
    f"{N} >= 30": BOOL,
    f"{DRIFT} <= 0.0033": BOOL,
    f"{STATE} in ['ok', 'no_data']": BOOL,
    f"true ? {TREND} : 'unknown'": one_of(
        ["improved", "worsened", "flat", "inconclusive", "unknown"]
    ),
    f"[{TREND}, 'unknown'].filter(s, s == 'improved').size() >= 2": BOOL,
    f"'worsened' in [{TREND}, {TREND}] ? 'worsened' : 'flat'": one_of(["worsened", "flat"]),
    f"{TREND} in ['improved', scope.tenant]": BOOL,
    "scope.labels.tier": STRING,
    "scope.business_unit + '/x' == scope.tenant": BOOL,
    "programme.activity >= 1.2 * [1, programme.activity_baseline].max()": BOOL,
    "history.last(3).map(h, h.metrics.remediation.rmst_high).max()": Type(
        "double", Unit.DAYS, computed=True
    ),
    f"{DAYS} / previous.remediation.rmst_high <= 1.1": BOOL,
    "programme.activity / programme.activity_baseline >= 1.2": BOOL,
    "period.id >= '2026-Q1'": BOOL,
    "units.filter(u, u.verdicts.level == 'PASS').map(u, u.weight).sum()": Type(
        "double", Unit.RATIO, computed=True
    ),
    "enough(measured.remediation.rmst_high, 50)": BOOL,
    "{'a': 1.0, 'b': params.share}['a'] > 0.5": BOOL,
    "period.start < period.end": BOOL,
    "period.end - period.start <= duration('2400h')": BOOL,
    "period.end > timestamp('2026-01-01T00:00:00Z') - duration('24h')": BOOL,
    "double([1.0].size()) * 0.5 > 1.0": BOOL,
    "double(scope.labels.limit) > 3": BOOL,
}


@pytest.mark.parametrize(("text", "expected"), TYPES.items(), ids=TYPES)
def test_type(text, expected) -> None:
    program = typed(text)

    assert isinstance(program, Program), program
    assert program.type == expected


def test_every_mistake_is_said_once() -> None:
    diagnostics = typed(f"{DAYS} <= 15.0 && {SHARE} >= 95.0 && {TREND} == 'better'")

    assert [one.code for one in diagnostics] == ["PG023", "PG023", "PG031"]
