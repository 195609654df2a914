"""``/metrics`` and ``/api/metrics/prometheus``: one registry."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from dixi_runtime.backend.requests import Given
from dixi_runtime.metrics import render_metrics

router = APIRouter(tags=["metrics"])


@router.get("/metrics")
@router.get("/api/metrics/prometheus")
async def metrics(services: Given) -> Response:
    """The registry in Prometheus' text format."""
    return render_metrics(services.metrics)
