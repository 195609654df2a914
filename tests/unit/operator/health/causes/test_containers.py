"""A container that does not come into being, keeps ending or does not get ready says why, in words that last."""

from __future__ import annotations

import pytest

from dixi_operator.api.reasons import Reason
from dixi_operator.api.types import Manifest
from tests.unit.operator.health.causes.cluster import (
    IMAGE,
    SINCE,
    build_event,
    build_pod,
    ended,
    find_only,
    look,
    running,
    waiting,
)


@pytest.mark.parametrize(
    ("reason", "what"),
    [
        ("ErrImagePull", "cannot be pulled"),
        ("ImagePullBackOff", "cannot be pulled"),
        ("InvalidImageName", "has a name that is not valid"),
        ("ErrImageNeverPull", "is not on the node, and the pull policy Never forbids to pull it"),
    ],
)
def test_an_image_that_a_node_cannot_get_is_named(reason: str, what: str) -> None:
    cause = find_only(build_pod(state=waiting(reason, "not found")))
    assert (cause.reason, cause.object) == (Reason.IMAGE_PULL_FAILED, "Deployment vision")
    assert cause.message == f"Deployment vision: image {IMAGE} {what}"
    assert (cause.quote, cause.since) == ("not found", SINCE)


def test_the_image_of_an_init_container_counts_too() -> None:
    pod = build_pod(state=waiting("PodInitializing"))
    status = {"name": "fetch", "ready": False, "image": "example.com/fetch:1", "state": waiting("ErrImagePull")}
    pod["status"]["initContainerStatuses"] = [status]
    assert "image example.com/fetch:1 cannot be pulled" in find_only(pod).message


@pytest.mark.parametrize(
    ("message", "name", "what"),
    [
        ('secret "redis-auth" not found', "redis-auth", "does not exist"),
        ("couldn't find key redis-password in Secret dixi/redis-auth", "redis-auth", "has no key redis-password"),
    ],
)
def test_a_secret_that_a_container_reads_and_that_is_not_there_is_named(message: str, name: str, what: str) -> None:
    cause = find_only(build_pod("backend", state=waiting("CreateContainerConfigError", message)))
    assert (cause.reason, cause.object) == (Reason.MISSING_SECRET, f"Secret {name}")
    assert cause.message == f"Deployment backend: Secret {name} {what} in namespace dixi"
    assert "kubectl -n dixi create secret generic redis-auth" in cause.advice


def test_a_secret_that_cannot_be_mounted_is_found_in_the_events() -> None:
    pod = build_pod(state=waiting("ContainerCreating"))
    event = build_event(pod, "FailedMount", 'MountVolume.SetUp failed for volume "tls" : secret "wall-tls" not found')
    assert find_only(pod, events=[event]).object == "Secret wall-tls"


def test_an_event_about_another_pod_of_that_name_says_nothing() -> None:
    pod = build_pod(state=waiting("ContainerCreating"))
    event = build_event(pod, "FailedMount", 'secret "wall-tls" not found')
    event["regarding"]["uid"] = "an-earlier-one"
    assert look(pod, events=[event]) == []


@pytest.mark.parametrize(
    ("reason", "message"),
    [
        ("CreateContainerConfigError", 'configmap "dixi-config" not found'),
        ("RunContainerError", 'exec: "backend": executable file not found in $PATH'),
        ("CreateContainerConfigError", "container has runAsNonRoot and image will run as root"),
    ],
)
def test_a_container_that_a_node_cannot_make_is_told_with_the_nodes_words(reason: str, message: str) -> None:
    cause = find_only(build_pod(state=waiting(reason, message)))
    assert (cause.reason, cause.quote) == (Reason.CONTAINER_NOT_CREATED, message)


def test_a_pod_that_gets_no_network_is_found_in_the_events() -> None:
    pod = build_pod(state=waiting("ContainerCreating"))
    cause = find_only(pod, events=[build_event(pod, "FailedCreatePodSandBox", "no free addresses")])
    assert (cause.reason, cause.quote) == (Reason.CONTAINER_NOT_CREATED, "no free addresses")


CRASHES: dict[str, tuple[Manifest, Manifest | None]] = {
    "it has just ended": (ended(2), None),
    "it waits to be started again": (waiting("CrashLoopBackOff", "back-off 10s restarting failed container"), ended(2)),
    "it has just started again": (running(), ended(2)),
}


def test_a_crash_loop_is_told_alike_in_each_of_its_phases() -> None:
    causes = [find_only(build_pod("redis", state=state, last=last)) for state, last in CRASHES.values()]
    assert {cause.reason for cause in causes} == {Reason.CRASH_LOOP}
    assert {cause.message for cause in causes} == {
        "Deployment redis: container redis keeps ending with exit code 2 (Error)"
    }


def test_one_that_runs_since_long_does_not_end_again() -> None:
    assert look(build_pod(state=running("2026-11-25T11:00:00Z"), last=ended(1))) == []


def test_what_a_program_said_last_is_quoted() -> None:
    pod = build_pod(state=waiting("CrashLoopBackOff"), last=ended(2))
    lines = {pod["metadata"]["name"]: "error: unrecognized arguments: --dir"}
    assert find_only(pod, last_lines=lines).quote == "error: unrecognized arguments: --dir"
    said = build_pod(state=waiting("CrashLoopBackOff"), last=ended(2, message="first\nlast words\n"))
    assert find_only(said, last_lines=lines).quote == "last words"


def test_a_container_that_needs_more_memory_than_it_may_have_says_so() -> None:
    limits = {"limits": {"memory": "256Mi"}}
    spec = {"containers": [{"name": "vision", "image": IMAGE, "resources": limits}]}
    pod = build_pod(state=waiting("CrashLoopBackOff"), last=ended(137, "OOMKilled"), spec=spec)
    cause = find_only(pod)
    assert cause.reason is Reason.OUT_OF_MEMORY
    assert "OOMKilled" in cause.message
    assert "256Mi" in cause.message
    assert cause.advice == "Raise spec.vision.resources.limits.memory."


def test_a_pod_that_runs_without_getting_ready_is_told_once_its_probe_fails_for_long() -> None:
    young, old = (build_pod("backend", state=running(f"2026-11-25T11:{time}Z")) for time in ("59:30", "58:50"))
    unhealthy = build_event(old, "Unhealthy", "Readiness probe failed: statuscode: 503")
    assert look(young, events=[unhealthy]) == look(old) == []
    cause = find_only(old, events=[unhealthy])
    assert (cause.reason, cause.quote) == (Reason.NOT_ANSWERING, "Readiness probe failed: statuscode: 503")


def test_what_a_backend_says_itself_is_told_at_once() -> None:
    pod = build_pod("backend", state=running())
    cause = find_only(pod, readiness={pod["metadata"]["name"]: "Vision service unavailable"})
    assert cause.message == "Deployment backend: its pods run, but are not ready: Vision service unavailable"


def test_pods_that_are_ready_or_on_their_way_out_are_not_to_blame() -> None:
    leaving = build_pod(state=waiting("ErrImagePull"), deletionTimestamp=SINCE)
    ready = build_pod(name="ready", state=running())
    ready["status"]["conditions"] = [{"type": "Ready", "status": "True"}]
    assert look(leaving, ready) == []


def test_pods_that_fail_alike_are_told_as_one() -> None:
    first, second = (build_pod(name=f"vision-{letter}", state=waiting("ErrImagePull")) for letter in "ab")
    one, two = find_only(first, second), find_only(second, first)
    assert one.message == two.message
    assert "vision-a" not in one.message
