"""Sends spans to a collector, where it is told to, by OTLP over HTTP: https://opentelemetry.io/docs/specs/otlp/ ."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from opentelemetry.trace import Tracer

_logger = logging.getLogger(__name__)

_LAST_SECONDS: Final = 2.0
"""For what was not sent yet when the program ends."""


@asynccontextmanager
async def open_tracer(endpoint: str, service: str) -> AsyncIterator[Tracer | None]:
    """Makes spans, and sends them from a thread of its own; without an endpoint it is None, and neither is even loaded.

    ``endpoint`` is a collector's address without a path. Spans that it does not take are dropped, and the log says so.
    Everything else, such as headers, the share that is sampled and more attributes, is read from the variables of
    https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/ .
    """
    if not endpoint:
        yield None
        return
    # A role that makes no spans does not load what sends them.
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import OTELResourceDetector, Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    # Each try of a batch is a warning; that all have failed is an error.
    logging.getLogger("opentelemetry.exporter").setLevel(logging.ERROR)
    resource = Resource.create({"service.name": service}).merge(OTELResourceDetector().detect())
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=f"{endpoint}/v1/traces")))
    try:
        yield provider.get_tracer("dixi_runtime")
    finally:
        # It waits for as long as the exporter tries, which a pod that is to end has no time for.
        ending = threading.Thread(target=provider.shutdown, daemon=True)
        ending.start()
        await asyncio.to_thread(ending.join, _LAST_SECONDS)
        if ending.is_alive():
            _logger.warning("The collector has not taken the last spans; see OTEL_EXPORTER_OTLP_ENDPOINT.")
