"""
Where the feature files are: someone else's, so not part of the project.

An environment variable names their folder; without it, the tests that need them are skipped with
the command that fetches them.
"""

from __future__ import annotations

import os
from pathlib import Path

FOLDER = "PLUMBGATE_CEL_FEATURES"
PACKAGE = "cel-python==0.5.0"
FETCH = (
    f"{FOLDER} names no folder of feature files; they come from: pip download --no-deps "
    f"--no-binary :all: {PACKAGE}, then unpack it, and name its folder `features`"
)


def features() -> Path | None:
    """Return the folder of the feature files; None where the environment names none."""
    folder = Path(os.environ.get(FOLDER) or "nowhere")
    return folder if any(folder.glob("*.feature")) else None
