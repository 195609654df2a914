"""Whether GPUs can be had for pods, and if not, why: an ordered list of named checks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from dixi_operator.api.reasons import Reason
from dixi_operator.gpu.demand import Demand
from dixi_operator.gpu.inventory import GpuFacts, GpuNode, GpuPod

MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Lack:
    """Why GPUs cannot be had; ``message`` follows a colon, such as ``no node has any``."""

    reason: Reason
    message: str


@dataclass(frozen=True, slots=True)
class Request:
    """A demand in one namespace; ``own`` are pods whose GPUs it may count on, since it is they that it replaces."""

    demand: Demand
    facts: GpuFacts
    namespace: str
    own: frozenset[str] = frozenset()

    def is_own(self, pod: GpuPod) -> bool:
        """Whether the GPUs of a pod count as free."""
        return pod.namespace == self.namespace and pod.name in self.own

    @property
    def open_nodes(self) -> list[GpuNode]:
        """The nodes that offer the resource and would take the pods."""
        return [node for node in _list_offering(self) if not self.demand.find_obstacle(node)]


Check = Callable[[Request], Lack | None]


def find_lack(request: Request) -> Lack | None:
    """The first of :data:`CHECKS` that finds something, or those for a DeviceClass where one is named."""
    checks = DEVICE_CHECKS if request.demand.device_class else CHECKS
    return next((lack for check in checks if (lack := check(request)) is not None), None)


def count_places(request: Request) -> int | None:
    """For how many pods there are GPUs; None where that cannot be told, as with devices of a DeviceClass."""
    if request.demand.device_class:
        return None
    count = request.demand.count
    promised = -(-request.facts.promised.get(request.demand.resource, 0) // count)
    places = sum(_count_free(request, node) // count for node in request.open_nodes) - promised
    allowed = (left // count for _, left in _list_quotas(request))
    return max(0, min([places, *allowed]))


def check_runtime_class(request: Request) -> Lack | None:
    """Pods of a RuntimeClass that does not exist are refused."""
    name, known = request.demand.runtime_class, request.facts.runtime_classes
    if not name or known is None or name in known:
        return None
    there = f"; there is {', '.join(sorted(known))}" if known else ""
    return Lack(Reason.RUNTIME_CLASS_MISSING, f"the cluster has no RuntimeClass {name}{there}")


def check_device_class(request: Request) -> Lack | None:
    """Claims of a DeviceClass that does not exist are never allocated."""
    name, known = request.demand.device_class, request.facts.device_classes
    if known is None:
        return Lack(Reason.DEVICE_CLASS_MISSING, "the cluster has no dynamic resource allocation (resource.k8s.io/v1)")
    if name in known:
        return None
    there = f"; there is {', '.join(sorted(known))}" if known else ""
    return Lack(Reason.DEVICE_CLASS_MISSING, f"the cluster has no DeviceClass {name}{there}")


def check_offer(request: Request) -> Lack | None:
    """Some node has the resource."""
    if _list_offering(request):
        return None
    others = sorted({name for node in request.facts.nodes for name, amount in node.offers.items() if amount})
    if not others:
        return Lack(Reason.NO_GPU, "no node has any")
    return Lack(Reason.GPU_RESOURCE_UNKNOWN, f"no node has any; nodes offer {_list_some(others)}")


def check_count(request: Request) -> Lack | None:
    """Some node has as many as one pod needs."""
    most = max(node.offers[request.demand.resource] for node in _list_offering(request))
    if most >= request.demand.count:
        return None
    return Lack(Reason.GPUS_TOO_FEW, f"no node has more than {most}")


def check_open(request: Request) -> Lack | None:
    """Some node that has the resource takes the pods."""
    if request.open_nodes:
        return None
    closed = [
        f"node {node.name} has some, and {request.demand.find_obstacle(node)}" for node in _list_offering(request)
    ]
    return Lack(Reason.GPU_NODES_CLOSED, _list_some(closed, "; "))


def check_quota(request: Request) -> Lack | None:
    """The namespace's quotas leave room for them."""
    wanted = request.demand.count * request.demand.replicas
    for name, left in _list_quotas(request):
        if left < wanted:
            message = f"ResourceQuota {name} of namespace {request.namespace} leaves {max(0, left)} of {wanted}"
            return Lack(Reason.QUOTA_EXCEEDED, message)
    return None


def check_free(request: Request) -> Lack | None:
    """Enough of them are free."""
    places = count_places(request)
    known = request.facts.pods is not None
    if places is None or (known and places >= request.demand.replicas):
        return None
    offered = sum(node.offers[request.demand.resource] for node in request.open_nodes)
    if not known:
        return Lack(Reason.GPUS_TAKEN, f"all {offered} are taken, as far as can be seen")
    promised = request.facts.promised.get(request.demand.resource, 0)
    free = max(0, sum(_count_free(request, node) for node in request.open_nodes) - promised)
    holders = _list_holders(request)
    held = f", held by {_list_some(holders)}" if holders else ""
    if free == 0:
        return Lack(Reason.GPUS_TAKEN, f"all {offered} are taken{' or promised' if promised else ''}{held}")
    wanted = request.demand.count * request.demand.replicas
    return Lack(Reason.GPUS_TAKEN, f"{free} of {offered} are free, and {wanted} are needed{held}")


CHECKS: Sequence[Check] = (
    check_runtime_class,
    check_offer,
    check_count,
    check_open,
    check_quota,
    check_free,
)
"""For extended resources."""

DEVICE_CHECKS: Sequence[Check] = (check_runtime_class, check_device_class)
"""For claims: which device satisfies one only the scheduler can tell, so that the rest has to be tried."""


def _list_offering(request: Request) -> list[GpuNode]:
    return [node for node in request.facts.nodes if node.offers.get(request.demand.resource, 0) > 0]


def _count_free(request: Request, node: GpuNode) -> int:
    resource = request.demand.resource
    held = sum(pod.wants.get(resource, 0) for pod in _list_foreign(request) if pod.node == node.name)
    return max(0, node.offers[resource] - held)


def _list_foreign(request: Request) -> Iterator[GpuPod]:
    return (pod for pod in request.facts.pods or () if not request.is_own(pod))


def _list_holders(request: Request) -> list[str]:
    names = {node.name for node in request.open_nodes}
    return [
        f"Pod {pod.namespace}/{pod.name}"
        for pod in _list_foreign(request)
        if pod.node in names and request.demand.resource in pod.wants
    ]


def _list_quotas(request: Request) -> Iterator[tuple[str, int]]:
    """Name of each quota on the resource and what it leaves, with what pods of our own use."""
    resource = request.demand.resource
    own = sum(pod.wants.get(resource, 0) for pod in request.facts.pods or () if request.is_own(pod))
    for quota in request.facts.quotas:
        if quota.resource == resource:
            yield quota.name, quota.hard - quota.used + own


def _list_some(names: Sequence[str], between: str = ", ") -> str:
    shown, more = names[:MOST_NAMED], len(names) - MOST_NAMED
    return between.join(shown) + (f" and {more} more" if more > 0 else "")
