"""A watch that does not lose events and says when it last heard something.

List, then watch from the list's resourceVersion with bookmarks, list again when the server has forgotten that version
(https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from random import Random
from time import monotonic

from dixi_operator.cluster.client import Client
from dixi_operator.cluster.kinds import Kind
from dixi_operator.cluster.metrics import WATCH_AGE
from dixi_operator.cluster.sightings import Sighting, needs_body, see
from dixi_operator.cluster.store import Store
from dixi_operator.errors import ApiError, ConnectionLostError
from dixi_operator.queue import Backoff

LOG = logging.getLogger(__name__)
WATCH_SECONDS = 290
SILENCE_SECONDS = 75.0  # the server sends a bookmark about once a minute
RETRY = Backoff(first=0.2, last=15)
SHORTEST_SECONDS = 1.0
LONGEST_QUOTE = 200


class Watch:
    """Keeps what a store knows of one kind current, and calls ``on_change`` with each install that has news.

    After a (re-)list everything that differs from before is reported, so nothing that happened while the watch was
    down is missed. A change of what the store does not remember, such as a new reading in an autoscaler's status, is
    no news.
    """

    def __init__(
        self,
        client: Client,
        kind: Kind,
        store: Store,
        *,
        selector: str,
        on_change: Callable[[str], None],
        random: Random,
        silence: float = SILENCE_SECONDS,
    ) -> None:
        self._client = client
        self.kind = kind
        self._store = store
        self._selector = selector
        self._on_change = on_change
        self._random = random
        self._silence = silence
        self._metadata_only = not needs_body(kind)
        self._stamp = monotonic()
        WATCH_AGE.labels(kind.name).set_function(lambda: self.age)

    @property
    def age(self) -> float:
        """Seconds since the last event, bookmark or list."""
        return monotonic() - self._stamp

    async def run(self) -> None:
        """Follow until cancelled, or until the cluster no longer has the kind."""
        failures = 0
        resource_version = ""
        while True:
            started = monotonic()
            try:
                if not resource_version:
                    resource_version = await self._list()
                async for version in self._follow(resource_version):
                    resource_version = version
                    failures = 0
                if monotonic() - started < SHORTEST_SECONDS:
                    failures += 1
            except ApiError as error:
                if error.status == 404:
                    self._store.clear(self.kind)
                    return
                if error.status == 410:
                    resource_version = ""
                failures += 1
                self._complain(error)
            except ConnectionLostError as error:
                failures += 1
                self._complain(error)
            if failures:
                await asyncio.sleep(RETRY.delay(failures, self._random.random()))

    def _complain(self, error: Exception) -> None:
        LOG.warning("watch of %s: %s", self.kind.plural, error)
        self._store.doubt(self.kind, f"{self.kind.plural} could not be listed: {error}")

    async def _list(self) -> str:
        sightings: list[Sighting] = []
        version = ""
        pages = self._client.pages(self.kind, selector=self._selector, metadata_only=self._metadata_only)
        async for page in pages:
            sightings += (see(self.kind, item) for item in page.items)
            version = page.version
        self._heard()
        for install in self._store.replace(self.kind, sightings, int(version) if version.isdigit() else 0):
            self._on_change(install)
        return version

    async def _follow(self, resource_version: str) -> AsyncIterator[str]:
        seconds = WATCH_SECONDS + self._random.randint(0, 20)
        async with self._client.watch(
            self.kind,
            selector=self._selector,
            resource_version=resource_version,
            seconds=seconds,
            silence=self._silence,
            metadata_only=self._metadata_only,
        ) as events:
            async for event in events:
                self._heard()
                yield self._take(event)

    def _take(self, event: object) -> str:
        match event:
            case {"type": "ERROR", "object": dict() as status}:
                raise ApiError(status.get("code", 500), status.get("reason", "Unknown"), status.get("message", ""))
            case {"type": "BOOKMARK", "object": {"metadata": {"resourceVersion": str() as version}}}:
                return version
            case {
                "type": "ADDED" | "MODIFIED" | "DELETED" as change,
                "object": {"metadata": {"name": str(), "uid": str(), "resourceVersion": str() as version}} as item,
            }:
                keep = self._store.drop if change == "DELETED" else self._store.put
                if install := keep(self.kind, item):
                    self._on_change(install)
                return version
        raise ConnectionLostError(f"a line is no event: {str(event)[:LONGEST_QUOTE]}")

    def _heard(self) -> None:
        self._stamp = monotonic()
