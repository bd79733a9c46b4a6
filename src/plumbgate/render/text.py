"""The report for people: the matrix of rules by scopes, what failed and why, the gate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plumbgate.model.instant import format_instant
from plumbgate.model.policy import Enforcement
from plumbgate.model.quantity import format_difference, format_quantity
from plumbgate.model.report import WaiverState
from plumbgate.model.verdict import Outcome
from plumbgate.render.text_safety import visible
from plumbgate.render.wording import warns

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from plumbgate.model.report import Report, WaiverUsed
    from plumbgate.model.verdict import ReadValue, Verdict

SCOPES_ABREAST = 5
"""Columns of the matrix; more scopes make more matrices, not longer lines."""

_MARKS = {
    Outcome.PASS: "ok",
    Outcome.FAIL: "FAIL",
    Outcome.UNKNOWN: "?",
    Outcome.ERROR: "ERROR",
    Outcome.NOT_APPLICABLE: "-",
}
_SIGNS = {"at_most": "<=", "at_least": ">=", "below": "<", "above": ">"}
_EXCEEDED = {"at_most": "over", "below": "over", "at_least": "short", "above": "short"}


def render(report: Report) -> bytes:
    """Return the report as text, UTF-8, in at most the width that its names need."""
    return _joined(
        [
            _heading(report),
            *_matrices(report),
            *(_explanation(verdict, report.waivers) for verdict in _failed(report)),
            *_undecided(report),
            *_waivers(report.waivers),
            [_gate(report)],
        ]
    ).encode()


def matrix(report: Report) -> str:
    """Return the matrix of rules by scopes and the gate, without explanations."""
    return _joined([_heading(report), *_matrices(report), [_gate(report)]])


def _joined(sections: Iterable[list[str]]) -> str:
    return "\n".join(line.rstrip() for section in sections for line in (*section, ""))


def _heading(report: Report) -> list[str]:
    scopes = len({verdict.scope.key for verdict in report.verdicts})
    return [
        (
            f"plumbgate check   {_counted(len(report.policies), 'policy', 'policies')} x "
            f"{_counted(scopes, 'scope', 'scopes')}   at {format_instant(report.at)}"
        )
    ]


def _counted(n: int, one: str, many: str) -> str:
    return f"{n} {one if n == 1 else many}"


_Column = tuple[str | None, ...]
"""Scope and period by their parts: what a column is about, however it is headed."""


def _column(verdict: Verdict) -> _Column:
    return (*verdict.scope.key, verdict.period.id if verdict.period else None)


def _heading_of(verdict: Verdict) -> tuple[str, str]:
    """Return scope and period, the two lines that stand over a column."""
    return visible(verdict.scope.name), visible(verdict.period.id) if verdict.period else ""


def _matrices(report: Report) -> Iterator[list[str]]:
    columns = list({_column(verdict): _heading_of(verdict) for verdict in report.verdicts}.items())
    cells = {(verdict.rule, _column(verdict)): verdict for verdict in report.verdicts}
    rules = {verdict.rule: verdict for verdict in report.verdicts}
    for start in range(0, len(columns), SCOPES_ABREAST):
        shown = columns[start : start + SCOPES_ABREAST]
        rows = [
            ["", "", *(scope for _, (scope, _) in shown), "required"],
            ["", "", *(period for _, (_, period) in shown), ""],
        ]
        for rule, example in rules.items():
            found = [cells.get((rule, column)) for column, _ in shown]
            rows.append(
                [rule, example.severity, *(_cell(verdict) for verdict in found), _limit(example)]
            )
        yield _aligned(rows)


def _aligned(rows: list[list[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in rows
    ]


def _cell(verdict: Verdict | None) -> str:
    if verdict is None:
        return ""
    return f"{_measured(verdict)} {_mark(verdict)}".strip()


def _mark(verdict: Verdict) -> str:
    mark = " ".join(filter(None, (verdict.verdict, _MARKS[verdict.outcome])))
    if verdict.outcome is Outcome.FAIL and verdict.waiver:
        mark = f"{mark} (waived)"
    elif verdict.enforcement is Enforcement.WARN and verdict.outcome is not Outcome.PASS:
        mark = f"{mark} ({warns(verdict)})"
    return f"{mark} (loosened)" if verdict.loosened else mark


def _subject(verdict: Verdict) -> ReadValue | None:
    """Return the value that a threshold judged."""
    if verdict.limit is None:
        return None
    return next((v for v in verdict.values if v.name.startswith(("metrics.", "measured."))), None)


def _measured(verdict: Verdict) -> str:
    subject = _subject(verdict)
    if subject is None or not isinstance(subject.value, float):
        return ""
    return format_quantity(subject.value, subject.unit)


def _limit(verdict: Verdict) -> str:
    limit = verdict.limit
    if limit is None or not isinstance(limit.value, float):
        return ""
    return f"{_SIGNS[limit.name]} {format_quantity(limit.value, limit.unit)}"


def _failed(report: Report) -> list[Verdict]:
    return [v for v in report.verdicts if v.outcome is Outcome.FAIL]


def _undecided(report: Report) -> Iterator[list[str]]:
    """Yield one line for each verdict that is unknown or an error: what it lacks."""
    lines = [
        f"{_mark(v):<5} {v.rule}  {_where(v)}  {_one_line(v.reason)}"
        for v in report.verdicts
        if v.outcome in {Outcome.ERROR, Outcome.UNKNOWN}
    ]
    if lines:
        yield lines


def _explanation(verdict: Verdict, waivers: Sequence[WaiverUsed]) -> list[str]:
    lines = [
        f"{_mark(verdict):<5} {verdict.rule}  {_where(verdict)}  ({verdict.severity})",
        f"      {_one_line(verdict.reason)}",
    ]
    distance = _distance(verdict)
    if distance:
        lines.append(f"      by:       {distance}")
    values = ", ".join(_read(verdict.values))
    lines.append(f"      why:      {_one_line(verdict.expression)}")
    if values:
        lines.append(f"      read:     {values}")
    if verdict.loosened:
        lines.append(f"      loosened: {', '.join(verdict.loosened)}")
    if verdict.controls:
        lines.append(f"      controls: {_controls(verdict)}")
    if verdict.waiver:
        lines.append(f"      waiver:   {_waiver_of(verdict.waiver, waivers)}")
    if verdict.remediation:
        lines.append(f"      do:       {_one_line(verdict.remediation)}")
    lines.append(f"      at:       {visible(str(verdict.place))}")
    return lines


def _distance(verdict: Verdict) -> str:
    subject, limit = _subject(verdict), verdict.limit
    if subject is None or limit is None:
        return ""
    if not isinstance(subject.value, float) or not isinstance(limit.value, float):
        return ""
    size = format_difference(abs(subject.value - limit.value), limit.unit)
    return f"{size} {_EXCEEDED[limit.name]}"


def _read(values: Sequence[ReadValue]) -> Iterator[str]:
    """Yield each value that was read, a metric with its sample and interval behind it."""
    by_name = {value.name: value for value in values if value.value is not None}
    for name, value in by_name.items():
        measured = name.replace("metrics.", "measured.", 1)
        if name.startswith("metrics.") and f"{measured}.n" in by_name:
            ends = [by_name.get(f"{measured}.{end}") for end in ("low", "high")]
            between = " to ".join(_plain(end) for end in ends if end)
            sample = f"n = {_plain(by_name[f'{measured}.n'])}"
            yield f"{name} = {_plain(value)} ({', '.join(filter(None, (sample, between)))})"
        elif not (name.startswith("measured.") and _metric_of(name) in by_name):
            yield f"{name} = {_plain(value)}"


def _metric_of(measured: str) -> str:
    return measured.replace("measured.", "metrics.", 1).rpartition(".")[0]


def _plain(value: ReadValue) -> str:
    plain = value.value
    if isinstance(plain, int | float) and not isinstance(plain, bool):
        return format_quantity(plain, value.unit)
    return str(plain).lower() if isinstance(plain, bool) else visible(str(plain))


def _one_line(text: str) -> str:
    """Return prose or CEL that may stand on several lines as one."""
    return visible(" ".join(text.split()))


def _where(verdict: Verdict) -> str:
    return " ".join(filter(None, _heading_of(verdict)))


def _controls(verdict: Verdict) -> str:
    return ", ".join(
        f"{mapping.control.framework} {mapping.control.id} ({mapping.claim})"
        for mapping in verdict.controls
    )


def _waiver_of(waiver_id: str, waivers: Sequence[WaiverUsed]) -> str:
    used = next(used for used in waivers if used.waiver.id == waiver_id)
    waiver = used.waiver
    return (
        f"{visible(waiver.id)}, approved by {visible(waiver.approver)}, "
        f"until {format_instant(waiver.expires)}{_lineage(used)}: {_one_line(waiver.reason)}"
    )


def _lineage(used: WaiverUsed) -> str:
    """Return how long a FAIL has been accepted already, where a waiver renews another."""
    if not used.renewals or used.since is None:
        return ""
    times = "once" if used.renewals == 1 else f"{used.renewals} times"
    days = (used.waiver.expires - used.since).days
    return f", renewed {times}, {days} d since {format_instant(used.since)}"


def _waivers(waivers: Sequence[WaiverUsed]) -> Iterator[list[str]]:
    idle = [used for used in waivers if used.state is not WaiverState.ACTIVE]
    if idle:
        yield [
            f"waiver {visible(used.waiver.id)} for {used.waiver.rule} on "
            f"{visible(used.waiver.tenant)} covers nothing: {used.state}{_lineage(used)}"
            for used in idle
        ]


def _gate(report: Report) -> str:
    counts = report.gate.counts
    undecided = counts["unknown"] + counts["error"]
    parts = [
        f"{counts['pass']} passed",
        f"{counts['fail']} failed",
        f"{undecided} undecided",
        f"{counts['not_applicable']} not applicable",
    ]
    parts += [f"{counts[key]} {key}" for key in ("waived", "warned", "loosened") if counts[key]]
    state = report.gate.state.upper()
    return f"GATE {state}   {', '.join(parts)}   exit {report.gate.exit_code}"
