"""Which pod of a gateway goes first when it is scaled down: one with few clients, since each of them has to move."""

from __future__ import annotations

import asyncio
from typing import Final

from dixi_operator.api.names import BACKEND, FIELD_MANAGER, LABEL_APP
from dixi_operator.api.types import Manifest
from dixi_operator.cluster.client import Client
from dixi_operator.cluster.kinds import POD
from dixi_operator.cluster.probe import Probe
from dixi_operator.errors import ApiError

ANNOTATION: Final = "controller.kubernetes.io/pod-deletion-cost"
"""Of the pods of a ReplicaSet, those with the lower number go first; without it a pod has 0
(https://kubernetes.io/docs/concepts/workloads/controllers/replicaset/#pod-deletion-cost)."""

NOT_FOUND = 404


class DeletionCosts:
    """Writes on each pod of a gateway about how many clients it has."""

    def __init__(self, client: Client, probe: Probe) -> None:
        self._client = client
        self._probe = probe

    async def weigh(self, namespace: str) -> None:
        """Ask every pod of the gateway there, and write what has changed.

        Raises :class:`ApiError` and :class:`ConnectionLostError` when pods cannot be read or written.
        """
        if not self._probe.asks_backends:
            return
        pods, _ = await self._client.list(POD, namespace, selector=f"{LABEL_APP}={BACKEND}")
        await asyncio.gather(*(self._weigh(pod) for pod in pods if _is_serving(pod)))

    async def _weigh(self, pod: Manifest) -> None:
        clients = await self._probe.count_clients(pod["status"]["podIP"])
        if clients is None:
            return
        metadata, cost = pod["metadata"], str(choose_cost(clients))
        if (metadata.get("annotations") or {}).get(ANNOTATION, "0") == cost:
            return
        path = POD.path(metadata["namespace"], metadata["name"])
        patch: Manifest = {"metadata": {"uid": metadata["uid"], "annotations": {ANNOTATION: cost}}}
        try:
            await self._client.merge(path, patch, manager=FIELD_MANAGER)
        except ApiError as error:
            if error.status != NOT_FOUND:
                raise


def choose_cost(clients: int) -> int:
    """Grows by one each time that the clients double, so that not every page which comes and goes makes for a write."""
    return clients.bit_length()


def _is_serving(pod: Manifest) -> bool:
    conditions = pod.get("status", {}).get("conditions") or ()
    ready = any(item["type"] == "Ready" and item["status"] == "True" for item in conditions)
    return ready and bool(pod["status"].get("podIP")) and "deletionTimestamp" not in pod["metadata"]
