"""One leader among the replicas, agreed on through a Lease.

The election itself is that of ``kubernetes.aio``; added are patience with an API server that is away, and giving the
Lease back on exit, so that the next replica takes over at once.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
from kubernetes.aio.leaderelection import electionconfig, leaderelection
from kubernetes.aio.leaderelection.leaderelectionrecord import LeaderElectionRecord
from kubernetes.aio.leaderelection.resourcelock.leaselock import LeaseLock

from dixi_operator.api.names import FIELD_MANAGER
from dixi_operator.cluster.client import Client
from dixi_operator.cluster.metrics import LEADER
from dixi_operator.errors import ApiError, ConnectionLostError

LOG = logging.getLogger(__name__)
LEASE_NAME = "dixi-operator"
LEASES = "/apis/coordination.k8s.io/v1/namespaces/{namespace}/leases"
LEASE_SECONDS, RENEW_SECONDS, RETRY_SECONDS = 15, 10, 2
BROKEN = (aiohttp.ClientError, TimeoutError, ConnectionError)


class _PatientLock:
    """The lock of the library, except that a lost connection counts as a failed attempt.

    The first Lease is created by our own client: ``LeaseLock.create`` of kubernetes 37.0.2 passes a bool where its
    generated API asks for a string, and fails.
    """

    def __init__(self, client: Client, namespace: str, identity: str) -> None:
        self._client = client
        self._lock = LeaseLock(LEASE_NAME, namespace, identity, client.api)
        self.name = LEASE_NAME
        self.namespace = namespace
        self.identity = identity

    async def get(self, name: str, namespace: str) -> tuple[bool, Any]:
        try:
            found: tuple[bool, Any] = await self._lock.get(name, namespace)
        except BROKEN as error:
            return False, _Unreachable(repr(error))
        return found

    async def create(self, name: str, namespace: str, election_record: LeaderElectionRecord) -> bool:
        lease = {"apiVersion": "coordination.k8s.io/v1", "kind": "Lease", "metadata": {"name": name}}
        seconds = int(float(election_record.lease_duration))
        times = {
            key: self._lock.time_str_to_iso(value)
            for key, value in (
                ("acquireTime", election_record.acquire_time),
                ("renewTime", election_record.renew_time),
            )
        }
        spec = {"holderIdentity": self.identity, "leaseDurationSeconds": seconds, **times}
        try:
            await self._client.create(
                LEASES.format(namespace=namespace), {**lease, "spec": spec}, manager=FIELD_MANAGER
            )
        except (ApiError, ConnectionLostError) as error:
            LOG.warning("the lease could not be created: %s", error)
            return False
        return True

    async def update(self, name: str, namespace: str, updated_record: LeaderElectionRecord) -> bool:
        try:
            updated: bool = await self._lock.update(name, namespace, updated_record)
            return updated
        except BROKEN as error:
            LOG.warning("lease %s: %r", self.name, error)
            return False


class _Unreachable:
    """Stands for the answer that did not come, in the form the library logs."""

    def __init__(self, reason: str) -> None:
        self.reason = reason


async def lead(client: Client, namespace: str, identity: str, work: Callable[[], Awaitable[None]]) -> None:
    """Wait for the Lease, then run ``work`` for as long as it is held.

    Returns when ``work`` has ended or the Lease is lost; either way the process should end, so that nothing half
    done survives. The Lease is given back unless another replica has it.
    """
    held = asyncio.Event()

    async def start() -> None:
        held.set()

    async def stop() -> None:
        LOG.warning("the lease is lost")

    lock = _PatientLock(client, namespace, identity)
    times = (LEASE_SECONDS, RENEW_SECONDS, RETRY_SECONDS)
    election = asyncio.create_task(
        leaderelection.LeaderElection(electionconfig.Config(lock, *times, start, stop)).run(), name="election"
    )
    try:
        if await _outlasts(election, held.wait()):
            LOG.info("this replica leads")
            LEADER.set(1)
            await _outlasts(election, work())
    finally:
        LEADER.set(0)
        election.cancel()
        await asyncio.gather(election, return_exceptions=True)
        await _give_back(client, namespace, identity)


async def _outlasts(election: asyncio.Task[None], work: Awaitable[object]) -> bool:
    """Run ``work`` while the election goes on; False when the election ended first. Errors of either are raised."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.wait({task, election}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            task.result()
            return True
        election.result()
        return False
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _give_back(client: Client, namespace: str, identity: str) -> None:
    path = f"{LEASES.format(namespace=namespace)}/{LEASE_NAME}"
    try:
        lease = await client.find(path)
        if lease is None or lease["spec"].get("holderIdentity") != identity:
            return
        released = {
            "metadata": {"resourceVersion": lease["metadata"]["resourceVersion"]},
            "spec": {"holderIdentity": None, "leaseDurationSeconds": 1},
        }
        await client.merge(path, released, manager=FIELD_MANAGER)
    except (ApiError, ConnectionLostError) as error:
        LOG.warning("the lease could not be given back and runs out by itself: %s", error)
