"""The short answers in an install's status: which components, how many, and where."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from dixi_operator.api import names
from dixi_operator.api.status import ComponentStatus, ObjectReference
from dixi_operator.api.types import Manifest
from dixi_operator.facts import Facts
from dixi_operator.health.objects import count_replicas
from dixi_operator.health.observed import Observation, ProbeResult, WaveObserved


def list_components(waves: Sequence[WaveObserved]) -> tuple[ComponentStatus, ...]:
    """One entry a Deployment."""
    return tuple(_summarise(item) for item in _find_all(waves, "Deployment"))


def list_inventory(waves: Sequence[WaveObserved]) -> tuple[ObjectReference, ...]:
    """Every object of the plan that exists."""
    return tuple(
        ObjectReference(
            api_version=item.desired["apiVersion"],
            kind=item.desired["kind"],
            namespace=item.desired["metadata"].get("namespace", ""),
            name=item.desired["metadata"]["name"],
        )
        for wave in waves
        for item in wave.objects
        if item.live is not None
    )


def describe_vision(waves: Sequence[WaveObserved]) -> str:
    """Ready and wanted replicas of vision and what it computes on, for example ``1/1 cpu``."""
    item = _find(waves, "Deployment", names.VISION)
    if item is None:
        return ""
    ready, wanted = count_replicas(item.live)
    resources = _find_container(item).get("resources") or {}
    has_gpu = "claims" in resources or any("/" in resource for resource in resources.get("limits") or {})
    return f"{ready}/{wanted} {'gpu' if has_gpu else 'cpu'}"


def describe_gateway(waves: Sequence[WaveObserved], probe: ProbeResult | None) -> str:
    """Ready and wanted replicas of the backend and whether it answered, for example ``2/2 serving``."""
    item = _find(waves, "Deployment", names.BACKEND)
    if item is None:
        return ""
    ready, wanted = count_replicas(item.live)
    answer = "" if probe is None else " serving" if probe.ok else " unreachable"
    return f"{ready}/{wanted}{answer}"


def find_endpoint(waves: Sequence[WaveObserved], facts: Facts | None) -> str:
    """Where the projector page is: outside the cluster if the Service is reached from there, else inside."""
    item = _find(waves, "Service", names.FRONTEND_SERVICE)
    if item is None or item.live is None:
        return ""
    service = item.live
    spec: Manifest = service["spec"]
    port = spec["ports"][0]
    match spec.get("type"):
        case "LoadBalancer" if host := _find_ingress(service):
            return _build_url(host, port["port"])
        case "NodePort" if facts is not None and facts.node_address and port.get("nodePort"):
            return _build_url(facts.node_address, port["nodePort"])
    metadata = service["metadata"]
    return _build_url(f"{metadata['name']}.{metadata['namespace']}.svc", port["port"])


def _summarise(item: Observation) -> ComponentStatus:
    ready, wanted = count_replicas(item.live)
    return ComponentStatus(
        name=item.desired["metadata"]["name"],
        image=_find_container(item).get("image", ""),
        replicas=wanted,
        ready_replicas=ready,
    )


def _find_container(item: Observation) -> Manifest:
    """The container that the component is named after; ``podTemplate`` may put others beside it."""
    containers: list[Manifest] = item.desired["spec"]["template"]["spec"]["containers"]
    return next(found for found in containers if found["name"] == item.desired["metadata"]["name"])


def _find_all(waves: Sequence[WaveObserved], kind: str) -> Iterator[Observation]:
    return (item for wave in waves for item in wave.objects if item.desired["kind"] == kind)


def _find(waves: Sequence[WaveObserved], kind: str, name: str) -> Observation | None:
    return next((item for item in _find_all(waves, kind) if item.desired["metadata"]["name"] == name), None)


def _find_ingress(service: Manifest) -> str:
    points: list[dict[str, Any]] = (service.get("status", {}).get("loadBalancer") or {}).get("ingress") or []
    return next((point.get("hostname") or point.get("ip") or "" for point in points), "")


def _build_url(host: str, port: int) -> str:
    bracketed = f"[{host}]" if ":" in host else host
    return f"http://{bracketed}" if port == 80 else f"http://{bracketed}:{port}"
