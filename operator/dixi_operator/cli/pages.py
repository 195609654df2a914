"""What ``dixi status`` shows people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from rich.text import Text
from rich.tree import Tree

from dixi_operator.api.types import Manifest
from dixi_operator.cli.explain import read_conditions
from dixi_operator.cli.happenings import Happening
from dixi_operator.health.conditions import name_condition
from dixi_operator.health.waves import WAITING_FOR

_MARKS = {"True": ("+", "green"), "False": ("-", "red")}
_UNKNOWN = ("?", "yellow")
_WAVES = {reason.value: wave for wave, reason in WAITING_FOR.items()}
_WAITING = {name_condition(wave): wave for wave in WAITING_FOR}


def draw_status(install: Manifest, drifts: Iterable[Happening] = ()) -> Tree:
    """Draw an install as a tree: conditions, what waits for what, components, objects, history and drift.

    ``drifts`` are the Events about changes by others; ``+`` marks what is well, ``-`` what is not, ``?`` what is under
    way.
    """
    status = install.get("status")
    tree = Tree(Text(_title(install), style="bold"))
    if not isinstance(status, dict):
        tree.add("no status yet")
        return tree
    _branch(tree, "conditions", (_draw_condition(condition) for condition in read_conditions(install)))
    _branch(tree, "waiting", (Text(edge, style="yellow") for edge in list_edges(install)))
    _branch(tree, "components", (_draw_component(item) for item in _list_objects(status.get("components"))))
    _branch(tree, "gpus", (_draw_gpu(item) for item in _list_objects(status.get("gpus"))))
    tree.add(Text(f"endpoint {status.get('endpoint') or 'none yet'}"))
    if inventory := _list_objects(status.get("inventory")):
        tree.add(Text(f"objects {len(inventory)}: {_count_kinds(inventory)}"))
    _branch(tree, "history, the newest first", (_draw_attempt(item) for item in _list_objects(status.get("history"))))
    notes = [Text(note, style="yellow") for note in list_notes(install)]
    notes += [Text(f"{item.time} {item.reason}: {item.note}", style="yellow") for item in drifts]
    _branch(tree, "notes", notes)
    return tree


def _draw_gpu(item: Manifest) -> Text:
    parts = [f"{item.get('component', '')} on the {item.get('mode', '')}: {item.get('message', '')}"]
    if item.get("delegate"):
        parts.append(f"computes on {item['delegate']}")
    if item.get("rollout"):
        parts.append(f"{item['rollout']}, because {item.get('rolloutMessage', '')}")
    return Text("; ".join(parts))


def list_edges(install: Manifest) -> list[str]:
    """The edges of the plan that are being waited on, for example ``backend waits for redis``."""
    return [
        f"{_WAITING[item['type']]} waits for {_WAVES[item['reason']]}"
        for item in read_conditions(install)
        if item["type"] in _WAITING and item.get("reason") in _WAVES
    ]


def list_notes(install: Manifest) -> list[str]:
    """What is worth knowing although the install is Ready; the operator puts it behind what Ready says."""
    ready = next((item for item in read_conditions(install) if item["type"] == "Ready"), None)
    if ready is None or ready["status"] != "True":
        return []
    return str(ready.get("message", "")).split("; ")[1:]


def _branch(tree: Tree, title: str, leaves: Iterable[Text]) -> None:
    found = list(leaves)
    if found:
        branch = tree.add(title)
        for leaf in found:
            branch.add(leaf)


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


def _draw_component(component: Manifest) -> Text:
    ready, wanted = component.get("readyReplicas", 0), component.get("replicas", "?")
    mark, style = _MARKS["True"] if ready == wanted else _MARKS["False"]
    return Text(f"{mark} {component.get('name', '?')} {ready}/{wanted} {component.get('image', '')}", style=style)


def _draw_attempt(attempt: Manifest) -> Text:
    words: Iterator[str] = (
        str(word)
        for word in (
            attempt.get("revision", "?"),
            attempt.get("outcome", "?"),
            f"generation {attempt.get('generation', '?')}",
            f"version {attempt.get('version', '?')}",
            attempt.get("startedAt", ""),
            _take_seconds(attempt.get("startedAt"), attempt.get("finishedAt")),
        )
    )
    return Text(" ".join(word for word in words if word))


def _take_seconds(started: Any, finished: Any) -> str:
    try:
        span = datetime.fromisoformat(finished) - datetime.fromisoformat(started)
    except (TypeError, ValueError):
        return ""
    return f"({span.total_seconds():.0f} s)"


def _count_kinds(inventory: Iterable[Manifest]) -> str:
    counts = Counter(str(item.get("kind", "?")) for item in inventory)
    return ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items()))


def _list_objects(value: Any) -> list[Manifest]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _title(install: Manifest) -> str:
    spec = install.get("spec")
    spec = spec if isinstance(spec, dict) else {}
    namespace = spec.get("namespace")
    known = {
        "version": spec.get("version"),
        "profile": spec.get("profile"),
        "namespace": namespace.get("name") if isinstance(namespace, dict) else None,
    }
    details = ", ".join(f"{key} {value}" for key, value in known.items() if value)
    return f"DixiInstall {install['metadata']['name']}" + (f" ({details})" if details else "")
