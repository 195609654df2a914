"""What ``dixi explain`` shows people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Group
from rich.text import Text

from dixi_operator.api.types import Manifest
from dixi_operator.cli.explain import Step, find_blocker, find_warnings

_PASSED, _FAILED, _WARNED = ("+", "green"), ("-", "red"), ("!", "yellow")


def draw_explanation(install: Manifest, steps: Sequence[Step], unread: Sequence[str] = ()) -> Group:
    """Draw an explanation: the cause in the first line, what to do, then every check in order.

    ``unread`` is what could not be looked at.
    """
    blocker = find_blocker(steps)
    told = blocker or next(iter(find_warnings(steps)), None)
    lines = [*_answer(install, blocker, told), Text(), *(_draw_step(step) for step in steps)]
    return Group(*lines, *(Text(f"? {sentence}", style="yellow") for sentence in unread))


def _answer(install: Manifest, blocker: Step | None, told: Step | None) -> Iterator[Text]:
    name = f"DixiInstall {install['metadata']['name']}"
    if told is None:
        yield Text(f"{name} is Ready.", style="bold green")
        return
    state, style = ("is not Ready:", "bold red") if blocker else ("is Ready, but", "bold yellow")
    yield Text(f"{name} {state} {told.reason}: {told.message}", style=style)
    if told.quote:
        yield Text(f"it says: {told.quote}")
    if told.since:
        yield Text(f"since {told.since}")
    if told.advice:
        yield Text(f"what to do: {told.advice}")


def _draw_step(step: Step) -> Text:
    mark, style = _PASSED if step.passed else _FAILED if step.blocks else _WARNED
    message = "" if step.passed else step.message
    return Text(" ".join(word for word in (mark, step.check, step.reason, message) if word), style=style)
