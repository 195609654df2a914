from collections.abc import AsyncIterator

import httpx
import pytest

from dixi_runtime.frontend.proxy import open_client
from dixi_runtime.metrics import Metrics, create_metrics

NOBODY = "http://127.0.0.1:9"
"""The discard port: nobody listens there."""


@pytest.fixture
def metrics() -> Metrics:
    return create_metrics()


@pytest.fixture
async def upstream() -> AsyncIterator[httpx.AsyncClient]:
    """The client with which the frontend reaches the other services."""
    async with open_client() as client:
        yield client


@pytest.fixture
async def browser() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(timeout=10) as client:
        yield client
