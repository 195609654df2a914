"""Gathers what the causes of trouble are read off: pods, Events, claims, policies and what else a first look calls for.

What the reader's rights do not allow to be read is left out, and said.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from dixi_operator.api.install import DixiInstall
from dixi_operator.api.names import BACKEND_PORT, LABEL_INSTANCE
from dixi_operator.api.types import Manifest
from dixi_operator.cluster.client import Client
from dixi_operator.cluster.discovery import list_kinds
from dixi_operator.cluster.kinds import (
    CLAIM,
    DEPLOYMENT,
    EVENT,
    NAMESPACE,
    NODE,
    POD,
    QUOTA,
    STORAGE_CLASS,
    Kind,
    find_kind,
)
from dixi_operator.errors import ApiError
from dixi_operator.facts import StorageClass
from dixi_operator.gpu.inventory import GpuFacts
from dixi_operator.gpu.reading import read_node, read_pod, read_quotas
from dixi_operator.health.causes.dependencies import DNS_LABELS, DNS_NAMESPACE
from dixi_operator.health.causes.evidence import Evidence
from dixi_operator.health.causes.questions import (
    Log,
    list_backends,
    list_logs,
    wants_events,
    wants_nodes,
    wants_policies,
)
from dixi_operator.health.causes.volumes import DEFAULT_CLASS

AUTOSCALER = find_kind("autoscaling/v2", "HorizontalPodAutoscaler")
POLICY = find_kind("networking.k8s.io/v1", "NetworkPolicy")
ANSWER_SECONDS = 5.0


class Reader:
    """Reads with somebody's rights; what it may not read it takes down, and counts as not read.

    With ``insists``, an answer that may be another one the next time is an error instead: what was seen must not
    depend on it.
    """

    def __init__(self, client: Client, *, insists: bool = False) -> None:
        self._client = client
        self._insists = insists
        self.unread: list[str] = []

    async def list(self, kind: Kind, namespace: str | None = None, *, selector: str = "") -> list[Manifest] | None:
        """Read a collection; None when it cannot be read."""
        try:
            items, _ = await self._client.list(kind, namespace, selector=selector)
        except ApiError as error:
            self._take_down(f"list {kind.plural}{_place(namespace)}", error)
            return None
        return items

    async def find(self, kind: Kind, name: str) -> Manifest | None:
        """Read one object; None when it does not exist or cannot be read."""
        try:
            return await self._client.find(kind.path(name=name))
        except ApiError as error:
            self._take_down(f"get {kind.plural} {name}", error)
            return None

    async def list_kinds(self) -> frozenset[str] | None:
        """The optional kinds that the cluster has; None when that cannot be asked."""
        try:
            return await list_kinds(self._client)
        except ApiError as error:
            self._take_down("ask which kinds there are", error)
            return None

    async def ask_backend(self, namespace: str, pod: str) -> str:
        """Why a backend is not ready, in its own words, through the API server; empty when it does not say."""
        path = f"{POD.path(namespace, f'{pod}:{BACKEND_PORT}', 'proxy')}/api/health/ready"
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await self._client.get(path)
        except ApiError as error:
            # The backend's own answer has a reason and no message; one of the API server has both.
            if not error.message:
                return error.reason
            if error.status == 403:
                self._take_down(f"ask pods{_place(namespace)} (pods/proxy)", error)
        except TimeoutError:
            pass
        return ""

    async def read_last_line(self, namespace: str, log: Log) -> str:
        """The last line of a log; empty when there is none, or it cannot be read."""
        query = {"container": log.container, "tailLines": "1", "previous": str(log.previous).lower()}
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                text = await self._client.read_text(POD.path(namespace, log.pod, "log"), query)
        except ApiError as error:
            if error.status == 403:
                self._take_down(f"read logs{_place(namespace)} (pods/log)", error)
        except TimeoutError:
            pass
        else:
            return text.strip()
        return ""

    def _take_down(self, what: str, error: ApiError) -> None:
        if self._insists and error.is_transient:
            raise error
        verb = "may not" if error.status == 403 else "could not"
        sentence = f"{verb} {what}: {error.message}"
        if sentence not in self.unread:
            self.unread.append(sentence)


async def gather_everything(client: Client, install: DixiInstall, now: datetime) -> Evidence:
    """Read all that the cause may be read off, for somebody who asks."""
    reader = Reader(client)
    namespace, selector = install.namespace, f"{LABEL_INSTANCE}={install.name}"
    deployments, pods, events, claims, classes, autoscalers, policies = await asyncio.gather(
        reader.list(DEPLOYMENT, namespace, selector=selector),
        reader.list(POD, namespace, selector=selector),
        reader.list(EVENT, namespace),
        reader.list(CLAIM, namespace),
        reader.list(STORAGE_CLASS),
        reader.list(AUTOSCALER, namespace),
        reader.list(POLICY, namespace),
    )
    evidence = Evidence(
        namespace=namespace,
        now=now,
        deployments=deployments or (),
        pods=pods or (),
        events=events or (),
        claims=claims or (),
        storage_classes=classes,
        autoscalers=autoscalers or (),
        policies=policies or (),
        kinds=await reader.list_kinds(),
        monitored=bool(install.spec.monitoring.service_monitor),
        scaled=install.spec.backend_is_autoscaled,
        redis=install.spec.redis.url or "",
    )
    evidence = await _follow_up(reader, evidence)
    return replace(evidence, unread=tuple(reader.unread))


async def gather_pods(
    client: Client,
    install: DixiInstall,
    *,
    deployments: Sequence[Manifest],
    claims: Sequence[Manifest],
    storage_classes: Sequence[StorageClass],
    gpus: GpuFacts | None,
    now: datetime,
) -> Evidence:
    """Read what the operator needs to tell a cause: the pods, and Events and policies only where they may be it.

    Raises :class:`ApiError` when the answer may be another one the next time.
    """
    reader = Reader(client, insists=True)
    namespace = install.namespace
    pods = await reader.list(POD, namespace, selector=f"{LABEL_INSTANCE}={install.name}")
    evidence = Evidence(
        namespace=namespace,
        now=now,
        deployments=deployments,
        pods=pods or (),
        claims=claims,
        storage_classes=[_describe_class(item) for item in storage_classes],
        gpus=gpus,
        redis=install.spec.redis.url or "",
    )
    events = await reader.list(EVENT, namespace) if wants_events(evidence) else ()
    policies = await reader.list(POLICY, namespace) if wants_policies(evidence) else ()
    return replace(evidence, events=events or (), policies=policies or ())


def _describe_class(storage: StorageClass) -> Manifest:
    annotations = {DEFAULT_CLASS: "true"} if storage.default else {}
    return {"metadata": {"name": storage.name, "annotations": annotations}}


async def _follow_up(reader: Reader, evidence: Evidence) -> Evidence:
    """Read what a first look calls for."""
    if wants_nodes(evidence):
        evidence = replace(evidence, gpus=await _survey_gpus(reader, evidence.namespace))
    if wants_policies(evidence) and evidence.policies:
        evidence = await _find_dns(reader, evidence)
    namespace, backends, logs = evidence.namespace, list_backends(evidence), list_logs(evidence)
    answers = await asyncio.gather(*(reader.ask_backend(namespace, pod) for pod in backends))
    lines = await asyncio.gather(*(reader.read_last_line(namespace, log) for log in logs))
    return replace(
        evidence,
        readiness=_drop_empty(backends, answers),
        last_lines=_drop_empty([log.pod for log in logs], lines),
    )


async def _survey_gpus(reader: Reader, namespace: str) -> GpuFacts | None:
    nodes, pods, quotas = await asyncio.gather(reader.list(NODE), reader.list(POD), reader.list(QUOTA, namespace))
    if nodes is None:
        return None
    return GpuFacts(
        nodes=tuple(map(read_node, nodes)),
        pods=None if pods is None else tuple(pod for pod in map(read_pod, pods) if pod is not None),
        quotas=tuple(entry for quota in quotas or () for entry in read_quotas(quota)),
    )


async def _find_dns(reader: Reader, evidence: Evidence) -> Evidence:
    selector = ",".join(f"{key}={value}" for key, value in DNS_LABELS.items())
    namespace, pods = await asyncio.gather(
        reader.find(NAMESPACE, DNS_NAMESPACE), reader.list(POD, DNS_NAMESPACE, selector=selector)
    )
    labels = {} if namespace is None else {DNS_NAMESPACE: namespace["metadata"].get("labels") or {}}
    return replace(evidence, dns_pods=pods or (), namespaces=labels)


def _drop_empty(keys: Sequence[str], values: Sequence[str]) -> Mapping[str, str]:
    return {key: value for key, value in zip(keys, values, strict=True) if value}


def _place(namespace: str | None) -> str:
    return f" in namespace {namespace}" if namespace else ""
