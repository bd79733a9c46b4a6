"""The page about the language says what the code does."""

from __future__ import annotations

from tests.cel.language_page import COMMAND, PAGE, page

from plumbgate.cel.functions import FUNCTIONS
from plumbgate.cel.scope import ROOTS
from plumbgate.cel.standard import CALLABLE


def test_it_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), COMMAND


def test_it_names_everything_that_can_be_read_or_called() -> None:
    text = page()
    names = {*ROOTS, *(name for name, _ in CALLABLE)}

    assert [name for name in sorted(names) if name not in text] == []
    assert all(one.signature in text for one in FUNCTIONS)
