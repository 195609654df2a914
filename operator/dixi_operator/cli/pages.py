"""What ``dixi status`` and ``dixi explain`` show people."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rich.console import Group
from rich.text import Text
from rich.tree import Tree

from dixi_operator.api.types import Manifest
from dixi_operator.cli.explain import Step, find_blocker, read_conditions

_MARKS = {"True": ("+", "green"), "False": ("-", "red")}
_UNKNOWN = ("?", "yellow")


def draw_status(install: Manifest) -> Tree:
    """Draw an install as a tree: conditions, components, endpoint."""
    status = install.get("status")
    tree = Tree(Text(_title(install), style="bold"))
    if not isinstance(status, dict):
        tree.add("no status yet")
        return tree
    conditions = tree.add("conditions")
    for condition in read_conditions(install):
        conditions.add(_draw_condition(condition))
    components = tree.add("components")
    for component in _list_objects(status.get("components")):
        components.add(Text(_describe_component(component)))
    tree.add(Text(f"endpoint {status.get('endpoint') or 'none yet'}"))
    return tree


def draw_steps(install: Manifest, steps: list[Step]) -> Group:
    """Draw an explanation: the answer first, then every check in order."""
    blocker = find_blocker(steps)
    if blocker is None:
        answer = [Text(f"{_title(install)} is Ready.", style="bold green")]
    else:
        answer = [
            Text(f"{_title(install)} is not Ready: {blocker.reason} ({blocker.check})", style="bold red"),
            Text(blocker.message),
        ]
        answer += [Text(f"since {blocker.since}")] if blocker.since else []
        answer += [Text(f"what to do: {blocker.advice}")] if blocker.advice else []
    return Group(*answer, Text(), *(_draw_step(step) for step in steps))


def _draw_condition(condition: Manifest) -> Text:
    kind, status = condition["type"], condition["status"]
    if kind == "Reconciling":
        mark, style = _MARKS["True"] if status == "False" else _UNKNOWN
    elif kind == "Stalled":
        mark, style = _MARKS["False"] if status == "True" else _MARKS["True"]
    else:
        mark, style = _MARKS.get(status, _UNKNOWN)
    words = [mark, f"{kind}={status}", str(condition.get("reason", ""))]
    # What is well needs no words, and Reconciling repeats those of Ready.
    if style != "green" and kind != "Reconciling":
        words.append(str(condition.get("message", "")))
    if condition.get("lastTransitionTime"):
        words.append(f"(since {condition['lastTransitionTime']})")
    return Text(" ".join(word for word in words if word), style=style)


def _draw_step(step: Step) -> Text:
    mark, style = _MARKS[str(step.passed)]
    message = "" if step.passed else step.message
    return Text(" ".join(word for word in (mark, step.check, step.reason, message) if word), style=style)


def _describe_component(component: Manifest) -> str:
    details = [
        f"{key}={value}" for key, value in component.items() if key != "name" and not isinstance(value, dict | list)
    ]
    return " ".join([str(component.get("name", "?")), *details])


def _list_objects(value: Any) -> Iterable[Manifest]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _title(install: Manifest) -> str:
    spec = install.get("spec")
    version = spec.get("version") if isinstance(spec, dict) else None
    return f"DixiInstall {install['metadata']['name']}" + (f" (version {version})" if version else "")
