"""The page about diagnostics, made of their table and of what real mistakes printed."""

from __future__ import annotations

import re
from pathlib import Path

from plumbgate.codes import CODES, Code

ROOT = Path(__file__).parent.parent.parent
PAGE = ROOT / "docs" / "diagnostics.md"
COMMAND = "python -m tests.cli.diagnostics_page"
BLOCK = re.compile(r"^error\[(PG\d{3})\]: .*\n(?:.+\n)*", re.MULTILINE)

HEAD = f"""\
# Diagnostics

Made by `{COMMAND}`; a test fails where this page is not what it makes.

What is wrong with an input is said with a code, which stays the same from version to version.
`plumbgate explain PG011` says in a terminal what stands here.
"""


def examples(folder: Path) -> dict[str, str]:
    """Return for each code the mistake to show: of the case with the fewest, the first by name."""
    found: dict[str, str] = {}
    cases = [file.read_text(encoding="utf-8") for file in sorted(folder.glob("*/expected.txt"))]
    for text in sorted(cases, key=lambda text: len(BLOCK.findall(text))):
        for block in BLOCK.finditer(text):
            found.setdefault(block[1], block[0])
    return found


def section(name: str, code: Code, example: str) -> str:
    shown = f"\n```text\n{example}```\n" if example else ""
    return f"""
## {name}

{code.meaning}

- Why: {code.why}
- Fix: {code.fix}
{shown}"""


def page() -> str:
    shown = examples(Path(__file__).parent / "negative")
    return HEAD + "".join(section(name, code, shown.get(name, "")) for name, code in CODES.items())


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
