"""Bytes to files, all or nothing: a crash leaves the old file or the new one, never half."""

from __future__ import annotations

import errno
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

    Each file is the old one or the new one. Only where a place refuses at the last moment what
    could be written beside it can some files be new and others old.

    Raises:
        OSError: Something could not be written.

    """
    for path in contents:
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    written: list[tuple[Path, Path]] = []
    made: list[Path] = []
    try:
        for path, content in contents.items():
            made += [each for each in (path.parent, *path.parent.parents) if not each.exists()]
            path.parent.mkdir(parents=True, exist_ok=True)
            written.append((_beside(path, content), path))
        while written:
            temporary, path = written[-1]
            _put(temporary, path)
            written.pop()
    except BaseException:
        for temporary, _ in written:
            _remove(temporary)
        # A folder that holds something by now stays: only an empty one can be removed.
        for folder in made:
            with suppress(OSError):
                folder.rmdir()
        raise


def _put(temporary: Path, path: Path) -> None:
    """Put a file into its place; a device or a pipe is written to, and stays what it is."""
    if path.exists() and not path.is_file():
        path.write_bytes(temporary.read_bytes())
        temporary.unlink()
    else:
        temporary.replace(path)


def _beside(path: Path, content: bytes) -> Path:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        # mkstemp makes private files; an output is as readable as any new file.
        temporary.chmod(0o666 & ~_umask())
    except BaseException:
        _remove(temporary)
        raise
    return temporary


def _remove(path: Path) -> None:
    with suppress(OSError):
        path.unlink()


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current
