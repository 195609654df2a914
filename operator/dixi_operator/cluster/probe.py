"""Asks the gateway of an install, through its Service, whether it serves."""

from __future__ import annotations

import aiohttp

from dixi_operator.health.status import ProbeResult

LONGEST_QUOTE = 200


class Probe:
    """Requests the readiness route of a gateway.

    ``url`` is a template in which ``{namespace}`` stands for the install's namespace.
    """

    def __init__(self, session: aiohttp.ClientSession, url: str, seconds: float) -> None:
        self._session = session
        self._url = url
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
