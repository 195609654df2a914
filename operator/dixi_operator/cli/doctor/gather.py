"""Looks at a cluster, with the caller's rights."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from dixi_operator.api.names import GROUP, PLURAL
from dixi_operator.api.schema import build_schema
from dixi_operator.api.types import Manifest
from dixi_operator.cli.doctor.facts import ClusterFacts, Need, Unread
from dixi_operator.cli.doctor.rights import NEEDS
from dixi_operator.cli.operators import OPERATOR_SELECTOR, list_leases
from dixi_operator.cluster.client import Client
from dixi_operator.cluster.discovery import is_served
from dixi_operator.cluster.kinds import DEPLOYMENT, INSTALL, NAMESPACE, NODE, POD, STORAGE_CLASS, Kind, find_kind
from dixi_operator.errors import ApiError
from dixi_operator.health.causes.dependencies import DNS_LABELS, DNS_NAMESPACE

Answer = TypeVar("Answer")

CRD = f"/apis/apiextensions.k8s.io/v1/customresourcedefinitions/{PLURAL}.{GROUP}"
METRICS = "/apis/apiregistration.k8s.io/v1/apiservices/v1beta1.metrics.k8s.io"
ACCESS_REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
WHO_REVIEWS = "/apis/authentication.k8s.io/v1/selfsubjectreviews"
MANAGER = "dixi"
DAEMON_SET = Kind("apps/v1", "DaemonSet", "daemonsets")
SERVICE = find_kind("v1", "Service")
SERVICE_MONITOR = find_kind("monitoring.coreos.com/v1", "ServiceMonitor")
HALF_A_SECOND = timedelta(seconds=0.5)


async def gather_facts(client: Client) -> ClusterFacts:
    """Read everything that the checks are about; what is refused is Unread."""
    dns = ",".join(f"{key}={value}" for key, value in DNS_LABELS.items())
    installs, operators, leases, nodes, pods, classes = await asyncio.gather(
        _read(_list(client, INSTALL)),
        _read(_list(client, DEPLOYMENT, selector=OPERATOR_SELECTOR)),
        _read(list_leases(client)),
        _read(_list(client, NODE)),
        _read(_list(client, POD)),
        _read(_list(client, STORAGE_CLASS)),
    )
    dns_pods, daemon_sets, dns_service, metrics, crd = await asyncio.gather(
        _read(_list(client, POD, DNS_NAMESPACE, selector=dns)),
        _read(_list(client, DAEMON_SET)),
        _read(client.find(SERVICE.path(DNS_NAMESPACE, "kube-dns"))),
        _read(client.find(METRICS)),
        _read(client.find(CRD)),
    )
    return ClusterFacts(
        now=datetime.now(UTC),
        version=await _read(_read_version(client)),
        skew=await _read(_measure_skew(client)),
        crd=crd,
        schema=build_schema(),
        operators=operators,
        leases=leases,
        nodes=nodes,
        pods=pods,
        storage_classes=classes,
        dns_service=dns_service,
        dns_pods=dns_pods,
        metrics=metrics,
        prometheus=await _read(is_served(client, SERVICE_MONITOR)),
        daemon_sets=daemon_sets,
        installs=installs,
        namespaces={} if isinstance(installs, Unread) else await _read(_find_namespaces(client, installs)),
        access=await _read(_review_access(client)),
    )


async def _read(reading: Awaitable[Answer]) -> Answer | Unread:
    try:
        return await reading
    except ApiError as error:
        return Unread(error.message)


async def _list(client: Client, kind: Kind, namespace: str | None = None, *, selector: str = "") -> list[Manifest]:
    items, _ = await client.list(kind, namespace, selector=selector)
    return items


async def _read_version(client: Client) -> str:
    return str((await client.get("/version"))["gitVersion"])


async def _measure_skew(client: Client) -> float:
    """Seconds that the API server's clock is ahead: it stamps the answer to who we are, in whole seconds.

    https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/self-subject-review-v1/
    """
    before = datetime.now(UTC)
    review = {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}
    answer = await client.create(WHO_REVIEWS, review, manager=MANAGER)
    middle = before + (datetime.now(UTC) - before) / 2
    stamp = datetime.fromisoformat(answer["metadata"]["creationTimestamp"])
    return (stamp + HALF_A_SECOND - middle).total_seconds()


async def _find_namespaces(client: Client, installs: list[Manifest]) -> Mapping[str, Manifest | None]:
    names = sorted({str(install["spec"]["namespace"]["name"]) for install in installs})
    found = await asyncio.gather(*(client.find(NAMESPACE.path(name=name)) for name in names))
    return dict(zip(names, found, strict=True))


async def _review_access(client: Client) -> Mapping[Need, bool]:
    answers = await asyncio.gather(*(_may(client, need) for need in NEEDS))
    return dict(zip(NEEDS, answers, strict=True))


async def _may(client: Client, need: Need) -> bool:
    """Ask by https://kubernetes.io/docs/reference/access-authn-authz/authorization/#checking-api-access."""
    resource, _, subresource = need.resource.partition("/")
    attributes = {"verb": need.verb, "group": need.group, "resource": resource, "subresource": subresource}
    review = {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SelfSubjectAccessReview",
        "spec": {"resourceAttributes": attributes},
    }
    answer = await client.create(ACCESS_REVIEWS, review, manager=MANAGER)
    return answer["status"]["allowed"] is True
