"""Gathers what a plan depends on: facts about the cluster."""

from __future__ import annotations

import asyncio
from collections import Counter

from dixi_operator.api.types import Manifest
from dixi_operator.cluster.client import Client
from dixi_operator.cluster.discovery import is_served
from dixi_operator.cluster.kinds import CLAIM, NAMESPACE, NODE, OPTIONAL, OWNED, SECRET, STORAGE_CLASS, Kind
from dixi_operator.facts import Facts, NamespaceFact, StorageClass

DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class"


async def observe_facts(client: Client, *, namespace: str, operator_namespace: str, with_nodes: bool) -> Facts:
    """Read the facts for an install into ``namespace``; nodes are read only where they matter."""
    found, kinds, classes, secrets, claims, nodes = await asyncio.gather(
        client.find(NAMESPACE.path(name=namespace)),
        _read_kinds(client),
        _read_classes(client),
        _read_names(client, SECRET, namespace),
        _read_names(client, CLAIM, namespace),
        _read_nodes(client) if with_nodes else _nothing(),
    )
    return Facts(
        kinds=kinds,
        storage_classes=classes,
        gpus=_add_up_extended_resources(nodes),
        namespace=None if found is None else _describe_namespace(found),
        secrets=secrets,
        claims=claims,
        operator_namespace=operator_namespace,
        node_address=_find_address(nodes),
    )


async def _read_names(client: Client, kind: Kind, namespace: str) -> frozenset[str]:
    items, _ = await client.list(kind, namespace, metadata_only=True)
    return frozenset(item["metadata"]["name"] for item in items)


async def _nothing() -> list[Manifest]:
    return []


def _describe_namespace(namespace: Manifest) -> NamespaceFact:
    metadata = namespace["metadata"]
    return NamespaceFact(
        labels=metadata.get("labels") or {},
        owner_uids=frozenset(owner["uid"] for owner in metadata.get("ownerReferences") or ()),
        terminating="deletionTimestamp" in metadata,
    )


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
