"""Containers that cannot start, keep ending, or do not get ready."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from dixi_operator.api.reasons import Reason
from dixi_operator.health.causes.cause import Cause
from dixi_operator.health.causes.evidence import Container, Scene, find_events, find_since, list_containers

# https://github.com/kubernetes/kubernetes/blob/master/pkg/kubelet/images/types.go
_IMAGE_REASONS = {
    "ErrImagePull": "cannot be pulled",
    "ImagePullBackOff": "cannot be pulled",
    "RegistryUnavailable": "cannot be pulled",
    "SignatureValidationFailed": "cannot be pulled, because its signature is not valid",
    "ImageInspectError": "cannot be read by the node",
    "InvalidImageName": "has a name that is not valid",
    "ErrImageNeverPull": "is not on the node, and the pull policy Never forbids to pull it",
}
STARTING = timedelta(seconds=60)
"""For how long a program that runs may take to answer its probes."""

_NOT_CREATED = {"CreateContainerError", "CreateContainerConfigError", "RunContainerError", "StartError"}
_NOT_SET_UP = ("FailedMount", "FailedCreatePodSandBox")


def check_image(scene: Scene) -> Cause | None:
    """Has the node got the image?"""
    for container in list_containers(scene):
        what = _IMAGE_REASONS.get(container.waiting.get("reason", ""))
        if what is not None:
            return Cause(
                check="image",
                component=scene.component,
                reason=Reason.IMAGE_PULL_FAILED,
                object=scene.label,
                message=f"{scene.label}: image {container.image} {what}",
                advice="Check the name and spec.version, that the registry has the image and can be reached from the "
                f"nodes, and spec.images.pullSecrets: {_describe_pods(scene)}",
                since=find_since(container.pod, "ContainersReady"),
                quote=str(container.waiting.get("message", "")),
            )
    return None


def check_secret(scene: Scene) -> Cause | None:
    """Are the Secrets there that the pods read?"""
    for pod, message in _list_refusals(scene):
        name, missing_key = _find_secret(message)
        if name:
            what = f"has no key {missing_key}" if missing_key else "does not exist"
            return Cause(
                check="secret",
                component=scene.component,
                reason=Reason.MISSING_SECRET,
                object=f"Secret {name}",
                message=f"{scene.label}: Secret {name} {what} in namespace {scene.evidence.namespace}",
                advice=f"Make the Secret; the pods go on by themselves: kubectl -n {scene.evidence.namespace} create "
                f"secret generic {name} --from-literal={missing_key or 'KEY'}=VALUE",
                since=find_since(pod, "ContainersReady"),
                quote=message,
            )
    return None


def check_creation(scene: Scene) -> Cause | None:
    """Could the node make the containers?"""
    for pod, message in _list_refusals(scene):
        return Cause(
            check="container",
            component=scene.component,
            reason=Reason.CONTAINER_NOT_CREATED,
            object=scene.label,
            message=f"{scene.label}: the node cannot make a container of its pods",
            advice=f"See what the node says: {_describe_pods(scene)}",
            since=find_since(pod, "ContainersReady"),
            quote=message,
        )
    return None


def check_memory(scene: Scene) -> Cause | None:
    """Does the memory suffice?"""
    for container in list_containers(scene):
        if container.ended.get("reason") == "OOMKilled":
            limit = _find_memory_limit(container)
            more = f" of {limit}" if limit else ""
            return Cause(
                check="memory",
                component=scene.component,
                reason=Reason.OUT_OF_MEMORY,
                object=scene.label,
                message=f"{scene.label}: container {container.name} is killed (OOMKilled), because it needs more than "
                f"its memory limit{more}",
                advice=f"Raise spec.{scene.component}.resources.limits.memory.",
                since=find_since(container.pod, "ContainersReady"),
                quote=_find_last_words(scene, container),
            )
    return None


def check_crash(scene: Scene) -> Cause | None:
    """Do the programs keep running?"""
    for container in list_containers(scene):
        if container.ended or container.waiting.get("reason") == "CrashLoopBackOff":
            return Cause(
                check="crash",
                component=scene.component,
                reason=Reason.CRASH_LOOP,
                object=scene.label,
                message=f"{scene.label}: container {container.name} keeps ending{_describe_end(container.ended)}",
                advice=f"Read what it said: kubectl -n {scene.evidence.namespace} logs deployment/{scene.component} "
                "--previous",
                since=find_since(container.pod, "ContainersReady"),
                quote=_find_last_words(scene, container),
            )
    return None


def check_probe(scene: Scene) -> Cause | None:
    """Do the programs that run answer their probes? One that runs since a moment ago is still starting."""
    for container in list_containers(scene):
        pod = container.pod
        said = scene.evidence.readiness.get(pod["metadata"]["name"], "")
        failed = container.age >= STARTING and any(find_events(scene.evidence, pod, "Unhealthy"))
        if container.running and (said or failed):
            answer = f": {said}" if said else ""
            return Cause(
                check="readiness",
                component=scene.component,
                reason=Reason.NOT_ANSWERING,
                object=scene.label,
                message=f"{scene.label}: its pods run, but are not ready{answer}",
                advice=f"Read what the program says: kubectl -n {scene.evidence.namespace} logs "
                f"deployment/{scene.component}",
                since=find_since(pod, "ContainersReady"),
                quote=_find_last_words(scene, container),
            )
    return None


def _list_refusals(scene: Scene) -> Iterator[tuple[Any, str]]:
    """Pods whose containers the node could not make, and what it said."""
    for container in list_containers(scene):
        if container.waiting.get("reason") in _NOT_CREATED:
            yield container.pod, str(container.waiting.get("message", ""))
        elif not container.running and not container.ended:
            for event in find_events(scene.evidence, container.pod, *_NOT_SET_UP):
                yield container.pod, str(event.get("note", ""))


def _find_secret(message: str) -> tuple[str, str]:
    """Name of the Secret that a kubelet misses, and the key it misses in it; empty when it is about something else.

    It says ``secret "NAME" not found`` or ``couldn't find key KEY in Secret NAMESPACE/NAME``.
    """
    words = message.replace('"', " ").split()
    lowered = [word.lower() for word in words]
    if "secret" not in lowered[:-1]:
        return "", ""
    name = words[lowered.index("secret") + 1].rpartition("/")[2].rstrip(",:;")
    if "key" in lowered:
        return name, words[lowered.index("key") + 1]
    return (name, "") if "not found" in message else ("", "")


def _find_memory_limit(container: Container) -> str:
    spec = container.pod.get("spec") or {}
    for item in spec.get("containers") or ():
        if item.get("name") == container.name:
            return str(((item.get("resources") or {}).get("limits") or {}).get("memory", ""))
    return ""


def _describe_end(ended: Any) -> str:
    if "exitCode" not in ended:
        return ""
    reason = ended.get("reason", "")
    return f" with exit code {ended['exitCode']}" + (f" ({reason})" if reason else "")


def _find_last_words(scene: Scene, container: Container) -> str:
    """What the container said last: its termination message, else its last log line, else what the probe met."""
    said = str(container.ended.get("message") or "").strip().splitlines()
    if said:
        return said[-1]
    line = scene.evidence.last_lines.get(container.pod["metadata"]["name"])
    events = find_events(scene.evidence, container.pod, "Unhealthy", "BackOff")
    return line or next((str(event.get("note", "")) for event in events), "")


def _describe_pods(scene: Scene) -> str:
    return f"kubectl -n {scene.evidence.namespace} describe pods -l app={scene.component}"
