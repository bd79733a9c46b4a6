"""Policies: folders of YAML to the model."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from plumbgate.errors import Diagnostic
from plumbgate.loading.catalogs import UnknownControl, read_catalogs, resolve
from plumbgate.loading.documents import Document, Keys, load
from plumbgate.loading.schemas import validate
from plumbgate.model.catalog import Catalog, Claim, ControlMapping
from plumbgate.model.policy import (
    Enforcement,
    Expression,
    Judge,
    Looser,
    NoData,
    Parameter,
    Policy,
    Rule,
    Severity,
    Threshold,
    Variable,
)
from plumbgate.model.quantity import Unit, parse_quantity
from plumbgate.model.span import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

POLICY_NAMES = ("policy.yaml", "policy.yml")
CASES_NAMES = ("cases.yaml", "cases.yml")
OTHER_NAMES = ("plumbgate.yaml", "profiles.yaml", "waivers.yaml")
COMPARISONS = ("at_most", "at_least", "below", "above", "between")
_ID = re.compile(r"[a-z0-9][a-z0-9-]*")


def find_policies(folders: Iterable[Path]) -> tuple[dict[Path, str], list[Diagnostic]]:
    """
    Return the policy files below `folders` with the name to show, and what is wrong there.

    A file is shown as the user named it; below an absolute folder its name begins with that
    folder's own, so that evidence does not depend on where a checkout lies.
    """
    found: dict[Path, str] = {}
    diagnostics: list[Diagnostic] = []
    for folder in folders:
        files = [folder] if folder.is_file() else sorted(_yaml_below(folder))
        policies = [path for path in files if path.name in POLICY_NAMES]
        diagnostics.extend(
            Diagnostic(
                "PG016",
                "this file is neither a policy nor the cases of one",
                Span(path.as_posix()),
                "name it policy.yaml in a folder named after the policy, or move it away",
            )
            for path in files
            if path.name not in (*POLICY_NAMES, *CASES_NAMES, *OTHER_NAMES)
        )
        if not policies:
            diagnostics.append(
                Diagnostic(
                    "PG015",
                    "no policy here: with nothing to judge, nothing could fail",
                    Span(folder.as_posix()),
                    "a policy is <pack>/<policy-id>/policy.yaml",
                )
            )
        found.update({path: _shown(path, folder) for path in policies})
    return found, diagnostics


def _shown(path: Path, folder: Path) -> str:
    if not folder.is_absolute():
        return path.as_posix()
    return path.relative_to(folder.parent).as_posix()


def _yaml_below(folder: Path) -> Iterable[Path]:
    for path in folder.rglob("*"):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if path.suffix in {".yaml", ".yml"} and path.is_file() and not hidden:
            yield path


def load_policies(files: Mapping[Path, str]) -> tuple[list[Policy], list[Diagnostic]]:
    """Return the policies of these files, shown by these names, and every mistake in them."""
    documents: list[Document] = []
    diagnostics: list[Diagnostic] = []
    for path, shown in files.items():
        document, mistakes = load(path, shown)
        mistakes = mistakes or validate(document, "policy")
        if document.value is not None and not mistakes:
            documents.append(document)
        diagnostics.extend(mistakes)
    catalogs = read_catalogs(_frameworks(documents))
    policies: dict[str, Policy] = {}
    for document in documents:
        reader = _PolicyReader(document, catalogs)
        policy = reader.read()
        diagnostics.extend(reader.diagnostics)
        if policy.id in policies:
            first = policies[policy.id].place.file
            message = f"a second policy `{policy.id}` (the first is {first})"
            hint = "rename one of the folders"
            diagnostics.append(document.diagnostic("PG017", message, Span(document.file), hint))
        policies[policy.id] = policy
    return list(policies.values()), diagnostics


def _frameworks(documents: Iterable[Document]) -> set[str]:
    return {
        control["framework"]
        for document in documents
        for control in document.value.get("controls", ())
    }


class _PolicyReader:
    """Reads one document that is valid against the schema, collecting what is wrong beyond it."""

    def __init__(self, document: Document, catalogs: Mapping[str, Catalog]) -> None:
        self.document = document
        self.catalogs = catalogs
        self.diagnostics: list[Diagnostic] = []
        self.id = document.file.replace("\\", "/").rsplit("/", 2)[-2]

    def read(self) -> Policy:
        document, value = self.document, self.document.value
        if not _ID.fullmatch(self.id):
            self._report(
                "PG014",
                f"`{self.id}` cannot be a policy's id",
                Span(document.file),
                "name its folder in lower case, with digits and `-`",
            )
        max_age = self._days(("max_age",)) if "max_age" in value else None
        return Policy(
            self.id,
            value["title"],
            value["version"],
            value["owner"],
            tuple(self._controls(value.get("controls", ()))),
            tuple(self._parameter(name) for name in value.get("parameters", ())),
            tuple(self._variables(value.get("variables", ()))),
            tuple(self._rules(value["rules"])),
            Span(document.file),
            document.sha256,
            max_age,
            self._expression(("applies_when",)) if "applies_when" in value else None,
        )

    def _report(self, code: str, message: str, place: Span, hint: str = "") -> None:
        self.diagnostics.append(self.document.diagnostic(code, message, place, hint))

    def _expression(self, keys: Keys) -> Expression:
        return self.document.expression(keys)

    def _controls(self, rows: Sequence[Mapping[str, str]]) -> Iterable[ControlMapping]:
        for index, row in enumerate(rows):
            try:
                control = resolve(self.catalogs, row["framework"], row["id"])
            except UnknownControl as unknown:
                place = self.document.place(("controls", index, "id"))
                self._report("PG030", unknown.message, place, unknown.hint)
                continue
            yield ControlMapping(control, row["id"], Claim(row["claim"]), row["relevance"])

    def _quantity(self, keys: Keys) -> tuple[float, Unit | None]:
        value = self.document.value
        for key in keys:
            value = value[key]
        try:
            return parse_quantity(value)
        except ValueError as error:
            self._report("PG012", str(error), self.document.place(keys))
            return 0.0, None

    def _days(self, keys: Keys) -> float:
        value, unit = self._quantity(keys)
        if unit is not Unit.DAYS:
            place = self.document.place(keys)
            self._report("PG023", f"`{keys[-1]}` must be a duration", place, "write `45 d`")
        return value

    def _parameter(self, name: str) -> Parameter:
        keys: Keys = ("parameters", name)
        row: Mapping[str, Any] = self.document.value["parameters"][name]
        value, unit = self._quantity((*keys, "value"))
        bounds: dict[str, float] = {}
        for bound in ("min", "max"):
            if bound in row:
                bounds[bound], its_unit = self._quantity((*keys, bound))
                if its_unit is not unit:
                    self._report(
                        "PG023",
                        f"`{bound}` has another unit than `value`",
                        self.document.place((*keys, bound)),
                        f"write both in {unit or 'bare numbers'}",
                    )
        if not bounds.get("min", value) <= value <= bounds.get("max", value):
            place = self.document.place((*keys, "value"))
            self._report("PG012", f"`{name}` lies outside its own `min` and `max`", place)
        looser = Looser(row["looser"]) if "looser" in row else None
        return Parameter(
            name,
            value,
            unit,
            bounds.get("min"),
            bounds.get("max"),
            looser,
            row.get("description", ""),
            row.get("basis", ""),
        )

    def _variables(self, rows: Sequence[Mapping[str, str]]) -> Iterable[Variable]:
        seen: set[str] = set()
        for index, row in enumerate(rows):
            if row["name"] in seen:
                place = self.document.place(("variables", index, "name"))
                self._report("PG017", f"a second variable `{row['name']}`", place, "rename it")
            seen.add(row["name"])
            yield Variable(row["name"], self._expression(("variables", index, "expression")))

    def _rules(self, rows: Sequence[Mapping[str, Any]]) -> Iterable[Rule]:
        seen: set[str] = set()
        for index, row in enumerate(rows):
            keys: Keys = ("rules", index)
            if row["id"] in seen:
                place = self.document.place((*keys, "id"))
                self._report("PG017", f"a second rule `{row['id']}`", place, "rename it")
            seen.add(row["id"])
            body = self._body(keys, row)
            if body is not None:
                yield self._rule(keys, row, body)

    def _rule(self, keys: Keys, row: Mapping[str, Any], body: Threshold | Expression) -> Rule:
        optional = {
            name: self._expression((*keys, name))
            for name in ("applies_when", "message")
            if name in row
        }
        return Rule(
            self.id,
            row["id"],
            row["title"],
            Severity(row["severity"]),
            body,
            body.place,
            Enforcement(row.get("enforcement", "block")),
            optional.get("applies_when"),
            NoData(row.get("no_data", "unknown")),
            optional.get("message"),
            row.get("remediation", ""),
        )

    def _body(self, keys: Keys, row: Mapping[str, Any]) -> Threshold | Expression | None:
        place = self.document.place(keys)
        if ("threshold" in row) == ("assert" in row):
            self._report("PG018", "a rule has exactly one of `threshold` and `assert`", place)
            return None
        if "assert" in row:
            return self._expression((*keys, "assert"))
        keys = (*keys, "threshold")
        written: Mapping[str, Any] = row["threshold"]
        chosen = [name for name in COMPARISONS if name in written]
        if len(chosen) != 1:
            hint = f"write one of {', '.join(COMPARISONS)}"
            key_place = self.document.key_place(keys)
            self._report("PG018", "a threshold has exactly one limit", key_place, hint)
            return None
        (comparison,) = chosen
        limits = written[comparison]
        return Threshold(
            written["metric"],
            comparison,
            tuple(limits) if comparison == "between" else (limits,),
            self.document.place((*keys, comparison)),
            self.document.place((*keys, "metric")),
            Judge(written.get("judge", "estimate")),
        )
