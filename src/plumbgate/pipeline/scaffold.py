"""A new project and a new policy, put on disk where nothing is in their way."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from plumbgate.errors import UsageError, suggestion
from plumbgate.loading.policies import find_policies
from plumbgate.measure.metrics import CATALOGUE
from plumbgate.pipeline.project import current_project, policy_folders, shipped_policies
from plumbgate.render.writing import write_files
from plumbgate.scaffold.policy import policy_files
from plumbgate.scaffold.project import SCHEMAS, project_files

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from plumbgate.model.metric import Metric
    from plumbgate.model.project import Project

FIRST_METRIC = "remediation.first_action_7d"
"""What the first policy of a project is on: a metric that the shipped pack does not judge."""
POLICIES = "policies"
"""Where policies are in a project that names no folder of its own."""
_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")


@dataclass(frozen=True, slots=True)
class NewPolicy:
    """A policy that was written."""

    files: Sequence[Path]
    unread: str
    """Why no command reads it by itself, and what to do; empty where the project names it."""


def start_project(folder: Path) -> Sequence[Path]:
    """
    Write the files of a project into `folder`, and return them.

    Raises:
        UsageError: One of them is there already.
        OSError: They cannot be written.

    """
    files = project_files(CATALOGUE[FIRST_METRIC])
    return _write({folder / path: content for path, content in files.items()})


def start_policy(name: str, metric_id: str) -> NewPolicy:
    """
    Write a policy named `<pack>/<id>` on a metric, with its cases.

    Raises:
        UsageError: It is no name, there is no such metric, or the project has such a policy.
        InputError: The project file has mistakes.
        OSError: The files cannot be written.

    """
    pack, policy_id = _names(name)
    metric = _metric(metric_id)
    project = current_project()
    own = _own_policies(project)
    policies = own or Path(project.file).parent / POLICIES
    _refuse_second(policy_id, [*policy_folders((), project), policies])
    folder = policies / pack / policy_id
    files = policy_files(metric, _schemas(folder))
    written = _write({folder / path: content for path, content in files.items()})
    return NewPolicy(written, "" if own else _unread(project, policies))


def _names(written: str) -> tuple[str, str]:
    pack, _, policy_id = written.partition("/")
    if not (_NAME.fullmatch(pack) and _NAME.fullmatch(policy_id)):
        raise UsageError(
            f"`{written}` is no <pack>/<policy-id>: write two names in lower case, digits and `-`, "
            "as `house/owner-coverage`"
        )
    return pack, policy_id


def _metric(written: str) -> Metric:
    if written not in CATALOGUE:
        hint = suggestion(written, CATALOGUE, "`plumbgate metrics list` shows all")
        raise UsageError(f"there is no metric `{written}`: {hint}")
    return CATALOGUE[written]


def _own_policies(project: Project) -> Path | None:
    """Return the project's first folder of policies that did not come with plumbgate."""
    folders = map(Path, project.policies)
    return next((each for each in folders if not each.is_relative_to(shipped_policies())), None)


def _unread(project: Project, policies: Path) -> str:
    if project.file:
        return f"{project.file} does not name {policies}: add it to its `policies`"
    return f"no project names {policies}: `plumbgate init` makes one; else say `--policies`"


def _refuse_second(policy_id: str, folders: Iterable[Path]) -> None:
    """Refuse an id that a policy has; a folder that is not there yet holds none."""
    found, _ = find_policies(folders)
    for path, shown in found.items():
        if path.absolute().parent.name == policy_id:
            raise UsageError(f"there is a policy `{policy_id}` already: {shown}")


def _schemas(folder: Path) -> str | None:
    """Return how the nearest folder of JSON Schemas, here or above, is reached from `folder`."""
    here = Path.cwd() / folder
    for above in here.parents:
        if all((above / SCHEMAS / f"{kind}.schema.json").is_file() for kind in ("policy", "cases")):
            return Path(os.path.relpath(above / SCHEMAS, here)).as_posix()
    return None


def _write(files: Mapping[Path, bytes]) -> list[Path]:
    """Write files that are not there yet; where one is, none is written."""
    # A link that leads nowhere is in the way too.
    there = [str(path) for path in files if os.path.lexists(path)]
    if there:
        verb = "is" if len(there) == 1 else "are"
        raise UsageError(f"{', '.join(there)} {verb} there already; nothing is written")
    write_files(files)
    return list(files)
