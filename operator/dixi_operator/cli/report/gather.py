"""Reads what a report is made of, no more of it than a ticket takes."""

from __future__ import annotations

import asyncio
import importlib.metadata
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from pydantic import ValidationError

from dixi_operator.api.checks import read_install
from dixi_operator.api.names import LABEL_INSTANCE
from dixi_operator.api.types import Manifest
from dixi_operator.cli.doctor.facts import ClusterFacts, Unread
from dixi_operator.cli.doctor.gather import gather_facts
from dixi_operator.cli.events import gather_events
from dixi_operator.cli.operators import OPERATOR_SELECTOR
from dixi_operator.cli.report.material import Material, Workload
from dixi_operator.cluster.client import Client
from dixi_operator.cluster.evidence import Reader, gather_everything
from dixi_operator.cluster.kinds import OPTIONAL, OWNED, POD, SECRET
from dixi_operator.cluster.objects import OWNED_SELECTOR
from dixi_operator.errors import ApiError, ConnectionLostError
from dixi_operator.health.causes.cause import Cause
from dixi_operator.health.causes.find import find_causes

LOG_LINES, LOG_BYTES = 1000, 256 * 1024
"""The end of each log, at most."""

READ_BYTES = 1024 * 1024
"""What is read of a log: the API server cuts the end off what is longer, so that it is more than is kept."""

MOST_LOGS, LOGS_AT_ONCE, LOG_SECONDS = 80, 8, 10.0


async def gather_material(client: Client, install: Manifest | None) -> Material:
    """Read everything about an install, its operator and its cluster; what is refused is said."""
    reader = Reader(client)
    unread: list[str] = []
    facts = await gather_facts(client)
    causes: Sequence[Cause] = ()
    events: Sequence[Manifest] = ()
    owned, secrets = Workload(), list[Manifest]()
    if install is not None:
        namespace = install["spec"]["namespace"]["name"]
        events = await _gather_events(client, install, unread)
        causes = await _find_causes(client, install, facts.now, unread)
        secrets += await reader.list(SECRET, namespace) or ()
        owned = await _gather_owned(client, reader, install, facts, unread)
    operator = await _gather_operator(client, reader, facts, secrets, unread)
    return Material(
        now=facts.now,
        version=importlib.metadata.version("dixi-kubernetes"),
        facts=facts,
        install=install,
        events=events,
        causes=causes,
        owned=owned,
        operator=operator,
        secrets=secrets,
        unread=tuple(dict.fromkeys((*reader.unread, *unread))),
    )


async def _gather_owned(
    client: Client, reader: Reader, install: Manifest, facts: ClusterFacts, unread: list[str]
) -> Workload:
    selector = f"{OWNED_SELECTOR},{LABEL_INSTANCE}={install['metadata']['name']}"
    namespace = install["spec"]["namespace"]["name"]
    kinds = [kind for kind in OWNED if kind.name not in OPTIONAL or facts.prometheus is True]
    lists = await asyncio.gather(
        *(reader.list(kind, namespace if kind.namespaced else None, selector=selector) for kind in kinds)
    )
    pods = await reader.list(POD, namespace) or ()
    objects = [item for items in lists for item in items or ()]
    return Workload(objects=objects, pods=pods, logs=await _read_logs(client, pods, unread))


async def _gather_operator(
    client: Client, reader: Reader, facts: ClusterFacts, secrets: list[Manifest], unread: list[str]
) -> Workload:
    operators = () if isinstance(facts.operators, Unread) else facts.operators
    leases = () if isinstance(facts.leases, Unread) else facts.leases
    pods: list[Manifest] = []
    for namespace in sorted({item["metadata"]["namespace"] for item in operators}):
        pods += await reader.list(POD, namespace, selector=OPERATOR_SELECTOR) or ()
        secrets += await reader.list(SECRET, namespace) or ()
    objects = [*operators, *({**lease, "kind": "Lease"} for lease in leases)]
    return Workload(objects=objects, pods=pods, logs=await _read_logs(client, pods, unread))


async def _gather_events(client: Client, install: Manifest, unread: list[str]) -> list[Manifest]:
    try:
        return await gather_events(client, install)
    except ApiError as error:
        unread.append(f"Events could not be listed: {error.message}")
        return []


async def _find_causes(client: Client, install: Manifest, now: datetime, unread: list[str]) -> list[Cause]:
    try:
        wanted = read_install(install)
    except ValidationError:
        unread.append("the specification cannot be read, so its causes of trouble were not looked for")
        return []
    evidence = await gather_everything(client, wanted, now)
    unread += evidence.unread
    return find_causes(evidence)


async def _read_logs(client: Client, pods: Sequence[Manifest], unread: list[str]) -> Mapping[str, str]:
    wanted = list(list_logs(pods))
    if len(wanted) > MOST_LOGS:
        unread.append(f"{len(wanted) - MOST_LOGS} of {len(wanted)} logs were left out")
    gate = asyncio.Semaphore(LOGS_AT_ONCE)

    async def read(namespace: str, pod: str, container: str, previous: bool) -> tuple[str, str]:
        async with gate:
            text = await _read_log(client, namespace, pod, container, previous, unread)
        return f"{pod}/{container}{'.previous' if previous else ''}.log", text

    answers = await asyncio.gather(*(read(*log) for log in wanted[:MOST_LOGS]))
    return {path: text for path, text in answers if text}


def list_logs(pods: Sequence[Manifest]) -> Iterator[tuple[str, str, str, bool]]:
    """Namespace, pod, container, and whether it is the log of the run before, of every container that has run."""
    for pod in pods:
        metadata, status = pod["metadata"], pod.get("status") or {}
        for kind in ("initContainerStatuses", "containerStatuses"):
            for container in status.get(kind) or ():
                where = (metadata["namespace"], metadata["name"], container["name"])
                if "waiting" not in (container.get("state") or {}) or container.get("restartCount"):
                    yield (*where, False)
                if container.get("restartCount"):
                    yield (*where, True)


async def _read_log(client: Client, namespace: str, pod: str, container: str, previous: bool, unread: list[str]) -> str:
    query = {
        "container": container,
        "tailLines": str(LOG_LINES),
        "limitBytes": str(READ_BYTES),
        "timestamps": "true",
        "previous": str(previous).lower(),
    }
    try:
        async with asyncio.timeout(LOG_SECONDS):
            text = await client.read_text(POD.path(namespace, pod, "log"), query)
    except (ApiError, ConnectionLostError, TimeoutError) as error:
        unread.append(f"log of {container} in pod {namespace}/{pod}: {error or 'no answer in time'}")
        return ""
    return text[-LOG_BYTES:]
