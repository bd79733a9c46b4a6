"""
The words and signs of an expression, read in time linear in its length.

cel-python's lexer takes time exponential in the escapes of a text that is not closed, and admits
what CEL does not: `1 inb` for `1 in b`, any escape, reserved words as names. So nothing reaches
it that was not read here first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

RESERVED = frozenset(
    {
        *("as", "break", "const", "continue", "else", "for", "function", "if", "import", "let"),
        *("loop", "namespace", "package", "return", "var", "void", "while"),
    }
)
"""Words that the language definition keeps for itself."""
_KEYWORDS = frozenset({"in", "true", "false", "null"})


class CelSyntaxError(Exception):
    """Text that is no CEL expression of this profile."""

    def __init__(self, offset: int, fix: str = "") -> None:
        """Hold where in the text it is wrong, and what to write instead where that is known."""
        super().__init__(fix or "this does not fit here")
        self.offset = offset
        self.fix = fix


class TokenKind(StrEnum):
    """What a token is."""

    TEXT = "text"
    NUMBER = "number"
    NAME = "name"
    SIGN = "sign"


@dataclass(frozen=True, slots=True)
class Token:
    """A word or a sign, and its offset in the expression."""

    kind: TokenKind
    text: str
    start: int

    @property
    def end(self) -> int:
        """The offset behind it."""
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class Scanned:
    """An expression that consists of tokens, white space and comments alone."""

    text: str
    tokens: tuple[Token, ...]

    @property
    def bracket_depth(self) -> int:
        """How deep brackets nest."""
        depth = deepest = 0
        for token in self.tokens:
            if token.kind is TokenKind.SIGN:
                depth += (token.text in "([{") - (token.text in ")]}")
                deepest = max(deepest, depth)
        return deepest


_ESCAPE = (
    r"\\(?:[abfnrtv\"'\\]|[0-3][0-7]{2}|x[\da-fA-F]{2}|u(?![dD][89a-fA-F])[\da-fA-F]{4}"
    r"|U(?:0000(?![dD][89a-fA-F])|000[1-9a-fA-F]|0010)[\da-fA-F]{4})"
)
_PLAIN = r"\\\n\r\ud800-\udfff"
"""What stands in no text as itself: backslashes, line breaks, halves of characters."""
_TEXT = "|".join(
    rf"{quote}(?:[^{quote}{_PLAIN}]|{_ESCAPE})*{quote}"
    rf"|[rR]{quote}(?:[^{quote}{_PLAIN}]|\\(?:\\|[^\"'{_PLAIN}]))*{quote}"
    for quote in "'\""
)
_NUMBER = r"(?:0x[\da-fA-F]+|(?:\d+\.\d+|\.\d+|\d+(?=[eE]))(?:[eE][+-]?\d+)?|\d+)(?![\w.])"
_SIGN = r"&&|\|\||[=!<>]=|[-<>!+*/%?:.,()\[\]{}]"

_TOKEN = re.compile(
    rf"(?P<space>[ \t\n\r\f]+|//[^\n]*)|(?P<text>{_TEXT})(?!['\"])"
    rf"|(?P<number>{_NUMBER})|(?P<name>[a-zA-Z_]\w*)(?!['\"])|(?P<sign>{_SIGN})",
    re.ASCII,
)
_REFUSED: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"[rRbB]{0,2}(?:'''|\"\"\")"), "a text stands in one pair of quotes, on one line"),
    (re.compile(r"[bB][rR]?['\"]"), "there are no bytes here: write a text, without the `b`"),
    (re.compile(r"[rR]?['\"]"), "close this quote, or correct the escape behind it"),
    (re.compile(r"\d+[uU]\b"), "there are no unsigned numbers here: write it without the `u`"),
    (re.compile(r"[.\d]+\w*"), "not a number that CEL has: write it as 95, 0.95 or 1e3"),
)
"""What begins no token, and what to write instead."""

_PAIRS = {")": "(", "]": "[", "}": "{"}


def scan(text: str) -> Scanned:
    """
    Return the tokens of `text`.

    Raises:
        CelSyntaxError: Something in it is no token of this profile.

    """
    tokens: list[Token] = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise CelSyntaxError(position, _fix(text, position))
        if match.lastgroup != "space":
            token = Token(TokenKind(str(match.lastgroup)), match.group(), position)
            if tokens:
                _refuse_pair(tokens[-1], token)
            if token.kind is TokenKind.NAME and token.text in RESERVED:
                raise CelSyntaxError(position, _reserved(token))
            tokens.append(token)
        position = match.end()
    _refuse_unpaired(tokens)
    return Scanned(text, tuple(tokens))


def _fix(text: str, position: int) -> str:
    return next((fix for pattern, fix in _REFUSED if pattern.match(text, position)), "")


def _refuse_pair(one: Token, other: Token) -> None:
    """Refuse two values side by side, and a keyword as the name of a field."""
    if _is_operand(one) and _is_operand(other):
        raise CelSyntaxError(other.start)
    if one.text == "." and other.text in _KEYWORDS:
        raise CelSyntaxError(other.start, _reserved(other))


def _refuse_unpaired(tokens: list[Token]) -> None:
    """Refuse a bracket without its other half: a parser would stop somewhere behind it."""
    opened: list[Token] = []
    for token in tokens:
        if token.text in _PAIRS.values():
            opened.append(token)
        elif token.text in _PAIRS and (not opened or opened.pop().text != _PAIRS[token.text]):
            raise CelSyntaxError(token.start, f"this `{token.text}` closes nothing")
    if opened:
        raise CelSyntaxError(opened[-1].start, f"this `{opened[-1].text}` is not closed")


def _is_operand(token: Token) -> bool:
    return token.kind is not TokenKind.SIGN and token.text != "in"


def _reserved(token: Token) -> str:
    return f"`{token.text}` is a word that CEL reserves, and no name: choose another"


def line_and_column(text: str, offset: int) -> tuple[int, int]:
    """Return where `offset` is in `text`, both counted from 1."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)
