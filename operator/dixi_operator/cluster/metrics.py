"""The metrics of the requests to the API server and of the watches."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

API_REQUESTS = Counter("dixi_operator_api_requests", "Requests to the API server.", ["verb", "code"])
API_SECONDS = Histogram(
    "dixi_operator_api_request_seconds",
    "Seconds until the API server answered.",
    ["verb"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
WATCH_AGE = Gauge("dixi_operator_watch_stamp_age_seconds", "Seconds since a watch last gave a sign of life.", ["kind"])
LEADER = Gauge("dixi_operator_leader", "1 on the replica that holds the Lease.")
