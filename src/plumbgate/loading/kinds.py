"""What a YAML file is: by its name, or else by the key that only one kind of file has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plumbgate.loading.documents import load
from plumbgate.loading.policies import CASES_NAMES, POLICY_NAMES

if TYPE_CHECKING:
    from pathlib import Path

BY_KEY = {"profiles": "profile", "waivers": "waiver", "controls": "catalog"}
"""The key that tells a kind. Policies and cases have their names: by these they are found."""
_NAMED = frozenset({"cases", "rules"})
_PROJECT_KEYS = frozenset({"expect", "gate", "measure", "outputs", "policies", "snapshots"})


def kind_of(path: Path) -> str | None:
    """
    Return the kind of a file, named as its schema; None where it is none of ours.

    Raises:
        OSError: It cannot be read.

    """
    if path.name in POLICY_NAMES:
        return "policy"
    if path.name in CASES_NAMES:
        return "cases"
    for kind, stem in (("project", "plumbgate"), ("profile", "profiles"), ("waiver", "waivers")):
        if path.stem == stem:
            return kind
    document, _ = load(path)
    keys = document.value if isinstance(document.value, dict) else {}
    if "apiVersion" in keys and _PROJECT_KEYS & keys.keys():
        return "project"
    if _NAMED & keys.keys():
        return None
    return next((kind for key, kind in BY_KEY.items() if key in keys), None)
