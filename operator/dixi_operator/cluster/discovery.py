"""Whether the API server serves a kind (https://kubernetes.io/docs/concepts/overview/kubernetes-api/#discovery-api)."""

from __future__ import annotations

import asyncio

from dixi_operator.api.names import CUSTOM_METRICS_KIND, METRICS_KIND
from dixi_operator.cluster.client import Client
from dixi_operator.cluster.kinds import OPTIONAL, OWNED, Kind

ROOT = "/apis"
MEASURES = (METRICS_KIND, CUSTOM_METRICS_KIND)
"""Kinds behind the aggregation layer. They count as served once their group is registered: whether whoever stands
behind it answers just now is told by the autoscaler, which must not come and go with that."""


async def is_served(client: Client, kind: Kind) -> bool:
    """Whether objects of ``kind`` can be read and written, at just its version."""
    found = await client.find(kind.root)
    return found is not None and any(resource["name"] == kind.plural for resource in found["resources"])


async def list_kinds(client: Client) -> frozenset[str]:
    """The kinds a cluster may lack that this one has, as ``Kind.group``.

    The groups are read first, and of a group only what is needed: most clusters have none of most of them.
    """
    groups = (await client.get(ROOT))["groups"]
    versions = {version["groupVersion"] for group in groups for version in group["versions"]}
    candidates = [kind for kind in OWNED if kind.name in OPTIONAL and kind.api_version in versions]
    served = await asyncio.gather(*(is_served(client, kind) for kind in candidates))
    owned = (name_kind(kind) for kind, is_there in zip(candidates, served, strict=True) if is_there)
    registered = {group["name"] for group in groups}
    return frozenset(owned).union(kind for kind in MEASURES if kind.partition(".")[2] in registered)


def name_kind(kind: Kind) -> str:
    """Kind and group, such as ``ServiceMonitor.monitoring.coreos.com``."""
    return f"{kind.name}.{kind.api_version.partition('/')[0]}"
