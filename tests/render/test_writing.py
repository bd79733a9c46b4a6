"""Bytes to files: old or new, never half, and what is no file stays what it is."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from plumbgate.render.writing import write_files


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_it_makes_folders_and_replaces(tmp_path) -> None:
    path = tmp_path / "a/b/c.txt"

    write_files({path: b"one"})
    write_files({path: b"two"})

    assert path.read_bytes() == b"two"
    assert names(path.parent) == ["c.txt"]


def test_what_cannot_be_written_leaves_no_trace(tmp_path) -> None:
    good, bad = tmp_path / "new/good.txt", tmp_path / "file/bad.txt"
    (tmp_path / "file").write_text("no folder")

    with pytest.raises(OSError, match="file"):
        write_files({good: b"x", bad: b"y"})

    assert names(tmp_path) == ["file"]


def test_a_folder_is_refused_before_anything_is_written(tmp_path) -> None:
    (tmp_path / "out").mkdir()

    with pytest.raises(IsADirectoryError):
        write_files({tmp_path / "a.txt": b"x", tmp_path / "out": b"y"})

    assert names(tmp_path) == ["out"]


def test_a_pipe_is_written_to(tmp_path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(Path(pipe).read_bytes()))
    reader.start()

    write_files({pipe: b"report"})
    reader.join(timeout=10)

    assert read == [b"report"]
    assert pipe.is_fifo()
