"""Which kinds there are is read off the groups, and off a group only where it may have one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

from aiohttp import web
from aiohttp.test_utils import TestServer

from dixi_operator.api.names import CUSTOM_METRICS_KIND, METRICS_KIND, SCALED_OBJECT_KIND
from dixi_operator.cluster.client import Client
from dixi_operator.cluster.credentials import Credentials
from dixi_operator.cluster.discovery import list_kinds


@asynccontextmanager
async def serve(groups: Mapping[str, Sequence[str]]) -> AsyncIterator[tuple[Client, list[str]]]:
    """A client of an API server with these groups and versions, each with its resources; those behind nothing are down.

    Beside it, the paths that were asked for.
    """
    asked: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.path)
        if request.path == "/apis":
            described = [{"name": each.partition("/")[0], "versions": [{"groupVersion": each}]} for each in groups]
            return web.json_response({"groups": described})
        resources = groups[request.path.removeprefix("/apis/")]
        return web.json_response(
            {"resources": [{"name": name} for name in resources]}, status=200 if resources else 503
        )

    application = web.Application()
    application.router.add_route("*", "/{path:.*}", answer)
    async with (
        TestServer(application) as server,
        Client(Credentials(host=str(server.make_url("")).rstrip("/"))) as client,
    ):
        yield client, asked


async def test_a_cluster_without_any_costs_one_request() -> None:
    async with serve({"apps/v1": ["deployments"]}) as (client, asked):
        assert await list_kinds(client) == frozenset()
        assert asked == ["/apis"]


async def test_a_kind_is_there_at_just_its_version_and_name() -> None:
    async with serve({"keda.sh/v1alpha1": ["scaledobjects", "scaledjobs"]}) as (client, _):
        assert await list_kinds(client) == {SCALED_OBJECT_KIND}
    async with serve({"keda.sh/v2": ["scaledobjects"]}) as (client, _):
        assert await list_kinds(client) == frozenset()
    async with serve({"keda.sh/v1alpha1": ["scaledjobs"]}) as (client, _):
        assert await list_kinds(client) == frozenset()


async def test_a_metrics_api_is_there_once_it_is_registered_whether_it_answers_or_not() -> None:
    async with serve({"metrics.k8s.io/v1beta1": []}) as (client, asked):
        assert await list_kinds(client) == {METRICS_KIND}
        assert asked == ["/apis"]
    async with serve({"custom.metrics.k8s.io/v1beta2": []}) as (client, _):
        assert await list_kinds(client) == {CUSTOM_METRICS_KIND}
