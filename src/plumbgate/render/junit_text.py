"""
What a JUnit test case says: one line for a list of results, one text for whoever opens it.

A reader may show a skipped case as green, so each line begins with the outcome's own word.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from plumbgate.model.instant import format_instant
from plumbgate.model.policy import Enforcement
from plumbgate.model.quantity import format_quantity
from plumbgate.model.verdict import Outcome
from plumbgate.render.text_safety import visible
from plumbgate.render.wording import warns

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plumbgate.model.snapshot import Period
    from plumbgate.model.verdict import ReadValue, Verdict
    from plumbgate.model.waiver import Waiver

_MESSAGE = 300
"""Characters of a message that readers show."""
_CONTROLS = 90
"""Characters of a message that control ids may take; the body lists all of them."""
_ID = 40
"""Characters of a foreign id in a message."""
_BODY = 10_000
"""Bytes of a body."""
_FIELD = 1_500
"""Characters of one field of a body, so that none crowds out the others."""


def in_one_line(text: str) -> str:
    """Return a name as an XML token: visible, blanks collapsed, never empty."""
    return " ".join(part for part in visible(text).split(" ") if part) or "(unnamed)"


def message(verdict: Verdict, waiver: Waiver | None) -> str:
    """Return outcome, reason and control ids in one line."""
    head = f"{_word(verdict)}{_waived(waiver)}{_loosened(verdict)}: "
    tail = f" [{_shorten(', '.join(_controls(verdict)), _CONTROLS)}]" if verdict.controls else ""
    reason = verdict.reason if verdict.outcome is not Outcome.PASS else verdict.rule
    return head + _shorten(visible(reason), _MESSAGE - len(head) - len(tail)) + tail


def body(verdict: Verdict, waiver: Waiver | None) -> str:
    """Return what the verdict is based on, a field a line, and where the whole record is."""
    pointer = f"Evidence: verdict {_shorten(visible(verdict.id), _ID)} in report.json"
    text = "\n".join(
        f"{label}: {_shorten(_indented(value), _FIELD)}"
        for label, value in _fields(verdict, waiver)
        if value
    )
    room = _BODY - len(pointer) - 1
    if len(text.encode()) > room:
        cut = "\n(cut)"
        text = text.encode()[: room - len(cut)].decode(errors="ignore") + cut
    return f"{text}\n{pointer}"


def _word(verdict: Verdict) -> str:
    word = " ".join(filter(None, (verdict.outcome, verdict.verdict)))
    if verdict.outcome is not Outcome.FAIL:
        return word
    if verdict.waiver:
        return f"WAIVED {word}"
    if verdict.enforcement is not Enforcement.WARN:
        return word
    return f"WARN {word}" if verdict.warns_until is None else f"WARN {word} ({warns(verdict)})"


def _waived(waiver: Waiver | None) -> str:
    if waiver is None:
        return ""
    return (
        f" (waiver {_shorten(visible(waiver.id), _ID)}, expires {format_instant(waiver.expires)})"
    )


def _loosened(verdict: Verdict) -> str:
    if not verdict.loosened:
        return ""
    return f" (loosened: {_shorten(visible(', '.join(verdict.loosened)), _ID)})"


def _controls(verdict: Verdict) -> Iterator[str]:
    for mapping in verdict.controls:
        yield visible(f"{mapping.control.framework} {mapping.control.id}")


def _fields(verdict: Verdict, waiver: Waiver | None) -> Iterator[tuple[str, str]]:
    scope = verdict.scope
    yield "Rule", f"{verdict.rule} - {verdict.title}"
    enforced = warns(verdict) if verdict.warns_until else verdict.enforcement
    yield "Outcome", f"{verdict.outcome}, severity {verdict.severity}, {enforced}"
    yield "Verdict", f"{verdict.verdict}, row {verdict.row}" if verdict.verdict else ""
    yield "Scope", scope.name
    yield "Period", _span(verdict.period) if verdict.period else "expected, not received"
    yield "Reason", verdict.reason
    yield from _waiver_fields(waiver)
    for mapping in verdict.controls:
        control = f"{mapping.control.framework} {mapping.control.id} ({mapping.control.title})"
        yield "Control", f"{control}, {mapping.claim}: {mapping.relevance}"
    yield "Loosened", ", ".join(verdict.loosened)
    yield "Profiles", ", ".join(verdict.profiles)
    yield "Limit", _value(verdict.limit) if verdict.limit else ""
    for value in verdict.values:
        yield "Value", _value(value)
    yield "Parameters", ", ".join(f"{k} = {v!r}" for k, v in verdict.parameters.items())
    yield "Not measured", ", ".join(verdict.unmeasured)
    yield "Remediation", verdict.remediation
    yield "Expression", verdict.expression
    yield "Policy", str(verdict.place)


def _span(period: Period) -> str:
    return f"{period.id}, {format_instant(period.start)} to {format_instant(period.end)}"


def _waiver_fields(waiver: Waiver | None) -> Iterator[tuple[str, str]]:
    if waiver is None:
        return
    span = f"{format_instant(waiver.approved)} to {format_instant(waiver.expires)}"
    yield "Waiver", f"{waiver.id}, {span}"
    yield "Waiver reason", waiver.reason
    yield "Compensating control", waiver.compensating_control
    yield "Waiver requested by", waiver.requester
    yield "Waiver approved by", waiver.approver


def _value(read: ReadValue) -> str:
    """Return a value as people read it, with its digits where reading rounds them off."""
    value = read.value
    if value is None:
        return f"{read.name} = not measured"
    if isinstance(value, bool):
        return f"{read.name} = {str(value).lower()}"
    if isinstance(value, str):
        return f"{read.name} = '{value}'"
    return f"{read.name} = {format_quantity(value, read.unit)} ({value!r})"


def _indented(text: str) -> str:
    """Return `text` with its later lines set in: none of them can pass for a field."""
    return visible(text, keep_lines=True).replace("\n", "\n    ")


def _shorten(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
