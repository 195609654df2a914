"""The checks in their order, and the causes that they find, the root first."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dixi_operator.api.names import BACKEND, FRONTEND, OLLAMA, REDIS, VISION
from dixi_operator.api.reasons import Reason
from dixi_operator.api.types import Manifest
from dixi_operator.health.causes.cause import Cause
from dixi_operator.health.causes.containers import (
    check_crash,
    check_creation,
    check_image,
    check_memory,
    check_probe,
    check_secret,
)
from dixi_operator.health.causes.creation import check_quota, check_refusal
from dixi_operator.health.causes.dependencies import check_dns, check_redis
from dixi_operator.health.causes.evidence import Evidence, Scene, set_scene
from dixi_operator.health.causes.install import check_metrics, check_monitoring
from dixi_operator.health.causes.placement import check_gpu, check_placement
from dixi_operator.health.causes.volumes import check_volume
from dixi_operator.health.objects import assess

COMPONENTS = (REDIS, OLLAMA, VISION, BACKEND, FRONTEND)
"""In the order in which they wait for each other."""

COMPONENT_CHECKS: Sequence[Callable[[Scene], Cause | None]] = (
    check_quota,
    check_refusal,
    check_volume,
    check_gpu,
    check_placement,
    check_image,
    check_secret,
    check_creation,
    check_memory,
    check_crash,
    check_dns,
    check_redis,
    check_probe,
)
"""In the order in which a pod comes into being."""

INSTALL_CHECKS: Sequence[Callable[[Evidence], Cause | None]] = (check_metrics, check_monitoring)

CAUSES = frozenset(
    {
        Reason.QUOTA_EXCEEDED,
        Reason.REPLICA_FAILURE,
        Reason.VOLUME_PENDING,
        Reason.NO_GPU,
        Reason.GPU_RESOURCE_UNKNOWN,
        Reason.GPUS_TOO_FEW,
        Reason.GPU_NODES_CLOSED,
        Reason.GPUS_TAKEN,
        Reason.UNSCHEDULABLE,
        Reason.IMAGE_PULL_FAILED,
        Reason.MISSING_SECRET,
        Reason.CONTAINER_NOT_CREATED,
        Reason.OUT_OF_MEMORY,
        Reason.CRASH_LOOP,
        Reason.DNS_BLOCKED,
        Reason.REDIS_UNREACHABLE,
        Reason.NOT_ANSWERING,
    }
)
"""The reasons that the checks of components give."""


def find_causes(evidence: Evidence) -> list[Cause]:
    """Every cause, the root first: components in the order in which they wait for each other, then the install."""
    ordered = sorted(evidence.deployments, key=_find_place)
    found = [find_cause(evidence, item) for item in ordered if not is_well(evidence, item)]
    found += [check(evidence) for check in INSTALL_CHECKS]
    return [cause for cause in found if cause is not None]


def find_cause(evidence: Evidence, deployment: Manifest) -> Cause | None:
    """What keeps one component from working: the first of :data:`COMPONENT_CHECKS` that finds something."""
    scene = set_scene(evidence, deployment)
    return next((cause for check in COMPONENT_CHECKS if (cause := check(scene)) is not None), None)


def is_well(evidence: Evidence, deployment: Manifest) -> bool:
    """Whether a Deployment is as it should be; one that is scaled by load may still be growing."""
    scaled = {((item.get("spec") or {}).get("scaleTargetRef") or {}).get("name") for item in evidence.autoscalers}
    desired = deployment
    if deployment["metadata"]["name"] in scaled:
        spec = {key: value for key, value in deployment["spec"].items() if key != "replicas"}
        desired = {**deployment, "spec": spec}
    return assess(desired, deployment).is_healthy


def _find_place(deployment: Manifest) -> int:
    name = deployment["metadata"]["name"]
    return COMPONENTS.index(name) if name in COMPONENTS else len(COMPONENTS)
