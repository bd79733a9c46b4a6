"""Bytes to files, all or nothing: a crash leaves the old file or the new one, never half."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def write_files(contents: Mapping[Path, bytes]) -> None:
    """
    Write every file, making its folder: first all beside their places, then all into place.

    Raises:
        OSError: Something could not be written; what was there before is there still.

    """
    written: list[tuple[Path, Path]] = []
    try:
        for path, content in contents.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            written.append((_beside(path, content), path))
        while written:
            temporary, path = written[-1]
            temporary.replace(path)
            written.pop()
    finally:
        for temporary, _ in written:
            with suppress(OSError):
                temporary.unlink()


def _beside(path: Path, content: bytes) -> Path:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary = Path(name)
    # mkstemp makes private files; an output is as readable as any new file.
    temporary.chmod(0o666 & ~_umask())
    return temporary


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current
