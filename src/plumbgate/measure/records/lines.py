"""
Text files as numbered lines in the engine: one pass that reads, digests and decodes.

The engine's own CSV reader is not used. It drops what follows a quote that is never closed
without a word, stops at files with two kinds of line ends, and does not tell line numbers; a
number of rows that nobody can check is not evidence. Lines that are split here can be counted.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from duckdb import DuckDBPyConnection

    from plumbgate.measure.records.files import RecordFile

CHUNK = 1 << 22
"""Bytes that are read at once."""
LONGEST = 1 << 24
"""Bytes of the longest line that is read."""

_INSERT = """
INSERT INTO lines
SELECT $before + ordinality, unnest
FROM unnest(string_split($text, chr(10))) WITH ORDINALITY
"""


def read_lines(connection: DuckDBPyConnection, file: RecordFile) -> str:
    """
    Fill the table `lines (row, line)` with the file's lines and return the file's SHA-256.

    Lines are numbered from 1, lose their line end (LF or CRLF), and a byte order mark is no part
    of the first.

    Raises:
        InputError: The file is not UTF-8, or a line is longer than `LONGEST`.

    """
    connection.execute("CREATE OR REPLACE TEMP TABLE lines (row BIGINT, line VARCHAR)")
    digest = hashlib.sha256()
    offset = before = 0
    with file.path.open("rb") as stream:
        for block in _blocks(stream, file):
            digest.update(block)
            text = _decode(block, file, offset, before)
            if offset == 0:
                text = text.removeprefix("\ufeff")
            text = text.replace("\r\n", "\n").removesuffix("\n")
            connection.execute(_INSERT, {"before": before, "text": text})
            offset += len(block)
            before += block.count(b"\n")
    return digest.hexdigest()


def _blocks(stream: BinaryIO, file: RecordFile) -> Iterator[bytes]:
    """Yield the stream in blocks that end where a line ends."""
    rest = b""
    before = 0
    while chunk := stream.read(CHUNK):
        cut = chunk.rfind(b"\n") + 1
        if cut:
            before += chunk.count(b"\n")
            yield rest + chunk[:cut]
            rest = chunk[cut:]
        else:
            rest += chunk
        if len(rest) > LONGEST:
            message = f"a line is longer than {LONGEST} bytes"
            raise file.refusal("PG063", message, "write each record on its own line", before + 1)
    if rest:
        yield rest


def _decode(block: bytes, file: RecordFile, offset: int, before: int) -> str:
    try:
        return block.decode("utf-8")
    except UnicodeDecodeError as error:
        line = before + block.count(b"\n", 0, error.start) + 1
        message = f"not UTF-8 at byte {offset + error.start} of the file"
        raise file.refusal("PG063", message, "save it as UTF-8", line) from None
