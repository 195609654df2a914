"""A service that has nothing to look at, for tests of what it answers to whom."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.unit.runtime.vision.http.programs import running_vision


@pytest.fixture(scope="package")
def idle(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of a service without camera and model, so that each start is soon over."""
    folder = tmp_path_factory.mktemp("service")
    with running_vision(folder, {"VISION_SOURCE": "camera:99", "MODEL_DIR": str(folder)}) as client:
        yield client
