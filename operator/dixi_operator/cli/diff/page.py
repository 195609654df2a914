"""What ``dixi diff`` shows people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from rich.console import Group
from rich.text import Text

from dixi_operator.cli.diff.difference import Change, Difference
from dixi_operator.cli.diff.trial import Trial

_STYLES = {"+": "green", "-": "red", "@": "cyan"}
_MARKS = {
    Change.CREATED: "+",
    Change.CHANGED: "~",
    Change.RECREATED: "*",
    Change.PRUNED: "-",
    Change.REFUSED: "!",
}


def draw_trial(trial: Trial) -> Group:
    """Draw what would change, object by object, then what would be adopted, and the sums."""
    return Group(*_draw(trial))


def _draw(trial: Trial) -> Iterator[Text]:
    yield Text(f"DixiInstall {trial.install}", style="bold")
    for blocker in trial.blocked:
        yield Text(f"the operator would do nothing of this: {blocker}", style="red")
    for note in trial.notes:
        yield Text(f"note: {note}", style="yellow")
    for item in trial.differences:
        if item.change is not Change.UNCHANGED:
            yield from _draw_difference(item)
    for item in trial.differences:
        if item.adopted:
            writers = f", written by {', '.join(item.managers)}" if item.managers else ""
            yield Text(f"would be adopted: {item.object}{writers}", style="yellow")
    counts = Counter(item.change for item in trial.differences)
    yield Text(", ".join(f"{counts[change]} {change}" for change in Change))


def _draw_difference(item: Difference) -> Iterator[Text]:
    yield Text(f"{_MARKS[item.change]} {item.object} {item.change}", style="bold")
    if item.message:
        yield Text(f"  {item.message}", style="red")
    for line in item.lines:
        yield Text(line, style=_STYLES.get(line[:1], ""))
