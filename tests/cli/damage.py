"""
Ways to damage a file: in its characters, its words, its tree, and in the expressions it holds.

The first seldom get past YAML and the last always does.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from random import Random
from typing import Any

import yaml

NASTY = (
    *"{}[]:,-?&*!|>'\"%@`#\\\n\t \r\x00\x85\u2028\u202e\ufeff\U0001f512\u00e9",
    *("null", "true", "no", "NaN", ".inf", "1e400", "-1", "0x1F", "9" * 400, "1_0", "12:30:45"),
    *("2026-02-30", "{}", "[]", "[[[[", "- - - -", "<<: ", "*a", "&a ", "!!str ", "---\n", "...\n"),
    *("''", '""', "'''", "\\ud800", "\\u0000", "%YAML 1.1\n", ": ", " #", "? ", "|2\n", ">-\n"),
    *("(" * 40, "!" * 40, "a ? b : c", " && ", " = ", "{metrics.}", "params.", "\n  ", "\n      "),
)
NUMBERS = ("0", "-1", "0.5", "80", "1e3", "1e400", "9" * 20, "1e-400", "007", "15 d", "80 %", "2.")
VALUES = (None, True, False, 0, -1, 0.5, 10**30, 1e400, "", " ", "\u00e9", [], {}, [[]], {"": ""})
EXPRESSIONS = ("applies_when", "assert", "expression", "for", "message", "when")

WORD = re.compile(r"[A-Za-z_][\w.]*")
NUMBER = re.compile(r"\d+(?:\.\d+)?")
MARK = re.compile(r"&&|\|\||[<>=!]=|[-()\[\]{}\"'<>!?:,+*/|%]")


def damaged(text: str, chance: Random) -> str:
    """Return the text after a few cuts, insertions, and lines moved, doubled or shifted."""
    for _ in range(chance.randint(1, 3)):
        at, length = chance.randint(0, len(text)), chance.choice([0, 0, 1, 2, 5, 20])
        lines = text.split("\n")
        line = chance.randrange(len(lines))
        match chance.randrange(6):
            case 0 | 1 | 2:
                text = text[:at] + chance.choice(NASTY) + text[at + length :]
            case 3:
                text = text[:at] + text[at + max(1, length) :]
            case 4:
                lines.insert(chance.randrange(len(lines)), lines[line])
                text = "\n".join(lines)
            case _:
                shift = chance.randint(-2, 3)
                lines[line] = " " * shift + lines[line] if shift > 0 else lines[line][-shift:]
                text = "\n".join(lines)
    return text


def edited(text: str, chance: Random) -> str:
    """Return the text after one to three slips of a hand: in a line, a word, a mark, a number."""
    edits = (_line, _word, _word, _mark, _mark, _number)
    for _ in range(chance.choice([1, 1, 2, 3])):
        text = chance.choice(edits)(text, chance)
    return text


def reworded(text: str, chance: Random) -> str:
    """Return the document with one or two slips in an expression or a message, all else whole."""
    tree = yaml.safe_load(text)
    places = [(node, key) for node in _nodes(tree) for key in EXPRESSIONS if key in node]
    node, key = chance.choice(places)
    for _ in range(chance.randint(1, 2)):
        edit = chance.choice([_word, _word, _mark, _mark, _number])
        node[key] = edit(node[key], chance)
    return _written(tree)


def regrown(text: str, chance: Random) -> str:
    """Return the document after one to three changes in its tree, written anew."""
    tree = yaml.safe_load(text)
    for _ in range(chance.choice([1, 1, 2, 3])):
        _branch(tree, chance)
    return _written(tree)


def _line(text: str, chance: Random) -> str:
    lines = text.split("\n")
    one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    match chance.randrange(3):
        case 0:
            del lines[one]
        case 1:
            lines.insert(other, lines[one])
        case _:
            lines[one], lines[other] = lines[other], lines[one]
    return "\n".join(lines)


def _word(text: str, chance: Random) -> str:
    """Leave a word out, double it, misspell it, or take another word of the text for it."""
    words = WORD.findall(text)

    def misspelt(word: str) -> str:
        at = chance.randrange(len(word))
        return word[:at] + word[at + 1 : at + 2] + word[at : at + 1] + word[at + 2 :]

    changes: tuple[Callable[[str], str], ...] = (
        lambda _: "",
        lambda word: f"{word} {word}",
        misspelt,
        lambda _: chance.choice(words),
    )
    return _replaced(WORD, text, chance, chance.choice(changes))


def _mark(text: str, chance: Random) -> str:
    marks = MARK.findall(text)
    changes: tuple[Callable[[str], str], ...] = (
        lambda _: "",
        lambda mark: mark + mark,
        lambda _: chance.choice(marks),
    )
    return _replaced(MARK, text, chance, chance.choice(changes))


def _number(text: str, chance: Random) -> str:
    return _replaced(NUMBER, text, chance, lambda _: chance.choice(NUMBERS))


def _replaced(
    pattern: re.Pattern[str], text: str, chance: Random, change: Callable[[str], str]
) -> str:
    """Return the text with one of the places that the pattern finds changed."""
    found = list(pattern.finditer(text))
    if not found:
        return text
    one = chance.choice(found)
    return text[: one.start()] + change(one[0]) + text[one.end() :]


def _branch(tree: Any, chance: Random) -> None:
    """Cut a branch off, double it, hang another in its place, or call it by another name."""
    nodes = [node for node in _nodes(tree) if node]
    if not nodes:
        return
    node = chance.choice(nodes)
    key = chance.choice(list(node) if isinstance(node, dict) else range(len(node)))
    match chance.randrange(5):
        case 0:
            del node[key]
        case 1:
            node[key] = chance.choice(VALUES)
        case 2 | 3:
            other = chance.choice(nodes)
            values = list(other.values()) if isinstance(other, dict) else other
            node[key] = copy.deepcopy(chance.choice(values))
        case _ if isinstance(node, list):
            node.insert(key, copy.deepcopy(node[key]))
        case _:
            names = [name for one in nodes if isinstance(one, dict) for name in one]
            node[chance.choice(names)] = node.pop(key)


def _nodes(tree: Any) -> list[Any]:
    """Return every mapping and list of a tree."""
    if not isinstance(tree, dict | list):
        return []
    values = tree.values() if isinstance(tree, dict) else tree
    return [tree, *(node for value in values for node in _nodes(value))]


class _Dumper(yaml.SafeDumper):
    """Writes text as people do who have read that expressions are quoted, and without aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _written(tree: Any) -> str:
    return yaml.dump(tree, Dumper=_Dumper, sort_keys=False, width=10_000)


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = None if re.fullmatch(r"[\w .%-]+", text) else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)
