"""What an install as a whole lacks, though it runs."""

from __future__ import annotations

from dixi_operator.api.names import METRICS_KIND, SERVICE_MONITOR_KIND
from dixi_operator.api.reasons import Reason
from dixi_operator.health.causes.cause import Cause
from dixi_operator.health.causes.evidence import Evidence, read_condition


def check_metrics(evidence: Evidence) -> Cause | None:
    """Has the autoscaler figures to scale by?"""
    if evidence.scaled and evidence.kinds is not None and METRICS_KIND not in evidence.kinds:
        return Cause(
            check="metrics",
            component="",
            reason=Reason.METRICS_UNAVAILABLE,
            object="APIService v1beta1.metrics.k8s.io",
            message="the cluster has no metrics API (metrics.k8s.io), so the backend keeps the replicas that it has",
            advice="Install metrics-server, or set spec.backend.autoscaling.enabled: false.",
            blocks=False,
        )
    for autoscaler in evidence.autoscalers:
        active = read_condition(autoscaler, "ScalingActive")
        if active.get("status") == "False" and str(active.get("reason", "")).startswith("FailedGet"):
            name = autoscaler["metadata"]["name"]
            label = f"HorizontalPodAutoscaler {name}"
            return Cause(
                check="metrics",
                component="",
                reason=Reason.METRICS_UNAVAILABLE,
                object=label,
                message=f"{label} gets no metrics, so its target keeps the size that it has",
                advice="Install metrics-server, or see why it does not answer: kubectl describe apiservice "
                "v1beta1.metrics.k8s.io",
                since=str(active.get("lastTransitionTime", "")),
                quote=str(active.get("message", "")),
                blocks=False,
            )
    return None


def check_monitoring(evidence: Evidence) -> Cause | None:
    """Has the cluster the kind that monitoring asks for?"""
    if evidence.kinds is None or not evidence.monitored or SERVICE_MONITOR_KIND in evidence.kinds:
        return None
    kind, _, group = SERVICE_MONITOR_KIND.partition(".")
    crd = f"CustomResourceDefinition {kind.lower()}s.{group}"
    return Cause(
        check="monitoring",
        component="",
        reason=Reason.CRD_MISSING,
        object=crd,
        message=f"{crd} is not installed, so metrics are served and nothing has them collected",
        advice="Install the Prometheus operator, or set spec.monitoring.serviceMonitor: false.",
        blocks=False,
    )
