"""Requests of the measuring program, apart from the operator's client so that the audit log tells the two apart."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from time import monotonic
from typing import Any

import aiohttp
import orjson
from kubernetes.aio import config
from kubernetes.aio.client import ApiClient, Configuration

from tests.perf.audit import HARNESS

INSTALLS = "/apis/dixi.io/v1alpha1/dixiinstalls"
DEPLOYMENTS = "/apis/apps/v1/deployments"
TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io"
AT_ONCE = 32
Manifest = dict[str, Any]


class Api:
    """JSON in, JSON out; an answer other than success raises ``aiohttp.ClientResponseError``."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def get(self, path: str, accept: str = "application/json") -> Manifest:
        """Read an object or a list."""
        async with self._session.get(path, headers={"Accept": accept}) as response:
            answer: Manifest = orjson.loads(await response.read())
            return answer

    async def read_column(self, path: str, column: str) -> list[str]:
        """One printed column of every object in a collection, which costs the server little."""
        table = await self.get(f"{path}?includeObject=None", TABLE)
        place = [definition["name"] for definition in table["columnDefinitions"]].index(column)
        return [str(row["cells"][place]) for row in table.get("rows") or ()]

    async def create_all(self, path: str, manifests: Iterable[Manifest]) -> None:
        """Create objects, some dozens at once."""
        gate = asyncio.Semaphore(AT_ONCE)

        async def create(manifest: Manifest) -> None:
            async with gate, self._session.post(path, data=orjson.dumps(manifest)):
                pass

        await asyncio.gather(*(create(manifest) for manifest in manifests))

    async def merge(self, path: str, patch: Manifest) -> Manifest:
        """JSON merge patch (RFC 7386)."""
        headers = {"Content-Type": "application/merge-patch+json"}
        async with self._session.patch(path, data=orjson.dumps(patch), headers=headers) as response:
            answer: Manifest = orjson.loads(await response.read())
            return answer


@asynccontextmanager
async def connected(kubeconfig: Path) -> AsyncIterator[Api]:
    """An Api that acts as the user of a kubeconfig."""
    configuration = Configuration()
    await config.load_kube_config(str(kubeconfig), client_configuration=configuration)
    async with ApiClient(configuration) as client:
        connector = aiohttp.TCPConnector(limit=AT_ONCE, ssl=client.rest_client.ssl_context)
        headers = {"Content-Type": "application/json", "User-Agent": HARNESS}
        async with aiohttp.ClientSession(
            configuration.host, connector=connector, headers=headers, raise_for_status=True
        ) as session:
            yield Api(session)


async def is_all_ready(api: Api, installs: int) -> bool:
    """Whether there are that many installs and all are Ready."""
    column = await api.read_column(INSTALLS, "Ready")
    return len(column) == installs and set(column) == {"True"}


async def is_all_available(api: Api, deployments: int) -> bool:
    """Whether there are that many Deployments and each has all of its pods."""
    column = [cell.split("/") for cell in await api.read_column(DEPLOYMENTS, "Ready")]
    return len(column) == deployments and all(ready == wanted for ready, wanted in column)


async def until(look: Any, *, seconds: float, every: float, what: str) -> float:
    """Ask ``look()`` until it says yes; returns the seconds that took, TimeoutError when it never does."""
    started = monotonic()
    while not await look():
        if monotonic() - started > seconds:
            raise TimeoutError(f"not within {seconds:.0f} s: {what}")
        await asyncio.sleep(every)
    return monotonic() - started
