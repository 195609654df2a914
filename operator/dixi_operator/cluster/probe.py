"""Asks the pods of an install: the gateway whether it serves, vision what it computes on."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import aiohttp
from prometheus_client.parser import text_string_to_metric_families

from dixi_operator.health.status import ProbeResult

LONGEST_QUOTE = 200
DELEGATE = "dixi_vision_delegate"
"""The metric of vision that is 1 for what its landmarkers compute on."""


class Probe:
    """Requests the readiness route of a gateway.

    ``url`` is a template in which ``{namespace}`` stands for the install's namespace, ``vision_url`` one in which
    ``{address}`` stands for that of a pod; an empty one is not asked.
    """

    def __init__(self, session: aiohttp.ClientSession, url: str, seconds: float, *, vision_url: str = "") -> None:
        self._session = session
        self._url = url
        self._vision_url = vision_url
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

    async def ask_delegates(self, addresses: Iterable[str]) -> str:
        """What pods of vision compute on by their own metric, such as ``gpu`` or ``cpu, gpu``; empty if none tells."""
        if not self._vision_url:
            return ""
        answers = await asyncio.gather(*(self._read_delegates(address) for address in addresses))
        return ", ".join(sorted({delegate for answer in answers for delegate in answer}))

    async def _read_delegates(self, address: str) -> set[str]:
        host = f"[{address}]" if ":" in address else address
        try:
            async with self._session.get(self._vision_url.format(address=host), timeout=self._timeout) as response:
                if response.status != 200:
                    return set()
                return read_delegates(await response.text(errors="replace"))
        except (TimeoutError, aiohttp.ClientError):
            return set()


def read_delegates(text: str) -> set[str]:
    """The delegates that metrics of vision show in use; none when the text is no metrics.

    https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
    """
    try:
        families = list(text_string_to_metric_families(text))
    except ValueError:
        return set()
    samples = (sample for family in families if family.name == DELEGATE for sample in family.samples)
    return {sample.labels.get("delegate", "") for sample in samples if sample.value == 1} - {""}
