"""The program ``dixi-operator check``: whether a release works, as ``helm test`` asks."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from time import monotonic

import aiohttp

from dixi_operator.cluster.client import Client, connect
from dixi_operator.cluster.discovery import is_served
from dixi_operator.cluster.kinds import INSTALL
from dixi_operator.cluster.lease import LEASE_NAME, LEASES
from dixi_operator.errors import ApiError, ConnectionLostError, NoClusterError
from dixi_operator.release.settings import CheckSettings
from dixi_operator.release.verdicts import Seen, judge

WELL, NOT_WELL, NO_CLUSTER = 0, 1, 3
PAUSE_SECONDS = 1.0
ANSWER_SECONDS = aiohttp.ClientTimeout(total=5)


def main() -> int:
    """Check until all is well or the time is over, and print one line a check.

    Exit status: 0 all is well, 1 something is not, 3 the API server cannot be used.
    """
    try:
        verdicts = asyncio.run(run(CheckSettings()))
    except (ApiError, ConnectionLostError, NoClusterError) as error:
        print(f"the API server cannot be used: {error}")  # noqa: T201 - the answer to helm test
        return NO_CLUSTER
    for what, problem in verdicts.items():
        print(f"no: {problem}" if problem else f"yes: {what}")  # noqa: T201 - the answer to helm test
    return NOT_WELL if any(verdicts.values()) else WELL


async def run(settings: CheckSettings) -> dict[str, str]:
    """The last verdicts, by what was checked."""
    deadline = monotonic() + settings.check_seconds
    async with await connect() as client, aiohttp.ClientSession() as session:
        while True:
            verdicts = judge(await look(settings, client, session))
            if not any(verdicts.values()) or monotonic() > deadline:
                return verdicts
            await asyncio.sleep(PAUSE_SECONDS)


async def look(settings: CheckSettings, client: Client, session: aiohttp.ClientSession) -> Seen:
    """Look at the release once."""
    leases = LEASES.format(namespace=settings.namespace)
    return Seen(
        served=await is_served(client, INSTALL),
        elects=settings.leader_election,
        lease=await client.find(f"{leases}/{LEASE_NAME}") if settings.leader_election else None,
        answer=await ask(session, settings.operator_url.format(namespace=settings.namespace)),
        now=datetime.now(UTC),
    )


async def ask(session: aiohttp.ClientSession, url: str) -> str:
    """What is wrong with the answer at ``url``; empty for a 200."""
    try:
        async with session.get(url, timeout=ANSWER_SECONDS) as response:
            if response.status == 200:
                return ""
            return f"{url} answered {response.status}: {await response.text(errors='replace')}"
    except TimeoutError:
        return f"{url} did not answer within {ANSWER_SECONDS.total:g} s"
    except aiohttp.ClientError as error:
        return f"{url} could not be reached: {error}"
