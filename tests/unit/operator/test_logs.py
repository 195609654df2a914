"""Every log line is one JSON object that names the install it is about."""

from __future__ import annotations

import io
import json
import logging

import pytest

from dixi_operator.logs import INSTALL, JsonFormatter


@pytest.fixture
def stream() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def logger(stream: io.StringIO) -> logging.Logger:
    logger = logging.Logger("test")
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    logger.addHandler(handler)
    return logger


def test_a_line_carries_its_fields_and_the_install(logger: logging.Logger, stream: io.StringIO) -> None:
    token = INSTALL.set("wall")
    logger.warning("applied %s\nand more", "x", extra={"object": "Service n/backend"})
    INSTALL.reset(token)
    (line,) = stream.getvalue().splitlines()
    logged = json.loads(line)
    assert logged["level"] == "warning"
    assert logged["install"] == "wall"
    assert logged["message"] == "applied x\nand more"
    assert logged["object"] == "Service n/backend"


def test_an_error_carries_its_traceback(logger: logging.Logger, stream: io.StringIO) -> None:
    logger.error("a bug", exc_info=ValueError("odd"))
    assert "ValueError: odd" in json.loads(stream.getvalue())["exception"]
