"""How many replicas a component is to have, and who says so."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from dixi_operator.api import names
from dixi_operator.api.install import InstallSpec
from dixi_operator.api.workloads import ScalingEngine
from dixi_operator.components.context import Context
from dixi_operator.facts import Facts


class Scaler(StrEnum):
    """What scales a component."""

    AUTOSCALER = "HorizontalPodAutoscaler"
    SCALED_OBJECT = "ScaledObject"


@dataclass(frozen=True, slots=True)
class Size:
    """Replicas of a component; None where a scaler decides, and ``kept`` where one has decided before it went."""

    replicas: int | None
    kept: bool = False


def choose_backend_scaler(spec: InstallSpec, facts: Facts) -> Scaler | None:
    """What scales the backend; nothing where that is not wanted, or where there are no figures to scale by."""
    if not spec.backend_is_autoscaled or names.METRICS_KIND not in facts.kinds:
        return None
    asks_keda = spec.backend.autoscaling.engine is ScalingEngine.KEDA
    return Scaler.SCALED_OBJECT if asks_keda and names.SCALED_OBJECT_KIND in facts.kinds else Scaler.AUTOSCALER


def choose_vision_scaler(spec: InstallSpec, facts: Facts) -> Scaler | None:
    """What scales vision; nothing where that is not wanted, or where nobody tells how many streams there are."""
    is_told = names.CUSTOM_METRICS_KIND in facts.kinds
    return Scaler.AUTOSCALER if spec.vision.autoscaling.enabled and is_told else None


def choose_backend_size(context: Context) -> Size:
    """Replicas of the backend."""
    spec = context.spec
    if choose_backend_scaler(spec, context.facts):
        return Size(None)
    if not spec.backend_is_autoscaled and spec.backend.replicas:
        return Size(spec.backend.replicas)
    if not spec.redis.is_used and not spec.backend.allow_without_redis:
        return Size(1)
    bounds = (spec.backend_least, spec.backend_most) if spec.backend_is_autoscaled else None
    return _keep(context, names.BACKEND, spec.backend_least, bounds)


def choose_vision_size(context: Context) -> Size:
    """Replicas of vision."""
    spec = context.spec
    if choose_vision_scaler(spec, context.facts):
        return Size(None)
    scaled = spec.vision.autoscaling.enabled
    if not scaled and spec.vision.replicas:
        return Size(spec.vision.replicas)
    return _keep(context, names.VISION, spec.vision_least, (spec.vision_least, spec.vision_most) if scaled else None)


def count_backends(context: Context) -> int:
    """Fewest replicas that the backend has at any time."""
    return choose_backend_size(context).replicas or context.spec.backend_least


def count_visions(context: Context) -> int:
    """Fewest replicas that vision has at any time."""
    return choose_vision_size(context).replicas or context.spec.vision_least


def _keep(context: Context, component: str, usual: int, bounds: tuple[int, int] | None) -> Size:
    """What an autoscaler has left, which is what the load called for as far as anybody knows; else the usual number.

    ``bounds`` are those of an autoscaler that is wanted and cannot be.
    """
    kept = context.facts.kept.get(component)
    if kept is None:
        return Size(usual)
    if bounds is not None:
        kept = min(max(kept, bounds[0]), bounds[1])
    return Size(kept, kept=True)
