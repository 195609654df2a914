"""What may not be read is said and left out; an answer that may be another one the next time stops the operator."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from dixi_operator.api.types import Manifest
from dixi_operator.cluster.client import Client
from dixi_operator.cluster.credentials import Credentials
from dixi_operator.cluster.evidence import Reader, gather_everything, gather_pods
from dixi_operator.cluster.kinds import POD
from dixi_operator.errors import ApiError
from dixi_operator.gpu.inventory import GpuFacts
from dixi_operator.health.causes.find import find_causes
from dixi_operator.health.causes.questions import Log
from tests.unit.operator.api.specs import read_install
from tests.unit.operator.health.causes.cluster import NOW, build_deployment, build_pod, ended, running, waiting
from tests.unit.operator.health.causes.test_placement import build_hungry

Answers = dict[str, Manifest | str | int]
INSTALL = read_install({})
PODS = "/api/v1/namespaces/dixi/pods"
DEPLOYMENTS = "/apis/apps/v1/namespaces/dixi/deployments"


@asynccontextmanager
async def serve(answers: Answers) -> AsyncIterator[tuple[Client, list[str]]]:
    """A client of an API server that answers by path: an object, a text, a status; lists are empty otherwise.

    Beside it, the paths that were asked for.
    """
    asked: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.path)
        match answers.get(request.path, {"items": []}):
            case int(status):
                return web.json_response({"reason": "Forbidden", "message": "no rights"}, status=status)
            case str(text):
                return web.Response(text=text)
            case {"reason": _} as body:
                return web.json_response(body, status=503)
            case body:
                return web.json_response(body)

    application = web.Application()
    application.router.add_route("*", "/{path:.*}", answer)
    async with (
        TestServer(application) as server,
        Client(Credentials(host=str(server.make_url("")).rstrip("/"))) as client,
    ):
        yield client, asked


def see(*pods: Manifest) -> Answers:
    names = {pod["metadata"]["labels"]["app"] for pod in pods}
    return {
        DEPLOYMENTS: {"items": [build_deployment(name) for name in names]},
        PODS: {"items": list(pods)},
        "/apis": {"groups": [{"name": "metrics.k8s.io", "versions": [{"groupVersion": "metrics.k8s.io/v1beta1"}]}]},
    }


async def test_what_may_not_be_read_is_said_once_and_left_out() -> None:
    async with serve({PODS: 403}) as (client, _):
        reader = Reader(client)
        assert await reader.list(POD, "dixi") is None
        assert await reader.list(POD, "dixi") is None
        assert reader.unread == ["may not list pods in namespace dixi: no rights"]


async def test_an_answer_that_may_be_another_one_is_an_error_only_to_who_insists() -> None:
    async with serve({PODS: 500}) as (client, _):
        reader = Reader(client)
        assert await reader.list(POD, "dixi") is None
        assert reader.unread == ["could not list pods in namespace dixi: no rights"]
        with pytest.raises(ApiError):
            await Reader(client, insists=True).list(POD, "dixi")


async def test_a_backend_is_asked_for_its_own_reason_through_the_api_server() -> None:
    path = f"{PODS}/backend-1:3001/proxy/api/health/ready"
    for answer, reason in (
        ({"status": "not ready", "reason": "Redis unavailable"}, "Redis unavailable"),
        ({"reason": "ServiceUnavailable", "message": "error trying to reach service"}, ""),
        ({"status": "ready"}, ""),
        (403, ""),
    ):
        async with serve({path: answer}) as (client, _):
            assert await Reader(client).ask_backend("dixi", "backend-1") == reason


async def test_the_last_line_of_a_log_is_read() -> None:
    path = f"{PODS}/redis-1/log"
    for answer, line in (("last words\n", "last words"), (403, ""), (400, "")):
        async with serve({path: answer}) as (client, _):
            assert await Reader(client).read_last_line("dixi", Log("redis-1", "redis", previous=True)) == line


async def test_everything_that_a_cause_calls_for_is_read() -> None:
    pods = [build_pod("backend", "b", state=running()), build_pod("redis", "r", state=ended(2))]
    answers = {
        **see(*pods),
        f"{PODS}/b:3001/proxy/api/health/ready": {"status": "not ready", "reason": "Redis unavailable"},
        f"{PODS}/b/log": "waiting for Redis",
        f"{PODS}/r/log": "unrecognized arguments",
    }
    async with serve(answers) as (client, asked):
        evidence = await gather_everything(client, INSTALL, NOW)
    assert evidence.readiness == {"b": "Redis unavailable"}
    assert evidence.last_lines == {"b": "waiting for Redis", "r": "unrecognized arguments"}
    assert evidence.unread == ()
    assert [cause.quote for cause in find_causes(evidence)] == ["unrecognized arguments", "waiting for Redis"]
    assert "/api/v1/nodes" not in asked


async def test_nodes_are_read_for_who_waits_for_a_gpu() -> None:
    async with serve(see(build_hungry())) as (client, asked):
        evidence = await gather_everything(client, INSTALL, NOW)
    assert evidence.gpus == GpuFacts(pods=())
    assert {"/api/v1/nodes", "/api/v1/pods"} <= set(asked)


async def test_without_any_rights_there_is_no_cause_and_no_crash() -> None:
    lists = ("events", "persistentvolumeclaims")
    answers: Answers = {
        **dict.fromkeys((f"/api/v1/namespaces/dixi/{plural}" for plural in ("pods", *lists)), 403),
        DEPLOYMENTS: 403,
        "/apis": 403,
    }
    async with serve(answers) as (client, _):
        evidence = await gather_everything(client, INSTALL, NOW)
    assert find_causes(evidence) == []
    assert len(evidence.unread) == 4
    assert "may not ask which kinds there are: no rights" in evidence.unread


@pytest.mark.parametrize(
    ("pod", "expected"),
    [
        (build_pod("redis", state=waiting("ErrImagePull", "no")), ["pods"]),
        (build_pod("redis", state=waiting("ContainerCreating")), ["pods", "events"]),
        (build_pod("redis", state=running()), ["pods", "events", "networkpolicies"]),
    ],
)
async def test_the_operator_reads_no_more_than_it_needs(pod: Manifest, expected: list[str]) -> None:
    async with serve(see(pod)) as (client, asked):
        found = await gather_pods(
            client, INSTALL, deployments=[build_deployment("redis")], claims=(), storage_classes=(), gpus=None, now=NOW
        )
    assert [path.rpartition("/")[2] for path in asked] == expected
    assert found.pods[0]["metadata"]["name"] == pod["metadata"]["name"]
