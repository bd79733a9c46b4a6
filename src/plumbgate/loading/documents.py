"""YAML documents with the position of every key and value."""

from __future__ import annotations

import difflib
import hashlib
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import yaml

from plumbgate.errors import Diagnostic
from plumbgate.loading import guard, scalars
from plumbgate.model.policy import Expression
from plumbgate.model.span import Span

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
"""A line break as YAML counts lines."""

Keys = tuple[str | int, ...]
"""The way from the root of a document to a value: mapping keys and list positions."""


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
        """Return where the key of a mapping entry stands."""
        return self.keys.get(keys) or self.place(keys)

    def expression(self, keys: Keys) -> Expression:
        """Return the text at `keys` with what is needed to point into it."""
        lines = self.verbatim.get(keys, ())
        place = self.place(keys) if lines else self.key_place(keys)
        return Expression(self.text(keys), place, lines)

    def text(self, keys: Keys) -> str:
        """Return the value at `keys` as text."""
        value = self.value
        for key in keys:
            value = value[key]
        return str(value)

    def diagnostic(
        self, code: str, message: str, place: Span, hint: str = "", note: str = ""
    ) -> Diagnostic:
        """Return a diagnostic that shows the source line at `place`."""
        line = self.lines[place.line - 1] if 0 < place.line <= len(self.lines) else ""
        return Diagnostic(code, message, place, hint, note, line)


def load(path: Path, file: str | None = None) -> tuple[Document, list[Diagnostic]]:
    """Return the document at `path`, called `file`, and everything wrong with it as YAML."""
    return parse(path.read_bytes(), file or path.as_posix())


def parse(content: bytes, file: str) -> tuple[Document, list[Diagnostic]]:
    """Return the document in `content`, and everything wrong with it as YAML."""
    text = guard.decode(content)
    digest = hashlib.sha256(content).hexdigest()
    if isinstance(text, guard.Refusal):
        lines = tuple(content.decode("utf-8", "replace")[: guard.MAX_BYTES].split("\n"))
        empty = Document(file, lines, digest, None)
        return empty, [_refused(empty, text)]
    document = Document(file, tuple(_BREAK.split(text)), digest, None)
    refused = [_refused(document, refusal) for refusal in guard.refusals(text)]
    if refused:
        return document, refused
    builder = _Builder(document)
    node = guard.LOADER(text).get_single_node()
    value = None if node is None else builder.build(node, (), None)
    complete = Document(
        file, document.lines, digest, value, document.values, document.keys, document.verbatim
    )
    return complete, builder.diagnostics


def closest(written: str, known: list[str] | tuple[str, ...]) -> str:
    """Return a did-you-mean for `written`, or nothing where nothing is near."""
    near = difflib.get_close_matches(written, known, n=1, cutoff=0.6)
    return f"did you mean `{near[0]}`?" if near else ""


def _refused(document: Document, refusal: guard.Refusal) -> Diagnostic:
    place = Span(document.file, refusal.line, refusal.column)
    return document.diagnostic(refusal.code, refusal.message, place, refusal.hint)


class _Builder:
    """Turns nodes into values, filling the positions of its document."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.diagnostics: list[Diagnostic] = []

    def build(self, node: yaml.Node, keys: Keys, key: str | None) -> Any:  # noqa: ANN401 (JSON)
        self.document.values[keys] = self._span(node)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, keys)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(item, (*keys, i), None) for i, item in enumerate(node.value)]
        assert isinstance(node, yaml.ScalarNode)  # noqa: S101 (YAML has three kinds of nodes)
        reading = scalars.ambiguity(node, key)
        if reading:
            self._report(
                "PG004",
                f"`{node.value}` is {reading} to some YAML readers and text to others",
                self._span(node),
                f'quote it: "{node.value}"'
                if reading not in {"true", "false"}
                else f'write {reading}, or quote it: "{node.value}"',
            )
            return node.value
        lines = _verbatim(node, self.document.lines)
        if lines:
            self.document.verbatim[keys] = lines
        return scalars.construct(node, key)

    def _mapping(self, node: yaml.MappingNode, keys: Keys) -> dict[str, Any]:
        built: dict[str, Any] = {}
        for key_node, value_node in node.value:
            place = self._span(key_node)
            if not isinstance(key_node, yaml.ScalarNode):
                self._report("PG012", "a key must be text", place)
                continue
            name: str = key_node.value
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
            if name == "<<":
                self._report("PG002", "merge key `<<`", place, "write the keys out")
                continue
            self.document.keys[*keys, name] = place
            built[name] = self.build(value_node, (*keys, name), name)
        return built

    def _span(self, node: yaml.Node) -> Span:
        start, end = node.start_mark, node.end_mark
        length = end.column - start.column if start.line == end.line else 1
        return Span(self.document.file, start.line + 1, start.column + 1, max(length, 1))

    def _report(self, code: str, message: str, place: Span, hint: str = "") -> None:
        self.diagnostics.append(self.document.diagnostic(code, message, place, hint))


def _verbatim(node: yaml.ScalarNode, lines: tuple[str, ...]) -> tuple[tuple[int, int], ...]:
    """Return where each line of a scalar stands, only where the file holds it verbatim."""
    start = node.start_mark
    text: str = node.value
    if node.style == "|":
        content = text.rstrip("\n").split("\n")
        first = start.line + 1
        source = lines[first : first + len(content)]
        indent = _indent(source) - _indent(content)
        if [line[indent:] for line in source] != content:
            return ()
        return tuple((first + i + 1, indent + 1) for i in range(len(content)))
    begin = start.column + (1 if node.style in {'"', "'"} else 0)
    if "\n" in text or lines[start.line][begin : begin + len(text)] != text:
        return ()
    return ((start.line + 1, begin + 1),)


def _indent(lines: Sequence[str]) -> int:
    return next((len(line) - len(line.lstrip(" ")) for line in lines if line.strip()), 0)
