"""Reads who has which GPU, for installs that ask for one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence

from dixi_operator.api.gpu import GpuPolicy, GpuSpec
from dixi_operator.api.install import DixiInstall
from dixi_operator.api.types import Manifest
from dixi_operator.cluster.client import Client
from dixi_operator.cluster.kinds import DEVICE_CLASS, POD, QUOTA, RUNTIME_CLASS, Kind
from dixi_operator.cluster.shared import Shared
from dixi_operator.facts import DEVICE_API_KIND
from dixi_operator.gpu.inventory import GpuFacts, GpuPod
from dixi_operator.gpu.reading import read_node, read_pod, read_quotas


class GpuSurvey:
    """Reads the pods and classes of the cluster once for all installs that ask within some seconds.

    Nobody tells when a GPU becomes free, and to follow every pod of a cluster would cost more than to ask now and
    then.
    """

    def __init__(self, client: Client, seconds: float, clock: Callable[[], float]) -> None:
        self._client = client
        self._pods = Shared(lambda: _read_pods(client), seconds, clock)
        self._runtime_classes = Shared(lambda: _read_names(client, RUNTIME_CLASS), seconds, clock)
        self._device_classes = Shared(lambda: _read_names(client, DEVICE_CLASS), seconds, clock)

    def expire(self) -> None:
        """Forget what was read of the whole cluster."""
        for shared in (self._pods, self._runtime_classes, self._device_classes):
            shared.expire()

    async def survey(self, install: DixiInstall, nodes: Sequence[Manifest], kinds: Iterable[str]) -> GpuFacts:
        """Who has which GPU, as far as it matters to the install; ``nodes`` and ``kinds`` are the cluster's."""
        specs = list_gpu_specs(install)
        if not specs:
            return GpuFacts()
        claimed = any(spec.device_class for spec in specs) and DEVICE_API_KIND in kinds
        pods, quotas, runtime_classes, device_classes = await asyncio.gather(
            self._pods.get(),
            self._client.list(QUOTA, install.namespace),
            _read_if(any(spec.runtime_class_name for spec in specs), self._runtime_classes.get),
            _read_if(claimed, self._device_classes.get),
        )
        return GpuFacts(
            nodes=tuple(read_node(node) for node in nodes),
            pods=pods,
            quotas=tuple(entry for quota in quotas[0] for entry in read_quotas(quota)),
            runtime_classes=runtime_classes,
            device_classes=device_classes,
        )


def list_gpu_specs(install: DixiInstall) -> list[GpuSpec]:
    """What the components that may have a GPU are to have."""
    specs = [install.spec.vision.gpu, *([install.spec.ollama.gpu] if install.spec.ollama.is_deployed else [])]
    return [spec for spec in specs if spec.policy is not GpuPolicy.NONE]


async def _read_if(wanted: bool, read: Callable[[], Awaitable[frozenset[str]]]) -> frozenset[str] | None:
    return await read() if wanted else None


async def _read_pods(client: Client) -> tuple[GpuPod, ...]:
    found: list[GpuPod] = []
    async for page in client.pages(POD):
        # Page after page, since of most pods nothing is kept.
        found += (pod for pod in map(read_pod, page.items) if pod is not None)
    return tuple(found)


async def _read_names(client: Client, kind: Kind) -> frozenset[str]:
    items, _ = await client.list(kind, metadata_only=True)
    return frozenset(item["metadata"]["name"] for item in items)
