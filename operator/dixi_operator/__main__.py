"""The operator process: one leader reconciles, every replica answers probes and serves metrics."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from collections.abc import Callable, Coroutine, Mapping
from contextlib import AsyncExitStack
from random import SystemRandom
from time import monotonic
from typing import Any

import aiohttp
import uvloop

from dixi_operator import backup, release
from dixi_operator.api.names import GROUP, VERSION
from dixi_operator.cluster.client import Client, connect
from dixi_operator.cluster.lease import lead
from dixi_operator.cluster.probe import Probe
from dixi_operator.collector import look_at_all, spare_survivors
from dixi_operator.controller import Controller
from dixi_operator.errors import ApiError, ConnectionLostError
from dixi_operator.handlers import watch_installs
from dixi_operator.logs import configure_logging
from dixi_operator.server import build_server, start_server
from dixi_operator.settings import OperatorSettings

LOG = logging.getLogger(__name__)
USAGE = """usage: dixi-operator [backup | check | uninstall]

Without a word it runs the operator. backup makes one backup; check says whether a release works, as helm test asks;
uninstall deletes the installs before the operator goes, or forbids that it goes.
"""
COMMANDS: Mapping[str, Callable[[], None]] = {
    "backup": backup.main,
    "check": release.check,
    "uninstall": release.uninstall,
}


class Operator:
    """Everything one replica consists of."""

    def __init__(self, settings: OperatorSettings, client: Client, session: aiohttp.ClientSession) -> None:
        self._settings = settings
        self._client = client
        probe = Probe(
            session,
            settings.probe_url,
            settings.probe_timeout_seconds,
            vision_url=settings.vision_url,
            backend_url=settings.backend_url,
        )
        self._random = SystemRandom()
        self.controller = Controller(client, probe, settings, random=self._random, clock=monotonic)
        self._reachable = False

    async def run(self) -> None:
        """Serve probes and metrics, watch, and reconcile while this replica leads.

        Ends when cancelled or when the Lease is lost. The Lease is given back before anything else is taken down, so
        that the next leader need not wait for it.
        """
        server = await start_server(
            build_server(self.controller.stale_watches, self._unready), self._settings.http_port
        )
        try:
            await self._await_resource()
            watching = self.controller.watch(watch_installs(self.controller, self._client, self._random))
            await _run_beside(watching, self._lead())
        finally:
            await server.cleanup()

    async def _lead(self) -> None:
        if self._settings.leader_election:
            await lead(self._client, self._settings.namespace, self._settings.pod_name, self.controller.work)
        else:
            await self.controller.work()

    async def _await_resource(self) -> None:
        path = f"/apis/{GROUP}/{VERSION}"
        while True:
            try:
                if await self._client.find(path) is not None:
                    self._reachable = True
                    return
                LOG.error("the API server has no %s/%s; install the CRDs (kubectl apply -f crds/)", GROUP, VERSION)
            except (ApiError, ConnectionLostError) as error:
                LOG.error("the API server cannot be used yet: %s", error)
            await asyncio.sleep(2)

    def _unready(self) -> Mapping[str, str]:
        return {} if self._reachable else {"api": "the API server has not answered yet, or lacks the CRDs"}


async def _run_beside(background: Coroutine[Any, Any, None], work: Coroutine[Any, Any, None]) -> None:
    """Run ``work`` to its end while ``background`` runs; an error of either ends both and is raised."""
    behind, ahead = asyncio.create_task(background), asyncio.create_task(work)
    try:
        await asyncio.wait({behind, ahead}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (ahead, behind):
            task.cancel()
            await asyncio.wait({task})
    for task in (ahead, behind):
        if not task.cancelled():
            task.result()


async def run_operator(settings: OperatorSettings) -> None:
    """Run one replica until SIGTERM, SIGINT or the loss of the Lease."""
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(await connect())
        session = await stack.enter_async_context(aiohttp.ClientSession())
        task = asyncio.create_task(Operator(settings, client, session).run(), name="operator")
        stack.callback(asyncio.create_task(look_at_all(), name="collector").cancel)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, task.cancel)
        await asyncio.wait({task})
        if not task.cancelled():
            task.result()


def main() -> None:
    """Entry point of ``dixi-operator``."""
    arguments = sys.argv[1:]
    if len(arguments) == 1 and arguments[0] in COMMANDS:
        COMMANDS[arguments[0]]()
        return
    if arguments:
        sys.exit(USAGE)
    settings = OperatorSettings()
    configure_logging(settings.log_level)
    spare_survivors()
    uvloop.run(run_operator(settings))


if __name__ == "__main__":
    main()
