"""What else must be read of a cluster to tell a cause, as far as the first look has shown it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dixi_operator.api.names import BACKEND
from dixi_operator.health.causes.evidence import Container, Evidence, Scene, list_containers, set_scene
from dixi_operator.health.causes.find import is_well
from dixi_operator.health.causes.placement import is_short_of_extended


@dataclass(frozen=True, slots=True)
class Log:
    """The log of one container; ``previous`` means that of its last run."""

    pod: str
    container: str
    previous: bool


def wants_nodes(evidence: Evidence) -> bool:
    """Whether a pod waits for an extended resource, so that it matters which node has some and who holds them."""
    return any(is_short_of_extended(pod) for scene in _list_scenes(evidence) for pod in scene.pods)


def wants_events(evidence: Evidence) -> bool:
    """Whether a container has not come into being, or runs without getting ready, and does not itself say why."""
    return any(
        container.running or not (container.waiting.get("message") or container.ended)
        for container in _list_all(evidence)
    )


def wants_policies(evidence: Evidence) -> bool:
    """Whether a pod runs and is not ready, so that it matters what it may send."""
    return any(container.running for container in _list_all(evidence))


def list_logs(evidence: Evidence) -> list[Log]:
    """The logs worth a look: of one container of each component."""
    logs: dict[str, Log] = {}
    for scene in _list_scenes(evidence):
        for container in list_containers(scene):
            if container.ended or container.running:
                log = Log(container.pod["metadata"]["name"], container.name, previous=_has_gone(container))
                logs.setdefault(scene.component, log)
    return list(logs.values())


def list_backends(evidence: Evidence) -> list[str]:
    """Names of the backend's pods that run and are not ready, which can say themselves what they miss."""
    return [
        container.pod["metadata"]["name"]
        for scene in _list_scenes(evidence)
        if scene.component == BACKEND
        for container in list_containers(scene)
        if container.running
    ]


def _has_gone(container: Container) -> bool:
    """Whether the run that ended is not the newest one."""
    return bool(container.ended) and container.running


def _list_scenes(evidence: Evidence) -> Iterator[Scene]:
    return (set_scene(evidence, item) for item in evidence.deployments if not is_well(evidence, item))


def _list_all(evidence: Evidence) -> Iterator[Container]:
    return (container for scene in _list_scenes(evidence) for container in list_containers(scene))
