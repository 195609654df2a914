"""kopf wiring: events about our resources become keys in the queue, and nothing else.

``on.event`` handlers need no finalizer and no annotation, and kopf swallows their errors, which is why they do not
reconcile: the queue owns retries (https://docs.kopf.dev/en/stable/events/). kopf has a thread and an event loop of
its own, because on its way out it cancels every task of its loop that it does not know, and it claims the signals of
the main thread.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from concurrent.futures import Future
from random import Random
from time import monotonic
from typing import Any

import kopf

from dixi_operator.api.names import GROUP, PLURAL, VERSION
from dixi_operator.cluster.client import Client
from dixi_operator.controller import Controller
from dixi_operator.persistence import NoDiffBase, NoProgress
from dixi_operator.queue import Backoff, Priority

LOG = logging.getLogger(__name__)
JOIN_SECONDS = 2.0
CALM_SECONDS = 60.0
PAUSE = Backoff(first=0.2, last=15)


async def watch_installs(controller: Controller, client: Client, random: Random) -> None:
    """Feed the controller with events about installs until cancelled.

    kopf gives up at a line that is no JSON, for one; then it is started anew, and lists everything once more.
    """
    failures = 0
    while True:
        started = monotonic()
        error = await run_kopf(controller, client)
        failures = failures + 1 if monotonic() - started < CALM_SECONDS else 1
        LOG.warning("the watch of the installs has ended and begins anew: %r", error)
        await asyncio.sleep(PAUSE.delay(failures, random.random()))


async def run_kopf(controller: Controller, client: Client) -> BaseException | None:
    """Run kopf until it gives up, and return why; when cancelled, tell it to end and wait for that."""
    loop = asyncio.get_running_loop()
    ended: asyncio.Future[BaseException | None] = loop.create_future()
    stop: Future[None] = Future()

    async def watch() -> BaseException | None:
        # A flag of threads would have a thread wait for it, and kopf's loop does not close before that has ended.
        flag = asyncio.shield(asyncio.wrap_future(stop))
        registry, settings = build_registry(controller, client, loop), build_settings()
        task = asyncio.ensure_future(
            kopf.operator(registry=registry, settings=settings, clusterwide=True, stop_flag=flag)
        )
        await asyncio.wait({task})
        return None if task.cancelled() else task.exception()

    def finish(error: BaseException | None) -> None:
        if not ended.done():
            ended.set_result(error)

    def work() -> None:
        error = asyncio.run(watch())
        if not stop.done():
            loop.call_soon_threadsafe(finish, error)

    thread = threading.Thread(target=work, name="kopf", daemon=True)
    thread.start()
    try:
        return await ended
    finally:
        if ended.cancelled():
            stop.set_result(None)
        await asyncio.to_thread(thread.join, JOIN_SECONDS)


def build_registry(controller: Controller, client: Client, loop: asyncio.AbstractEventLoop) -> kopf.OperatorRegistry:
    """The handlers, which speak to one controller on ``loop``, and the credentials that ``client`` was given."""
    registry = kopf.OperatorRegistry()

    @kopf.on.login(registry=registry)
    async def log_in(**_: Any) -> kopf.ConnectionInfo:
        return await describe_connection(client)

    @kopf.on.event(GROUP, VERSION, PLURAL, registry=registry)
    async def enqueue(name: str, type: str | None, event: kopf.RawEvent, **_: Any) -> None:
        if type == "DELETED":
            loop.call_soon_threadsafe(controller.forget, name)
            return
        # The first listing names every install there is; what is edited meanwhile goes before them.
        priority = Priority.RESYNC if type is None else Priority.SPEC_CHANGE
        loop.call_soon_threadsafe(controller.see, dict(event["object"]), priority)

    return registry


def build_settings() -> kopf.OperatorSettings:
    """kopf as a watcher only: no Events, no annotations, no discovery of other resources."""
    settings = kopf.OperatorSettings()
    settings.posting.enabled = False
    settings.scanning.disabled = True
    settings.peering.standalone = True
    settings.watching.server_timeout = 290
    settings.watching.connect_timeout = 10
    settings.watching.chunk_size = 500
    # A worker that waits for the next event holds on to the last, a hundred times what is kept of an install here.
    settings.queueing.idle_timeout = 0.1
    settings.persistence.finalizer = f"{GROUP}/finalizer"
    settings.persistence.progress_storage = NoProgress()
    settings.persistence.diffbase_storage = NoDiffBase()
    return settings


async def describe_connection(client: Client) -> kopf.ConnectionInfo:
    """The connection of ``client`` in kopf's terms; asked again by kopf when a token has run out."""
    credentials = client.credentials
    return kopf.ConnectionInfo(
        server=credentials.host,
        ca_path=credentials.ca_file,
        insecure=not credentials.verify,
        certificate_path=credentials.certificate_file,
        private_key_path=credentials.key_file,
        token=await credentials.read_token() or None,
    )
