"""
A pytest plugin: the cases beside a policy run as tests of an ordinary pytest run.

A `cases.yaml` with a policy beside it is collected as a file, each of its cases as a test. pytest
loads this module in every run, so it imports what it runs only when there are cases.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from plumbgate.proving.cases import Case
    from plumbgate.proving.run import Court, Mismatch

CASES_NAMES = ("cases.yaml", "cases.yml")
POLICY_NAMES = ("policy.yaml", "policy.yml")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect the cases of a policy."""
    beside = any((file_path.parent / name).is_file() for name in POLICY_NAMES)
    if file_path.name in CASES_NAMES and beside:
        collected: pytest.Collector = CasesFile.from_parent(parent, path=file_path)
        return collected
    return None


class MismatchError(Exception):
    """A rule concludes something else than its case says."""

    def __init__(self, mismatches: list[Mismatch]) -> None:
        """Hold what a case and the rules do not agree on."""
        super().__init__()
        self.mismatches = mismatches


class CasesFile(pytest.File):
    """The cases of one policy."""

    def collect(self) -> Iterator[pytest.Item]:
        """
        Yield a test for each case.

        Raises:
            pytest.Collector.CollectError: with every mistake in the policy and its cases.

        """
        from plumbgate.errors import InputError  # noqa: PLC0415 (as the module says)
        from plumbgate.pipeline.project import catalogs_above  # noqa: PLC0415
        from plumbgate.pipeline.prove import court_of  # noqa: PLC0415
        from plumbgate.render.diagnostics import render_diagnostics  # noqa: PLC0415

        try:
            court, cases = court_of(self.path.parent, catalogs_above(self.path.parent))
        except InputError as error:
            raise self.CollectError(render_diagnostics(error.diagnostics)) from None
        for case in cases:
            yield CaseItem.from_parent(self, name=case.name, court=court, case=case)


class CaseItem(pytest.Item):
    """One case of a policy."""

    def __init__(self, *, court: Court, case: Case, **more: Any) -> None:  # noqa: ANN401 (pytest's)
        """Judge `case` by the policy of `court`."""
        super().__init__(**more)
        self._court = court
        self._case = case

    def runtest(self) -> None:
        """
        Judge every rule that the case names.

        Raises:
            MismatchError: One concludes something else.

        """
        from plumbgate.measure.metrics import CATALOGUE  # noqa: PLC0415 (as the module says)
        from plumbgate.proving.run import staged  # noqa: PLC0415

        on_stage = staged([self._case], CATALOGUE)
        wrong = list(self._court.mismatches(on_stage, self._case.expected))
        if wrong:
            raise MismatchError(wrong)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *_: object) -> Any:  # noqa: ANN401 (pytest's)
        """Return what is shown of a case that does not hold."""
        from plumbgate.proving.proof_text import mismatch_lines  # noqa: PLC0415 (as above)

        if not isinstance(excinfo.value, MismatchError):
            return super().repr_failure(excinfo)
        return "\n".join(line for one in excinfo.value.mismatches for line in mismatch_lines(one))

    def reportinfo(self) -> tuple[Path, int, str]:
        """Return where the case stands, and its name."""
        return self.path, self._case.place.line - 1, self.name
