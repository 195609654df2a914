"""The operator of a trial: in this process, where many fit, or as a process of its own, which can be killed."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from dixi_operator.__main__ import Operator
from dixi_operator.cluster.client import connect
from dixi_operator.settings import OperatorSettings
from tests.faults.trial import Trial


@dataclass(frozen=True, slots=True)
class Inside:
    """Runs the operator on the event loop of the test."""

    settings: dict[str, Any]

    async def __call__(self, kubeconfig: str) -> str:
        """Run it until it ends by itself; returns how it ended."""
        settings = OperatorSettings(**self.settings)
        async with await connect(kubeconfig) as client, aiohttp.ClientSession() as session:
            running = asyncio.create_task(Operator(settings, client, session).run())
            try:
                await asyncio.wait({running})
                return repr(running.exception())
            finally:
                running.cancel()
                await asyncio.gather(running, return_exceptions=True)


@dataclass(slots=True)
class Process:
    """Runs ``python -m dixi_operator`` with an environment; what it prints goes to ``log``."""

    environment: Mapping[str, str]
    log: Path
    _running: asyncio.subprocess.Process | None = field(default=None, init=False)

    async def __call__(self, kubeconfig: str) -> str:
        """Run it until it ends by itself; returns how it ended."""
        with self.log.open("ab") as output:
            process = self._running = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "dixi_operator",
                env={**os.environ, **self.environment, "KUBECONFIG": kubeconfig},
                stdout=output,
                stderr=output,
            )
        try:
            return f"exit {await process.wait()}"
        finally:
            if process.returncode is None:
                process.terminate()
                await process.wait()

    def send(self, number: signal.Signals) -> None:
        """Send it a signal."""
        assert self._running is not None, "no operator was started"
        self._running.send_signal(number)


def describe_settings(trial: Trial) -> dict[str, Any]:
    """Settings of the operator of a trial."""
    return {
        "namespace": trial.berth,
        "http_port": 0,
        "probe_url": trial.world.gateway,
        "vision_url": "",
        "backend_url": "",
    }


def to_environment(settings: Mapping[str, Any]) -> dict[str, str]:
    """Settings as the operator reads them from its environment."""
    return {f"DIXI_{name.upper()}": str(value) for name, value in settings.items()}
