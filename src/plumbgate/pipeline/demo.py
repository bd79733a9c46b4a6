"""The demo: a small programme made up, measured, checked and put on disk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from plumbgate.demo.instants import AS_OF, AT
from plumbgate.demo.records import demo_records
from plumbgate.engine.answer import Answer, answers
from plumbgate.measure.settings import Settings
from plumbgate.pipeline.check import Inputs, check
from plumbgate.pipeline.measure import measure
from plumbgate.pipeline.project import shipped_policies
from plumbgate.render.renderers import RENDERERS
from plumbgate.render.writing import write_files

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from plumbgate.model.report import Report

EVIDENCE = {"report.json": "json", "junit.xml": "junit", "report.txt": "text"}
"""What the demo leaves as evidence, by file name."""


@dataclass(frozen=True, slots=True)
class Demonstration:
    """What the demo concluded."""

    report: Report
    answers: Sequence[Answer]


def demonstrate(folder: Path) -> Demonstration:
    """Write records, snapshots and evidence below `folder`, and return what they say."""
    records, snapshots = folder / "records", folder / "snapshots"
    write_files({records / name: content for name, content in demo_records().items()})
    measured = measure(records, AS_OF, Settings())
    written = {snapshots / path: content for path, content in measured.files.items()}
    write_files(written)
    # These alone are judged, whatever else a folder that was used before holds.
    report = check(Inputs(tuple(written), (shipped_policies(),)), AT)
    rendered = {
        folder / "evidence" / name: RENDERERS[kind](report) for name, kind in EVIDENCE.items()
    }
    write_files(rendered)
    programmes = {snapshot.scope.name: snapshot.facts.programme for snapshot in measured.snapshots}
    return Demonstration(report, answers(report.verdicts, programmes))
