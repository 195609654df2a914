"""Asks the pods of an install: the gateway whether it serves, vision what it computes on."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Iterable

import aiohttp
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from dixi_operator.api.names import CONNECTIONS_METRIC
from dixi_operator.health.status import ProbeResult

LONGEST_QUOTE = 200
DELEGATE = "dixi_vision_delegate"
"""The metric of vision that is 1 for what its landmarkers compute on."""


class Probe:
    """Requests the readiness route of a gateway.

    ``url`` is a template in which ``{namespace}`` stands for the install's namespace, ``vision_url`` and
    ``backend_url`` are ones in which ``{address}`` stands for that of a pod; an empty one is not asked.
    """

    def __init__(
        self, session: aiohttp.ClientSession, url: str, seconds: float, *, vision_url: str = "", backend_url: str = ""
    ) -> None:
        self._session = session
        self._url = url
        self._vision_url = vision_url
        self._backend_url = backend_url
        self._timeout = aiohttp.ClientTimeout(total=seconds)

    async def ask(self, namespace: str) -> ProbeResult:
        """One request, from this process through DNS, Service and network policy to a backend pod."""
        url = self._url.format(namespace=namespace)
        try:
            async with self._session.get(url, timeout=self._timeout) as response:
                text = (await response.text(errors="replace"))[:LONGEST_QUOTE]
                if response.status == 200:
                    return ProbeResult(ok=True, message=f"{url} answered 200")
                return ProbeResult(ok=False, message=f"{url} answered {response.status}: {text}")
        except TimeoutError:
            return ProbeResult(ok=False, message=f"{url} did not answer within {self._timeout.total:g} s")
        except aiohttp.ClientError as error:
            return ProbeResult(ok=False, message=f"{url} could not be reached: {error}")

    @property
    def asks_vision(self) -> bool:
        """Whether vision is asked at all."""
        return bool(self._vision_url)

    @property
    def asks_backends(self) -> bool:
        """Whether each pod of a gateway is asked at all."""
        return bool(self._backend_url)

    async def count_clients(self, address: str) -> int | None:
        """How many WebSocket clients the gateway's pod at that address has; None when it does not say."""
        text = await self._read(self._backend_url, address)
        found = [sample.value for sample in read_samples(text) if sample.name == CONNECTIONS_METRIC]
        return int(found[0]) if found and math.isfinite(found[0]) and found[0] >= 0 else None

    async def ask_delegates(self, addresses: Iterable[str]) -> str:
        """What pods of vision compute on by their own metric, such as ``gpu`` or ``cpu, gpu``; empty if none tells."""
        if not self._vision_url:
            return ""
        answers = await asyncio.gather(*(self._read(self._vision_url, address) for address in addresses))
        return ", ".join(sorted({delegate for answer in answers for delegate in read_delegates(answer)}))

    async def _read(self, url: str, address: str) -> str:
        """What the pod at that address answers; empty when it does not answer well."""
        host = f"[{address}]" if ":" in address else address
        try:
            async with self._session.get(url.format(address=host), timeout=self._timeout) as response:
                return await response.text(errors="replace") if response.status == 200 else ""
        except (TimeoutError, aiohttp.ClientError):
            return ""


def read_delegates(text: str) -> set[str]:
    """The delegates that metrics of vision show in use; none when the text is no metrics."""
    found = (sample for sample in read_samples(text) if sample.name == DELEGATE and sample.value == 1)
    return {sample.labels.get("delegate", "") for sample in found} - {""}


def read_samples(text: str) -> list[Sample]:
    """The samples of metrics; none when the text is something else.

    https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
    """
    try:
        return [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    except ValueError:
        return []
