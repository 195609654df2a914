"""From records of the audit log to figures; nothing here reads a clock or a file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from tests.perf.audit import HARNESS, Record

READS = frozenset({"get", "list"})
WORKLOADS = "kube-controller-manager"


@dataclass(frozen=True)
class Pace:
    """How a contestant fared with a number of installs; seconds count from the first install's creation.

    ``available_seconds`` is when the last Deployment's status was written, ``ready_seconds`` when the contestant wrote
    the last install's status, None where it writes none.
    """

    objects: int
    objects_seconds: float
    available_seconds: float
    ready_seconds: float | None
    writes: int
    reads: int
    requests: Mapping[str, int]
    """The same by verb and resource."""

    @property
    def objects_a_second(self) -> float:
        """Objects made in a second, until the last one was there."""
        return self.objects / self.objects_seconds


def measure_pace(records: Sequence[Record]) -> Pace:
    """Figures of one run, from all of its records; ValueError when nothing was made."""
    started = min(item.received for item in records if item.agent == HARNESS and item.resource == "dixiinstalls")
    ours = [item for item in records if item.is_measured and item.received >= started]
    made = [item for item in ours if item.has_created and item.resource not in {"events", "leases"}]
    if not made:
        raise ValueError("the audit log has no object that a contestant has made")
    stated = [item.answered for item in ours if item.resource == "dixiinstalls" and item.subresource == "status"]
    scaled = [
        item.answered
        for item in records
        if item.agent.startswith(WORKLOADS) and item.resource == "deployments" and item.subresource == "status"
    ]
    return Pace(
        objects=len(made),
        objects_seconds=max(item.answered for item in made) - started,
        available_seconds=max(scaled) - started,
        ready_seconds=max(stated) - started if stated else None,
        writes=sum(item.is_write for item in ours),
        reads=sum(item.verb in READS for item in ours),
        requests=count_requests(item for item in ours if item.is_write or item.verb in READS),
    )


def count_requests(records: Iterable[Record]) -> dict[str, int]:
    """How many requests of each verb there were to each resource, most first."""
    names = Counter(
        f"{item.verb} {item.resource}{'/' if item.subresource else ''}{item.subresource}" for item in records
    )
    return dict(names.most_common())


@dataclass(frozen=True)
class Mark:
    """Something the harness did to an install: which install, and what about it."""

    install: str
    resource: str
    name: str


def pair_edits(records: Sequence[Record], marks: Sequence[Mark]) -> list[float]:
    """Seconds from each edit's arrival at the API server to the arrival of the first write that came of it."""
    return [_find_write(records, mark, edit.received).received - edit.received for mark, edit in _find(records, marks)]


def pair_repairs(records: Sequence[Record], marks: Sequence[Mark]) -> list[float]:
    """Seconds from the arrival of each change by hand to the answer to the write that put it back."""
    return [
        next(item for item in records if _is_repair(item, mark, edit.received)).answered - edit.received
        for mark, edit in _find(records, marks)
    ]


def _find(records: Sequence[Record], marks: Sequence[Mark]) -> list[tuple[Mark, Record]]:
    """Marks with their requests: the harness has made these and no other patches, one after the other."""
    patches = [item for item in records if item.agent == HARNESS and item.verb == "patch"]
    return list(zip(marks, patches, strict=True))


def _find_write(records: Sequence[Record], mark: Mark, since: float) -> Record:
    return next(
        item
        for item in records
        if item.received > since and item.is_measured and item.is_write and item.concerns(mark.install)
    )


def _is_repair(item: Record, mark: Mark, since: float) -> bool:
    return (
        item.received > since
        and item.is_measured
        and item.is_write
        and (item.namespace, item.resource, item.name) == (mark.install, mark.resource, mark.name)
    )


def quantile(values: Iterable[float], share: float) -> float:
    """The least value that is not below ``share`` of all of them (nearest rank); ValueError when there are none."""
    ordered = sorted(values)
    if not ordered:
        raise ValueError("no values to take a quantile of")
    return ordered[max(1, ceil(share * len(ordered))) - 1]
