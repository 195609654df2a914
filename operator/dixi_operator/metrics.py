"""The operator's own metrics; those of its requests are in ``cluster.metrics``."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

RECONCILES = Counter("dixi_operator_reconciles", "Reconciles by how they ended.", ["result"])
RECONCILE_SECONDS = Histogram(
    "dixi_operator_reconcile_seconds",
    "Seconds of one reconcile.",
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60),
)
ERRORS = Counter("dixi_operator_errors", "Failed reconciles by reason.", ["reason"])
QUEUE_DEPTH = Gauge("dixi_operator_queue_depth", "Installs that wait for a worker.")
QUEUE_AGE = Gauge("dixi_operator_queue_oldest_age_seconds", "Seconds for which the longest-waiting install has waited.")
MISSED = Counter("dixi_operator_missed_events", "Changes of installs that no watch reported and the sweep found.")
DRIFTS = Counter("dixi_operator_drifts_repaired", "Fields that somebody had changed and that were put back.")
INSTALL_READY = Gauge("dixi_install_ready", "1 when the install is Ready.", ["install"])
INSTALL_INFO = Gauge("dixi_install_info", "1 for each install, with what it runs.", ["install", "version", "profile"])
