"""Finds the operator of a cluster, and what it was told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dixi_operator.api.names import LABEL_NAME, OPERATOR_NAME
from dixi_operator.api.types import Manifest
from dixi_operator.cluster.client import Client
from dixi_operator.cluster.kinds import DEPLOYMENT
from dixi_operator.cluster.lease import LEASE_NAME
from dixi_operator.errors import ApiError
from dixi_operator.settings import OperatorSettings

OPERATOR_SELECTOR = f"{LABEL_NAME}={OPERATOR_NAME}"
LEASES = "/apis/coordination.k8s.io/v1/leases"
PREFIX = "DIXI_IMAGE"


@dataclass(frozen=True, slots=True)
class Operator:
    """The operator's settings and namespace; ``notes`` say what is assumed of it."""

    settings: OperatorSettings
    namespace: str
    notes: tuple[str, ...] = ()


async def find_operator(client: Client) -> Operator:
    """Find the Deployment of the operator; where there is none, or it may not be read, defaults are assumed.

    An operator that runs outside the cluster is known by its Lease.
    """
    try:
        found, _ = await client.list(DEPLOYMENT, selector=OPERATOR_SELECTOR)
        if found:
            return read_operator(found[0])
        leases = await list_leases(client)
    except ApiError as error:
        return _assume(f"the operator could not be looked for ({error.message})")
    namespaces = [lease["metadata"]["namespace"] for lease in leases]
    return _assume("no Deployment of the operator was found", next(iter(namespaces), None))


async def list_leases(client: Client) -> list[Manifest]:
    """The Leases of operators, of all namespaces; there should be one."""
    found = await client.get(LEASES, {"fieldSelector": f"metadata.name={LEASE_NAME}"})
    leases: list[Manifest] = found.get("items") or []
    return leases


def read_operator(deployment: Manifest) -> Operator:
    """Read the image settings off the operator's Deployment."""
    container = deployment["spec"]["template"]["spec"]["containers"][0]
    values: Mapping[str, str] = {item["name"]: item["value"] for item in container.get("env") or () if "value" in item}
    fields = {
        name: values[variable]
        for name in OperatorSettings.model_fields
        if (variable := f"DIXI_{name.upper()}").startswith(PREFIX) and variable in values
    }
    namespace = deployment["metadata"]["namespace"]
    return Operator(OperatorSettings.model_validate({**fields, "namespace": namespace}), namespace)


def _assume(why: str, namespace: str | None = None) -> Operator:
    settings = OperatorSettings()
    return Operator(settings, namespace or settings.namespace, (f"{why}, so the default images are assumed",))
