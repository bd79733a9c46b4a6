"""Tests for `plumbgate.loading.catalogs`, the shipped catalogs and their schema."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from plumbgate.loading import documents
from plumbgate.loading.catalogs import (
    CatalogError,
    UnknownControl,
    build_catalog,
    framework_slugs,
    read_catalogs,
    resolve,
)
from plumbgate.loading.shipped import shipped

CSF, NHI, RMF = "nist-csf-2.0", "owasp-nhi-2025", "nist-ai-rmf-1.0"
CATALOGS = read_catalogs()
SCHEMA = json.loads((shipped("schemas") / "catalog.schema.json").read_text(encoding="utf-8"))


def csf_kind(control_id: str) -> str:
    if "-" in control_id:
        return "subcategory"
    return "category" if "." in control_id else "function"


def rmf_kind(control_id: str) -> str:
    if "." in control_id:
        return "subcategory"
    return "category" if " " in control_id else "function"


# --- what is shipped ---------------------------------------------------------------------------


def test_shipped_frameworks() -> None:
    assert framework_slugs() == (RMF, CSF, NHI)
    assert tuple(CATALOGS) == framework_slugs()
    assert [catalog.slug for catalog in CATALOGS.values()] == list(CATALOGS)


@pytest.mark.parametrize(
    ("slug", "kind", "counts"),
    [
        (CSF, csf_kind, {"function": 6, "category": 22, "subcategory": 106}),
        (NHI, lambda _: "risk", {"risk": 10}),
        (RMF, rmf_kind, {"function": 4, "category": 19, "subcategory": 72}),
    ],
    ids=[CSF, NHI, RMF],
)
def test_counts(slug, kind, counts) -> None:
    assert Counter(kind(control) for control in CATALOGS[slug].controls) == counts


def test_withdrawn_csf_ids() -> None:
    withdrawn = CATALOGS[CSF].withdrawn

    assert len(withdrawn) == 91
    assert {old for old, new in withdrawn.items() if not new} == {"PR.IP", "PR.PT", "DE.DP"}
    assert withdrawn["ID.GV-02"] == ("GV.RR", "GV.OC-02", "GV.RR-02")
    assert not CATALOGS[NHI].withdrawn
    assert not CATALOGS[RMF].withdrawn


@pytest.mark.parametrize("slug", framework_slugs())
def test_controls_keep_the_publishers_order(slug) -> None:
    """Each control stands below the one that it belongs to; numbers rise."""
    seen: list[str] = []
    for control in CATALOGS[slug].controls:
        parent = control.rpartition("-")[0] or control.rpartition(".")[0]
        parent = parent or (control.rpartition(" ")[0] if slug == RMF else "")
        assert not parent or slug == NHI or parent in seen
        seen.append(control)
    numbers = [int(control[3:].partition(":")[0]) for control in CATALOGS[NHI].controls]
    assert numbers == sorted(numbers)


@pytest.mark.parametrize("slug", framework_slugs())
def test_labels_are_short(slug) -> None:
    for control in CATALOGS[slug].controls.values():
        assert 1 <= len(control.title.split()) <= 8, control
        assert not control.title.endswith(".")
        assert control.title.isascii()


@pytest.mark.parametrize("slug", framework_slugs())
def test_shipped_file_is_valid(slug) -> None:
    document, diagnostics = documents.load(shipped("catalogs") / f"{slug}.yaml")

    assert diagnostics == []
    assert list(Draft202012Validator(SCHEMA).iter_errors(document.value)) == []
    assert document.value["slug"] == slug


def test_only_the_frameworks_asked_for_are_read() -> None:
    assert list(read_catalogs([NHI, "iso-27001-2022"])) == [NHI]
    assert read_catalogs([]) == {}


# --- which control an id means -----------------------------------------------------------------

MEANT = {
    "CSF as written": (CSF, "GV.OC-01", "GV.OC-01"),
    "CSF one digit, lower case": (CSF, "gv.oc-1", "GV.OC-01"),
    "CSF underscores": (CSF, "gv_oc_01", "GV.OC-01"),
    "CSF in blanks": (CSF, "  GV.OC-01\n", "GV.OC-01"),
    "CSF two digits": (CSF, "GV.SC-10", "GV.SC-10"),
    "CSF 1.1 id that 2.0 kept": (CSF, "ID.AM-1", "ID.AM-01"),
    "CSF with its name": (CSF, "NIST CSF 2.0:GV.OC-01", "GV.OC-01"),
    "CSF with its slug's words": (CSF, "NIST-CSF-2.0:GV", "GV"),
    "CSF category": (CSF, "pr.aa", "PR.AA"),
    "CSF category, underscore": (CSF, "PR_AA", "PR.AA"),
    "CSF function": (CSF, "GV", "GV"),
    "CSF function by name": (CSF, "GOVERN", "GV"),
    "CSF function by both": (CSF, "govern (gv)", "GV"),
    "CSF IDENTIFY": (CSF, "Identify", "ID"),
    "CSF PROTECT": (CSF, "PROTECT", "PR"),
    "CSF DETECT": (CSF, "DETECT", "DE"),
    "CSF RESPOND": (CSF, "RESPOND", "RS"),
    "CSF RECOVER": (CSF, "RECOVER", "RC"),
    "NHI as written": (NHI, "NHI5:2025", "NHI5:2025"),
    "NHI padded": (NHI, "NHI-05", "NHI5:2025"),
    "NHI padded, no hyphen": (NHI, "NHI05", "NHI5:2025"),
    "NHI token": (NHI, "NHI5-2025", "NHI5:2025"),
    "NHI with publisher": (NHI, "OWASP-NHI5", "NHI5:2025"),
    "NHI with publisher, two digits": (NHI, "OWASP-NHI10", "NHI10:2025"),
    "NHI padded, with year": (NHI, "nhi-05:2025", "NHI5:2025"),
    "NHI1 is not NHI10": (NHI, "NHI-1", "NHI1:2025"),
    "RMF as written": (RMF, "GOVERN 1.1", "GOVERN 1.1"),
    "RMF token": (RMF, "GOVERN-1.1", "GOVERN 1.1"),
    "RMF GV of AI 600-1": (RMF, "GV-1.1", "GOVERN 1.1"),
    "RMF MP": (RMF, "mp-2.3", "MAP 2.3"),
    "RMF MS": (RMF, "MS-2.7", "MEASURE 2.7"),
    "RMF MG": (RMF, "MG-3.1", "MANAGE 3.1"),
    "RMF two digits": (RMF, "MEASURE 2.10", "MEASURE 2.10"),
    "RMF one digit of the two": (RMF, "MEASURE 2.1", "MEASURE 2.1"),
    "RMF category": (RMF, "MAP_1", "MAP 1"),
    "RMF function": (RMF, "Govern", "GOVERN"),
    "RMF function, abbreviated": (RMF, "GV", "GOVERN"),
    "RMF with its name": (RMF, "NIST AI RMF:MAP 1.1", "MAP 1.1"),
    "RMF with its version": (RMF, "NIST-AI-RMF-1.0:GOVERN", "GOVERN"),
}


@pytest.mark.parametrize(("framework", "written", "canonical"), MEANT.values(), ids=MEANT)
def test_meant(framework, written, canonical) -> None:
    control = resolve(CATALOGS, framework, written)

    assert (control.framework, control.id) == (framework, canonical)
    assert control is CATALOGS[framework].controls[canonical]


@pytest.mark.parametrize("number", range(1, 11))
def test_every_form_of_every_nhi_risk(number) -> None:
    forms = [f"NHI{number}", f"NHI-{number}", f"NHI{number:02}", f"NHI-{number:02}"]
    forms += [form + year for form in forms for year in (":2025", "-2025", "_2025")]

    assert {resolve(CATALOGS, NHI, form).id for form in forms} == {f"NHI{number}:2025"}


REFUSED = {
    "withdrawn, CSF 1.1 style": (CSF, "PR.AC-1", "withdrawn", "`PR.AA-01` and `PR.AA-05`"),
    "withdrawn, padded": (CSF, "pr.ac-01", "withdrawn", "`PR.AA-01` and `PR.AA-05`"),
    "withdrawn from a kept category": (CSF, "ID.AM-6", "withdrawn", "`GV.RR-02` and `GV.SC-02`"),
    "withdrawn, with name": (CSF, "NIST CSF PR.AC-1", "withdrawn", "`PR.AA-01`"),
    "withdrawn category": (CSF, "ID_BE", "withdrawn", "it is now `GV.OC`;"),
    "withdrawn, no successor": (CSF, "PR.IP", "withdrawn", "no successor"),
    "CSF number that never was": (CSF, "GV.OC-06", "no control", "did you mean"),
    "CSF number nothing": (CSF, "GV.OC-0", "no control", "`GV.OC-0"),
    "CSF 1.1 named": (CSF, "CSF 1.1 ID.AM-1", "no control", "did you mean"),
    "CSF three digits": (CSF, "GV.OC-001", "no control", "`GV.OC-01`"),
    "another year": (NHI, "NHI5:2023", "OWASP Non-Human Identities Top 10 - 2025", "`NHI5:2025`?"),
    "another year, hyphen": (NHI, "OWASP-NHI-05-2026", "no control", "`NHI5:2025`?"),
    "eleventh risk": (NHI, "NHI11", "no control", "`NHI1:2025` or `NHI10:2025`"),
    "letter that only looks like S": (CSF, "RE\u017fPOND", "no control", "look like `GV`"),
    "risk nought": (NHI, "NHI0", "no control", "did you mean"),
    "action id of AI 600-1": (RMF, "GV-1.1-001", "no control", "look like `GOVERN`"),
    "RMF number that never was": (RMF, "GOVERN 7", "no control", "did you mean `GOVERN"),
    "id of another framework": (CSF, "NHI-05", "no control", "a control of `owasp-nhi-2025`"),
    "GOVERN 1.1 in CSF": (CSF, "GOVERN 1.1", "no control", "a control of `nist-ai-rmf-1.0`"),
    "nothing like it": (NHI, "??", "no control", "look like `NHI1:2025`"),
    "empty": (NHI, "", "no control", "look like `NHI1:2025`"),
    "framework without version": ("nist-csf", "GV", "names no version", "write `nist-csf-2.0`"),
    "framework in capitals": ("NIST-CSF-2.0", "GV", "no framework", "mean `nist-csf-2.0`?"),
    "framework misspelt": ("owasp-nih-2025", "NHI1", "no framework", "mean `owasp-nhi-2025`?"),
    "another version": ("nist-csf-1.1", "ID.AM-1", "no framework", "mean `nist-csf-2.0` or"),
    "framework without version, in capitals": ("NIST-CSF", "GV", "no version", "`nist-csf-2.0`"),
    "unknown framework": ("pci", "1", "no framework", "frameworks are `nist-ai-rmf-1.0`, `nist"),
}


@pytest.mark.parametrize(("framework", "written", "message", "hint"), REFUSED.values(), ids=REFUSED)
def test_refused(framework, written, message, hint) -> None:
    with pytest.raises(UnknownControl) as refused:
        resolve(CATALOGS, framework, written)

    assert message in refused.value.message
    assert hint in refused.value.hint
    assert str(refused.value) == f"{refused.value.message}; {refused.value.hint}"


@pytest.mark.parametrize("old", CATALOGS[CSF].withdrawn)
def test_no_withdrawn_id_turns_into_another(old) -> None:
    """Nor does any of the ways in which CSF 1.1 and its readers wrote it."""
    for written in {old, old.lower(), old.replace("-0", "-"), old.replace(".", "_")}:
        with pytest.raises(UnknownControl, match="withdrawn") as refused:
            resolve(CATALOGS, CSF, written)
        assert all(f"`{new}`" in refused.value.hint for new in CATALOGS[CSF].withdrawn[old])


def test_a_framework_that_was_not_read_is_suggested_too() -> None:
    with pytest.raises(UnknownControl) as refused:
        resolve({}, "nist-csf", "GV")

    assert refused.value.hint == "write `nist-csf-2.0`"


@pytest.mark.parametrize("slug", framework_slugs())
@given(data=st.data())
def test_what_is_resolved_stays_resolved(slug, data) -> None:
    """Any text is a control or refused, and a control's own id always means that control."""
    pattern, _ = data.draw(st.sampled_from(CATALOGS[slug].aliases))
    written = data.draw(st.from_regex(pattern, fullmatch=True) | st.text(max_size=12))
    try:
        control = resolve(CATALOGS, slug, written)
    except UnknownControl as refused:
        assert refused.hint  # noqa: PT017 (text that means a control is the other half of the law)
    else:
        assert resolve(CATALOGS, slug, control.id) is control


# --- catalogs of others ------------------------------------------------------------------------


def document(**changed):
    return {
        "apiVersion": "plumbgate/v1",
        "slug": "house-rules-1",
        "title": "House rules 1",
        "publisher": "The house",
        "link": "https://example.org/rules",
        "controls": [{"id": "A-1", "title": "Doors"}, {"id": "A-2", "title": "Windows"}],
        "withdrawn": {"B-1": ["A-1"]},
        "aliases": [{"match": r"rule (\d)", "template": "A-{1}"}],
    } | changed


def test_a_catalog_is_built_in_order() -> None:
    catalog = build_catalog(document())

    assert list(catalog.controls) == ["A-1", "A-2"]
    assert catalog.controls["A-2"].title == "Windows"
    assert catalog.withdrawn == {"B-1": ("A-1",)}
    assert (catalog.title, catalog.publisher) == ("House rules 1", "The house")
    assert catalog.link == "https://example.org/rules"
    assert resolve({"house-rules-1": catalog}, "house-rules-1", "Rule 2").title == "Windows"


def test_the_first_alias_that_matches_wins() -> None:
    rows = [{"match": "x.*", "template": "A-2"}, {"match": "xy", "template": "A-1"}]
    catalog = build_catalog(document(aliases=rows))

    assert resolve({"house-rules-1": catalog}, "house-rules-1", "XY").id == "A-2"


def test_the_publishers_own_id_wins_over_an_alias() -> None:
    catalog = build_catalog(document(aliases=[{"match": "A-1", "template": "A-2"}]))

    assert resolve({"house-rules-1": catalog}, "house-rules-1", "a-1").id == "A-1"


CONTRADICTIONS = {
    "id twice": (
        {"controls": [{"id": "A-1", "title": "x"}, {"id": "a-1", "title": "y"}]},
        ("controls", 1, "id"),
        "`a-1` stands twice",
    ),
    "withdrawn and active": ({"withdrawn": {"A-2": []}}, ("withdrawn", "A-2"), "stands twice"),
    "successor is none": (
        {"withdrawn": {"B-1": ["A-1", "A-9"]}},
        ("withdrawn", "B-1", 1),
        "successor `A-9`",
    ),
    "pattern": (
        {"aliases": [{"match": "(", "template": "A-1"}]},
        ("aliases", 0, "match"),
        "not a regular expression",
    ),
    "group": (
        {"aliases": [{"match": r"(\d)", "template": "A-{1}"}, {"match": "b", "template": "{1}"}]},
        ("aliases", 1, "template"),
        "`{1}` names a group that is not there",
    ),
}


@pytest.mark.parametrize(
    ("changed", "keys", "message"), CONTRADICTIONS.values(), ids=CONTRADICTIONS
)
def test_contradictions(changed, keys, message) -> None:
    with pytest.raises(CatalogError, match="catalog `house-rules-1`") as refused:
        build_catalog(document(**changed))

    ((place, sentence),) = refused.value.mistakes
    assert place == keys
    assert message in sentence


def test_every_contradiction_is_said_at_once() -> None:
    changed = {
        "controls": [{"id": "A-1", "title": "x"}] * 2,
        "withdrawn": {"B-1": ["A-9"], "A-1": []},
        "aliases": [{"match": "(", "template": "x"}, {"match": "b", "template": "{1}"}],
    }

    with pytest.raises(CatalogError) as refused:
        build_catalog(document(**changed))

    assert [keys[:2] for keys, _ in refused.value.mistakes] == [
        ("controls", 1),
        ("withdrawn", "A-1"),
        ("withdrawn", "B-1"),
        ("aliases", 0),
        ("aliases", 1),
    ]


# --- the schema --------------------------------------------------------------------------------


def subschemas(schema, path=()):
    yield path, schema
    for key in ("properties", "patternProperties"):
        for name, child in schema.get(key, {}).items():
            yield from subschemas(child, (*path, name))
    if "items" in schema:
        yield from subschemas(schema["items"], (*path, "[]"))


SUBSCHEMAS = dict(subschemas(SCHEMA))


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("path", SUBSCHEMAS, ids=".".join)
def test_every_key_is_described_with_valid_examples(path) -> None:
    schema = SUBSCHEMAS[path]

    assert schema["description"].endswith(".")
    assert "oneOf" not in schema
    assert "anyOf" not in schema
    if schema.get("type") == "object":
        assert schema["additionalProperties"] is False
    if path:
        assert schema["examples"]
        for example in schema["examples"]:
            Draft202012Validator(schema).validate(example)


INVALID = {
    "unknown key": ({"colour": "red"}, "colour"),
    "slug without version": ({"slug": "nist-csf"}, "nist-csf"),
    "slug in capitals": ({"slug": "NIST-CSF-2.0"}, "NIST-CSF-2.0"),
    "no controls": ({"controls": []}, "[]"),
    "id that ends in a blank": ({"controls": [{"id": "A ", "title": "x"}]}, "A "),
    "control with a statement": (
        {"controls": [{"id": "A", "title": "x", "statement": "y"}]},
        "statement",
    ),
    "title of two lines": ({"title": "a\nb"}, "a\\nb"),
    "withdrawn list": ({"withdrawn": ["A-1"]}, "A-1"),
    "withdrawn id": ({"withdrawn": {"!": []}}, "!"),
    "link to a script": ({"link": "javascript:alert(1)"}, "javascript"),
    "alias without template": ({"aliases": [{"match": "x"}]}, "template"),
    "another format": ({"apiVersion": "plumbgate/v2"}, "plumbgate/v1"),
}


@pytest.mark.parametrize(("changed", "named"), INVALID.values(), ids=INVALID)
def test_invalid(changed, named) -> None:
    validator = Draft202012Validator(SCHEMA)
    assert validator.is_valid(document())

    (error,) = validator.iter_errors(document(**changed))

    assert named in error.message
