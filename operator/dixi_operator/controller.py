"""Runs reconciles: keys come in, workers take them, failures come back later.

The controller knows nothing of what an install consists of; that is the reconciler's. It decides when to look again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from random import Random
from time import monotonic
from typing import Any

from dixi_operator import metrics
from dixi_operator.api.names import ANNOTATION_RECONCILE
from dixi_operator.api.reasons import Reason
from dixi_operator.api.types import Manifest
from dixi_operator.cluster.client import Client
from dixi_operator.cluster.discovery import is_served
from dixi_operator.cluster.installs import Installs
from dixi_operator.cluster.kinds import INSTALL, OWNED, Kind
from dixi_operator.cluster.objects import OWNED_SELECTOR
from dixi_operator.cluster.probe import Probe
from dixi_operator.cluster.store import Store
from dixi_operator.cluster.watch import RETRY, Watch
from dixi_operator.errors import ApiError, ConnectionLostError, TransientError
from dixi_operator.logs import INSTALL as INSTALL_NAME
from dixi_operator.outcome import Outcome, Progress
from dixi_operator.queue import Backoff, Priority, WorkQueue
from dixi_operator.reconciler import Reconciler
from dixi_operator.settings import OperatorSettings

LOG = logging.getLogger(__name__)
FAILED = Backoff(first=0.5, last=60)
WAITING = Backoff(first=1, last=10)
SETTLE_SECONDS = 0.05
DRAIN_SECONDS = 4.0  # so that a leader which has lost the Lease is silent before the next may take it


class Controller:
    """The queue, its workers and the watches that fill it."""

    def __init__(
        self,
        client: Client,
        probe: Probe,
        settings: OperatorSettings,
        *,
        random: Random,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._client = client
        self._settings = settings
        self._random = random
        self._queue = WorkQueue(clock)
        self._store = Store(self._on_complete)
        self._installs = Installs()
        self._reconciler = Reconciler(client, self._installs, self._store, probe, settings)
        self._streaks: dict[str, Streak] = {}
        self._seen: dict[str, tuple[str, int, str]] = {}
        self._watches: list[Watch] = []

    def forget(self, name: str) -> None:
        """Drop everything kept about an install that is gone; its objects go with it by their ownerReferences."""
        self._queue.forget(name)
        self._streaks.pop(name, None)
        self._seen.pop(name, None)
        self._reconciler.forget(name)

    def see(self, item: Manifest, priority: Priority) -> None:
        """Take note of an install as it is now."""
        self._installs.put(item)
        metadata = item["metadata"]
        annotations = metadata.get("annotations") or {}
        self.notice(metadata["name"], metadata["uid"], metadata["generation"], annotations, priority)

    def notice(
        self,
        name: str,
        uid: str,
        generation: int,
        annotations: Mapping[str, str],
        priority: Priority = Priority.SPEC_CHANGE,
    ) -> bool:
        """Have an install reconciled if it differs from what was last seen in anything but its status.

        Returns whether it did.
        """
        known, state = self._seen.get(name), (uid, generation, annotations.get(ANNOTATION_RECONCILE, ""))
        if known == state:
            return False
        if known is not None and known[2] != state[2]:
            # Whoever asks for a look has done something to be seen, and may have done it just now.
            self._reconciler.expire_facts()
        self._seen[name] = state
        self._queue.add(name, priority)
        return True

    def stale_watches(self) -> Mapping[str, str]:
        """The watches that have given no sign of life for too long."""
        limit = self._settings.watch_stale_seconds
        return {
            watch.kind.plural: f"nothing heard for {watch.age:.0f} s, at most {limit:.0f} s are normal"
            for watch in self._watches
            if watch.age > limit
        }

    async def watch(self, watching: Coroutine[Any, Any, None]) -> None:
        """Follow the owned objects, and by ``watching`` the installs, until cancelled or until ``watching`` ends.

        Replicas that do not lead watch, too, so that the next leader knows everything already.
        """
        for kind in OWNED:
            self._store.expect(kind, f"{kind.plural} were not listed yet")
        async with asyncio.TaskGroup() as group:
            background = [
                *(group.create_task(self._follow(kind), name=f"watch {kind.plural}") for kind in OWNED),
                group.create_task(self._sweep(), name="sweep"),
            ]
            try:
                await watching
            finally:
                for task in background:
                    task.cancel()

    async def work(self) -> None:
        """Reconcile until cancelled; then end what was begun."""
        stopping = asyncio.Event()
        metrics.QUEUE_DEPTH.set_function(lambda: len(self._queue))
        metrics.QUEUE_AGE.set_function(self._queue.oldest_age)
        async with asyncio.TaskGroup() as group:
            workers = [
                group.create_task(self._work(stopping), name=f"worker {number}")
                for number in range(self._settings.workers)
            ]
            try:
                await asyncio.wait(workers)
            finally:
                stopping.set()
                await asyncio.wait(workers, timeout=DRAIN_SECONDS)
                for task in workers:
                    task.cancel()

    async def _follow(self, kind: Kind) -> None:
        """Watch a kind for as long as the cluster has it; one of the optional kinds may come and go."""
        while True:
            await self._await_kind(kind)
            watch = Watch(
                self._client,
                kind,
                self._store,
                selector=OWNED_SELECTOR,
                on_change=self._on_owned_change,
                random=self._random,
                silence=self._settings.watch_silence_seconds,
            )
            self._watches.append(watch)
            try:
                await watch.run()
            finally:
                self._watches.remove(watch)

    async def _await_kind(self, kind: Kind) -> None:
        failures, missing = 0, False
        while True:
            try:
                if await is_served(self._client, kind):
                    if missing:
                        self._on_kind_come()
                    return
                self._store.clear(kind)
                failures, wait, missing = 0, self._settings.sweep_seconds, True
            except (ApiError, ConnectionLostError) as error:
                LOG.warning("whether there are %s is not known yet: %s", kind.plural, error)
                self._store.doubt(kind, f"whether there are {kind.plural} is not known: {error}")
                failures += 1
                wait = RETRY.delay(failures, self._random.random())
            await asyncio.sleep(wait)

    def _on_owned_change(self, install: str) -> None:
        # Changes come in bursts; a pass over each would find the same.
        if install in self._seen:
            self._queue.add_after(install, SETTLE_SECONDS, Priority.UNHEALTHY)

    def _on_kind_come(self) -> None:
        self._reconciler.expire_facts()
        for install in self._seen:
            self._queue.add(install, Priority.RESYNC)

    def _on_complete(self) -> None:
        # Passes have failed for want of this, each with a longer pause than the one before.
        for install in self._seen:
            self._queue.add(install, Priority.UNHEALTHY)

    async def _sweep(self) -> None:
        """Look for installs whose change no watch reported: a watch that died silently loses no install for long."""
        while True:
            await asyncio.sleep(self._settings.sweep_seconds)
            try:
                items, _ = await self._client.list(INSTALL, metadata_only=True)
            except (ApiError, ConnectionLostError) as error:
                LOG.warning("the installs could not be listed: %s", error)
                continue
            for metadata in (item["metadata"] for item in items):
                annotations = metadata.get("annotations") or {}
                if self.notice(metadata["name"], metadata["uid"], metadata["generation"], annotations):
                    self._installs.discard(metadata["name"])
                    metrics.MISSED.inc()
            for name in self._seen.keys() - {item["metadata"]["name"] for item in items}:
                self.forget(name)

    async def _work(self, stopping: asyncio.Event) -> None:
        stopped = asyncio.create_task(stopping.wait())
        try:
            while not stopping.is_set():
                taking = asyncio.create_task(self._queue.take())
                await asyncio.wait({taking, stopped}, return_when=asyncio.FIRST_COMPLETED)
                if not taking.done():
                    taking.cancel()
                    return
                name, priority = taking.result()
                if priority is Priority.RESYNC:
                    self._installs.discard(name)
                try:
                    await self._attempt(name)
                finally:
                    self._queue.done(name)
        finally:
            stopped.cancel()

    async def _attempt(self, name: str) -> None:
        started = monotonic()
        task = asyncio.create_task(self._reconcile(name), name=f"reconcile {name}")
        # Waiting on a task, not awaiting it: whatever goes wrong with one install, a bug included, is its own affair.
        await asyncio.wait({task})
        metrics.RECONCILE_SECONDS.observe(monotonic() - started)
        outcome = _judge(task)
        metrics.RECONCILES.labels(outcome.progress).inc()
        self._schedule(name, outcome)

    async def _reconcile(self, name: str) -> Outcome:
        INSTALL_NAME.set(name)
        return await self._reconciler.reconcile(name)

    def _schedule(self, name: str, outcome: Outcome) -> None:
        if outcome.progress is Progress.GONE:
            self.forget(name)
            return
        if outcome.progress in {Progress.SETTLED, Progress.STALLED}:
            self._streaks.pop(name, None)
            spread = 0.8 + 0.4 * self._random.random()
            seconds = outcome.again_after or self._settings.resync_seconds
            self._queue.add_after(name, seconds * spread, Priority.RESYNC)
            return
        streak = self._streaks[name] = self._streaks.get(name, Streak()).after(outcome.progress)
        if outcome.progress is Progress.FAILED:
            metrics.ERRORS.labels(outcome.reason).inc()
            LOG.warning("%s", outcome.message, extra={"install": name, "reason": outcome.reason})
            self._installs.discard(name)
        self._queue.add_after(name, choose_delay(outcome, streak, self._random.random()), Priority.UNHEALTHY)


@dataclass(frozen=True, slots=True)
class Streak:
    """How many passes over an install have failed in a row, and how many have had to wait since it last settled.

    They count apart: a single failure of an install that has waited for long is repeated at once.
    """

    failed: int = 0
    waited: int = 0

    def after(self, progress: Progress) -> Streak:
        """The streak with one more pass, which has not settled."""
        if progress is Progress.FAILED:
            return Streak(self.failed + 1, self.waited)
        return Streak(0, self.waited + 1)


def choose_delay(outcome: Outcome, streak: Streak, random: float) -> float:
    """Seconds until the next pass after one that did not settle, the last of ``streak``; ``random`` lies in 0..1."""
    failed = outcome.progress is Progress.FAILED
    delay = FAILED.delay(streak.failed, random) if failed else WAITING.delay(streak.waited, random)
    if outcome.again_after is None:
        return delay
    return max(delay, outcome.again_after) if failed else min(delay, outcome.again_after)


def _judge(task: asyncio.Task[Outcome]) -> Outcome:
    error = task.exception()
    match error:
        case None:
            return task.result()
        case TransientError():
            return Outcome(Progress.FAILED, error.reason, error.message, error.retry_after)
        case ApiError():
            return Outcome(Progress.FAILED, Reason.API_UNAVAILABLE, str(error), error.retry_after)
        case ConnectionLostError():
            return Outcome(Progress.FAILED, Reason.API_UNAVAILABLE, str(error))
        case _:
            LOG.error("this is a bug in the operator; please report it", exc_info=error)
            return Outcome(Progress.FAILED, Reason.INTERNAL_ERROR, repr(error))
