"""What ``dixi doctor`` shows people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from rich.console import Group
from rich.text import Text

from dixi_operator.cli.doctor.result import Diagnosis, Verdict

_MARKS = {
    Verdict.OK: ("+", "green"),
    Verdict.WARNING: ("!", "yellow"),
    Verdict.FAILURE: ("-", "red"),
    Verdict.UNKNOWN: ("?", "cyan"),
}


def draw_diagnoses(diagnoses: Sequence[Diagnosis]) -> Group:
    """One line a check, below it what to do, and at the end how many ended how."""
    return Group(*_draw(diagnoses))


def _draw(diagnoses: Sequence[Diagnosis]) -> Iterator[Text]:
    for diagnosis in diagnoses:
        mark, style = _MARKS[diagnosis.verdict]
        yield Text(f"{mark} {diagnosis.check}: {diagnosis.message}", style=style)
        if diagnosis.advice:
            yield Text(f"    {diagnosis.advice}")
    counts = Counter(diagnosis.verdict for diagnosis in diagnoses)
    yield Text(", ".join(f"{counts[verdict]} {verdict}" for verdict in Verdict))
