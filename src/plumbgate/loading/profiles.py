"""Profiles: YAML to the model, held against the policies whose parameters they set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plumbgate.errors import Diagnostic, suggestion
from plumbgate.loading.documents import Document, Keys, load
from plumbgate.loading.parameters import read_value
from plumbgate.loading.schemas import validate
from plumbgate.model.profile import Profile
from plumbgate.model.span import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from plumbgate.model.policy import Parameter, Policy


def load_profiles(
    paths: Iterable[Path], policies: Iterable[Policy]
) -> tuple[list[Profile], list[Diagnostic]]:
    """
    Return the profiles of these files, and every mistake in them.

    Raises:
        OSError: A file cannot be read.

    """
    reader = _Reader(policies)
    for path in dict.fromkeys(paths):
        if not path.is_file():
            message, hint = "there is no such file of profiles", "correct the path that names it"
            reader.diagnostics.append(Diagnostic("PG006", message, Span(path.as_posix()), hint))
            continue
        document, mistakes = load(path)
        mistakes = mistakes or validate(document, "profile")
        reader.diagnostics += mistakes
        if not mistakes:
            for index, _ in enumerate(document.value["profiles"]):
                reader.read(document, ("profiles", index))
    return list(reader.profiles.values()), reader.diagnostics


class _Reader:
    """Reads profiles, collecting what is wrong with them."""

    def __init__(self, policies: Iterable[Policy]) -> None:
        self.profiles: dict[str, Profile] = {}
        self.diagnostics: list[Diagnostic] = []
        self._parameters: dict[tuple[str, str], Parameter] = {}
        self._policies: dict[str, None] = {}
        for policy in policies:
            self._policies[policy.id] = None
            for parameter in policy.parameters:
                self._parameters[policy.id, parameter.name] = parameter

    def read(self, document: Document, keys: Keys) -> None:
        row = document.at(keys)
        name, place = row["id"], document.place((*keys, "id"))
        if name in self.profiles:
            first = self.profiles[name].place
            message = f"a second profile `{name}` (the first is at {first})"
            self._report(document, "PG017", message, place, "rename it")
        chosen = tuple(row.get("policies", ()))
        for index, policy in enumerate(chosen):
            if policy not in self._policies:
                where = document.place((*keys, "policies", index))
                hint = suggestion(policy, self._policies, f"there are {', '.join(self._policies)}")
                self._report(document, "PG021", f"unknown policy `{policy}`", where, hint)
        values, places = self._values(document, (*keys, "parameters"), row.get("parameters", {}))
        expression = document.expression((*keys, "for"))
        self.profiles[name] = Profile(name, expression, chosen, values, place, places)

    def _values(
        self, document: Document, keys: Keys, written: Mapping[str, object]
    ) -> tuple[dict[tuple[str, str], float], dict[tuple[str, str], Span]]:
        values: dict[tuple[str, str], float] = {}
        places: dict[tuple[str, str], Span] = {}
        for name in written:
            policy, _, own = name.partition(".")
            parameter = self._parameters.get((policy, own))
            place = document.key_place((*keys, name))
            if parameter is None:
                known = [".".join(pair) for pair in self._parameters]
                hint = suggestion(name, known, "name it as <policy>.<parameter>")
                self._report(document, "PG021", f"unknown parameter `{name}`", place, hint)
                continue
            value = read_value(document, (*keys, name), parameter, self.diagnostics)
            if value is not None:
                values[policy, own] = value
                places[policy, own] = place
        return values, places

    def _report(self, document: Document, code: str, message: str, place: Span, hint: str) -> None:
        self.diagnostics.append(document.diagnostic(code, message, place, hint))
