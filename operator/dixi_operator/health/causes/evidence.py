"""What was seen of a cluster, for the checks to judge."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from dixi_operator.api.names import LABEL_APP
from dixi_operator.api.types import Manifest
from dixi_operator.gpu.inventory import GpuFacts

_LONGEST_LOOP = timedelta(minutes=10)  # a kubelet forgets the ends of a container that has run for so long
_GRACE = timedelta(seconds=30)
_LABEL_TEMPLATE = "pod-template-hash"  # made by the Deployment controller, another one for each template


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Objects as an API server gives them; what was not read is empty, or None where empty would say something."""

    namespace: str
    """The install's namespace; everything without another word is in it."""

    now: datetime
    """When it was looked, with a time zone."""

    deployments: Sequence[Manifest] = ()
    """Those of the install."""

    pods: Sequence[Manifest] = ()
    """Those of the install."""

    events: Sequence[Manifest] = ()
    """Of ``events.k8s.io/v1``."""

    claims: Sequence[Manifest] = ()
    storage_classes: Sequence[Manifest] | None = None
    autoscalers: Sequence[Manifest] = ()
    policies: Sequence[Manifest] = ()
    """NetworkPolicies of the namespace, whoever made them."""

    dns_pods: Sequence[Manifest] = ()
    """The pods that resolve names."""

    namespaces: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Labels of namespaces, by name."""

    gpus: GpuFacts | None = None
    """Who has which GPU."""

    redis: str = ""
    """URL of a Redis that the install does not run itself; empty when it does."""

    kinds: frozenset[str] | None = None
    """Optional kinds that the cluster has, as ``Kind.group``."""

    monitored: bool = False
    scaled: bool = False
    """Whether the install asks for a ServiceMonitor."""

    readiness: Mapping[str, str] = field(default_factory=dict)
    """What pods that are not ready gave as the reason when asked, by name of the pod."""

    last_lines: Mapping[str, str] = field(default_factory=dict)
    """The last line that a container logged before it ended, or has logged so far, by name of the pod."""

    unread: tuple[str, ...] = ()
    """What could not be read, each a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One component that is not as it should be, and its pods that are not ready."""

    evidence: Evidence
    deployment: Manifest
    pods: tuple[Manifest, ...]

    @property
    def component(self) -> str:
        """Name of the component, which is that of its Deployment."""
        name: str = self.deployment["metadata"]["name"]
        return name

    @property
    def label(self) -> str:
        """Kind and name of the Deployment, as a sentence names it."""
        return f"Deployment {self.component}"


def set_scene(evidence: Evidence, deployment: Manifest) -> Scene:
    """The pods of ``deployment`` that are not ready, not on their way out, and made from its newest template."""
    name = deployment["metadata"]["name"]
    pods = [
        pod
        for pod in evidence.pods
        if _read_label(pod, LABEL_APP) == name and not pod["metadata"].get("deletionTimestamp")
    ]
    newest = max(pods, key=lambda pod: str(pod["metadata"].get("creationTimestamp", "")), default=None)
    template = _read_label(newest, _LABEL_TEMPLATE) if newest else ""
    failing = (pod for pod in pods if read_condition(pod, "Ready").get("status") != "True")
    chosen = tuple(pod for pod in failing if _read_label(pod, _LABEL_TEMPLATE) == template)
    return Scene(evidence=evidence, deployment=deployment, pods=chosen)


@dataclass(frozen=True, slots=True, kw_only=True)
class Container:
    """One container of a pod that is not ready, as its kubelet reports it."""

    pod: Manifest
    name: str
    image: str
    ready: bool
    waiting: Mapping[str, Any]
    """``reason`` and ``message`` while it waits, else empty."""

    running: bool
    age: timedelta
    """For how long it has been running; nothing while it does not, or does not say since when."""

    ended: Mapping[str, Any]
    """How it ended, if it keeps doing so; empty when it never did, or has run for long since."""


def list_containers(scene: Scene) -> Iterator[Container]:
    """The containers that are not ready, those that start first in front."""
    for pod in scene.pods:
        status = pod.get("status") or {}
        initial = [item for item in status.get("initContainerStatuses") or () if not _is_done(item)]
        for item in (*initial, *(status.get("containerStatuses") or ())):
            container = _read_container(pod, item, scene.evidence.now)
            if not container.ready:
                yield container


def read_condition(item: Manifest, kind: str) -> Mapping[str, Any]:
    """The condition of that type; empty when there is none."""
    conditions: Sequence[Manifest] = (item.get("status") or {}).get("conditions") or ()
    return next((condition for condition in conditions if condition.get("type") == kind), {})


def find_since(item: Manifest, kind: str) -> str:
    """Since when the condition of that type is what it is, else since when the object is there."""
    since = read_condition(item, kind).get("lastTransitionTime") or item["metadata"].get("creationTimestamp")
    return since or ""


def find_events(evidence: Evidence, item: Manifest, *reasons: str) -> Iterator[Manifest]:
    """The Events about ``item`` with one of these reasons, the newest first."""
    uid, name = item["metadata"].get("uid"), item["metadata"]["name"]
    about = (
        event
        for event in evidence.events
        if event.get("reason") in reasons and _is_about(event.get("regarding") or {}, uid, name)
    )
    yield from sorted(about, key=_find_time, reverse=True)


def _read_label(item: Manifest, label: str) -> str:
    return str((item["metadata"].get("labels") or {}).get(label, ""))


def _is_about(regarding: Mapping[str, Any], uid: str | None, name: str) -> bool:
    return regarding.get("name") == name and regarding.get("uid") in {uid, None}


def _find_time(event: Manifest) -> str:
    series = event.get("series") or {}
    return str(series.get("lastObservedTime") or event.get("deprecatedLastTimestamp") or event.get("eventTime") or "")


def _is_done(status: Mapping[str, Any]) -> bool:
    return ((status.get("state") or {}).get("terminated") or {}).get("exitCode") == 0


def _read_container(pod: Manifest, status: Mapping[str, Any], now: datetime) -> Container:
    state, before = status.get("state") or {}, (status.get("lastState") or {}).get("terminated") or {}
    running = state.get("running")
    if running is not None and not _ends_again(before, running, now):
        before = {}
    return Container(
        pod=pod,
        name=str(status.get("name", "")),
        image=_find_image(pod, status),
        ready=bool(status.get("ready")),
        waiting=state.get("waiting") or {},
        running=running is not None,
        age=_find_age(running or {}, now),
        ended=state.get("terminated") or before,
    )


def _find_age(running: Mapping[str, Any], now: datetime) -> timedelta:
    started = _read_time(running.get("startedAt"))
    return now - started if started else timedelta()


def _ends_again(before: Mapping[str, Any], running: Mapping[str, Any], now: datetime) -> bool:
    """Whether a container that runs must be expected to end as it did before, because it has not run for much longer.

    So a container in a crash loop keeps being told as one while it is between two crashes.
    """
    times = [
        _read_time(value) for value in (before.get("startedAt"), before.get("finishedAt"), running.get("startedAt"))
    ]
    started, finished, again = times
    if started is None or finished is None or again is None:
        return bool(before)
    return now - again <= min(2 * (finished - started) + _GRACE, _LONGEST_LOOP)


def _read_time(value: object) -> datetime | None:
    try:
        time = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return time if time.tzinfo else None


def _find_image(pod: Manifest, status: Mapping[str, Any]) -> str:
    """The image as the pod asks for it; a kubelet that has pulled one may report it by another name."""
    spec = pod.get("spec") or {}
    wanted = (*(spec.get("initContainers") or ()), *(spec.get("containers") or ()))
    asked = (item.get("image") for item in wanted if item.get("name") == status.get("name"))
    return str(next(asked, None) or status.get("image", ""))
