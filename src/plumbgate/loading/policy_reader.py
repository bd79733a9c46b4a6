"""One policy document to the model, with what no schema can say about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from plumbgate.cel.tokens import RESERVED
from plumbgate.loading.catalogs import UnknownControl, framework_slugs, resolve
from plumbgate.loading.parameters import read_parameter
from plumbgate.loading.quantities import days, start_of
from plumbgate.loading.rule_bodies import Body, read_body
from plumbgate.model.catalog import Catalog, Claim, ControlMapping
from plumbgate.model.policy import (
    Enforcement,
    NoData,
    Parameter,
    Policy,
    Rule,
    Severity,
    Variable,
)
from plumbgate.model.span import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from plumbgate.errors import Diagnostic
    from plumbgate.loading.documents import Document, Keys

NO_NAMES = RESERVED | {"false", "in", "null", "true"}
"""Words of CEL: `params.in` would be no expression."""


class PolicyReader:
    """Reads one document that is valid against the schema, collecting what is wrong beyond it."""

    def __init__(self, document: Document, policy_id: str, catalogs: Mapping[str, Catalog]) -> None:
        """Hold the document, the policy's id and the frameworks that it may name."""
        self.document = document
        self.id = policy_id
        self.catalogs = catalogs
        self.diagnostics: list[Diagnostic] = []
        self.is_whole = True
        """Whether every parameter has a value, without which no expression can be checked."""

    def read(self) -> Policy:
        """Return the policy; what is wrong with it is in `diagnostics` then."""
        document, value = self.document, self.document.value
        expression = document.expression
        return Policy(
            self.id,
            value["title"],
            value["version"],
            value["owner"],
            tuple(self._controls(value.get("controls", ()))),
            tuple(self._parameters(value.get("parameters", ()))),
            tuple(self._variables(value.get("variables", ()))),
            tuple(self._rules(value["rules"])),
            Span(document.file),
            document.sha256,
            # Everything above has been read by now.
            not self.diagnostics,
            days(document, ("max_age",), self.diagnostics) if "max_age" in value else None,
            expression(("applies_when",)) if "applies_when" in value else None,
        )

    def _report(self, code: str, message: str, place: Span, hint: str = "") -> None:
        self.diagnostics.append(self.document.diagnostic(code, message, place, hint))

    def _controls(self, rows: Sequence[Mapping[str, str]]) -> Iterable[ControlMapping]:
        seen: set[tuple[str, str, str]] = set()
        for index, row in enumerate(rows):
            known = row["framework"] in {*framework_slugs(), *self.catalogs}
            place = self.document.place(("controls", index, "id" if known else "framework"))
            try:
                control = resolve(self.catalogs, row["framework"], row["id"])
            except UnknownControl as unknown:
                self._report("PG030", unknown.message, place, unknown.hint)
                continue
            # One control may be claimed precisely and, beside it, as the article's guidance.
            mapped = (control.framework, control.id, row["claim"])
            if mapped in seen:
                message = (
                    f"a second {row['claim']} mapping to `{control.id}` of `{control.framework}`"
                )
                self._report("PG017", message, place, "remove one of them")
            seen.add(mapped)
            yield ControlMapping(control, row["id"], Claim(row["claim"]), row["relevance"])

    def _parameters(self, names: Iterable[str]) -> Iterable[Parameter]:
        for name in names:
            self._refuse_word(name, self.document.key_place(("parameters", name)))
            parameter = read_parameter(self.document, name, self.diagnostics)
            if parameter:
                yield parameter
            else:
                self.is_whole = False

    def _variables(self, rows: Sequence[Mapping[str, str]]) -> Iterable[Variable]:
        seen: set[str] = set()
        for index, row in enumerate(rows):
            keys: Keys = ("variables", index)
            self._refuse_twice("variable", row["name"], seen, (*keys, "name"))
            yield Variable(
                row["name"],
                self.document.expression((*keys, "expression")),
                self.document.place((*keys, "name")),
                row.get("if_unmeasured"),
            )

    def _rules(self, rows: Sequence[Mapping[str, Any]]) -> Iterable[Rule]:
        seen: set[str] = set()
        for index, row in enumerate(rows):
            keys: Keys = ("rules", index)
            self._refuse_twice("rule", row["id"], seen, (*keys, "id"))
            body = read_body(self.document, keys, row, self.diagnostics)
            if body is not None:
                yield self._rule(keys, row, body)

    def _refuse_twice(self, kind: str, name: str, seen: set[str], keys: Keys) -> None:
        place = self.document.place(keys)
        if name in seen:
            self._report("PG017", f"a second {kind} `{name}`", place, "rename it")
        seen.add(name)
        self._refuse_word(name, place)

    def _refuse_word(self, name: str, place: Span) -> None:
        if name in NO_NAMES:
            self._report("PG014", f"`{name}` is a word of CEL, and no name", place, "rename it")

    def _rule(self, keys: Keys, row: Mapping[str, Any], body: Body) -> Rule:
        optional = {
            name: self.document.expression((*keys, name))
            for name in ("applies_when", "message")
            if name in row
        }
        return Rule(
            self.id,
            row["id"],
            row["title"],
            Severity(row["severity"]),
            body,
            Enforcement(row.get("enforcement", "block")),
            optional.get("applies_when"),
            NoData(row.get("no_data", "unknown")),
            optional.get("message"),
            row.get("remediation", ""),
            row.get("over") == "units",
            start_of(self.document, (*keys, "enforce_from"), self.diagnostics)
            if "enforce_from" in row
            else None,
        )
