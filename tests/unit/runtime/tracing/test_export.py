from __future__ import annotations

import logging
import subprocess
import sys
from time import monotonic

import pytest
from opentelemetry.trace import Tracer

from dixi_runtime.tracing.export import open_tracer
from tests.unit.runtime.serving import running
from tests.unit.runtime.tracing.collector import Collector


def make(tracer: Tracer | None, count: int) -> None:
    assert tracer is not None
    for number in range(count):
        tracer.start_span(f"span {number}").end()


async def test_without_a_collector_there_is_no_tracer() -> None:
    async with open_tracer("", "dixi-backend") as tracer:
        assert tracer is None


def test_a_backend_without_a_collector_does_not_load_what_makes_spans_and_sends_them() -> None:
    program = "import sys, dixi_runtime.backend.service; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = done.stdout.split()
    assert "dixi_runtime.tracing.export" in loaded
    assert not [name for name in loaded if name.startswith(("opentelemetry.sdk.trace", "opentelemetry.exporter"))]


async def test_what_was_not_sent_yet_is_sent_at_the_end() -> None:
    collector = Collector()
    async with running(collector.app) as address, open_tracer(f"http://{address}", "dixi-backend") as tracer:
        make(tracer, 3)
        assert not collector.spans
    assert sorted(span.name for span in collector.spans) == ["span 0", "span 1", "span 2"]
    assert collector.services == {"dixi-backend"}


@pytest.mark.parametrize("status", [200, 400, 503])
async def test_the_end_does_not_wait_for_a_collector_that_takes_nothing(status: int) -> None:
    collector = Collector(status)
    async with running(collector.app) as address:
        async with open_tracer(f"http://{address}", "dixi-backend") as tracer:
            make(tracer, 1)
            ended = monotonic()
        assert monotonic() - ended < 4
    assert collector.spans


async def test_the_end_does_not_wait_for_a_collector_that_is_away(caplog: pytest.LogCaptureFixture) -> None:
    async with open_tracer("http://somebody:s3cret@127.0.0.1:9", "dixi-backend") as tracer:
        make(tracer, 1)
        ended = monotonic()
    assert monotonic() - ended < 4
    assert [record.message for record in caplog.records if record.levelno >= logging.WARNING] == [
        "The collector has not taken the last spans; see OTEL_EXPORTER_OTLP_ENDPOINT."
    ]
