"""The page about conditions and Events: which there are, and what they tell."""

from __future__ import annotations

from collections.abc import Mapping

from dixi_operator.api.reasons import Reason
from dixi_operator.health.conditions import name_condition
from dixi_operator.health.waves import WAITING_FOR
from hack.reference.tables import code, render_table

HEAD = """# Conditions and Events

What an install says of itself. Each condition has the generation of the specification that it is about, and a reason of
[a closed set](reasons.md). Made by `make generate`.

## Conditions

"""
EVENTS_HEAD = """
## Events

Events about an install are in the namespace `default`, as those about all objects that live in none; `dixi events` has
them. They come when something changes, and never at rest.

"""
CONDITIONS: Mapping[str, str] = {
    "Ready": "True: everything runs and the gateway has answered. False: its reason is the first thing in the way. "
    "Unknown: nobody looks, because the install is suspended.",
    "Reconciling": "True: the operator is at work, or waits for something. False: there is nothing to do.",
    "Stalled": "True: only an edit of the specification helps, and the message names its field.",
    "GpuAllocated": "True: every component that asks for a GPU runs on one. False: what keeps it from that. "
    "Absent: none asks.",
    "Autoscaled": "True: replicas follow the load. False: what keeps them from that; they stay as many as they are. "
    "Absent: none are to.",
}
EVENTS: Mapping[Reason, str] = {
    Reason.DRIFT_REPAIRED: "A field that somebody had changed was put back: field, both values, and who it was.",
    Reason.DRIFTED: "A field that somebody has changed is left, as `spec.drift` says.",
    Reason.ADOPTED: "Objects that were there before now belong to the install.",
}
"""Events besides those about Ready."""


def render_conditions() -> str:
    """One row a condition, one a kind of Event."""
    components = [
        (code(name_condition(wave)), f"Whether every object of the wave {wave} is as it should be.")
        for wave in WAITING_FOR
    ]
    conditions = [(code(kind), text) for kind, text in CONDITIONS.items()]
    events = [
        (
            "the reason of `Ready`",
            "Ready has another reason. Steps on the way (`WaitingFor...`, `Progressing`) tell nothing new.",
        ),
        *((code(reason.value), text) for reason, text in EVENTS.items()),
    ]
    page = HEAD + render_table(["condition", "what it says"], [*conditions, *components])
    return page + EVENTS_HEAD + render_table(["reason", "when"], events)
