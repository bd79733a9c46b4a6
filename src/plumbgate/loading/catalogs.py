"""
Frameworks: which controls there are, and which of them a policy means.

An id is looked up as its publisher writes it, then through the catalog's alias rules. What is
unknown or withdrawn is refused with what to write instead: an id is never passed through, and
never silently replaced by its successor.
"""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING, Any

from plumbgate.errors import InputError, PlumbgateError
from plumbgate.loading.documents import load
from plumbgate.loading.schemas import validate
from plumbgate.loading.shipped import shipped
from plumbgate.model.catalog import Catalog, Control

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from plumbgate.errors import Diagnostic
    from plumbgate.loading.documents import Document, Keys

_FLAGS = re.IGNORECASE | re.ASCII
_PLACE = re.compile(r"\{(\d+)\}")
"""Where a template takes a group of the match, by its number."""


class CatalogError(PlumbgateError):
    """A document has the shape of a catalog, and contradicts itself."""

    def __init__(self, slug: str, mistakes: Iterable[tuple[Keys, str]]) -> None:
        """Hold the way to each mistake in the document, and its sentence."""
        self.mistakes = tuple(mistakes)
        sentences = "; ".join(message for _, message in self.mistakes)
        super().__init__(f"catalog `{slug}`: {sentences}")


class UnknownControl(PlumbgateError):  # noqa: N818 (named after what it says, as a diagnostic is)
    """A policy names a framework or a control that there is not, or not any more."""

    def __init__(self, message: str, hint: str) -> None:
        """Hold what is wrong, and what to write instead."""
        self.message = message
        self.hint = hint
        super().__init__(f"{message}; {hint}")


def framework_slugs() -> tuple[str, ...]:
    """Return the slugs of the frameworks that come with plumbgate, in alphabetical order."""
    return tuple(sorted(path.stem for path in shipped("catalogs").glob("*.yaml")))


def read_catalogs(slugs: Iterable[str] | None = None) -> dict[str, Catalog]:
    """
    Return the shipped catalogs of `slugs`, or all of them, by slug.

    A slug that is not shipped is left out: `resolve` refuses it where a policy names it.
    """
    wanted = framework_slugs() if slugs is None else set(slugs).intersection(framework_slugs())
    return {slug: _read(slug) for slug in sorted(wanted)}


def load_catalogs(paths: Iterable[Path]) -> tuple[dict[str, Catalog], list[Diagnostic]]:
    """
    Return the catalogs of these files by slug, and every mistake in them.

    Raises:
        OSError: A file cannot be read.

    """
    catalogs: dict[str, Catalog] = {}
    diagnostics: list[Diagnostic] = []
    for path in dict.fromkeys(paths):
        document, mistakes = load(path)
        mistakes = mistakes or validate(document, "catalog")
        if not mistakes:
            try:
                catalog = build_catalog(document.value)
            except CatalogError as error:
                mistakes = [_contradiction(document, *mistake) for mistake in error.mistakes]
            else:
                known = {*catalogs, *framework_slugs()}
                mistakes = [_taken(document, catalog.slug)] if catalog.slug in known else []
                catalogs[catalog.slug] = catalog
        diagnostics += mistakes
    return catalogs, diagnostics


def _contradiction(document: Document, keys: Keys, message: str) -> Diagnostic:
    hint = "take it from the publisher's own list"
    return document.diagnostic("PG045", message, document.place(keys), hint)


def _taken(document: Document, slug: str) -> Diagnostic:
    message = f"a second catalog of `{slug}`"
    hint = "another version has another slug: name it with its version"
    return document.diagnostic("PG017", message, document.place(("slug",)), hint)


def build_catalog(value: Mapping[str, Any]) -> Catalog:
    """
    Return the catalog that `value`, valid against catalog.schema.json, describes.

    Raises:
        CatalogError: An id stands twice, a successor is no control, or an alias rule cannot work.

    """
    slug: str = value["slug"]
    controls = [Control(slug, row["id"], row["title"]) for row in value["controls"]]
    withdrawn = {old: tuple(new) for old, new in value["withdrawn"].items()}
    aliases = tuple((row["match"], row["template"]) for row in value["aliases"])
    mistakes = [
        *_ids_twice([control.id for control in controls], withdrawn),
        *_no_successors({control.id for control in controls}, withdrawn),
        *_broken_aliases(aliases),
    ]
    if mistakes:
        raise CatalogError(slug, mistakes)
    by_id = {control.id: control for control in controls}
    text = (value["title"], value["publisher"], value["link"])
    return Catalog(slug, *text, by_id, withdrawn, aliases)


def resolve(catalogs: Mapping[str, Catalog], framework: str, written: str) -> Control:
    """
    Return the control that `written` means in `framework`.

    Raises:
        UnknownControl: There is no such framework, or no such control in it, or it was withdrawn.

    """
    catalog = catalogs.get(framework)
    if catalog is None:
        raise _unknown_framework(sorted({*catalogs, *framework_slugs()}), framework)
    wanted = _canonical(catalog, written)
    if wanted in catalog.controls:
        return catalog.controls[wanted]
    if wanted in catalog.withdrawn:
        raise _withdrawn(catalog, written, catalog.withdrawn[wanted])
    raise UnknownControl(
        f"`{written}` is no control of `{framework}` ({catalog.title})",
        _elsewhere(catalogs, written)
        or _did_you_mean(_near(wanted, catalog.controls))
        or f"its ids look like `{next(iter(catalog.controls))}`",
    )


def _read(slug: str) -> Catalog:
    document, diagnostics = load(shipped("catalogs") / f"{slug}.yaml", f"catalogs/{slug}.yaml")
    if diagnostics:
        raise InputError(diagnostics)
    return build_catalog(document.value)


def _canonical(catalog: Catalog, written: str) -> str:
    """Return `written` as the catalog spells it, active or withdrawn, or as near as rules bring."""
    spelling = {known.lower(): known for known in (*catalog.controls, *catalog.withdrawn)}
    text = written.strip()
    if text.lower() not in spelling:
        text = next(_formed(catalog.aliases, text), text)
    return spelling.get(text.lower(), text)


def _formed(aliases: tuple[tuple[str, str], ...], text: str) -> Iterator[str]:
    for pattern, template in aliases:
        match = re.fullmatch(pattern, text, _FLAGS)
        if match:
            yield _filled(template, match)


def _filled(template: str, match: re.Match[str]) -> str:
    return _PLACE.sub(lambda place: match[int(place[1])] or "", template)


def _withdrawn(catalog: Catalog, written: str, successors: tuple[str, ...]) -> UnknownControl:
    return UnknownControl(
        f"`{written}` was withdrawn and is not in `{catalog.slug}`",
        f"it is now {_listed(successors, 'and')}; write what the policy speaks for"
        if successors
        else "the publisher names no successor; choose a control by its subject",
    )


def _unknown_framework(known: list[str], framework: str) -> UnknownControl:
    versions = [slug for slug in known if slug.startswith(f"{framework.lower()}-")]
    if versions:
        return UnknownControl(
            f"`{framework}` names no version, and ids change meaning between versions",
            f"write {_listed(versions, 'or')}",
        )
    return UnknownControl(
        f"there is no framework `{framework}`",
        _did_you_mean(_near(framework, known)) or f"frameworks are {_listed(known, 'and')}",
    )


def _elsewhere(catalogs: Mapping[str, Catalog], written: str) -> str:
    having = [
        slug
        for slug, catalog in catalogs.items()
        if _canonical(catalog, written) in catalog.controls
    ]
    return f"it is a control of {_listed(having, 'and')}" if having else ""


def _near(wanted: str, known: Iterable[str]) -> list[str]:
    """Return what differs from `wanted` by a character or so, else what resembles it at all."""
    spelling = {text.lower(): text for text in known}
    for cutoff in (0.85, 0.6):
        near = difflib.get_close_matches(wanted.lower(), spelling, n=3, cutoff=cutoff)
        if near:
            return [spelling[text] for text in near]
    return []


def _did_you_mean(near: list[str]) -> str:
    return f"did you mean {_listed(near, 'or')}?" if near else ""


def _listed(ids: Iterable[str], join: str) -> str:
    *most, last = (f"`{text}`" for text in ids)
    return f"{', '.join(most)} {join} {last}" if most else last


def _ids_twice(
    active: list[str], withdrawn: Mapping[str, tuple[str, ...]]
) -> Iterator[tuple[Keys, str]]:
    seen: set[str] = set()
    places: list[Keys] = [("controls", i, "id") for i in range(len(active))]
    places += [("withdrawn", old) for old in withdrawn]
    for place, text in zip(places, (*active, *withdrawn), strict=True):
        # Ids are matched without regard to case, so `ac-1` beside `AC-1` would be unreachable.
        if text.lower() in seen:
            yield place, f"the id `{text}` stands twice"
        seen.add(text.lower())


def _no_successors(
    active: set[str], withdrawn: Mapping[str, tuple[str, ...]]
) -> Iterator[tuple[Keys, str]]:
    for old, successors in withdrawn.items():
        for i, new in enumerate(successors):
            if new not in active:
                yield ("withdrawn", old, i), f"the successor `{new}` is no control"


def _broken_aliases(aliases: tuple[tuple[str, str], ...]) -> Iterator[tuple[Keys, str]]:
    for i, (pattern, template) in enumerate(aliases):
        try:
            groups = re.compile(pattern, _FLAGS).groups
        except re.error as error:
            yield ("aliases", i, "match"), f"not a regular expression: {error}"
            continue
        for place in _PLACE.finditer(template):
            if int(place[1]) > groups:
                yield ("aliases", i, "template"), f"`{place[0]}` names a group that is not there"
