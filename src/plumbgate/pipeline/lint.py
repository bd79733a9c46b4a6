"""Every mistake in every file: policies, cases, profiles, waivers, catalogs, project files."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from plumbgate.errors import Diagnostic, InputError
from plumbgate.loading.documents import load
from plumbgate.loading.kinds import BY_KEY, kind_of
from plumbgate.loading.policies import POLICY_NAMES, nothing_in, shown_as, yaml_below
from plumbgate.loading.project import load_project
from plumbgate.loading.schemas import validate
from plumbgate.model.span import Span
from plumbgate.pipeline.policies import policies_in
from plumbgate.pipeline.profiles import profiles_for
from plumbgate.pipeline.prove import cases_of
from plumbgate.pipeline.waivers import waivers_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from plumbgate.model.project import Project
    from plumbgate.pipeline.policies import Policies


@dataclass(slots=True)
class _Files:
    """Files by what they are, each with the name under which it is shown."""

    by_kind: dict[str, dict[Path, str]] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def add(self, place: Path) -> None:
        """Add a file, or all files below a folder."""
        files = yaml_below(place)
        if not files:
            self.diagnostics.append(nothing_in(place))
        for path in files:
            kind = kind_of(path)
            if kind is None:
                self.diagnostics.append(_stray(path))
            else:
                self.by_kind.setdefault(kind, {}).setdefault(path, shown_as(path, place))

    def of(self, kind: str) -> dict[Path, str]:
        """Return the files of a kind."""
        return self.by_kind.get(kind, {})


def lint(places: Sequence[Path], project: Project) -> list[Diagnostic]:
    """Return every mistake in the files at these places, or in those that a project names."""
    files = _Files()
    for place in places or _named_by(project):
        files.add(place)
    catalogs = dict.fromkeys([*files.of("catalog"), *map(Path, project.catalogs)])
    policies = policies_in(files.of("policy"), catalogs, files.diagnostics)
    _, wrong_profiles = profiles_for(policies, files.of("profile"))
    _, wrong_waivers = waivers_for(policies, files.of("waiver"))
    return [
        *policies.diagnostics,
        *wrong_profiles,
        *wrong_waivers,
        *_wrong_cases(files.of("cases"), policies),
        *_wrong_projects(files.of("project")),
    ]


def _named_by(project: Project) -> list[Path]:
    named = (project.policies, project.profiles, project.waivers, project.catalogs)
    own = [Path(project.file)] if project.file else []
    return [*own, *(Path(path) for paths in named for path in paths)]


def _wrong_cases(files: Iterable[Path], policies: Policies) -> Iterator[Diagnostic]:
    """Yield what is wrong with cases; what they name is held against the policy beside them."""
    by_folder = {
        policies.files[policy.policy.place.file].parent: policy for policy in policies.compiled
    }
    for path in files:
        policy = by_folder.get(path.parent)
        if policy is not None:
            yield from cases_of(policy, policies)[1]
            continue
        document, mistakes = load(path)
        yield from mistakes or validate(document, "cases")
        if not any((path.parent / name).is_file() for name in POLICY_NAMES):
            message = "cases without a policy beside them"
            hint = "move them into the folder of the policy that they are of"
            yield Diagnostic("PG016", message, Span(path.as_posix()), hint)


def _wrong_projects(files: Iterable[Path]) -> Iterator[Diagnostic]:
    for path in files:
        try:
            load_project(path)
        except InputError as error:
            yield from error.diagnostics


def _stray(path: Path) -> Diagnostic:
    keys = " or ".join(f"`{key}`" for key in BY_KEY)
    return Diagnostic(
        "PG016",
        "this file is none of plumbgate's, by its name or its keys",
        Span(path.as_posix()),
        "name it policy.yaml, cases.yaml or plumbgate.yaml, or move it away",
        f"other files of ours have {keys}",
    )
