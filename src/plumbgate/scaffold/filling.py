"""The templates beside this module: `<name>` in one is replaced, all else stands as written."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_PLACE = re.compile("<([a-z_]+)>")


def filled(name: str, values: Mapping[str, str]) -> str:
    """Return a template with every place filled."""
    template = files("plumbgate.scaffold") / "templates" / name
    return _PLACE.sub(lambda place: values[place[1]], template.read_text(encoding="utf-8"))
