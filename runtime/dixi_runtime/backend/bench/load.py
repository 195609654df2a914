"""As many requests as the server answers, each connection with one at a time."""

from __future__ import annotations

import asyncio
from time import perf_counter

from dixi_runtime.backend.bench.figures import HttpFigures, quantiles
from dixi_runtime.backend.bench.requester import Requester
from dixi_runtime.backend.bench.target import Target


class _Asker:
    """One connection that asks again as soon as it has its answer."""

    def __init__(self, request: bytes) -> None:
        self.delays: list[float] = []
        self.refused = 0
        self.requester = Requester(self._note)
        self._request = request
        self._asked = 0.0

    def give_requester(self) -> Requester:
        """The protocol of the connection."""
        return self.requester

    def ask(self) -> None:
        """Send the request."""
        self._asked = perf_counter()
        self.requester.send(self._request)

    def _note(self, status: int) -> None:
        self.delays.append(perf_counter() - self._asked)
        if not 200 <= status < 300:
            self.refused += 1
        self.ask()


async def measure_http(target: Target, connections: int, seconds: float) -> HttpFigures:
    """Load ``GET target`` for ``seconds``; OSError when it cannot be reached."""
    loop = asyncio.get_running_loop()
    askers = [_Asker(target.head("GET")) for _ in range(connections)]
    for asker in askers:
        await loop.create_connection(asker.give_requester, target.host, target.port)
    started = perf_counter()
    for asker in askers:
        asker.ask()
    await asyncio.sleep(seconds)
    took = perf_counter() - started
    delays = [delay * 1000 for asker in askers for delay in asker.delays]
    refused = sum(asker.refused + asker.requester.is_lost for asker in askers)
    for asker in askers:
        asker.requester.close()
    p50, p95, p99 = quantiles(delays)
    return HttpFigures(target.path, connections, len(delays) / took, p50, p95, p99, refused)
