"""Gathers what a plan depends on: facts about the cluster."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping

from dixi_operator.api.install import DixiInstall
from dixi_operator.api.names import (
    ANNOTATION_REPLICAS,
    AUTOSCALER,
    BACKEND,
    LABEL_INSTANCE,
    LABEL_MANAGED_BY,
    MANAGED_BY,
    SCALED_OBJECT,
    VISION,
    VISION_AUTOSCALER,
)
from dixi_operator.api.types import Manifest
from dixi_operator.api.workloads import ServiceType
from dixi_operator.cluster.client import Client
from dixi_operator.cluster.discovery import list_kinds
from dixi_operator.cluster.gpus import GpuSurvey, list_gpu_specs
from dixi_operator.cluster.kinds import (
    CLAIM,
    DEPLOYMENT,
    NAMESPACE,
    NODE,
    OPTIONAL,
    OWNED,
    SECRET,
    STORAGE_CLASS,
    Kind,
    Ref,
)
from dixi_operator.cluster.shared import Shared
from dixi_operator.cluster.sightings import Sighting
from dixi_operator.facts import Facts, NamespaceFact, StorageClass, VolumeFact
from dixi_operator.preflight import list_claims, list_secrets

DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class"
SHARED_SECONDS = 1.0
SURVEY_SECONDS = 2.0
SCALERS: Mapping[str, frozenset[tuple[str, str]]] = {
    BACKEND: frozenset({("HorizontalPodAutoscaler", AUTOSCALER), ("ScaledObject", SCALED_OBJECT)}),
    VISION: frozenset({("HorizontalPodAutoscaler", VISION_AUTOSCALER)}),
}
"""Kind and name of what may scale a component."""

EVERYWHERE = frozenset({"ServiceAccount default", "ConfigMap kube-root-ca.crt"})  # Kubernetes makes them itself


class Surroundings:
    """Reads facts; what is true of the whole cluster is read once for all installs that ask within a second."""

    def __init__(self, client: Client, operator_namespace: str, clock: Callable[[], float]) -> None:
        self._client = client
        self._operator_namespace = operator_namespace
        self._kinds = Shared(lambda: list_kinds(client), SHARED_SECONDS, clock)
        self._classes = Shared(lambda: _read_classes(client), SHARED_SECONDS, clock)
        self._nodes = Shared(lambda: _read_nodes(client), SHARED_SECONDS, clock)
        self._gpus = GpuSurvey(client, SURVEY_SECONDS, clock)

    def expire(self) -> None:
        """Forget what was read of the whole cluster."""
        for shared in (self._kinds, self._classes, self._nodes):
            shared.expire()
        self._gpus.expire()

    async def observe(self, install: DixiInstall, view: Mapping[Ref, Sighting]) -> Facts:
        """The facts for one install, whose own objects are in ``view``; nodes are read only where they matter."""
        namespace = install.namespace
        found, kinds, classes, nodes, secrets, claims = await asyncio.gather(
            self._read_namespace(namespace, view),
            self._kinds.get(),
            self._classes.get(),
            self._nodes.get() if _needs_nodes(install) else _nothing(),
            self._find_names(SECRET, namespace, {name for _, name in list_secrets(install)}, view),
            self._find_names(CLAIM, namespace, {claim.name for claim in list_claims(install)}, view),
        )
        strangers = await self._list_strangers(install) if _is_strange(found, install) else ()
        return Facts(
            strangers=strangers,
            kept=read_kept(view, namespace),
            kinds=kinds,
            storage_classes=classes,
            gpus=await self._gpus.survey(install, nodes, kinds),
            namespace=None if found is None else _describe_namespace(found),
            secrets=secrets,
            claims=claims,
            volumes={ref.name: _describe_claim(seen.live) for ref, seen in view.items() if ref.kind == CLAIM.name},
            operator_namespace=self._operator_namespace,
            node_address=_find_address(nodes),
        )

    async def _read_namespace(self, name: str, view: Mapping[Ref, Sighting]) -> Manifest | None:
        seen = view.get(Ref(NAMESPACE.api_version, NAMESPACE.name, "", name))
        return seen.live if seen else await self._client.find(NAMESPACE.path(name=name), metadata_only=True)

    async def _list_strangers(self, install: DixiInstall) -> tuple[str, ...]:
        kinds = [kind for kind in OWNED if kind.namespaced and kind.name not in OPTIONAL]
        answers = await asyncio.gather(
            *(self._client.list(kind, install.namespace, metadata_only=True) for kind in kinds)
        )
        labels = (f"{item['kind']} {item['metadata']['name']}" for items, _ in answers for item in items)
        return tuple(label for label in labels if label not in EVERYWHERE)

    async def _find_names(
        self, kind: Kind, namespace: str, wanted: Iterable[str], view: Mapping[Ref, Sighting]
    ) -> frozenset[str]:
        """Which of the ``wanted`` objects there are."""
        seen = {ref.name for ref in view if ref.kind == kind.name}
        unknown = [name for name in wanted if name not in seen]
        answers = await asyncio.gather(
            *(self._client.find(kind.path(namespace, name), metadata_only=True) for name in unknown)
        )
        return frozenset(seen).union(name for name, answer in zip(unknown, answers, strict=True) if answer)


def _needs_nodes(install: DixiInstall) -> bool:
    return bool(list_gpu_specs(install)) or install.spec.frontend.service.type is ServiceType.NODE_PORT


def _is_strange(namespace: Manifest | None, install: DixiInstall) -> bool:
    """Whether a namespace is there and does not belong to the install."""
    if namespace is None:
        return False
    labels = namespace["metadata"].get("labels") or {}
    return (labels.get(LABEL_MANAGED_BY), labels.get(LABEL_INSTANCE)) != (MANAGED_BY, install.name)


async def _nothing() -> list[Manifest]:
    return []


def _describe_namespace(namespace: Manifest) -> NamespaceFact:
    metadata = namespace["metadata"]
    return NamespaceFact(
        labels=metadata.get("labels") or {},
        owner_uids=frozenset(owner["uid"] for owner in metadata.get("ownerReferences") or ()),
        terminating="deletionTimestamp" in metadata,
    )


def _describe_claim(claim: Manifest) -> VolumeFact:
    spec, status = claim.get("spec") or {}, claim.get("status") or {}
    requests, capacity = (spec.get("resources") or {}).get("requests") or {}, status.get("capacity") or {}
    return VolumeFact(spec.get("storageClassName") or "", requests.get("storage", "0"), capacity.get("storage", ""))


def read_kept(view: Mapping[Ref, Sighting], namespace: str) -> dict[str, int]:
    """Replicas that an autoscaler has chosen, by component.

    While there is an autoscaler it is what its Deployment has. When that one is taken away the Deployment is annotated
    with it, so that a number which somebody sets by hand later is not taken for its choice.
    """
    scalers = {(ref.kind, ref.name) for ref in view}
    kept = {}
    for component, names in SCALERS.items():
        seen = view.get(Ref(DEPLOYMENT.api_version, DEPLOYMENT.name, namespace, component))
        if seen is None:
            continue
        live = seen.live
        noted = (live["metadata"].get("annotations") or {}).get(ANNOTATION_REPLICAS, "")
        if noted.isdecimal():
            kept[component] = int(noted)
        elif not names.isdisjoint(scalers):
            kept[component] = live["spec"]["replicas"]
    return kept


async def _read_classes(client: Client) -> tuple[StorageClass, ...]:
    items, _ = await client.list(STORAGE_CLASS, metadata_only=True)
    return tuple(
        StorageClass(
            name=item["metadata"]["name"],
            default=(item["metadata"].get("annotations") or {}).get(DEFAULT_CLASS) == "true",
        )
        for item in items
    )


async def _read_nodes(client: Client) -> list[Manifest]:
    items, _ = await client.list(NODE)
    return items


def _find_address(nodes: list[Manifest]) -> str:
    """An address of a node from outside if there is one, else from inside; empty without nodes."""
    known = [address for node in nodes for address in node.get("status", {}).get("addresses") or ()]
    for kind in ("ExternalIP", "InternalIP"):
        for address in known:
            if address["type"] == kind:
                found: str = address["address"]
                return found
    return ""
