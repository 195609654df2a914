"""One leader among the replicas, agreed on through a Lease.

The rules are those of client-go (https://pkg.go.dev/k8s.io/client-go/tools/leaderelection): a Lease is taken when
nobody holds it, or when its holder has not renewed it for as long as it promised, measured by the clock of who
watches, so that clocks that differ do no harm. A leader that ends gives the Lease back.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain, repeat
from time import monotonic
from typing import Any

from dixi_operator.api.names import FIELD_MANAGER
from dixi_operator.api.types import Manifest
from dixi_operator.cluster.client import Client
from dixi_operator.cluster.metrics import LEADER
from dixi_operator.errors import ApiError, ConnectionLostError

LOG = logging.getLogger(__name__)
LEASE_NAME = "dixi-operator"
LEASES = "/apis/coordination.k8s.io/v1/namespaces/{namespace}/leases"
LEASE_SECONDS, RENEW_SECONDS, RETRY_SECONDS = 15, 10, 2
ANSWER_SECONDS = 4  # so that after one request without an answer there is time for another
ASK_SECONDS = 1  # of a replica that waits: a Lease that was given back is taken within so many


@dataclass(frozen=True, slots=True)
class Claim:
    """What a Lease said, and when (seconds of a clock that never goes back) it was first seen to say so."""

    spec: Manifest
    since: float

    def is_free_for(self, identity: str, now: float) -> bool:
        """Whether ``identity`` may hold the Lease from ``now`` on."""
        holder = self.spec.get("holderIdentity")
        if not holder or holder == identity:
            return True
        return now - self.since >= (self.spec.get("leaseDurationSeconds") or LEASE_SECONDS)


class Election:
    """The part of one replica in the election.

    ``clock`` gives seconds that never go back, ``now`` the time of day for others to read.
    """

    def __init__(
        self,
        client: Client,
        namespace: str,
        identity: str,
        *,
        clock: Callable[[], float] = monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._client = client
        self._collection = LEASES.format(namespace=namespace)
        self._path = f"{self._collection}/{LEASE_NAME}"
        self._identity = identity
        self._clock = clock
        self._now = now
        self._claim: Claim | None = None

    async def take(self) -> bool:
        """Take the Lease, or renew it; False when another replica has it or the API server does not say in time."""
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                return await self._take()
        except (ApiError, ConnectionLostError, TimeoutError) as error:
            LOG.warning("lease %s: %s", LEASE_NAME, str(error) or "no answer in time")
            return False

    async def _take(self) -> bool:
        lease = await self._client.find(self._path)
        if lease is None:
            await self._client.create(self._collection, self._write({}, {}), manager=FIELD_MANAGER)
            return True
        spec = lease.get("spec") or {}
        if not self._observe(spec).is_free_for(self._identity, self._clock()):
            return False
        await self._client.merge(self._path, self._write(lease["metadata"], spec), manager=FIELD_MANAGER)
        return True

    async def win(self) -> None:
        """Wait for the Lease and take it."""
        for wait in chain([0], repeat(ASK_SECONDS)):
            await asyncio.sleep(wait)
            if await self.take():
                return

    async def hold(self) -> None:
        """Renew the Lease for as long as that works; returns once it is lost."""
        renewed = self._clock()
        while self._clock() - renewed < RENEW_SECONDS:
            await asyncio.sleep(RETRY_SECONDS)
            try:
                async with asyncio.timeout(max(RENEW_SECONDS - (self._clock() - renewed), 0.1)):
                    if await self.take():
                        renewed = self._clock()
            except TimeoutError:
                LOG.warning("lease %s: no answer in time", LEASE_NAME)

    async def give_back(self) -> None:
        """Let another replica have the Lease at once, if it is still ours."""
        try:
            lease = await self._client.find(self._path)
            if lease is None or (lease.get("spec") or {}).get("holderIdentity") != self._identity:
                return
            released = {"holderIdentity": None, "leaseDurationSeconds": 1}
            metadata = {"resourceVersion": lease["metadata"]["resourceVersion"]}
            await self._client.merge(self._path, {"metadata": metadata, "spec": released}, manager=FIELD_MANAGER)
        except (ApiError, ConnectionLostError) as error:
            LOG.warning("the lease could not be given back and runs out by itself: %s", error)

    def _observe(self, spec: Manifest) -> Claim:
        if self._claim is None or self._claim.spec != spec:
            self._claim = Claim(spec, self._clock())
        return self._claim

    def _write(self, metadata: Manifest, before: Manifest) -> Manifest:
        """The Lease as ours; with the resourceVersion it was read at, so that of two who take it one fails."""
        time = self._now().strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        spec: dict[str, Any] = {
            "holderIdentity": self._identity,
            "leaseDurationSeconds": LEASE_SECONDS,
            "renewTime": time,
        }
        if before.get("holderIdentity") != self._identity:
            spec |= {"acquireTime": time, "leaseTransitions": (before.get("leaseTransitions") or 0) + 1}
        if not metadata:
            identity = {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": {"name": LEASE_NAME}}
            return {**identity, "spec": spec}
        return {"metadata": {"resourceVersion": metadata["resourceVersion"]}, "spec": spec}


async def lead(client: Client, namespace: str, identity: str, work: Callable[[], Awaitable[None]]) -> None:
    """Wait for the Lease, then run ``work`` for as long as it is held.

    Returns when ``work`` has ended or the Lease is lost; either way the process should end, so that nothing half
    done survives. The Lease is given back unless another replica has it.
    """
    election = Election(client, namespace, identity)
    await election.win()
    LOG.info("this replica leads")
    LEADER.set(1)
    holding = asyncio.create_task(election.hold(), name="lease")
    working = asyncio.ensure_future(work())
    try:
        await asyncio.wait({holding, working}, return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            LOG.warning("the lease is lost")
    finally:
        LEADER.set(0)
        holding.cancel()
        working.cancel()
        await asyncio.gather(holding, working, return_exceptions=True)
        await election.give_back()
    if not working.cancelled():
        working.result()
