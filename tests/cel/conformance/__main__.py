"""Write the page anew: `python -m tests.cel.conformance`."""

from __future__ import annotations

import sys

from tests.cel.conformance.page import PAGE, page, results
from tests.cel.conformance.source import FETCH, features


def main() -> None:
    folder = features()
    if folder is None:
        sys.exit(FETCH)
    PAGE.write_text(page(results(folder)), encoding="utf-8")


if __name__ == "__main__":
    main()
