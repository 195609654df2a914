"""Gathers what a plan depends on: facts about the cluster."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from dixi_operator.api.install import DixiInstall
from dixi_operator.api.names import LABEL_INSTANCE, LABEL_MANAGED_BY, MANAGED_BY
from dixi_operator.api.types import Manifest
from dixi_operator.api.workloads import GpuPolicy, ServiceType
from dixi_operator.cluster.client import Client
from dixi_operator.cluster.discovery import is_served
from dixi_operator.cluster.kinds import CLAIM, NAMESPACE, NODE, OPTIONAL, OWNED, SECRET, STORAGE_CLASS, Kind, Ref
from dixi_operator.cluster.shared import Shared
from dixi_operator.cluster.sightings import Sighting
from dixi_operator.facts import Facts, NamespaceFact, StorageClass, VolumeFact
from dixi_operator.preflight import list_claims, list_secrets

DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class"
SHARED_SECONDS = 1.0
EVERYWHERE = frozenset({"ServiceAccount default", "ConfigMap kube-root-ca.crt"})  # Kubernetes makes them itself


class Surroundings:
    """Reads facts; what is true of the whole cluster is read once for all installs that ask within a second."""

    def __init__(self, client: Client, operator_namespace: str, clock: Callable[[], float]) -> None:
        self._client = client
        self._operator_namespace = operator_namespace
        self._kinds = Shared(lambda: _read_kinds(client), SHARED_SECONDS, clock)
        self._classes = Shared(lambda: _read_classes(client), SHARED_SECONDS, clock)
        self._nodes = Shared(lambda: _read_nodes(client), SHARED_SECONDS, clock)

    def expire(self) -> None:
        """Forget what was read of the whole cluster."""
        for shared in (self._kinds, self._classes, self._nodes):
            shared.expire()

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
            kinds=kinds,
            storage_classes=classes,
            gpus=_add_up_extended_resources(nodes),
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
    spec = install.spec
    return spec.vision.gpu.policy is not GpuPolicy.NONE or spec.frontend.service.type is ServiceType.NODE_PORT


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


async def _read_kinds(client: Client) -> frozenset[str]:
    optional = [kind for kind in OWNED if kind.name in OPTIONAL]
    served = await asyncio.gather(*(is_served(client, kind) for kind in optional))
    return frozenset(
        f"{kind.name}.{kind.api_version.partition('/')[0]}"
        for kind, is_there in zip(optional, served, strict=True)
        if is_there
    )


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


def _add_up_extended_resources(nodes: list[Manifest]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for node in nodes:
        for resource, quantity in (node.get("status", {}).get("allocatable") or {}).items():
            if "/" in resource and quantity.isdigit():
                total[resource] += int(quantity)
    return dict(total)


def _find_address(nodes: list[Manifest]) -> str:
    """An address of a node from outside if there is one, else from inside; empty without nodes."""
    known = [address for node in nodes for address in node.get("status", {}).get("addresses") or ()]
    for kind in ("ExternalIP", "InternalIP"):
        for address in known:
            if address["type"] == kind:
                found: str = address["address"]
                return found
    return ""
