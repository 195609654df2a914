"""What an install as a whole lacks, though it runs."""

from __future__ import annotations

from dixi_operator.api.names import SERVICE_MONITOR_KIND
from dixi_operator.api.reasons import Reason
from dixi_operator.health.causes.cause import Cause
from dixi_operator.health.causes.evidence import Evidence, read_condition


def check_metrics(evidence: Evidence) -> Cause | None:
    """Has the autoscaler figures to scale by?"""
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
