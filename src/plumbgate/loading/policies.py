"""Policies: which files they are, and their content as the model."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from plumbgate.errors import Diagnostic
from plumbgate.loading.catalogs import read_catalogs
from plumbgate.loading.documents import Document, load
from plumbgate.loading.mending import validate_through
from plumbgate.loading.policy_reader import PolicyReader
from plumbgate.loading.shipped import shipped
from plumbgate.model.span import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from plumbgate.model.catalog import Catalog
    from plumbgate.model.policy import Policy

POLICY_NAMES = ("policy.yaml", "policy.yml")
CASES_NAMES = ("cases.yaml", "cases.yml")
OTHER_NAMES = ("plumbgate.yaml", "profiles.yaml", "waivers.yaml")
_ID = re.compile(r"[a-z0-9][a-z0-9-]*")


def find_policies(folders: Iterable[Path]) -> tuple[dict[Path, str], list[Diagnostic]]:
    """
    Return the policy files below `folders` with the name to show, and what is wrong there.

    A file is shown as the user named it; below an absolute folder its name begins with that
    folder's own, so that evidence does not depend on where a checkout lies.
    """
    found: dict[Path, str] = {}
    seen: set[Path] = set()
    diagnostics: list[Diagnostic] = []
    for folder in folders:
        files = yaml_below(folder)
        policies = [path for path in files if path.name in POLICY_NAMES]
        strays = [
            path for path in files if path.name not in {*POLICY_NAMES, *CASES_NAMES, *OTHER_NAMES}
        ]
        diagnostics.extend(map(_stray, strays))
        if not policies and folder not in strays:
            diagnostics.append(nothing_in(folder))
        # The same file may be named twice: by a folder and by one above it.
        new = [path for path in policies if path.resolve() not in seen]
        seen.update(path.resolve() for path in new)
        found.update({path: shown_as(path, folder) for path in new})
    return found, diagnostics


def _stray(path: Path) -> Diagnostic:
    return Diagnostic(
        "PG016",
        "this file is neither a policy nor the cases of one",
        Span(path.as_posix()),
        "name it policy.yaml in a folder named after the policy, or move it away",
    )


def nothing_in(folder: Path) -> Diagnostic:
    """Return what is said of a folder of policies in which there is none."""
    there = folder.exists()
    return Diagnostic(
        "PG015" if there else "PG006",
        "no policy here: with nothing to judge, nothing could fail"
        if there
        else "there is no such file or folder of policies",
        Span(folder.as_posix()),
        "a policy is <pack>/<policy-id>/policy.yaml",
    )


def shown_as(path: Path, folder: Path) -> str:
    """Return the name under which a file is shown that was found below a folder, or is it."""
    ours = shipped("policies")
    if path.is_relative_to(ours):
        return path.relative_to(ours.parent).as_posix()
    if not folder.is_absolute():
        return path.as_posix()
    return path.relative_to(folder.parent).as_posix()


def yaml_below(place: Path) -> list[Path]:
    """Return the YAML files below a folder, in order, without hidden ones; of a file, itself."""
    if place.is_file():
        return [place]
    return sorted(
        path
        for path in place.rglob("*")
        if path.suffix in {".yaml", ".yml"}
        and path.is_file()
        and not any(part.startswith(".") for part in path.relative_to(place).parts)
    )


def load_policies(
    files: Mapping[Path, str], catalogs: Mapping[str, Catalog] | None = None
) -> tuple[list[Policy], list[Diagnostic]]:
    """
    Return the policies of these files, shown by these names, and every mistake in them.

    They may name the frameworks that come with plumbgate, and those of `catalogs`.

    A policy with mistakes is returned where its expressions can still be checked.

    Raises:
        OSError: A file cannot be read.

    """
    documents: dict[Path, Document] = {}
    diagnostics: list[Diagnostic] = []
    for path, shown in files.items():
        document, mistakes = load(path, shown)
        readable: Document | None = None if mistakes else document
        if readable:
            readable, mistakes = validate_through(document, "policy")
        if readable:
            documents[path] = readable
        diagnostics.extend(mistakes)
    known = read_catalogs(_frameworks(documents.values())) | dict(catalogs or {})
    policies: list[Policy] = []
    firsts: dict[str, str] = {}
    for path, document in documents.items():
        policy_id = _id(path)
        diagnostics.extend(_wrong_id(document, policy_id, firsts.get(policy_id, "")))
        firsts.setdefault(policy_id, document.file)
        reader = PolicyReader(document, policy_id, known)
        policy = reader.read()
        diagnostics.extend(reader.diagnostics)
        if reader.is_whole:
            policies.append(policy)
    return policies, diagnostics


def _id(path: Path) -> str:
    """Return the name of the policy's folder, as the user sees it: links are not followed."""
    return Path(os.path.abspath(path)).parent.name  # noqa: PTH100 (Path.absolute keeps `..`)


def _wrong_id(document: Document, policy_id: str, first: str) -> Iterable[Diagnostic]:
    place = Span(document.file)
    if not _ID.fullmatch(policy_id):
        message = f"`{policy_id}` cannot be a policy's id"
        yield Diagnostic("PG014", message, place, "name its folder in lower case, digits and `-`")
    if first:
        message = f"a second policy `{policy_id}` (the first is {first})"
        beside = Path(first).parent == Path(document.file).parent
        hint = "keep one of the two files" if beside else "rename one of the folders"
        yield Diagnostic("PG017", message, place, hint)


def _frameworks(documents: Iterable[Document]) -> set[str]:
    return {
        control["framework"]
        for document in documents
        for control in document.value.get("controls", ())
    }
