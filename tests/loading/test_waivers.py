"""Tests for `plumbgate.loading.waivers`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plumbgate.loading.waivers import LONGEST, load_waivers
from plumbgate.model.instant import format_instant

BEGUN = datetime(2026, 1, 15, tzinfo=UTC)


def waiver(**changed: object) -> str:
    """Return an entry of a waiver file, with keys changed, or left out where None."""
    values = {
        "id": "W-1",
        "rule": "speed.level",
        "scope": "{tenant: acme}",
        "reason": "The scanner is being replaced",
        "requester": "r.lee",
        "approver": "m.okafor",
        "compensating_control": "Weekly review",
        "approved": "2026-01-15",
        "expires": "2026-06-30",
    } | changed
    lines = [f"{key}: {value}" for key, value in values.items() if value is not None]
    return "  - " + "\n    ".join(lines) + "\n"


def load(*entries: str, name: str = "waivers.yaml"):
    Path(name).write_text("apiVersion: plumbgate/v1\nwaivers:\n" + "".join(entries))
    return load_waivers([Path(name)])


def said(mistakes) -> list[tuple[str, str, int, int, str]]:
    assert all(mistake.excerpt for mistake in mistakes)
    return [(d.code, d.message, d.place.line, d.place.column, d.hint) for d in mistakes]


@pytest.fixture(autouse=True)
def _working_folder(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_waiver() -> None:
    (found,), mistakes = load(
        waiver(
            scope="{tenant: acme, units: all}", approved="2026-01-15T12:00:00+02:00", renews=None
        )
    )

    assert mistakes == []
    assert (found.id, found.rule, found.tenant, found.units) == ("W-1", "speed.level", "acme", True)
    assert (found.requester, found.approver) == ("r.lee", "m.okafor")
    assert (found.reason, found.compensating_control) == (
        "The scanner is being replaced",
        "Weekly review",
    )
    assert found.approved == datetime(2026, 1, 15, 10, tzinfo=UTC)
    assert found.expires == datetime(2026, 6, 30, tzinfo=UTC)
    assert str(found.place) == "waivers.yaml:4:11"
    assert found.renews is None


def test_a_tenants_waiver_does_not_cover_its_units() -> None:
    (found,), _ = load(waiver())

    assert not found.units


def test_no_waivers_are_no_mistake() -> None:
    Path("waivers.yaml").write_text("apiVersion: plumbgate/v1\nwaivers: []\n")

    assert load_waivers([Path("waivers.yaml")]) == ([], [])


@given(st.integers(-1, 1), st.sampled_from(["approved", "expires"]))
def test_it_is_active_from_its_approval_until_just_before_its_end(seconds, edge) -> None:
    (found,), _ = load(waiver())
    at = getattr(found, edge) + timedelta(seconds=seconds)

    assert found.is_active(at) == ((seconds >= 0) if edge == "approved" else (seconds < 0))


# --- refused -----------------------------------------------------------------------------------

MISTAKES = {
    "the approver is the requester": (
        {"approver": "r.lee"},
        ("PG040", "the approver is the requester", 8, 15, "have somebody else approve it"),
    ),
    "the approver is the requester, written otherwise": (
        {"requester": "R. Lee", "approver": "'  r.  \uff2cEE '"},
        ("PG040", "the approver is the requester", 8, 15, "have somebody else approve it"),
    ),
    "it ends when it begins": (
        {"expires": "2026-01-15"},
        (
            "PG040",
            "it ends no later than it begins",
            11,
            14,
            "choose a date after `approved`",
        ),
    ),
    "it ends before it begins": (
        {"expires": "2025-01-15"},
        (
            "PG040",
            "it ends no later than it begins",
            11,
            14,
            "choose a date after `approved`",
        ),
    ),
    "a second longer than a year": (
        {"expires": "2027-01-15T00:00:01Z"},
        (
            "PG040",
            "it lasts longer than 365 days",
            11,
            14,
            "expire earlier, then renew it",
        ),
    ),
    "a day that there is not": (
        {"expires": "2026-02-30"},
        (
            "PG040",
            "`2026-02-30` is no instant",
            11,
            14,
            "write 2026-01-31 or 2026-01-31T12:00:00Z",
        ),
    ),
    "an instant without a zone": (
        {"approved": "2026-01-15T12:00:00"},
        (
            "PG040",
            "`2026-01-15T12:00:00` is no instant",
            10,
            15,
            "write 2026-01-31 or 2026-01-31T12:00:00Z",
        ),
    ),
    "an instant before all of time": (
        {"approved": "0001-01-01T00:00:00+10:00"},
        (
            "PG040",
            "`0001-01-01T00:00:00+10:00` is no instant",
            10,
            15,
            "write 2026-01-31 or 2026-01-31T12:00:00Z",
        ),
    ),
    "no approver": (
        {"approver": None},
        (
            "PG010",
            "missing key `approver` in item 1 of `waivers`",
            3,
            5,
            'write `approver: "m.okafor"`',
        ),
    ),
    "a reason of spaces": (
        {"reason": "' '"},
        ("PG015", "`reason` is empty", 6, 13, 'write "The scanner is being replaced"'),
    ),
    "a rule without its policy": (
        {"rule": "level"},
        (
            "PG014",
            "`rule` does not have the form that it must have",
            4,
            11,
            'write "remediation-speed.level"',
        ),
    ),
    "units that are not all": (
        {"scope": "{tenant: acme, units: some}"},
        ("PG013", '`units` cannot be text "some"', 5, 34, "write `all`"),
    ),
    "a date that YAML reads as a number": (
        {"expires": "2026"},
        ("PG012", "`expires` must be text, found the number 2026", 11, 14, 'quote it: "2026"'),
    ),
    "a renewal of what is not there": (
        {"renews": "W-0"},
        (
            "PG041",
            "`W-1` renews `W-0`, which is not there",
            12,
            13,
            "keep the waiver that was renewed",
        ),
    ),
    "a renewal of itself": (
        {"renews": "W-1"},
        (
            "PG041",
            "the renewals of `W-1` run in a circle",
            12,
            13,
            "name the waiver before it",
        ),
    ),
}


@pytest.mark.parametrize(("changed", "expected"), MISTAKES.values(), ids=MISTAKES)
def test_mistakes(changed, expected) -> None:
    _, mistakes = load(waiver(**changed))

    assert said(mistakes) == [expected]


def test_a_year_is_not_too_long() -> None:
    _, mistakes = load(waiver(expires=format_instant(BEGUN + LONGEST)))

    assert mistakes == []


def test_what_is_missing_hides_nothing() -> None:
    _, mistakes = load(waiver(reason=None, approver="r.lee", expires="2026-02-30", scope="acme"))

    assert sorted((d.code, d.place.line) for d in mistakes) == [
        ("PG010", 3),
        ("PG012", 5),
        ("PG040", 7),
        ("PG040", 10),
    ]


def test_a_waiver_that_cannot_be_read_may_have_been_renewed() -> None:
    """Its renewal is no renewal of what is not there."""
    load(waiver(reason=None), name="old.yaml")
    load(waiver(id="W-2", renews="W-1"), name="new.yaml")
    for name, code in (("old.yaml", "PG010"), ("missing.yaml", "PG006")):
        _, mistakes = load_waivers([Path("new.yaml"), Path(name)])
        assert [(d.code, d.place.file) for d in mistakes] == [(code, name)]


@pytest.mark.parametrize("text", ["[]", "a", "{waivers: 1}", "{waivers: [1, {}]}", "{waivers: {}}"])
def test_no_waivers_at_all(text) -> None:
    Path("waivers.yaml").write_text(text + "\n")
    found, mistakes = load_waivers([Path("waivers.yaml")])

    assert found == []
    assert {d.code for d in mistakes} <= {"PG010", "PG012"}
    assert mistakes


def test_every_mistake_of_every_waiver_is_said() -> None:
    _, mistakes = load(
        waiver(approved="x", expires="y"), waiver(id="W-2", approver="r.lee", expires="2028-01-01")
    )

    assert [(d.code, d.place.line) for d in mistakes] == [
        ("PG040", 10),
        ("PG040", 11),
        ("PG040", 17),
        ("PG040", 20),
    ]


# --- several of them ---------------------------------------------------------------------------


def test_two_of_one_id() -> None:
    found, mistakes = load(waiver(), waiver())

    assert found == []
    assert said(mistakes) == [
        ("PG017", "a second waiver `W-1` (the first is at waivers.yaml:3:9)", 12, 9, "rename it")
    ]


def test_two_of_one_id_of_which_one_cannot_be_read() -> None:
    _, mistakes = load(waiver(reason=None), waiver(), waiver(id="[a]"), waiver(id=None))

    assert sorted((d.code, d.place.line) for d in mistakes) == [
        ("PG010", 3),
        ("PG010", 29),
        ("PG012", 20),
        ("PG017", 11),
    ]


def test_files_together() -> None:
    load(waiver(id="W-2", renews="W-1"), name="new.yaml")
    load(waiver(), name="old.yaml")
    found, mistakes = load_waivers([Path("new.yaml"), Path("old.yaml"), Path("new.yaml")])

    assert [entry.id for entry in found] == ["W-2", "W-1"]
    assert mistakes == []


@pytest.mark.parametrize("name", ["missing.yaml", "folder"])
def test_a_file_that_is_not_there_hides_no_other_mistake(name) -> None:
    Path("folder").mkdir()
    load(waiver(approver="r.lee"))
    _, mistakes = load_waivers([Path(name), Path("waivers.yaml")])

    assert [(d.code, d.message, d.place.file) for d in mistakes] == [
        ("PG006", "there is no such file of waivers", name),
        ("PG040", "the approver is the requester", "waivers.yaml"),
    ]


def test_a_lineage() -> None:
    _, mistakes = load(
        waiver(),
        waiver(id="W-2", approved="2026-06-30", expires="2026-12-31", renews="W-1"),
        waiver(id="W-3", approved="2026-12-31", expires="2027-06-30", renews="W-2"),
    )

    assert mistakes == []


@pytest.mark.parametrize(
    "changed", [{"rule": "speed.direction"}, {"scope": "{tenant: globex}"}], ids=["rule", "tenant"]
)
def test_a_renewal_of_something_else(changed) -> None:
    _, mistakes = load(waiver(), waiver(id="W-2", renews="W-1", **changed))

    assert said(mistakes) == [
        (
            "PG041",
            "`W-1` is for `speed.level` on acme: not the same FAIL",
            21,
            13,
            "renew a waiver of this rule and tenant",
        )
    ]


def test_a_misspelt_renewal() -> None:
    _, mistakes = load(waiver(id="W-2025-014"), waiver(id="W-2", renews="W-2025-14"))

    assert [d.hint for d in mistakes] == ["did you mean `W-2025-014`?"]


def test_a_circle_is_said_of_its_members_only() -> None:
    _, mistakes = load(
        waiver(id="A", renews="B"), waiver(id="B", renews="A"), waiver(id="C", renews="A")
    )

    assert [d.message for d in mistakes] == [
        "the renewals of `A` run in a circle",
        "the renewals of `B` run in a circle",
    ]


@given(st.lists(st.sampled_from([None, 0, 1, 2, 3, 4]), min_size=1, max_size=5))
def test_a_lineage_has_an_end_or_is_refused(renewed) -> None:
    entries = [
        waiver(id=f"W-{i}", renews=None if of is None else f"W-{of}")
        for i, of in enumerate(renewed)
    ]
    found, mistakes = load(*entries)
    refused = {d.message.split("`")[1] for d in mistakes}
    for entry in found:
        steps = [entry]
        while steps[-1].renews and len(steps) <= len(found):
            steps += [other for other in found if other.id == steps[-1].renews] or [steps[-1]]
        assert len(steps) <= len(found) or refused & {step.id for step in steps}
