"""``python -m tests.perf ai``: what the backend's way to a real Ollama costs, beside Ollama itself in the same run."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from tests.perf.ai.askers import ASKERS, WAIT_SECONDS, Place, Timing, leave
from tests.perf.figures import quantile
from tests.support.processes import eventually, find_free_port, read_url, running
from tests.unit.runtime.backend.ai.real_ollama import MODEL, RealOllama, real_ollama
from tests.unit.runtime.waiting import until

LEAVING_TOKENS = 100_000
NOBODY = "http://127.0.0.1:9"


def main(arguments: Sequence[str]) -> int:
    """Measure, and print a table."""
    options = _parse(arguments)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="dixi-perf-ai-")))
        ollama = stack.enter_context(real_ollama(folder))
        place = stack.enter_context(_backend(ollama, folder, options.tokens))
        timings = asyncio.run(_measure(place, options.times))
        eager = stack.enter_context(_backend(ollama, folder, LEAVING_TOKENS))
        delays = asyncio.run(_measure_leaving(ollama, eager, options.leaves))
    sys.stdout.write(_tabulate(timings, delays) + "\n")
    return 0


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    top = argparse.ArgumentParser(prog="python -m tests.perf ai", description=__doc__)
    top.add_argument("--times", type=int, default=100, help="answers of each asker, who take turns")
    top.add_argument("--tokens", type=int, default=20, help="longest answer")
    top.add_argument("--leaves", type=int, default=20, help="askers who leave at the first word")
    return top.parse_args(arguments)


@contextmanager
def _backend(ollama: RealOllama, folder: Path, tokens: int) -> Iterator[Place]:
    """A backend in a process of its own, which keeps no answer and limits nobody."""
    port = find_free_port()
    environment = {
        "PORT": str(port),
        "WS_PORT": "0",
        "VISION_SERVICE_URL": NOBODY,
        "RATE_LIMIT_API": "0/1",
        "OLLAMA_BASE_URL": ollama.url,
        "OLLAMA_MODEL": MODEL,
        "AI_MAX_TOKENS": str(tokens),
        "AI_CACHE_SIZE": "0",
        "RATE_LIMIT_AI": "0/1",
    }
    place = Place(ollama.url, f"http://127.0.0.1:{port}", tokens)
    with running("dixi_runtime", ["backend"], environment, folder / f"backend-{port}.log"):
        eventually(lambda: read_url(f"{place.backend}/health"), seconds=30, what="the backend answers")
        yield place


async def _measure(place: Place, times: int) -> Mapping[str, list[Timing]]:
    found: dict[str, list[Timing]] = {name: [] for name in ASKERS}
    async with httpx.AsyncClient(timeout=WAIT_SECONDS) as client:
        for number in range(-1, times):
            for name, ask in ASKERS.items():
                timing = await ask(place, client, f"Who are you, and what is {number}?")
                if number >= 0:
                    found[name].append(timing)
    return found


async def _measure_leaving(ollama: RealOllama, place: Place, times: int) -> list[float]:
    """Seconds from an asker's leaving until Ollama has noted the end of the generation."""
    now = asyncio.get_running_loop().time
    delays = []
    for _ in range(times):
        before = len(ollama.generated())
        async with httpx.AsyncClient(timeout=WAIT_SECONDS) as client:
            await leave(place, client)
        left = now()
        await until(lambda before=before: len(ollama.generated()) > before, "Ollama has stopped")  # type: ignore[misc]
        delays.append(now() - left)
    return delays


def _tabulate(timings: Mapping[str, list[Timing]], delays: Sequence[float]) -> str:
    rows = ["| who is asked | first word, ms: p50 | p95 | whole, ms: p50 | p95 |", "| --- | --- | --- | --- | --- |"]
    for name, found in timings.items():
        firsts, wholes = [timing.first for timing in found], [timing.whole for timing in found]
        cells = [f"{quantile(values, share) * 1000:.1f}" for values in (firsts, wholes) for share in (0.5, 0.95)]
        rows.append(f"| {name} | {' | '.join(cells)} |")
    slowest = max(delays) * 1000
    middle = quantile(delays, 0.5) * 1000
    return "\n".join(
        [*rows, "", f"From leaving to Ollama's end, {len(delays)} times: p50 {middle:.0f} ms, max {slowest:.0f} ms"]
    )
