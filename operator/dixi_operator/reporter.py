"""Tells the world how an install stands: status, Events and metrics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from dixi_operator import metrics
from dixi_operator.api.install import DixiInstall
from dixi_operator.api.names import API_VERSION, FIELD_MANAGER, KIND
from dixi_operator.api.reasons import Reason
from dixi_operator.api.types import Manifest
from dixi_operator.cluster.client import Client
from dixi_operator.cluster.events import build_event, record_event
from dixi_operator.cluster.installs import Installs
from dixi_operator.cluster.kinds import INSTALL, Ref
from dixi_operator.cluster.ledger import Ledger
from dixi_operator.drift.report import Drift
from dixi_operator.outcome import find_condition

ON_THE_WAY = frozenset(
    {
        Reason.PROGRESSING,
        Reason.GATEWAY_UNPROBED,
        *(reason for reason in Reason if reason.startswith("WaitingFor")),
    }
)

HOLD = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Step:
    """The reason for which an install is not Ready, and since when that is so or was last written."""

    reason: str
    since: datetime


class Reporter:
    """Writes a status only when it differs, and an Event only when its reason is news."""

    def __init__(self, client: Client, installs: Installs, pod_name: str) -> None:
        self._client = client
        self._installs = installs
        self._pod_name = pod_name
        self._ledger = Ledger(subresource="status")
        self._info: dict[str, tuple[str, str]] = {}
        self._left: dict[str, frozenset[str]] = {}
        self._steps: dict[str, Step] = {}

    async def report(self, live: Manifest, install: DixiInstall, status: Manifest, now: datetime) -> float | None:
        """Bring status, Events and metrics up to date; ``live`` is the install as it was read.

        Returns the seconds after which to try again when the status was held back, see :func:`is_held_back`.
        """
        self._measure(install, status)
        manifest = {"apiVersion": API_VERSION, "kind": KIND, "metadata": {"name": install.name}, "status": status}
        ref = Ref(API_VERSION, KIND, "", install.name)
        before = live.get("status") or {}
        known = self._ledger.knows(ref)
        if self._ledger.stands(ref, manifest, live) if known else covers(before, status):
            return None
        old, new = find_condition(before, "Ready"), find_condition(status, "Ready")
        step = self._steps[install.name] = follow(self._steps.get(install.name), new["reason"], now)
        if is_held_back(old, new, now - step.since):
            return HOLD.total_seconds()
        path = INSTALL.path(name=install.name, subresource="status")
        answer = await self._client.apply(path, manifest, manager=FIELD_MANAGER)
        self._ledger.record(ref, manifest, answer)
        self._installs.put(answer)
        self._steps[install.name] = Step(new["reason"], now)
        if is_news(old, new):
            await self._post_event(live, new["reason"], new["message"], now, warning=is_worrying(new))
        return None

    async def report_drift(
        self, live: Manifest, repaired: Sequence[Drift], left: Sequence[Drift], now: datetime
    ) -> None:
        """Post an Event about each change that was put back, and about each that is left once it is new."""
        metrics.DRIFTS.inc(len(repaired))
        for drift in repaired:
            await self._post_event(live, Reason.DRIFT_REPAIRED, f"{drift}; it was put back", now, warning=True)
        name = live["metadata"]["name"]
        known, notes = self._left.get(name, frozenset()), frozenset(str(drift) for drift in left)
        for note in sorted(notes - known):
            await self._post_event(live, Reason.DRIFTED, f"{note}; spec.drift says to leave it", now, warning=True)
        if notes != known:
            self._left[name] = notes

    async def report_adoption(self, live: Manifest, adopted: Sequence[str], now: datetime) -> None:
        """Post an Event about what was there before and has become the install's."""
        if adopted:
            note = f"took over {', '.join(adopted)}, as spec.namespace.adopt allows"
            await self._post_event(live, Reason.ADOPTED, note, now, warning=True)

    async def _post_event(self, live: Manifest, reason: str, note: str, now: datetime, *, warning: bool) -> None:
        event = build_event(
            live,
            reason=reason,
            note=note,
            warning=warning,
            reporter=self._pod_name,
            event_id=uuid4().hex[:16],
            now=now,
        )
        await record_event(self._client, event)

    def _measure(self, install: DixiInstall, status: Manifest) -> None:
        labels = (install.spec.version, install.spec.profile.value)
        if self._info.get(install.name, labels) != labels:
            metrics.INSTALL_INFO.remove(install.name, *self._info[install.name])
        self._info[install.name] = labels
        metrics.INSTALL_INFO.labels(install.name, *labels).set(1)
        metrics.INSTALL_READY.labels(install.name).set(find_condition(status, "Ready").get("status") == "True")

    def forget(self, name: str) -> None:
        """Drop what is kept about an install that is gone."""
        self._ledger.forget(Ref(API_VERSION, KIND, "", name))
        self._left.pop(name, None)
        self._steps.pop(name, None)
        labels = self._info.pop(name, None)
        if labels is not None:
            metrics.INSTALL_INFO.remove(name, *labels)
            metrics.INSTALL_READY.remove(name)


def is_worrying(ready: Manifest) -> bool:
    """Whether a Ready condition tells of something that an install does not pass through on its way."""
    return ready["status"] == "False" and ready["reason"] not in ON_THE_WAY


def is_news(old: Manifest, new: Manifest) -> bool:
    """Whether a Ready condition is worth an Event: its reason is another one, and no mere step on the way."""
    if (old.get("status"), old.get("reason")) == (new["status"], new["reason"]):
        return False
    return new["reason"] not in ON_THE_WAY or old.get("status") == "True"


def follow(step: Step | None, reason: str, now: datetime) -> Step:
    """The step that an install is at, now that ``reason`` was found."""
    return step if step is not None and step.reason == reason else Step(reason, now)


def is_held_back(old: Manifest, new: Manifest, since: timedelta) -> bool:
    """Whether a Ready condition is a step on the way at which an install has not stayed for long.

    An install passes through its waves. To write each step would cost the API server as much as the objects
    themselves, and one that gets on needs no telling where it is.
    """
    same_way = old.get("observedGeneration") == new.get("observedGeneration")
    both = old.get("reason") in ON_THE_WAY and new["reason"] in ON_THE_WAY
    return same_way and both and since < HOLD


def covers(live: Any, wanted: Any) -> bool:
    """Whether ``live`` holds all of ``wanted``; map-typed lists are compared by ``type``, others as a whole."""
    match live, wanted:
        case dict(), dict():
            return all(key in live and covers(live[key], value) for key, value in wanted.items())
        case list(), [{"type": _}, *_]:
            found = {item.get("type"): item for item in live if isinstance(item, dict)}
            return all(covers(found.get(item["type"]), item) for item in wanted)
    return bool(live == wanted)
