"""A project: its file, its waivers, a first policy, the pipeline that runs it, the schemas."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

from plumbgate import __version__
from plumbgate.loading.shipped import shipped
from plumbgate.scaffold.filling import filled
from plumbgate.scaffold.policy import policy_files

if TYPE_CHECKING:
    from plumbgate.model.metric import Metric

SCHEMAS = "schemas"
FIRST_POLICY = PurePath("policies", "house", "first-policy")
_TEMPLATES = {
    "plumbgate.yaml": PurePath("plumbgate.yaml"),
    "waivers.yaml": PurePath("waivers.yaml"),
    "workflow.yml": PurePath(".github", "workflows", "plumbgate.yml"),
}
_WRITTEN_BY_PEOPLE = ("cases", "policy", "profile", "project", "waiver")
"""The kinds of files whose keys an editor can explain."""


def project_files(metric: Metric) -> dict[PurePath, bytes]:
    """Return the files of a project whose first policy is on `metric`, by path."""
    upwards = "/".join([".."] * len(FIRST_POLICY.parts))
    policy = policy_files(metric, f"{upwards}/{SCHEMAS}")
    return {
        **{
            path: filled(name, {"version": __version__}).encode()
            for name, path in _TEMPLATES.items()
        },
        **{FIRST_POLICY / name: content for name, content in policy.items()},
        **schema_files(),
    }


def schema_files() -> dict[PurePath, bytes]:
    """Return the JSON Schemas of what people write, by path."""
    names = [f"{kind}.schema.json" for kind in _WRITTEN_BY_PEOPLE]
    return {PurePath(SCHEMAS, name): (shipped("schemas") / name).read_bytes() for name in names}
