"""Whether the API server serves a kind (https://kubernetes.io/docs/concepts/overview/kubernetes-api/#discovery-api)."""

from __future__ import annotations

from dixi_operator.cluster.client import Client
from dixi_operator.cluster.kinds import Kind


async def is_served(client: Client, kind: Kind) -> bool:
    """Whether objects of ``kind`` can be read and written, at just its version."""
    found = await client.find(kind.root)
    return found is not None and any(resource["name"] == kind.plural for resource in found["resources"])
