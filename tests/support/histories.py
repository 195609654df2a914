"""What may befall an install in its life: edits, deletions, other writers, restarts of the operator."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from typing import Any, TypeAlias

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.support.specs import Path, Spec, list_used, put, settle, valid_specs

LONGEST = 8


@dataclass(frozen=True)
class Edit:
    """The specification becomes another one."""

    spec: Spec


@dataclass(frozen=True)
class Deletion:
    """Somebody deletes one of the objects."""

    number: int


@dataclass(frozen=True)
class Change:
    """Another writer takes over a field of one of the objects."""

    number: int


@dataclass(frozen=True)
class Suspension:
    """The install is suspended; the next edit, or the end, resumes it."""


@dataclass(frozen=True)
class Restart:
    """The operator is killed and started anew."""


@dataclass(frozen=True)
class Rest:
    """Nothing happens until what happened before is carried out, or seen and left if the install is suspended."""


Step: TypeAlias = Edit | Deletion | Change | Suspension | Restart | Rest


def tame(spec: Spec) -> Spec:
    """The specification as far as it can come about on nodes that are not real, beside others like it.

    What cannot be edited stays unset: namespaces, StorageClasses and sizes. Drift that is to stay makes states differ.
    """
    tamed = deepcopy(spec)
    for path in [*list_used(tamed)]:
        value = _read(tamed, path)
        match path:
            case (*_, "resources", "requests", amount):
                put(tamed, path, f"{10 + len(str(value))}{'m' if amount == 'cpu' else 'Mi'}")
            case (*_, "resources", "limits", amount):
                put(tamed, path, f"{100 + len(str(value))}{'m' if amount == 'cpu' else 'Mi'}")
            case (*_, "replicas" | "minReplicas" | "maxReplicas"):
                put(tamed, path, 1 + value % 3)
    for path in (("namespace", "name"), ("drift",), ("suspend",), ("frontend", "service", "nodePort")):
        _drop(tamed, path)
    for path in (("redis", "storage"), ("ollama", "storage")):
        put(tamed, path, {"ephemeral": True})
    if _read(tamed, ("backup", "destination", "volume")) is not None:
        put(tamed, ("backup", "destination", "volume"), {})
    for part in ("vision", "ollama"):
        if _read(tamed, (part, "gpu", "policy")) == "Required":
            put(tamed, (part, "gpu", "policy"), "Preferred")
    return settle(tamed)


tame_specs: SearchStrategy[Spec] = valid_specs().map(tame)
edits = st.builds(Edit, tame_specs)
steps: SearchStrategy[Step] = st.one_of(
    edits,
    edits,
    st.builds(Deletion, st.integers(0, 99)),
    st.builds(Change, st.integers(0, 99)),
    st.builds(Suspension),
    st.builds(Restart),
)
rests: SearchStrategy[list[Step]] = st.sampled_from([[], [Rest()]])
histories: SearchStrategy[list[Step]] = st.builds(
    lambda first, rest: [first, *(step for group in rest for part in group for step in part)],
    edits,
    st.lists(st.tuples(rests, steps.map(lambda step: [step])), min_size=2, max_size=LONGEST // 2),
)
"""Lives of one install, each of which begins with its first specification."""

LEAN: Spec = settle(
    {
        "profile": "dev",
        "ollama": {"enabled": False},
        "redis": {"enabled": False},
        "networkPolicy": {"enabled": False},
        "deletionPolicy": "Retain",
        "config": {"logLevel": "debug"},
    }
)
RICH: Spec = settle(
    {
        "profile": "small",
        "redis": {"storage": {"ephemeral": True}},
        "ollama": {"storage": {"ephemeral": True}},
        "frontend": {"service": {"type": "NodePort"}, "replicas": 1},
        "backup": {"destination": {"volume": {}}},
        "networkPolicy": {"monitoringNamespaces": ["observability"]},
        "backend": {"podTemplate": {"spec": {"hostAliases": [{"ip": "10.0.0.7", "hostnames": ["camera"]}]}}},
    }
)
CLASSICS: list[list[Step]] = [
    [Edit(RICH), Rest(), Deletion(3), Restart(), Edit(LEAN), Rest(), Change(4), Change(9)],
    [Edit(LEAN), Rest(), Suspension(), Change(2), Deletion(1), Restart(), Edit(RICH), Rest(), Change(11), Deletion(17)],
]
"""Lives that must always be tried: everything comes, and everything goes."""


def _read(spec: Any, path: Path) -> Any:
    for name in path:
        spec = spec.get(name) if isinstance(spec, dict) else None
    return spec


def _drop(spec: Spec, path: Path) -> None:
    parent = _read(spec, path[:-1])
    if isinstance(parent, dict):
        parent.pop(path[-1], None)
