"""Who has which GPU is read for installs that ask for one, and once for all of them."""

from __future__ import annotations

from typing import Any

from dixi_operator.cluster.gpus import GpuSurvey
from dixi_operator.facts import DEVICE_API_KIND
from dixi_operator.gpu.inventory import GpuFacts
from tests.unit.operator.api.specs import read_install
from tests.unit.operator.cluster.test_evidence import Answers, serve

NAMED = [{"metadata": {"name": "gpu.example.com"}}]
QUOTA = {"metadata": {"name": "tight"}, "status": {"hard": {"requests.nvidia.com/gpu": "1"}}}
HOLDER = {
    "metadata": {"name": "train", "namespace": "ml"},
    "spec": {"nodeName": "a", "containers": [{"resources": {"limits": {"nvidia.com/gpu": "1"}}}]},
}
NODE = {"metadata": {"name": "a"}, "status": {"allocatable": {"nvidia.com/gpu": "1"}}}
ANSWERS: Answers = {
    "/api/v1/pods": {"items": [HOLDER, {"metadata": {"name": "web"}, "spec": {"containers": []}}]},
    "/api/v1/namespaces/dixi/resourcequotas": {"items": [QUOTA]},
    "/apis/node.k8s.io/v1/runtimeclasses": {"items": NAMED},
    "/apis/resource.k8s.io/v1/deviceclasses": {"items": NAMED},
}


async def survey(gpu: dict[str, Any], times: int = 1) -> tuple[GpuFacts, list[str]]:
    install = read_install({"vision": {"gpu": gpu}, "ollama": {"enabled": False}})
    async with serve(ANSWERS) as (client, asked):
        surveyor = GpuSurvey(client, 2, lambda: 0.0)
        for _ in range(times):
            found = await surveyor.survey(install, [NODE], {DEVICE_API_KIND})
        return found, [path.rpartition("/")[2] for path in asked]


async def test_nothing_is_read_for_an_install_that_asks_for_no_gpu() -> None:
    assert await survey({"policy": "None"}) == (GpuFacts(), [])


async def test_pods_and_quotas_are_read_for_one_that_does() -> None:
    facts, asked = await survey({"policy": "Preferred"})
    assert sorted(asked) == ["pods", "resourcequotas"]
    assert [pod.name for pod in facts.pods or ()] == ["train"]
    assert [(quota.name, quota.hard) for quota in facts.quotas] == [("tight", 1)]
    assert (facts.nodes[0].offers, facts.runtime_classes, facts.device_classes) == ({"nvidia.com/gpu": 1}, None, None)


async def test_classes_are_read_only_where_one_is_named() -> None:
    gpu = {"policy": "Required", "runtimeClassName": "nvidia", "deviceClass": "gpu.example.com"}
    facts, asked = await survey(gpu)
    assert {"runtimeclasses", "deviceclasses"} <= set(asked)
    assert facts.runtime_classes == facts.device_classes == frozenset({"gpu.example.com"})


async def test_what_is_the_same_for_all_installs_is_read_once() -> None:
    _, asked = await survey({"policy": "Preferred"}, times=3)
    assert (asked.count("pods"), asked.count("resourcequotas")) == (1, 3)
