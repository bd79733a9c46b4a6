"""YAML documents with the position of every key and value."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import yaml

from plumbgate.errors import Diagnostic
from plumbgate.loading import guard, scalars
from plumbgate.loading.verbatim import verbatim
from plumbgate.model.policy import Expression
from plumbgate.model.span import Span

if TYPE_CHECKING:
    from pathlib import Path

Keys = tuple[str | int, ...]
"""The way from the root of a document to a value: mapping keys and list positions."""

EXPRESSION_KEYS = frozenset({"applies_when", "assert", "expression", "when"})
"""Keys whose value is CEL."""
QUOTED_KEYS = EXPRESSION_KEYS | {"message"}
"""Keys whose value stands in quotes inside `{...}`, where `,` and `}` would end it."""

_HALF_OF_A_PAIR = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Document:
    """A file as plain values, and where each of them stands."""

    file: str
    """As the user named it."""
    lines: tuple[str, ...]
    sha256: str
    value: Any
    values: dict[Keys, Span] = field(default_factory=dict)
    keys: dict[Keys, Span] = field(default_factory=dict)
    verbatim: dict[Keys, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    """For text that stands in the file character by character: line and column of its lines."""

    def place(self, keys: Keys) -> Span:
        """Return where the value stands, or the nearest thing around it that stands anywhere."""
        for end in range(len(keys), -1, -1):
            found = self.values.get(keys[:end])
            if found:
                return found
        return Span(self.file)

    def key_place(self, keys: Keys) -> Span:
        """Return where the key of a mapping entry stands, or the value of a list's entry."""
        return self.keys.get(keys) or self.place(keys)

    def expression(self, keys: Keys) -> Expression:
        """Return the text at `keys` with what is needed to point into it."""
        lines = self.verbatim.get(keys, ())
        place = self.place(keys) if lines else self.key_place(keys)
        return Expression(str(self.at(keys)), place, lines)

    def at(self, keys: Keys) -> Any:  # noqa: ANN401 (JSON)
        """Return the value at `keys`."""
        value = self.value
        for key in keys:
            value = value[key]
        return value

    def part(self, keys: Keys) -> Document:
        """Return the value at `keys` as a document of its own, each place as it is in the file."""

        def below(places: dict[Keys, Span]) -> dict[Keys, Span]:
            start = len(keys)
            return {way[start:]: place for way, place in places.items() if way[:start] == keys}

        return replace(self, value=self.at(keys), values=below(self.values), keys=below(self.keys))

    def written(self, keys: Keys) -> str:
        """Return a value of one line as the file writes it: `8.10`, where the value is 8.1."""
        place = self.values.get(keys)
        if place is None:
            return ""
        return self.line(place)[place.column - 1 :][: place.length]

    def line(self, place: Span) -> str:
        """Return the line of a place; nothing stands where a file has ended without a value."""
        return self.lines[place.line - 1] if 0 < place.line <= len(self.lines) else ""

    def diagnostic(
        self, code: str, message: str, place: Span, hint: str = "", note: str = ""
    ) -> Diagnostic:
        """Return a diagnostic that shows the source line at `place`."""
        return Diagnostic(code, message, place, hint, note, self.line(place))


def load(path: Path, file: str | None = None) -> tuple[Document, list[Diagnostic]]:
    """
    Return the document at `path`, called `file`, and everything wrong with it as YAML.

    Raises:
        OSError: The file cannot be read.

    """
    with path.open("rb") as opened:
        return parse(opened.read(guard.MAX_BYTES + 1), file or path.as_posix())


def parse(content: bytes, file: str) -> tuple[Document, list[Diagnostic]]:
    """Return the document in `content`, and everything wrong with it as YAML."""
    text, refused = guard.inspect(content)
    digest = hashlib.sha256(content).hexdigest()
    document = Document(file, tuple(guard.LINE_BREAK.split(text)), digest, None)
    if refused:
        return document, [
            document.diagnostic(r.code, r.message, Span(file, r.line, r.column), r.hint)
            for r in refused
        ]
    builder = _Builder(document)
    node = guard.LOADER(text).get_single_node()
    value = None if node is None else builder.build(node, (), None)
    return replace(document, value=value), builder.diagnostics


class _Builder:
    """Turns nodes into values, filling the positions of its document."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.diagnostics: list[Diagnostic] = []

    def build(self, node: yaml.Node, keys: Keys, key: str | None, *, flow: bool = False) -> Any:  # noqa: ANN401 (JSON)
        self.document.values[keys] = self._span(node)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, keys)
        if isinstance(node, yaml.SequenceNode):
            inside = bool(node.flow_style)
            return [
                self.build(item, (*keys, i), None, flow=inside) for i, item in enumerate(node.value)
            ]
        assert isinstance(node, yaml.ScalarNode)  # noqa: S101 (YAML has three kinds of nodes)
        return self._scalar(node, keys, key, flow=flow)

    def _mapping(self, node: yaml.MappingNode, keys: Keys) -> dict[str, Any]:
        built: dict[str, Any] = {}
        for key_node, value_node in node.value:
            place = self._span(key_node)
            if not isinstance(key_node, yaml.ScalarNode):
                self._report("PG012", "a key must be text", place, "write `key: value`")
                continue
            name: str = key_node.value
            self._refuse_trap(key_node, None)
            if name in built:
                first = self.document.keys[*keys, name]
                self._report(
                    "PG003",
                    f"duplicate key `{name}` (first at {first.line}:{first.column}), "
                    "the second would silently win",
                    place,
                    "remove one of them",
                )
                continue
            if name == "<<" and not key_node.style:
                message = "`<<` is a merge key; merge keys are not read"
                self._report("PG002", message, place, "write the keys out")
                continue
            self.document.keys[*keys, name] = place
            inside = bool(node.flow_style)
            built[name] = self.build(value_node, (*keys, name), name, flow=inside)
        return built

    def _scalar(
        self, node: yaml.ScalarNode, keys: Keys, key: str | None, *, flow: bool
    ) -> scalars.Scalar:
        text: str = node.value
        if self._refuse_trap(node, key):
            return text
        if flow and not node.style and key in QUOTED_KEYS:
            message = f"`{key}` inside `{{...}}` is not quoted: a `,` or a brace would end it"
            self._report("PG007", message, self._span(node), "put double quotes around it")
        elif node.style == ">" and key in EXPRESSION_KEYS:
            message = f"`{key}` is folded into one line: a `//` comment would swallow the rest"
            self._report("PG007", message, self._span(node), "write `|` in place of `>`")
        lines = verbatim(node, self.document.lines)
        if lines:
            self.document.verbatim[keys] = lines
        return scalars.construct(node, key)

    def _refuse_trap(self, node: yaml.ScalarNode, key: str | None) -> bool:
        """Report a scalar that cannot be read safely, and return whether it is one."""
        if _HALF_OF_A_PAIR.search(node.value):
            message = "half of a surrogate pair is no character"
            self._report("PG005", message, self._span(node), "write the character itself")
            return True
        found = scalars.trap(node, key)
        if found:
            self._report("PG004", found.message, self._span(node), found.hint)
        return found is not None

    def _span(self, node: yaml.Node) -> Span:
        start, end = node.start_mark, node.end_mark
        length = end.column - start.column if start.line == end.line else 1
        return Span(self.document.file, start.line + 1, start.column + 1, max(length, 1))

    def _report(self, code: str, message: str, place: Span, hint: str) -> None:
        self.diagnostics.append(self.document.diagnostic(code, message, place, hint))
