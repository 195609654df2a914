"""What an autoscaler has chosen is told from what somebody has set by hand."""

from __future__ import annotations

from typing import Any

from dixi_operator.api.names import ANNOTATION_REPLICAS
from dixi_operator.cluster.kinds import DEPLOYMENT, Ref, find_kind
from dixi_operator.cluster.observe import read_kept
from dixi_operator.cluster.sightings import Sighting, see

HPA = find_kind("autoscaling/v2", "HorizontalPodAutoscaler")
SCALED_OBJECT = find_kind("keda.sh/v1alpha1", "ScaledObject")


def look(*items: tuple[Any, dict[str, Any]]) -> dict[Ref, Sighting]:
    seen = [see(kind, item) for kind, item in items]
    return {sighting.ref: sighting for sighting in seen}


def name(text: str, **more: Any) -> dict[str, Any]:
    return {"metadata": {"name": text, "namespace": "dixi", "uid": text, **more}}


def deploy(component: str, replicas: int, **more: Any) -> tuple[Any, dict[str, Any]]:
    return DEPLOYMENT, {**name(component, **more), "spec": {"replicas": replicas}}


def test_what_is_scaled_keeps_what_it_has() -> None:
    assert read_kept(look(deploy("backend", 6), (HPA, name("backend-hpa"))), "dixi") == {"backend": 6}
    assert read_kept(look(deploy("backend", 6), (SCALED_OBJECT, name("backend"))), "dixi") == {"backend": 6}
    assert read_kept(look(deploy("vision", 3), (HPA, name("vision-hpa"))), "dixi") == {"vision": 3}


def test_a_number_of_somebody_else_is_not_kept() -> None:
    assert read_kept(look(deploy("backend", 6)), "dixi") == {}
    assert read_kept(look(deploy("backend", 6), (HPA, name("vision-hpa"))), "dixi") == {}


def test_what_was_left_stays_whatever_is_set_by_hand_later() -> None:
    annotated = deploy("backend", 9, annotations={ANNOTATION_REPLICAS: "6"})
    assert read_kept(look(annotated), "dixi") == {"backend": 6}
    odd = deploy("backend", 9, annotations={ANNOTATION_REPLICAS: "six"})
    assert read_kept(look(odd), "dixi") == {}


def test_an_autoscaler_without_its_deployment_keeps_nothing() -> None:
    assert read_kept(look((HPA, name("backend-hpa"))), "dixi") == {}
