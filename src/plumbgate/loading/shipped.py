"""Where the files that come with plumbgate are: schemas and policies."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path


def shipped(name: str) -> Path:
    """
    Return the folder `name` (`schemas`, `policies`) that came with this installation.

    A wheel carries it inside the package; an editable checkout has it beside `src/`.
    """
    inside = Path(str(files("plumbgate"))) / name
    return inside if inside.is_dir() else inside.parents[2] / name
