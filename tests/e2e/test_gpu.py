"""GPUs on the real node: a real device plugin offers them, the real scheduler and kubelet give them away.

Nothing can be computed on what is given, so that vision finds out and says so.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
import yaml

from hack.cluster import containerd
from hack.cluster.kind import docker_answers
from hack.cluster.layout import Layout, default_root
from hack.demo.steps import CLUSTER, Cluster, wait_ready
from tests.support import visits
from tests.support.cli import read_first_line
from tests.support.node import Install
from tests.support.processes import eventually

RUNTIME = "localhost/dixi-runtime:1.0.0"
OTHER = "localhost/dixi-runtime:1.0.0-again"
RATE = 10.0
LOAD_SECONDS = 60.0
LONGEST_GAP_SECONDS = 45.0

pytestmark = [
    pytest.mark.timeout(400),
    pytest.mark.skipif(docker_answers(), reason="the device plugin is for the kubelet of this machine, not for kind's"),
]


def offer(count: int) -> None:
    subprocess.run([sys.executable, str(CLUSTER), "gpus", str(count)], check=True)


@pytest.fixture(autouse=True)
def no_gpu_before_or_after() -> Iterator[None]:
    offer(0)
    yield
    offer(0)


@pytest.fixture
def other_image() -> str:
    """The same image under another name, which for a Deployment is another image."""
    containerd.ctr(Layout(default_root()), "images", "tag", "--force", RUNTIME, OTHER)
    return OTHER


def apply(cluster: Cluster, name: str, policy: str, image: str = RUNTIME) -> None:
    """Make or change an install; the image is that of vision alone, so that who asks it goes on."""
    patch = {"spec": {"containers": [{"name": "vision", "image": image}]}}
    spec = {
        "version": "1.0.0",
        "profile": "dev",
        "namespace": {"name": name},
        "images": {"runtime": RUNTIME},
        "vision": {"source": "synthetic", "fps": 5, "gpu": {"policy": policy}, "podTemplate": patch},
        "ollama": {"enabled": False},
        "redis": {"storage": {"ephemeral": True}},
    }
    document = {"apiVersion": "dixi.io/v1alpha1", "kind": "DixiInstall", "metadata": {"name": name}, "spec": spec}
    cluster.kubectl("apply", "-f", "-", stdin=yaml.safe_dump(document))


@contextmanager
def installed(cluster: Cluster, name: str, policy: str) -> Iterator[Install]:
    apply(cluster, name, policy)
    try:
        yield Install(cluster, name, name)
    finally:
        cluster.kubectl("delete", "dixi", name, "--ignore-not-found", "--wait=true")
        eventually(
            lambda: not cluster.kubectl("get", "namespace", name, "--ignore-not-found"),
            seconds=120,
            what=f"{name} gone",
        )


def read_gpu(install: Install) -> dict[str, Any]:
    status = install.read("dixi", install.name).get("status", {})
    return next(iter(status.get("gpus", ())), {})


def await_gpu(install: Install, mode: str, seconds: float = 90) -> dict[str, Any]:
    def look() -> dict[str, Any]:
        found = read_gpu(install)
        return found if found.get("mode") == mode and (mode == "CPU" or found.get("nodes")) else {}

    return eventually(look, seconds=seconds, what=f"{install.name} on the {mode}; {read_gpu(install)}")


def await_pod(install: Install) -> Any:
    """The one pod of vision, ready."""
    return install.read("pods", install.pod_of("vision"))


def await_image(install: Install, image: str) -> None:
    """Wait until the pods of vision are ready, and all of that image."""

    def look() -> bool:
        pods = [pod for pod in install.read("pods") if pod["metadata"]["labels"].get("app") == "vision"]
        images = {pod["spec"]["containers"][0]["image"] for pod in pods}
        return images == {image} and len(install.pods_of("vision")) == len(pods) == 1

    eventually(look, seconds=120, what=f"vision on {image}")


def visit_vision(install: Install, seconds: float) -> dict[str, Any]:
    """Ask vision from a pod of the backend, through the Service."""
    url = "http://vision-service:5001/health"
    command = ["exec", "-i", "-n", install.namespace, install.pod_of("backend"), "--", "python", "-"]
    script = Path(visits.__file__).read_text()
    told: dict[str, Any] = json.loads(install.cluster.kubectl(*command, url, str(seconds), str(RATE), stdin=script))
    return told


def read_events(install: Install) -> str:
    """What happened to its pods, a line each, which tells of a request that failed who was to answer it."""
    lines = (
        f"{event['lastTimestamp'] or event['eventTime']} {event['involvedObject']['name']}: {event['message']}"
        for event in install.read("events")
        if event["involvedObject"]["kind"] == "Pod"
    )
    return "\n".join(sorted(lines))


@contextmanager
def visited(install: Install, seconds: float) -> Iterator[Future[dict[str, Any]]]:
    with ThreadPoolExecutor(1) as threads:
        yield threads.submit(visit_vision, install, seconds)


def test_who_requires_one_waits_for_the_other_to_let_go(cluster: Cluster, note: Callable[[object], None]) -> None:
    offer(1)
    with installed(cluster, "holder", "Required") as holder:
        wait_ready(cluster, "holder")
        container = await_pod(holder)["spec"]["containers"][0]
        assert container["resources"]["limits"]["nvidia.com/gpu"] == "1"
        asked = {item["name"]: item.get("value") for item in container["env"]}
        assert asked["NVIDIA_DRIVER_CAPABILITIES"] == "graphics,compute,utility"
        given = holder.run_in(holder.pod_of("vision"), "printenv", "NVIDIA_VISIBLE_DEVICES")
        assert given.strip() == "GPU-fake-0"
        eventually(lambda: read_gpu(holder).get("delegate") == "cpu", seconds=60, what="what vision computes on")
        assert read_gpu(holder)["nodes"]
        with installed(cluster, "waiter", "Required") as waiter:
            told = eventually(
                lambda: line if "GpusTaken" in (line := read_first_line(cluster.kubeconfig, "waiter")) else "",
                seconds=60,
                what="who holds it",
            )
            assert "held by Pod holder/vision-" in told
            note(told)
            freed = monotonic()
            cluster.kubectl("delete", "dixi", "holder", "--wait=false")
            wait_ready(cluster, "waiter")
            note(f"ready {monotonic() - freed:.1f} s after the other was deleted")
            assert await_pod(waiter)["spec"]["nodeName"] == read_gpu(waiter)["nodes"][0]


def test_who_prefers_one_computes_on_the_cpu_and_moves_without_a_gap(
    cluster: Cluster, note: Callable[[object], None]
) -> None:
    with installed(cluster, "modest", "Preferred") as modest:
        wait_ready(cluster, "modest")
        entry = await_gpu(modest, "CPU")
        assert entry["reason"] == "NoGpu"
        note(entry["message"])
        with visited(modest, LOAD_SECONDS) as told:
            offered = monotonic()
            offer(1)
            await_gpu(modest, "GPU")
            note(f"on the GPU {monotonic() - offered:.1f} s after the plugin was started")
        note(told.result())
        assert told.result()["failed"] == 0, read_events(modest)
        assert told.result()["good"] > LOAD_SECONDS * RATE / 2
        assert await_pod(modest)["spec"]["containers"][0]["resources"]["limits"]["nvidia.com/gpu"] == "1"


def test_another_image_is_a_handover_with_one_gpu_and_a_surge_with_two(
    cluster: Cluster, other_image: str, note: Callable[[object], None]
) -> None:
    offer(1)
    with installed(cluster, "rolling", "Required") as rolling:
        wait_ready(cluster, "rolling")
        eventually(lambda: read_gpu(rolling).get("rollout") == "Handover", seconds=30, what="a handover")
        with visited(rolling, LOAD_SECONDS) as told:
            apply(cluster, "rolling", "Required", other_image)
            await_image(rolling, other_image)
        handover = told.result()
        note(f"one GPU: {handover}; {read_gpu(rolling)['rolloutMessage']}")
        assert handover["gap"] < LONGEST_GAP_SECONDS
        wait_ready(cluster, "rolling")

        offer(2)
        cluster.kubectl("annotate", "dixi", "rolling", "dixi.io/reconcile=two-gpus")
        eventually(lambda: read_gpu(rolling).get("rollout") == "Surge", seconds=60, what="a surge")
        with visited(rolling, LOAD_SECONDS) as told:
            apply(cluster, "rolling", "Required", RUNTIME)
            await_image(rolling, RUNTIME)
        surge = told.result()
        note(f"two GPUs: {surge}; {read_gpu(rolling)['rolloutMessage']}")
        assert (surge["failed"], surge["faults"]) == (0, []), read_events(rolling)
