"""Who gets a GPU, who computes on the CPU and why, and how pods with a GPU are replaced: with a real scheduler."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import yaml

from tests.support.devices import DRIVER, make_runtime_class, offer_devices, offer_resource
from tests.support.fake import DEV, Api
from tests.support.processes import eventually

GPU = "example.com/wall-gpu"
NODE = "fake-2"
QUOTA = {
    "apiVersion": "v1",
    "kind": "ResourceQuota",
    "metadata": {"name": "tight"},
    "spec": {"hard": {f"requests.{GPU}": "0"}},
}

pytestmark = pytest.mark.usefixtures("operator")


@pytest.fixture(autouse=True)
def nothing_left(api: Api) -> Iterator[None]:
    yield
    offer_resource(api, NODE, GPU, 0)


@contextmanager
def installed(api: Api, name: str, **gpu: Any) -> Iterator[str]:
    apply(api, name, **gpu)
    try:
        yield name
    finally:
        api.remove(name, name)


def apply(api: Api, name: str, image: str = "", **gpu: Any) -> None:
    spec = {**DEV, "namespace": {"name": name}, "vision": {"gpu": {"resource": GPU, **gpu}}}
    api.apply(name, {**spec, "images": {"runtime": image}} if image else spec)


def read_gpu(api: Api, name: str) -> dict[str, Any]:
    """What the status says of vision's GPU."""
    status = (api.read("dixi", name) or {}).get("status", {})
    return next((item for item in status.get("gpus", ()) if item["component"] == "vision"), {})


def await_gpu(api: Api, name: str, mode: str, reason: str, seconds: float = 60) -> dict[str, Any]:
    def look() -> dict[str, Any]:
        found = read_gpu(api, name)
        return found if (found.get("mode"), found.get("reason")) == (mode, reason) else {}

    return eventually(look, seconds=seconds, what=f"{name} on the {mode}, {reason}; {read_gpu(api, name)}")


def read_strategy(api: Api, name: str) -> dict[str, Any]:
    found: dict[str, Any] = api.read("deployment", "vision", "-n", name)["spec"]["strategy"]["rollingUpdate"]
    return found


def test_where_one_is_preferred_the_cpu_does_until_a_node_offers_one(api: Api, note: Callable[[object], None]) -> None:
    with installed(api, "modest", policy="Preferred") as name:
        api.await_ready(name)
        entry = await_gpu(api, name, "CPU", "NoGpu")
        note(entry["message"])
        assert "vision computes on the CPU" in api.condition(name, "Ready")["message"]
        assert api.condition(name, "GpuAllocated")["reason"] == "NoGpu"
        offer_resource(api, NODE, GPU, 1)
        entry = await_gpu(api, name, "GPU", "GpuAllocated")
        assert entry["nodes"] == [NODE]
        api.await_ready(name)
        assert api.condition(name, "GpuAllocated")["status"] == "True"


def test_of_two_that_prefer_one_the_second_gets_it_when_the_first_goes(
    api: Api, note: Callable[[object], None]
) -> None:
    offer_resource(api, NODE, GPU, 1)
    with installed(api, "earlier", policy="Required") as earlier:
        await_gpu(api, earlier, "GPU", "GpuAllocated")
        with installed(api, "later", policy="Preferred") as later:
            entry = await_gpu(api, later, "CPU", "GpusTaken")
            note(entry["message"])
            assert "held by Pod earlier/vision-" in entry["message"]
            api.await_ready(later)
            api.remove(earlier, earlier)
            await_gpu(api, later, "GPU", "GpuAllocated")


def test_pods_are_replaced_side_by_side_with_a_spare_gpu_and_handed_over_without(
    api: Api, note: Callable[[object], None]
) -> None:
    offer_resource(api, NODE, GPU, 1)
    with installed(api, "rolling", policy="Required") as name:
        api.await_ready(name)
        entry = await_gpu(api, name, "GPU", "GpuAllocated")
        eventually(lambda: read_gpu(api, name).get("rollout") == "Handover", seconds=30, what="Handover")
        assert read_strategy(api, name) == {"maxSurge": 0, "maxUnavailable": 1}
        apply(api, name, image="localhost/other:1", policy="Required")
        api.await_ready(name)
        offer_resource(api, NODE, GPU, 2)
        api.kubectl("annotate", "dixi", name, "dixi.io/reconcile=two-gpus")
        eventually(lambda: read_gpu(api, name).get("rollout") == "Surge", seconds=30, what="Surge")
        apply(api, name, image="localhost/another:1", policy="Required")
        api.await_ready(name)
        entry = read_gpu(api, name)
        note(f"{entry['rollout']}: {entry['rolloutMessage']}")
        assert read_strategy(api, name) == {"maxSurge": 1, "maxUnavailable": 0}
        image = api.read("deployment", "vision", "-n", name)["spec"]["template"]["spec"]["containers"][0]["image"]
        assert image == "localhost/another:1"


@pytest.mark.parametrize(
    ("gpu", "reason", "message"),
    [
        ({"resource": "example.com/wrong"}, "GpuResourceUnknown", f"nodes offer {GPU}"),
        ({"runtimeClassName": "nowhere"}, "RuntimeClassMissing", "the cluster has no RuntimeClass nowhere"),
        ({"deviceClass": "nowhere"}, "DeviceClassMissing", "the cluster has no DeviceClass nowhere"),
        ({"count": 4}, "GpusTooFew", "no node has more than 1"),
        ({"nodeSelector": {"gpu": "yes"}}, "GpuNodesClosed", f"node {NODE} has some, and lacks the label gpu=yes"),
    ],
)
@pytest.mark.parametrize("policy", ["Preferred", "Required"])
def test_each_mistake_has_its_condition(api: Api, policy: str, gpu: dict[str, Any], reason: str, message: str) -> None:
    offer_resource(api, NODE, GPU, 1)
    with installed(api, "mistaken", policy=policy, **gpu) as name:

        def told() -> bool:
            found = api.condition(name, "GpuAllocated")
            return (found.get("status"), found.get("reason")) == ("False", reason) and message in found["message"]

        eventually(told, seconds=30, what=f"{reason}; {api.condition(name, 'GpuAllocated')}")
        if policy == "Preferred":
            api.await_ready(name)


def test_a_quota_that_leaves_none_is_named(api: Api, note: Callable[[object], None]) -> None:
    offer_resource(api, NODE, GPU, 1)
    with installed(api, "poor", policy="None") as name:
        api.await_ready(name)
        api.kubectl("apply", "-n", name, "-f", "-", stdin=yaml.safe_dump(QUOTA))
        apply(api, name, policy="Preferred")
        note(await_gpu(api, name, "CPU", "QuotaExceeded")["message"])
        api.await_ready(name)
        api.kubectl("delete", "resourcequota", "tight", "-n", name)
        await_gpu(api, name, "GPU", "GpuAllocated")


def test_devices_are_claimed_from_a_class_and_another_claim_is_another_template(api: Api) -> None:
    def list_templates(name: str) -> list[str]:
        return [item["metadata"]["name"] for item in api.read("resourceclaimtemplates", "-n", name)["items"]]

    offer_devices(api, NODE, 2)
    make_runtime_class(api)
    gpu = {"policy": "Required", "deviceClass": DRIVER, "runtimeClassName": "gpu"}
    with installed(api, "claiming", **gpu) as name:
        api.await_ready(name)
        assert await_gpu(api, name, "GPU", "GpuAllocated")["resource"] == DRIVER
        (template,) = list_templates(name)
        (claim,) = api.read("resourceclaims", "-n", name)["items"]
        assert claim["status"]["allocation"]["devices"]["results"][0]["driver"] == DRIVER
        apply(api, name, **gpu, count=2)
        eventually(lambda: list_templates(name) not in ([], [template]), seconds=30, what="another template")
        api.await_ready(name)
        eventually(lambda: len(list_templates(name)) == 1, seconds=30, what="the first one pruned")
        apply(api, name, policy="None")
        eventually(lambda: list_templates(name) == [], seconds=30, what="no template")
