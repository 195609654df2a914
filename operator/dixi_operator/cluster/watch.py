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

from dixi_operator.api.types import Manifest
from dixi_operator.cluster.client import Client
from dixi_operator.cluster.kinds import Kind
from dixi_operator.cluster.ledger import digest_owned
from dixi_operator.cluster.metrics import WATCH_AGE
from dixi_operator.errors import ApiError, ConnectionLostError
from dixi_operator.queue import Backoff

LOG = logging.getLogger(__name__)
WATCH_SECONDS = 290
SILENCE_SECONDS = 75.0  # the server sends a bookmark about once a minute
RETRY = Backoff(first=0.2, last=15)


class Watch:
    """Follows one kind in all namespaces and calls ``on_change`` with the metadata of whatever changed.

    After a (re-)list everything that differs from before is reported, so nothing that happened while the watch was
    down is missed. Kinds whose health shows in their status report every event; of the others a change that left our
    fields and labels alone, such as a new reading in an autoscaler's status, is none.
    """

    def __init__(
        self,
        client: Client,
        kind: Kind,
        *,
        selector: str,
        on_change: Callable[[Manifest], None],
        random: Random,
    ) -> None:
        self._client = client
        self.kind = kind
        self._selector = selector
        self._on_change = on_change
        self._random = random
        self._known: dict[str, Manifest] = {}
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
            try:
                if not resource_version:
                    resource_version = await self._list()
                async for version in self._follow(resource_version):
                    resource_version = version
                    failures = 0
            except ApiError as error:
                if error.status == 404:
                    return
                if error.status == 410:
                    resource_version = ""
                    continue
                failures += 1
                LOG.warning("watch of %s: %s", self.kind.plural, error)
            except ConnectionLostError as error:
                failures += 1
                LOG.warning("watch of %s: %s", self.kind.plural, error)
            if failures:
                await asyncio.sleep(RETRY.delay(failures, self._random.random()))

    async def _list(self) -> str:
        items, version = await self._client.list(self.kind, selector=self._selector, metadata_only=True)
        before, self._known = self._known, {item["metadata"]["uid"]: _keep(item) for item in items}
        self._heard()
        for uid in before.keys() | self._known.keys():
            if self.kind.has_health or before.get(uid) != self._known.get(uid):
                self._on_change(self._known.get(uid) or before[uid])
        return version

    async def _follow(self, resource_version: str) -> AsyncIterator[str]:
        seconds = WATCH_SECONDS + self._random.randint(0, 20)
        async with self._client.watch(
            self.kind,
            selector=self._selector,
            resource_version=resource_version,
            seconds=seconds,
            silence=SILENCE_SECONDS,
            metadata_only=True,
        ) as events:
            async for event in events:
                self._heard()
                yield self._take(event)

    def _take(self, event: Manifest) -> str:
        item = event["object"]
        if event["type"] == "ERROR":
            raise ApiError(item.get("code", 500), item.get("reason", "Unknown"), item.get("message", ""))
        version: str = item["metadata"]["resourceVersion"]
        if event["type"] == "BOOKMARK":
            return version
        metadata = _keep(item)
        before = self._known.pop(metadata["uid"], None)
        if event["type"] != "DELETED":
            self._known[metadata["uid"]] = metadata
        if self.kind.has_health or event["type"] == "DELETED" or before != metadata:
            self._on_change(metadata)
        return version

    def _heard(self) -> None:
        self._stamp = monotonic()


def _keep(item: Manifest) -> Manifest:
    metadata = item["metadata"]
    return {
        "uid": metadata["uid"],
        "name": metadata["name"],
        "namespace": metadata.get("namespace", ""),
        "labels": metadata.get("labels") or {},
        "owned": digest_owned(item),
    }
