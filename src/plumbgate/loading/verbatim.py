"""Where the text of a scalar stands in its file, so that CEL's positions become the file's."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yaml import ScalarNode

Places = tuple[tuple[int, int], ...]
"""Line and column, both from 1, of each line of a text."""


def verbatim(node: ScalarNode, lines: tuple[str, ...]) -> Places:
    """
    Return where each line of a scalar begins in the file with these `lines`.

    Nothing is returned for a text that the file does not hold character by character: a folded
    block, escapes, a plain scalar over several lines.
    """
    return _block(node, lines) if node.style == "|" else _line(node, lines)


def _block(node: ScalarNode, lines: tuple[str, ...]) -> Places:
    content = node.value.rstrip("\n").split("\n")
    first = node.start_mark.line + 1
    source = lines[first : first + len(content)]
    indent = _indent(source) - _indent(content)
    # Indicators (`|2-`) are not worked out: what is found must be what is written.
    if [line[indent:] for line in source] != content:
        return ()
    return tuple((first + i + 1, indent + 1) for i in range(len(content)))


def _line(node: ScalarNode, lines: tuple[str, ...]) -> Places:
    text: str = node.value
    start, end = node.start_mark, node.end_mark
    quote: str = node.style or ""
    if not text or start.line != end.line:
        return ()
    if lines[start.line][start.column : end.column] != quote + text + quote:
        return ()
    return ((start.line + 1, start.column + len(quote) + 1),)


def _indent(lines: Sequence[str]) -> int:
    return next((len(line) - len(line.lstrip(" ")) for line in lines if line.strip()), 0)
